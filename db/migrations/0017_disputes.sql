CREATE TABLE "call_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"attempt" smallint NOT NULL,
	"outcome" text NOT NULL,
	"note_sealed" "bytea",
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	CONSTRAINT "call_attempts_nth" UNIQUE("order_id","attempt")
);
--> statement-breakpoint
CREATE TABLE "complaint_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"complaint_id" uuid NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "complaint_steps_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"step" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "dispute_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"dispute_id" uuid NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "dispute_steps_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"step" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"outcome" text,
	"paid" bigint,
	"text_sealed" "bytea"
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"visit_id" uuid,
	"elder_id" uuid NOT NULL,
	"provider_id" uuid,
	"area_code" text NOT NULL,
	"district_code" text NOT NULL,
	"helper_ids" uuid[] NOT NULL,
	"state" text NOT NULL,
	"reason_code" text NOT NULL,
	"text_sealed" "bytea",
	"opened_by" text NOT NULL,
	"opened_role" text NOT NULL,
	"on_behalf_of" uuid,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	"is_suspended" boolean NOT NULL,
	"needs_second" boolean DEFAULT false NOT NULL,
	"outcome" text,
	"paid" bigint,
	"decision_sealed" "bytea",
	"decided_by" text,
	"second_by" text,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "disputes_decided" CHECK (("disputes"."state" = 'decided') = ("disputes"."decided_at" is not null)),
	CONSTRAINT "disputes_outcome" CHECK (("disputes"."state" = 'open') = ("disputes"."outcome" is null) and ("disputes"."outcome" is null) = ("disputes"."decided_by" is null)
        and ("disputes"."outcome" is null) = ("disputes"."paid" is null)),
	CONSTRAINT "disputes_paid" CHECK ("disputes"."amount" >= 0 and case "disputes"."outcome" when 'nothing' then "disputes"."paid" = 0 when 'part' then "disputes"."paid" > 0 and "disputes"."paid" < "disputes"."amount" else coalesce("disputes"."paid", 0) >= 0 end),
	CONSTRAINT "disputes_not_by_opener" CHECK ("disputes"."opened_by" not in ("disputes"."decided_by", "disputes"."second_by")),
	CONSTRAINT "disputes_second_person" CHECK ("disputes"."second_by" is distinct from "disputes"."decided_by" or "disputes"."second_by" is null),
	CONSTRAINT "disputes_second_agreed" CHECK ("disputes"."state" <> 'decided' or not "disputes"."needs_second" or "disputes"."second_by" is not null)
);
--> statement-breakpoint
DROP INDEX "alerts_once";--> statement-breakpoint
ALTER TABLE "alerts" ALTER COLUMN "visit_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "complaints" ALTER COLUMN "state" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "alerts" ADD COLUMN "owner_user_id" text;--> statement-breakpoint
ALTER TABLE "holds" ADD COLUMN "suspense_id" uuid;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "elder_id" uuid;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "area_code" text;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "helper_ids" uuid[];--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "outcome" text;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "assigned_to" text;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "answer_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "decision_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "decided_by" text;--> statement-breakpoint
ALTER TABLE "complaints" ADD COLUMN "decided_at" timestamp (3) with time zone;--> statement-breakpoint
-- Complaints of before: by when they would have been due, and what was decided of them.
UPDATE complaints c SET elder_id = o.elder_id, area_code = o.area_code,
  helper_ids = array_remove(ARRAY[o.assignee_id, o.second_assignee_id], NULL), due_at = c.at + interval '10 days',
  outcome = CASE c.state WHEN 'upheld' THEN 'founded' WHEN 'dismissed' THEN 'unfounded' END,
  decided_by = CASE WHEN c.state <> 'open' THEN 'before_steps' END, decided_at = CASE WHEN c.state <> 'open' THEN c.at END,
  state = CASE WHEN c.state = 'open' THEN 'open' ELSE 'decided' END
FROM orders o WHERE o.id = c.order_id;--> statement-breakpoint
ALTER TABLE "complaints" ALTER COLUMN "elder_id" SET NOT NULL, ALTER COLUMN "area_code" SET NOT NULL,
  ALTER COLUMN "helper_ids" SET NOT NULL, ALTER COLUMN "due_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "call_attempts" ADD CONSTRAINT "call_attempts_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "complaint_steps" ADD CONSTRAINT "complaint_steps_complaint_id_complaints_id_fk" FOREIGN KEY ("complaint_id") REFERENCES "complaints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dispute_steps" ADD CONSTRAINT "dispute_steps_dispute_id_disputes_id_fk" FOREIGN KEY ("dispute_id") REFERENCES "disputes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "disputes" ADD CONSTRAINT "disputes_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "complaint_steps_complaint" ON "complaint_steps" USING btree ("complaint_id");--> statement-breakpoint
CREATE INDEX "dispute_steps_dispute" ON "dispute_steps" USING btree ("dispute_id");--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_order" ON "disputes" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "disputes_elder" ON "disputes" USING btree ("elder_id","id");--> statement-breakpoint
CREATE INDEX "disputes_provider" ON "disputes" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "disputes_district" ON "disputes" USING btree ("district_code","id");--> statement-breakpoint
CREATE INDEX "disputes_undecided" ON "disputes" USING btree ("id") WHERE state <> 'decided';--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_suspense_id_accounts_id_fk" FOREIGN KEY ("suspense_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_state" ON "alerts" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "alerts_owner" ON "alerts" USING btree ("owner_user_id") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "holds_suspended_account" ON "holds" USING btree ("account_id") WHERE state = 'suspended';--> statement-breakpoint
CREATE INDEX "orders_unassigned" ON "orders" USING btree ("start_at") WHERE state in ('requested', 'offered');--> statement-breakpoint
CREATE INDEX "orders_unconfirmed" ON "orders" USING btree ("district_code","due_at","id") WHERE state = 'finished';--> statement-breakpoint
CREATE INDEX "complaints_elder" ON "complaints" USING btree ("elder_id","id");--> statement-breakpoint
CREATE INDEX "complaints_provider" ON "complaints" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "complaints_district" ON "complaints" USING btree ("district_code","id");--> statement-breakpoint
CREATE INDEX "complaints_undecided" ON "complaints" USING btree ("id") WHERE state <> 'decided';--> statement-breakpoint
CREATE INDEX "users_desk_idx" ON "users" USING btree ("area_code","role") WHERE role in ('dispatcher', 'regulator');--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_once" ON "alerts" USING btree (coalesce("visit_id", "order_id"),"kind");--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_suspended" CHECK (("holds"."state" = 'suspended') = ("holds"."suspense_id" is not null));--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_decided" CHECK (("complaints"."state" = 'decided') = ("complaints"."outcome" is not null) and ("complaints"."outcome" is null) = ("complaints"."decided_at" is null));--> statement-breakpoint
ALTER TABLE "complaints" ADD CONSTRAINT "complaints_not_by_complainer" CHECK ("complaints"."outcome" is null or "complaints"."outcome" = 'withdrawn' or "complaints"."decided_by" <> "complaints"."by");--> statement-breakpoint
CREATE TRIGGER dispute_steps_append_only BEFORE UPDATE OR DELETE ON dispute_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER dispute_steps_kept BEFORE TRUNCATE ON dispute_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint

-- A dispute that is decided stays as it was decided.
CREATE FUNCTION keep_decided_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a decided dispute stays as it is' USING ERRCODE = 'HZ003';
END $$;--> statement-breakpoint
CREATE TRIGGER disputes_decided_kept BEFORE UPDATE OR DELETE ON disputes FOR EACH ROW
  WHEN (OLD.state = 'decided') EXECUTE FUNCTION keep_decided_dispute();--> statement-breakpoint

-- S3: an order is disputed exactly while it has a dispute that is not decided. Looked at when the transaction ends.
CREATE FUNCTION guard_disputed_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  now_state text;
BEGIN
  SELECT state INTO now_state FROM orders WHERE id = NEW.id;
  IF (now_state = 'disputed') <> EXISTS (SELECT FROM disputes d WHERE d.order_id = NEW.id AND d.state <> 'decided') THEN
    RAISE EXCEPTION 'an order is disputed exactly while its dispute is not decided' USING ERRCODE = 'HZ003';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER orders_disputed AFTER UPDATE OF state ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (NEW.state = 'disputed' OR OLD.state = 'disputed')) EXECUTE FUNCTION guard_disputed_order();--> statement-breakpoint

-- Which kinds of account may give to which for a cause (T3–T10); corrections follow the transfer they correct. What is
-- disputed goes from where it was set aside into suspense, and back there to be paid or given back.
CREATE OR REPLACE FUNCTION bank_allows(cause text, debit_kind text, credit_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT cause = 'reversal' OR (cause || ' ' || debit_kind || ' ' || credit_kind) = ANY ('{
    visit personal personal, visit personal team, visit personal provider, visit personal clearing,
    visit grant personal, visit grant team, visit grant provider, visit grant clearing,
    visit pool personal, visit pool team, visit pool provider, visit pool clearing,
    dispute personal suspense, dispute grant suspense, dispute pool suspense,
    dispute suspense personal, dispute suspense grant, dispute suspense pool,
    grant issuance grant, lapse grant issuance, gift personal personal, donation personal pool, donation team pool,
    settlement personal clearing, settlement pool clearing, settlement provider clearing,
    settlement clearing personal, settlement clearing pool, settlement clearing provider,
    import issuance personal, import issuance team, import issuance pool, import issuance grant,
    closing personal personal, closing personal pool, closing team pool, closing grant issuance,
    recovery personal receivable, recovery team receivable, recovery provider receivable,
    receivable receivable personal, receivable receivable team, receivable receivable grant, receivable receivable suspense}'::text[])
$$;--> statement-breakpoint

-- The functions that must know of disputes: a frozen account's hold can be disputed; only the two functions below post for
-- one; such a transfer is undone by the decision and not by a correction; and an account to which something may come back
-- does not close. And what gives to itself is refused as that, also where the account has nothing;
-- and what came to be held while a settlement waited for its accounts is not paid from, for those are not locked.
DO $$
DECLARE
  change record;
  body text;
BEGIN
  FOR change IN SELECT * FROM (VALUES
    ('bank_check', $c$p.cause IN ('reversal', 'receivable', 'lapse', 'closing')$c$, $c$p.cause IN ('reversal', 'receivable', 'lapse', 'closing', 'dispute')$c$),
    ('bank_post', $c$p.cause IN ('visit', 'reversal', 'receivable')$c$, $c$p.cause IN ('visit', 'dispute', 'reversal', 'receivable')$c$),
    ('bank_post_one', $c$r.cause NOT IN ('visit', 'reversal',$c$, $c$r.debit <> r.credit AND r.cause NOT IN ('visit', 'dispute', 'reversal',$c$),
    ('bank_settle', $c$  posted_at timestamptz;$c$, $c$  posted_at timestamptz;
  locked uuid[];$c$),
    ('bank_settle', $c$  posted_at := bank_lock(ARRAY(
    SELECT h.account_id FROM holds h
    WHERE h.order_id = ANY (ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(settlements) AS r("orderId" uuid)))
    UNION SELECT c.account FROM jsonb_to_recordset(settlements) AS r(credits jsonb), jsonb_to_recordset(r.credits) AS c(account uuid)),
    (act ->> 'at')::timestamptz);$c$, $c$  locked := ARRAY(
    SELECT h.account_id FROM holds h
    WHERE h.order_id = ANY (ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(settlements) AS r("orderId" uuid)))
    UNION SELECT c.account FROM jsonb_to_recordset(settlements) AS r(credits jsonb), jsonb_to_recordset(r.credits) AS c(account uuid));
  posted_at := bank_lock(locked, (act ->> 'at')::timestamptz);$c$),
    ('bank_settle', $c$ON h.order_id = t.order_id AND h.state = 'open' JOIN$c$, $c$ON h.order_id = t.order_id AND h.state = 'open'
        AND h.account_id = ANY (locked) JOIN$c$),
    ('bank_ask_reversal', $c$t.cause IN ('reversal', 'receivable', 'recovery')$c$, $c$t.cause IN ('reversal', 'receivable', 'recovery', 'dispute')$c$),
    ('bank_close', $c$(a.balance <> 0 OR a.held <> 0))$c$, $c$(a.balance <> 0 OR a.held <> 0
    OR NOT bank_sharded(a.kind) AND EXISTS (SELECT FROM holds h WHERE h.account_id = a.id AND h.state = 'suspended')))$c$)
    ) AS c(name, before, after)
  LOOP
    body := pg_get_functiondef(change.name::regproc);
    IF position(change.before IN body) = 0 THEN
      RAISE EXCEPTION '% is not the function that is to be changed', change.name;
    END IF;
    EXECUTE replace(body, change.before, change.after);
  END LOOP;
END $$;--> statement-breakpoint

-- What is disputed lies in suspense and lasts as long as it takes.
DROP FUNCTION bank_prolong(uuid[], timestamptz);--> statement-breakpoint

-- Moves what is set aside for orders into suspense accounts, one an owner and currency: [{orderId, ownerId, by}]. An order
-- for which nothing is set aside is passed over. Returns by order what lies there.
CREATE FUNCTION bank_suspend(requests jsonb, act jsonb) RETURNS TABLE (order_id uuid, amount bigint) LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  -- What is held for an order by the time these are locked may have come since: it is left as it is.
  locked uuid[];
  posted_at timestamptz;
  postings jsonb;
BEGIN
  PERFORM bank_open((
    SELECT jsonb_agg(DISTINCT jsonb_build_object('ownerId', r."ownerId", 'kind', 'suspense', 'currency', a.currency))
    FROM jsonb_to_recordset(requests) AS r("orderId" uuid, "ownerId" text)
    JOIN holds h ON h.order_id = r."orderId" AND h.state = 'open' JOIN accounts a ON a.id = h.account_id), (act ->> 'at')::timestamptz);
  locked := ARRAY(
    SELECT h.account_id FROM jsonb_to_recordset(requests) AS r("orderId" uuid) JOIN holds h ON h.order_id = r."orderId" AND h.state = 'open'
    UNION SELECT a.id FROM jsonb_to_recordset(requests) AS r("ownerId" text)
      JOIN accounts a ON a.owner_id = r."ownerId" AND a.kind = 'suspense');
  posted_at := bank_lock(locked, (act ->> 'at')::timestamptz);
  WITH kept AS (
    UPDATE holds h SET state = 'suspended', suspense_id = s.id
    FROM jsonb_to_recordset(requests) AS r("orderId" uuid, "ownerId" text, by jsonb), accounts a, accounts s
    WHERE h.order_id = r."orderId" AND h.state = 'open' AND a.id = h.account_id AND h.account_id = ANY (locked)
      AND (s.owner_id, s.kind, s.currency) = (r."ownerId", 'suspense', a.currency)
    RETURNING h.order_id, h.account_id, h.shard, h.amount, h.suspense_id, a.currency, r.by
  ), freed AS (
    UPDATE accounts a SET held = a.held - f.amount FROM (
      SELECT k.account_id, sum(k.amount) AS amount FROM kept k WHERE k.shard IS NULL GROUP BY k.account_id) AS f WHERE a.id = f.account_id
  ), freed_shards AS (
    UPDATE account_shards s SET held = s.held - f.amount FROM (
      SELECT k.account_id, k.shard, sum(k.amount) AS amount FROM kept k WHERE k.shard IS NOT NULL GROUP BY k.account_id, k.shard) AS f
    WHERE s.account_id = f.account_id AND s.shard = f.shard
  )
  SELECT jsonb_agg(jsonb_build_object('debit', k.account_id, 'credit', k.suspense_id, 'amount', k.amount, 'currency', k.currency,
    'cause', 'dispute', 'causeId', k.order_id, 'shard', k.shard, 'by', k.by,
    -- An account's transfers are each later than the one before, so that no two have the same key.
    'key', concat_ws(':', 'suspend', k.order_id, k.account_id, extract(epoch FROM posted_at))) ORDER BY k.order_id, k.account_id)
  INTO postings FROM kept k;
  IF postings IS NOT NULL THEN
    PERFORM bank_write(postings, posted_at, act, NULL);
  END IF;
  RETURN QUERY SELECT h.order_id, sum(h.amount)::bigint FROM holds h
    WHERE h.order_id IN (SELECT r."orderId" FROM jsonb_to_recordset(requests) AS r("orderId" uuid)) AND h.state = 'suspended'
    GROUP BY h.order_id;
END $$;--> statement-breakpoint

-- Moves what lies in suspense for orders back to the accounts it came from, set aside there as before.
CREATE FUNCTION bank_resume(order_ids uuid[], act jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  -- What is suspended for an order by the time these are locked may have come since: it is left as it is.
  locked uuid[] := ARRAY(
    SELECT unnest(ARRAY[h.account_id, h.suspense_id]) FROM holds h WHERE h.order_id = ANY (order_ids) AND h.state = 'suspended');
  posted_at timestamptz := bank_lock(locked, (act ->> 'at')::timestamptz);
  postings jsonb;
  mine smallint := bank_shard();
BEGIN
  SELECT jsonb_agg(jsonb_build_object('debit', h.suspense_id, 'credit', h.account_id, 'amount', h.amount, 'currency', a.currency,
    'cause', 'dispute', 'causeId', h.order_id,
    'key', concat_ws(':', 'resume', h.order_id, h.account_id, extract(epoch FROM posted_at))) ORDER BY h.order_id, h.account_id)
  INTO postings FROM holds h JOIN accounts a ON a.id = h.account_id
  WHERE h.order_id = ANY (order_ids) AND h.state = 'suspended' AND h.account_id = ANY (locked) AND h.suspense_id = ANY (locked);
  IF postings IS NULL THEN RETURN 0; END IF;
  PERFORM bank_write(postings, posted_at, act, NULL);
  WITH kept AS (
    -- What came back to a sharded account lies in the shard of this connection.
    UPDATE holds h SET state = 'open', suspense_id = NULL, shard = CASE WHEN h.shard IS NOT NULL THEN mine END
    WHERE h.order_id = ANY (order_ids) AND h.state = 'suspended' AND h.account_id = ANY (locked) AND h.suspense_id = ANY (locked)
    RETURNING h.account_id, h.shard, h.amount
  ), kept_shards AS (
    UPDATE account_shards s SET held = s.held + k.amount FROM (
      SELECT account_id, sum(amount) AS amount FROM kept WHERE shard IS NOT NULL GROUP BY account_id) AS k
    WHERE s.account_id = k.account_id AND s.shard = mine
  )
  UPDATE accounts a SET held = a.held + k.amount FROM (
    SELECT account_id, sum(amount) AS amount FROM kept WHERE shard IS NULL GROUP BY account_id) AS k WHERE a.id = k.account_id;
  RETURN jsonb_array_length(postings);
END $$;--> statement-breakpoint

-- As the ledger's other functions: with their owner's rights, and planned once, by index.
DO $$
DECLARE
  act record;
BEGIN
  FOR act IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('bank_suspend', 'bank_resume')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, public, pg_temp', act.name, current_schema());
    EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', act.name);
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', act.name);
    EXECUTE format('ALTER FUNCTION %s SET enable_bitmapscan = off', act.name);
  END LOOP;
END $$;--> statement-breakpoint

-- Orders disputed before there was this book: each gets its dispute, and what was set aside for it goes into suspense.
INSERT INTO disputes (id, order_id, visit_id, elder_id, provider_id, area_code, district_code, helper_ids, state, reason_code, opened_by,
  opened_role, on_behalf_of, opened_at, currency, amount, is_suspended)
SELECT h.id, o.id, o.visit_id, o.elder_id, o.provider_id, o.area_code, o.district_code,
  array_remove(ARRAY[o.assignee_id, o.second_assignee_id], NULL), 'open', 'other', h.actor_id, h.actor_role, h.on_behalf_of, h.at,
  CASE o.payer WHEN 'time_bank' THEN 'min' ELSE 'fen' END, coalesce(k.amount, o.price_fen), k.amount IS NOT NULL
FROM orders o
CROSS JOIN LATERAL (
  SELECT * FROM order_history x WHERE x.order_id = o.id AND x.to_state = 'disputed' ORDER BY x.version DESC LIMIT 1) AS h
CROSS JOIN LATERAL (SELECT sum(amount) AS amount FROM holds x WHERE x.order_id = o.id AND x.state = 'open') AS k
WHERE o.state = 'disputed';--> statement-breakpoint
INSERT INTO dispute_steps (id, dispute_id, step, at, actor_id)
SELECT d.id, d.id, 'opened', d.opened_at, d.opened_by FROM disputes d;--> statement-breakpoint
SELECT ensure_partitions(now() - interval '1 month', now() + interval '13 months');--> statement-breakpoint
SELECT bank_suspend(jsonb_agg(jsonb_build_object('orderId', d.order_id, 'ownerId', d.district_code)),
  jsonb_build_object('actorId', 'migration:disputes', 'role', 'system', 'at', now()))
FROM disputes d WHERE d.is_suspended HAVING count(*) > 0;
--> statement-breakpoint
CREATE TRIGGER complaint_steps_append_only BEFORE UPDATE OR DELETE ON complaint_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER complaint_steps_kept BEFORE TRUNCATE ON complaint_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER call_attempts_append_only BEFORE UPDATE OR DELETE ON call_attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER call_attempts_kept BEFORE TRUNCATE ON call_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
INSERT INTO complaint_steps (id, complaint_id, step, at, actor_id)
SELECT c.id, c.id, 'taken', c.at, c.by FROM complaints c;
