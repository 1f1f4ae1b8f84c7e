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
	"reason" text,
	CONSTRAINT "kinships_two_persons" CHECK ("kinships"."person_id" <> "kinships"."relative_id"),
	CONSTRAINT "kinships_second_person" CHECK ("kinships"."decided_by" is null or "kinships"."decided_by" <> "kinships"."asked_by")
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
CREATE UNIQUE INDEX "clearings_reference" ON "clearings" USING btree ("partner_code","reference");--> statement-breakpoint
CREATE INDEX "clearings_open" ON "clearings" USING btree ("partner_code","proposed_at") WHERE state = 'proposed';--> statement-breakpoint
CREATE INDEX "clearings_partner" ON "clearings" USING btree ("partner_code","proposed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_current" ON "signing_keys" USING btree ((retired_at is null)) WHERE retired_at is null;--> statement-breakpoint
CREATE INDEX "tree_heads_at" ON "tree_heads" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "tree_leaves_position" ON "tree_leaves" USING btree ("position");--> statement-breakpoint
ALTER TABLE "volunteers" ADD CONSTRAINT "volunteers_team_id_teams_id_fk" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "holds_expiry" ON "holds" USING btree ("expires_at") WHERE state = 'open';--> statement-breakpoint
ALTER TABLE "account_shards" ADD CONSTRAINT "account_shards_available" CHECK ("account_shards"."held" >= 0 and "account_shards"."balance" - "account_shards"."held" >= "account_shards"."floor");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_closed_empty" CHECK ("accounts"."closed_at" is null or ("accounts"."balance" = 0 and "accounts"."held" = 0));--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_available" CHECK ("accounts"."held" >= 0 and "accounts"."balance" - "accounts"."held" >= "accounts"."floor");