CREATE TABLE "reversals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"transfer_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason_code" text NOT NULL,
	"note" text NOT NULL,
	"needs_second" boolean NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"reversal_id" uuid,
	CONSTRAINT "reversals_two_persons" CHECK (not "reversals"."needs_second" or "reversals"."decided_by" is null or "reversals"."decided_by" <> "reversals"."asked_by"),
	CONSTRAINT "reversals_done" CHECK (("reversals"."state" = 'done') = ("reversals"."reversal_id" is not null))
);
--> statement-breakpoint
CREATE TABLE "account_days" (
	"account_id" uuid NOT NULL,
	"day" date NOT NULL,
	"cause" text NOT NULL,
	"debits" bigint NOT NULL,
	"credits" bigint NOT NULL,
	"entries" integer NOT NULL,
	CONSTRAINT "account_days_account_id_day_cause_pk" PRIMARY KEY("account_id","day","cause")
);
--> statement-breakpoint
CREATE TABLE "district_days" (
	"day" date NOT NULL,
	"currency" text NOT NULL,
	"cause" text NOT NULL,
	"district_code" text NOT NULL,
	"amount" bigint NOT NULL,
	"transfers" integer NOT NULL,
	CONSTRAINT "district_days_day_currency_cause_district_code_pk" PRIMARY KEY("day","currency","cause","district_code")
);
--> statement-breakpoint
CREATE TABLE "district_flows" (
	"day" date NOT NULL,
	"receiving_code" text NOT NULL,
	"giving_code" text NOT NULL,
	"minutes" bigint NOT NULL,
	"visits" integer NOT NULL,
	CONSTRAINT "district_flows_day_receiving_code_giving_code_pk" PRIMARY KEY("day","receiving_code","giving_code")
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid,
	"approval" text,
	"amount" bigint NOT NULL,
	"policy_id" uuid,
	"author" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "settlements_amount" CHECK ("settlements"."amount" > 0),
	CONSTRAINT "settlements_rests_on" CHECK ("settlements"."visit_id" is not null or "settlements"."approval" is not null)
);
--> statement-breakpoint
CREATE TABLE "transfer_keys" (
	"key" text PRIMARY KEY NOT NULL,
	"transfer_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unsealed" (
	"transfer_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kinships" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"relative_id" uuid NOT NULL,
	"relation" text NOT NULL,
	"state" text NOT NULL,
	"document" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"ended_by" text,
	"ended_at" timestamp (3) with time zone,
	"reason" text,
	CONSTRAINT "kinships_two_persons" CHECK ("kinships"."person_id" <> "kinships"."relative_id"),
	CONSTRAINT "kinships_second_person" CHECK ("kinships"."decided_by" is null or "kinships"."decided_by" <> "kinships"."asked_by"),
	CONSTRAINT "kinships_decided" CHECK ("kinships"."state" in ('asked', 'ended') or "kinships"."decided_by" is not null)
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"leader_id" uuid NOT NULL,
	"station_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clearings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"partner_code" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	"account_id" uuid NOT NULL,
	"reference" text,
	"reason" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"transfer_id" uuid,
	"closes" boolean DEFAULT false NOT NULL,
	CONSTRAINT "clearings_amount" CHECK ("clearings"."amount" > 0),
	CONSTRAINT "clearings_two_sides" CHECK ("clearings"."decided_by" is null or "clearings"."decided_by" <> "clearings"."proposed_by")
);
--> statement-breakpoint
CREATE TABLE "partners" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"limit_minutes" bigint NOT NULL,
	"limit_fen" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_key" "bytea" NOT NULL,
	"private_sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"retired_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "tree_heads" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"key_id" uuid NOT NULL,
	"signature" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tree_leaves" (
	"transfer_id" uuid PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	CONSTRAINT "tree_leaves_range" CHECK ("tree_leaves"."position" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tree_nodes" (
	"level" smallint NOT NULL,
	"position" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "tree_nodes_level_position_pk" PRIMARY KEY("level","position")
);
--> statement-breakpoint
ALTER TABLE "accounts" DROP CONSTRAINT "accounts_available";--> statement-breakpoint
ALTER TABLE "account_shards" ADD COLUMN "held" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "account_shards" ADD COLUMN "floor" bigint DEFAULT 0;--> statement-breakpoint
UPDATE "account_shards" SET "floor" = NULL WHERE "account_id" IN (SELECT "id" FROM "accounts" WHERE "kind" = 'issuance');--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "floor" bigint DEFAULT 0;--> statement-breakpoint
UPDATE "accounts" SET "floor" = NULL WHERE "kind" = 'issuance';--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "last_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "frozen_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "shard" smallint;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "expires_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "holds" SET "expires_at" = "at" + interval '90 days';--> statement-breakpoint
ALTER TABLE "holds" ALTER COLUMN "expires_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "mandates" ADD COLUMN "monthly_minutes" integer;--> statement-breakpoint
ALTER TABLE "volunteers" ADD COLUMN "team_id" uuid;--> statement-breakpoint
ALTER TABLE "kinships" ADD CONSTRAINT "kinships_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kinships" ADD CONSTRAINT "kinships_relative_id_persons_id_fk" FOREIGN KEY ("relative_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_leader_id_persons_id_fk" FOREIGN KEY ("leader_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "clearings" ADD CONSTRAINT "clearings_partner_code_partners_code_fk" FOREIGN KEY ("partner_code") REFERENCES "partners"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tree_heads" ADD CONSTRAINT "tree_heads_key_id_signing_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "signing_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "reversals_once" ON "reversals" USING btree ("transfer_id") WHERE state <> 'refused';--> statement-breakpoint
CREATE INDEX "reversals_waiting" ON "reversals" USING btree ("asked_at") WHERE state = 'waiting';--> statement-breakpoint
CREATE UNIQUE INDEX "kinships_pair" ON "kinships" USING btree (least("person_id", "relative_id"),greatest("person_id", "relative_id")) WHERE state in ('asked', 'verified');--> statement-breakpoint
CREATE INDEX "kinships_person" ON "kinships" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "kinships_relative" ON "kinships" USING btree ("relative_id");--> statement-breakpoint
CREATE INDEX "kinships_waiting" ON "kinships" USING btree ("id") WHERE state = 'asked';--> statement-breakpoint
CREATE UNIQUE INDEX "clearings_reference" ON "clearings" USING btree ("partner_code","reference");--> statement-breakpoint
CREATE INDEX "clearings_open" ON "clearings" USING btree ("partner_code","proposed_at") WHERE state = 'proposed';--> statement-breakpoint
CREATE INDEX "clearings_partner" ON "clearings" USING btree ("partner_code","proposed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_current" ON "signing_keys" USING btree ((retired_at is null)) WHERE retired_at is null;--> statement-breakpoint
CREATE INDEX "tree_heads_at" ON "tree_heads" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "tree_leaves_position" ON "tree_leaves" USING btree ("position");--> statement-breakpoint
ALTER TABLE "volunteers" ADD CONSTRAINT "volunteers_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "volunteers_team" ON "volunteers" USING btree ("team_id") WHERE team_id is not null;--> statement-breakpoint
CREATE INDEX "accounts_receivable" ON "accounts" USING btree ("id") WHERE kind = 'receivable';--> statement-breakpoint
CREATE INDEX "holds_expiry" ON "holds" USING btree ("expires_at") WHERE state = 'open';--> statement-breakpoint
ALTER TABLE "account_shards" ADD CONSTRAINT "account_shards_available" CHECK ("account_shards"."held" >= 0 and "account_shards"."balance" - "account_shards"."held" >= "account_shards"."floor");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_available" CHECK ("accounts"."held" >= 0 and "accounts"."balance" - "accounts"."held" >= "accounts"."floor");--> statement-breakpoint
-- The day of an instant in the calendar of Asia/Shanghai.
CREATE FUNCTION bank_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (at AT TIME ZONE 'Asia/Shanghai')::date
$$;
--> statement-breakpoint
-- Each transfer with its day and district: where the person lives whose hours it takes, else to whom it gives, else the pool's.
CREATE FUNCTION bank_placed() RETURNS TABLE (id uuid, day date, currency text, cause text, debit_account_id uuid,
  credit_account_id uuid, debit_kind text, credit_kind text, district_code text, amount bigint) LANGUAGE sql STABLE AS $$
  SELECT t.id, bank_day(t.at), t.currency, t.cause, t.debit_account_id, t.credit_account_id, d.kind, c.kind,
    coalesce(left(giver.area_code, 6), left(taker.area_code, 6), left(station.area_code, 6),
      CASE WHEN d.kind = 'pool' THEN d.owner_id WHEN c.kind = 'pool' THEN c.owner_id END, '3201'), t.amount
  FROM transfers t
  LEFT JOIN accounts d ON d.id = t.debit_account_id
  LEFT JOIN accounts c ON c.id = t.credit_account_id
  LEFT JOIN persons giver ON giver.id = CASE WHEN d.kind IN ('personal', 'grant', 'receivable') THEN d.owner_id::uuid END
  LEFT JOIN persons taker ON taker.id = CASE WHEN c.kind IN ('personal', 'grant', 'receivable') THEN c.owner_id::uuid END
  LEFT JOIN teams team ON team.id = CASE WHEN d.kind = 'team' THEN d.owner_id::uuid END
  LEFT JOIN stations station ON station.id = team.station_id
$$;
--> statement-breakpoint
-- What an account has among the transfers that are not sealed yet, of keys from one to below another; as of the caller's instant.
CREATE FUNCTION bank_unsealed(account uuid, first uuid, below uuid) RETURNS TABLE (id uuid, cause text, amount bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
  waiting uuid[] := ARRAY(SELECT u.transfer_id FROM unsealed u WHERE u.transfer_id >= first AND u.transfer_id < below);
BEGIN
  IF waiting <> '{}' THEN
    -- Planned with the keys at hand, so that only their months are looked into.
    RETURN QUERY EXECUTE format('SELECT t.id, t.cause, CASE WHEN t.debit_account_id = %1$L THEN -t.amount ELSE t.amount END
      FROM transfers t WHERE t.id = ANY (%2$L::uuid[]) AND %1$L::uuid IN (t.debit_account_id, t.credit_account_id)', account, waiting);
  END IF;
END $$;
--> statement-breakpoint
-- Minutes served, from the district where the elder lives to that of the volunteer, or to the partner city whose volunteer it
-- was; a reversal takes them back.
CREATE FUNCTION bank_served() RETURNS TABLE (id uuid, day date, receiving_code text, giving_code text, minutes bigint, visits integer)
LANGUAGE sql STABLE AS $$
  SELECT v.id, bank_day(v.at), coalesce(o.district_code, left(elder.area_code, 6), '3201'),
    coalesce(left(volunteer.area_code, 6), left(station.area_code, 6), CASE WHEN c.kind = 'clearing' THEN c.owner_id END, '3201'),
    v.minutes, v.visits
  FROM (
    SELECT t.id, t.at, t.cause_id, t.debit_account_id, t.credit_account_id, t.amount AS minutes, 1 AS visits
    FROM transfers t WHERE t.cause = 'visit' AND t.currency = 'min'
    UNION ALL
    SELECT r.id, r.at, t.cause_id, t.debit_account_id, t.credit_account_id, -t.amount, -1
    FROM transfers r CROSS JOIN LATERAL (SELECT * FROM transfers x WHERE x.id = r.cause_id LIMIT 1) AS t
    WHERE r.cause = 'reversal' AND r.currency = 'min' AND t.cause = 'visit') AS v
  LEFT JOIN orders o ON o.id = v.cause_id
  LEFT JOIN accounts d ON d.id = v.debit_account_id
  LEFT JOIN accounts c ON c.id = v.credit_account_id
  LEFT JOIN persons elder ON elder.id = CASE WHEN d.kind IN ('personal', 'grant') THEN d.owner_id::uuid END
  LEFT JOIN persons volunteer ON volunteer.id = CASE WHEN c.kind = 'personal' THEN c.owner_id::uuid END
  LEFT JOIN teams team ON team.id = CASE WHEN c.kind = 'team' THEN c.owner_id::uuid END
  LEFT JOIN stations station ON station.id = team.station_id
$$;
--> statement-breakpoint
-- A transfer is counted in the totals by day in the moment in which it is sealed, so that totals and what is not sealed
-- yet make up the whole, whenever it was posted and however late it came.
CREATE FUNCTION bank_total() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  first uuid;
  last uuid;
BEGIN
  SELECT transfer_id INTO first FROM sealed ORDER BY transfer_id LIMIT 1;
  SELECT transfer_id INTO last FROM sealed ORDER BY transfer_id DESC LIMIT 1;
  INSERT INTO account_days AS d (account_id, day, cause, debits, credits, entries)
  SELECT t.account_id, bank_day(t.at), t.cause, sum(t.debit), sum(t.credit), count(*) FROM (
    SELECT id, debit_account_id AS account_id, at, cause, amount AS debit, 0 AS credit FROM transfers WHERE id BETWEEN first AND last
    UNION ALL SELECT id, credit_account_id, at, cause, 0, amount FROM transfers WHERE id BETWEEN first AND last) AS t
  JOIN sealed s ON s.transfer_id = t.id
  JOIN accounts a ON a.id = t.account_id AND bank_sharded(a.kind)
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (account_id, day, cause) DO UPDATE
    SET debits = d.debits + excluded.debits, credits = d.credits + excluded.credits, entries = d.entries + excluded.entries;
  INSERT INTO district_days AS d (day, currency, cause, district_code, amount, transfers)
  SELECT t.day, t.currency, t.cause, t.district_code, sum(t.amount), count(*)
  FROM sealed s JOIN bank_placed() AS t ON t.id = s.transfer_id
  WHERE t.id BETWEEN first AND last
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (day, currency, cause, district_code) DO UPDATE
    SET amount = d.amount + excluded.amount, transfers = d.transfers + excluded.transfers;
  INSERT INTO district_flows AS f (day, receiving_code, giving_code, minutes, visits)
  SELECT t.day, t.receiving_code, t.giving_code, sum(t.minutes), sum(t.visits)
  FROM sealed s JOIN bank_served() AS t ON t.id = s.transfer_id
  WHERE t.id BETWEEN first AND last
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (day, receiving_code, giving_code) DO UPDATE
    SET minutes = f.minutes + excluded.minutes, visits = f.visits + excluded.visits;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER unsealed_total AFTER DELETE ON unsealed REFERENCING OLD TABLE AS sealed FOR EACH STATEMENT EXECUTE FUNCTION bank_total();
--> statement-breakpoint
ALTER TABLE "scores_due" DROP CONSTRAINT "scores_due_subject_kind_subject_id_month_pk";--> statement-breakpoint
ALTER TABLE "scores_due" ADD COLUMN "position" bigserial PRIMARY KEY NOT NULL;
