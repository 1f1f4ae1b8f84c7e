-- The ledger anew (T1–T11): one row a transfer, written by functions only. A transfer names both its sides, so it is
-- balanced by its shape; both entries of it are a view.
DROP VIEW account_balances;
DROP FUNCTION bank_post(jsonb);
DROP FUNCTION bank_hold(jsonb);
DROP FUNCTION bank_release(uuid[], timestamptz);
DROP FUNCTION bank_settle(jsonb);

-- The role under which the application works; what it may do is granted after every migration.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'huzhu_app') THEN
    CREATE ROLE huzhu_app NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'huzhu_app', 'MEMBER') THEN
    EXECUTE format('GRANT huzhu_app TO %I', current_user);
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the database''s user may not make the role huzhu_app; an administrator runs once: CREATE ROLE huzhu_app NOLOGIN; GRANT huzhu_app TO %;', current_user;
END $$;

-- What was posted before is carried over, with the balances after each transfer.
DROP TRIGGER transfers_append_only ON transfers;
DROP TRIGGER transfers_kept ON transfers;
ALTER TABLE transfers RENAME TO transfers_before;
ALTER TABLE transfers_before DROP CONSTRAINT transfers_pkey;
DROP INDEX transfers_once, transfers_cause;
CREATE TABLE transfers (
  id uuid PRIMARY KEY NOT NULL,
  currency text NOT NULL,
  debit_account_id uuid NOT NULL,
  credit_account_id uuid NOT NULL,
  amount bigint NOT NULL,
  debit_balance_after bigint,
  credit_balance_after bigint,
  cause text NOT NULL,
  cause_id uuid,
  author text NOT NULL,
  idempotency_key text NOT NULL,
  policy_id uuid,
  at timestamp(3) with time zone NOT NULL,
  lapses_at timestamp(3) with time zone,
  CONSTRAINT transfers_two_sides CHECK (amount > 0 AND debit_account_id <> credit_account_id)
) PARTITION BY RANGE (id);
CREATE INDEX transfers_debit ON transfers USING btree (debit_account_id, id);
CREATE INDEX transfers_credit ON transfers USING btree (credit_account_id, id);
CREATE INDEX transfers_cause ON transfers USING btree (cause_id) WHERE cause_id IS NOT NULL;

-- A month of an append-only book cannot be emptied at once either.
CREATE OR REPLACE FUNCTION ensure_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  book text;
  month timestamp;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huzhu.partitions'));
  FOREACH book IN ARRAY ARRAY['audit', 'events', 'order_history', 'transfers', 'visit_evidence', 'visits'] LOOP
    month := date_trunc('month', from_at AT TIME ZONE 'UTC');
    WHILE month < until_at AT TIME ZONE 'UTC' LOOP
      IF to_regclass(format('%I.%I', current_schema(), book || to_char(month, '_YYYY_MM'))) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
          book || to_char(month, '_YYYY_MM'), book,
          uuid_floor(month AT TIME ZONE 'UTC'), uuid_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
        IF book <> 'visits' THEN
          EXECUTE format('CREATE TRIGGER kept BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
            book || to_char(month, '_YYYY_MM'));
        END IF;
        made := made + 1;
      END IF;
      month := month + interval '1 month';
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
SELECT ensure_partitions(least((SELECT min(at) FROM transfers_before), now() - interval '1 month'), now() + interval '13 months');

INSERT INTO transfers (id, currency, debit_account_id, credit_account_id, amount, debit_balance_after, credit_balance_after,
  cause, cause_id, author, idempotency_key, policy_id, at)
SELECT t.id, t.currency, t.debit_account_id, t.credit_account_id, t.amount, d.balance_after, c.balance_after,
  t.cause, t.cause_id, t.author, t.idempotency_key, t.policy_id, t.at
FROM transfers_before t
JOIN entries d ON d.transfer_id = t.id AND d.account_id = t.debit_account_id
JOIN entries c ON c.transfer_id = t.id AND c.account_id = t.credit_account_id;
INSERT INTO transfer_keys SELECT idempotency_key, id FROM transfers;
INSERT INTO unsealed SELECT id FROM transfers ORDER BY id;
INSERT INTO settlements (order_id, approval, amount, policy_id, author, at)
SELECT cause_id, 'before_settlements', sum(amount), (array_agg(policy_id))[1], min(author), min(at) FROM transfers
WHERE cause = 'visit' GROUP BY cause_id;
UPDATE accounts a SET last_at = l.at FROM (
  SELECT account_id, max(at) AS at FROM entries GROUP BY account_id) AS l WHERE l.account_id = a.id;
DROP TABLE transfers_before;
DROP TABLE entries CASCADE;

-- Keys of one moment lie side by side in a tree, where all who write at once would wait for the same page.
DROP INDEX audit_record;
CREATE INDEX audit_record ON audit USING hash (record_id);

-- An order is held for by one request: of its holds the first takes the order's place.
ALTER TABLE holds ADD COLUMN is_first boolean NOT NULL DEFAULT true;
UPDATE holds h SET is_first = false
WHERE EXISTS (SELECT FROM holds o WHERE o.order_id = h.order_id AND o.account_id < h.account_id);
CREATE UNIQUE INDEX holds_order_once ON holds USING btree (order_id) WHERE is_first;

CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_kept BEFORE TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_keys_append_only BEFORE UPDATE OR DELETE ON transfer_keys FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfer_keys_kept BEFORE TRUNCATE ON transfer_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlements_append_only BEFORE UPDATE OR DELETE ON settlements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER settlements_kept BEFORE TRUNCATE ON settlements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_leaves_append_only BEFORE UPDATE OR DELETE ON tree_leaves FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_leaves_kept BEFORE TRUNCATE ON tree_leaves FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_nodes_append_only BEFORE UPDATE OR DELETE ON tree_nodes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_nodes_kept BEFORE TRUNCATE ON tree_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_heads_append_only BEFORE UPDATE OR DELETE ON tree_heads FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tree_heads_kept BEFORE TRUNCATE ON tree_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE VIEW account_balances AS
  SELECT a.id, a.currency, a.kind, a.owner_id,
    a.balance + coalesce((SELECT sum(s.balance) FROM account_shards s WHERE s.account_id = a.id), 0)::bigint AS balance,
    a.held + coalesce((SELECT sum(s.held) FROM account_shards s WHERE s.account_id = a.id), 0)::bigint AS held,
    a.floor, a.opened_at, a.frozen_at, a.closed_at
  FROM accounts a;

-- Each transfer as its two sides; a debit is negative.
CREATE VIEW entries AS
  SELECT id AS transfer_id, debit_account_id AS account_id, -amount AS amount, debit_balance_after AS balance_after, at,
    cause, cause_id, credit_account_id AS counter_account_id
  FROM transfers
  UNION ALL
  SELECT id, credit_account_id, amount, credit_balance_after, at, cause, cause_id, debit_account_id FROM transfers;

-- Which kinds of account may give to which for a cause (T3–T10); corrections follow the transfer they correct.
CREATE FUNCTION bank_allows(cause text, debit_kind text, credit_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT cause = 'reversal' OR (cause || ' ' || debit_kind || ' ' || credit_kind) = ANY ('{
    visit personal personal, visit personal team, visit personal provider, visit personal clearing, visit personal suspense,
    visit grant personal, visit grant team, visit grant provider, visit grant clearing, visit grant suspense,
    visit pool personal, visit pool team, visit pool provider, visit pool clearing, visit pool suspense,
    visit suspense personal, visit suspense team, visit suspense provider, visit suspense clearing,
    grant issuance grant, lapse grant issuance, gift personal personal, donation personal pool, donation team pool,
    settlement personal clearing, settlement pool clearing, settlement provider clearing,
    settlement clearing personal, settlement clearing pool, settlement clearing provider,
    import issuance personal, import issuance team, import issuance pool, import issuance grant,
    closing personal personal, closing personal pool, closing team pool, closing grant issuance,
    recovery personal receivable, recovery team receivable, recovery provider receivable,
    receivable receivable personal, receivable receivable team, receivable receivable grant, receivable receivable suspense}'::text[])
$$;

-- The key of the n-th transfer of a posting at an instant, in milliseconds of Unix time: a UUIDv7 whose order is the order
-- of posting. The instant comes as a number, for with a time zone in it the function could not be planned as part of a query.
CREATE FUNCTION bank_id(ms bigint, n integer, key text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(ms + n / 4096), 12, '0') || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(key), 4, 15))::uuid
$$;

-- The shard in which this connection keeps its part of a sharded account.
CREATE FUNCTION bank_shard() RETURNS smallint LANGUAGE sql STABLE AS $$
  SELECT (pg_backend_pid() % 64)::smallint
$$;

-- Locks accounts in key order and says when the transfer is posted: at the instant, or just after their last one.
CREATE FUNCTION bank_lock(ids uuid[], at timestamptz) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  latest timestamptz;
BEGIN
  SELECT max(l.last_at) INTO latest FROM (
    SELECT a.last_at FROM accounts a WHERE a.id = ANY (ids) AND NOT bank_sharded(a.kind) ORDER BY a.id FOR NO KEY UPDATE) AS l;
  RETURN greatest(at, latest + interval '1 millisecond');
END $$;

-- Gives the caller's shard at least `need` of what an account has available, and the others their even share of the rest.
-- Only the shards that are locked here are counted and changed; one that appears meanwhile keeps what it has.
CREATE FUNCTION bank_spread(account uuid, need bigint, mine smallint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  a record;
  whole record;
  share bigint;
BEGIN
  SELECT kind, currency, floor INTO a FROM accounts WHERE id = account FOR NO KEY UPDATE;
  INSERT INTO account_shards (account_id, shard, balance) VALUES (account, mine, 0) ON CONFLICT DO NOTHING;
  SELECT sum(l.balance)::bigint AS balance, sum(l.held)::bigint AS held, (sum(l.balance - l.held) - a.floor)::bigint AS available,
    count(*) AS n, array_agg(l.shard) AS shards INTO whole FROM (
    SELECT s.shard, s.balance, s.held FROM account_shards s WHERE s.account_id = account ORDER BY s.shard FOR UPDATE) AS l;
  IF whole.available < need THEN
    RAISE EXCEPTION '%', CASE WHEN a.kind = 'clearing' THEN 'over_limit' WHEN a.currency = 'min' THEN 'not_enough_hours'
      ELSE 'not_enough_subsidy' END USING ERRCODE = 'HZ001', DETAIL = 'amount',
      HINT = jsonb_build_object('left', greatest(0, whole.available));
  END IF;
  share := (whole.available - need) / whole.n;
  UPDATE account_shards s SET balance = s.held + share, floor = 0
  WHERE s.account_id = account AND s.shard = ANY (whole.shards) AND s.shard <> mine;
  UPDATE account_shards s SET floor = a.floor, balance = whole.balance - share * (whole.n - 1)
    - (whole.held - s.held) WHERE s.account_id = account AND s.shard = mine;
END $$;

-- Sets minutes or fen of a sharded account aside, in the caller's own shard.
CREATE FUNCTION bank_hold_shard(account uuid, amount bigint, mine smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE account_shards s SET held = s.held + amount
  WHERE s.account_id = account AND s.shard = mine AND s.balance - s.held - amount >= s.floor;
  IF FOUND THEN RETURN; END IF;
  PERFORM bank_spread(account, amount, mine);
  UPDATE account_shards s SET held = s.held + amount WHERE s.account_id = account AND s.shard = mine;
END $$;

-- Refuses transfers whose accounts cannot give or take them, with the reason; one that is posted already under its key is
-- not looked at again. A freeze stops all but corrections, what lapses, and the closing of the account. Says whether one of
-- the transfers takes from a sharded account that has a floor.
CREATE FUNCTION bank_check(postings jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  bad record;
BEGIN
  SELECT q.* INTO bad FROM (
    SELECT p.key, d.id AS debit, c.id AS credit, p.amount > 0 AND d.id <> c.id AS is_some,
      d.currency = p.currency AND c.currency = p.currency AS is_one_currency,
      coalesce(d.closed_at, c.closed_at) IS NULL AS is_open,
      d.frozen_at IS NULL OR p.cause IN ('reversal', 'receivable', 'lapse', 'closing') AS is_free,
      bank_allows(p.cause, d.kind, c.kind) AS is_allowed, bank_sharded(d.kind) AND d.floor IS NOT NULL AS is_spread
    FROM jsonb_to_recordset(postings) AS p(debit uuid, credit uuid, amount bigint, currency text, cause text, key text)
    LEFT JOIN accounts d ON d.id = p.debit LEFT JOIN accounts c ON c.id = p.credit OFFSET 0) AS q
  WHERE (q.is_some AND q.is_one_currency AND q.is_open AND q.is_free AND q.is_allowed AND NOT q.is_spread) IS NOT TRUE
    AND NOT EXISTS (SELECT FROM transfer_keys k WHERE k.key = q.key)
  ORDER BY (q.is_some AND q.is_one_currency AND q.is_open AND q.is_free AND q.is_allowed) IS TRUE LIMIT 1;
  IF FOUND THEN
    IF bad.debit IS NULL OR bad.credit IS NULL THEN
      RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'account';
    ELSIF bad.is_some IS NOT TRUE THEN
      RAISE EXCEPTION 'invalid' USING ERRCODE = 'HZ001', DETAIL = 'amount';
    ELSIF bad.is_one_currency IS NOT TRUE THEN
      RAISE EXCEPTION 'a transfer needs two accounts of its own currency' USING ERRCODE = 'HZ003';
    ELSIF NOT bad.is_open THEN
      RAISE EXCEPTION 'account_closed' USING ERRCODE = 'HZ001';
    ELSIF NOT bad.is_free THEN
      RAISE EXCEPTION 'account_frozen' USING ERRCODE = 'HZ001';
    ELSIF bad.is_allowed IS NOT TRUE THEN
      RAISE EXCEPTION 'not_transferable' USING ERRCODE = 'HZ001', DETAIL = 'cause';
    END IF;
    RETURN true;
  END IF;
  RETURN false;
END $$;

-- Writes transfers between accounts that are locked: [{debit, credit, amount, currency, cause, causeId, key, policyId,
-- lapsesAt, by}], all or none. Each act, the common one or the posting's own {actorId, role, onBehalfOf}, has one audit row
-- and one event for all whose accounts it touches. A posting whose key was used before for the same is passed over. Returns
-- the transfer of each, in the order given.
CREATE FUNCTION bank_write(postings jsonb, posted_at timestamptz, act jsonb, why text) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  giver record;
  ids uuid[];
  fresh bigint;
  mine smallint := bank_shard();
  act_at timestamptz := (act ->> 'at')::timestamptz;
  act_ms bigint := extract(epoch FROM act_at) * 1000;
  posted_ms bigint := extract(epoch FROM posted_at) * 1000;
BEGIN
  IF bank_check(postings) THEN
    -- Of a pool, a partner's or a provider's account, the shard that gives must have what leaves it: the hold's, or this one.
    FOR giver IN
      SELECT p.debit AS account, coalesce(p.shard, mine) AS shard, sum(p.amount)::bigint AS amount
      FROM jsonb_to_recordset(postings) AS p(debit uuid, amount bigint, key text, shard smallint) JOIN accounts d ON d.id = p.debit
      WHERE bank_sharded(d.kind) AND d.floor IS NOT NULL AND NOT EXISTS (SELECT FROM transfer_keys k WHERE k.key = p.key)
      GROUP BY 1, 2 ORDER BY 1, 2
    LOOP
      PERFORM FROM account_shards s
      WHERE s.account_id = giver.account AND s.shard = giver.shard AND s.balance - s.held - s.floor >= giver.amount FOR UPDATE;
      IF NOT FOUND THEN
        PERFORM bank_spread(giver.account, giver.amount, giver.shard);
      END IF;
    END LOOP;
  END IF;

  WITH asked AS MATERIALIZED (
    SELECT q.*, coalesce(q.by, act) AS whose, (q.n - 1)::integer AS place, bank_id(posted_ms, (q.n - 1)::integer, q.key) AS id
    FROM ROWS FROM (jsonb_to_recordset(postings) AS (debit uuid, credit uuid, amount bigint, currency text, cause text,
      "causeId" uuid, key text, "policyId" uuid, "lapsesAt" timestamptz, shard smallint, by jsonb)) WITH ORDINALITY
      AS q(debit, credit, amount, currency, cause, cause_id, key, policy_id, lapses_at, shard, by, n)
  ), used AS (
    INSERT INTO transfer_keys (key, transfer_id) SELECT key, id FROM asked ON CONFLICT DO NOTHING RETURNING transfer_id
  ), new AS MATERIALIZED (
    SELECT asked.* FROM asked JOIN used ON used.transfer_id = asked.id
  ), sides AS MATERIALIZED (
    SELECT place, debit AS account, -amount AS more, coalesce(shard, mine) AS shard FROM new
    UNION ALL SELECT place, credit, amount, mine FROM new
  ), sums AS (
    SELECT account, shard, sum(more)::bigint AS more, max(place) AS place FROM sides GROUP BY account, shard
  ), moved AS (
    UPDATE accounts a SET balance = a.balance + m.more, last_at = posted_at + (m.place / 4096) * interval '1 millisecond'
    FROM sums m WHERE a.id = m.account AND NOT bank_sharded(a.kind)
    RETURNING a.id, a.balance, a.kind, a.owner_id
  ), spread AS (
    INSERT INTO account_shards (account_id, shard, balance, floor)
    SELECT a.id, m.shard, m.more, CASE WHEN a.floor IS NOT NULL THEN 0 END
    FROM sums m, LATERAL (SELECT a.id, a.kind, a.floor FROM accounts a WHERE a.id = m.account OFFSET 0) AS a
    WHERE bank_sharded(a.kind) AND (m.more >= 0 OR a.floor IS NULL) ORDER BY a.id, m.shard
    ON CONFLICT (account_id, shard) DO UPDATE SET balance = account_shards.balance + excluded.balance
  ), drained AS (
    UPDATE account_shards s SET balance = s.balance + m.more
    FROM sums m, LATERAL (SELECT a.kind, a.floor FROM accounts a WHERE a.id = m.account OFFSET 0) AS a
    WHERE bank_sharded(a.kind) AND m.more < 0 AND a.floor IS NOT NULL AND s.account_id = m.account AND s.shard = m.shard
  ), after AS (
    SELECT s.place, s.account, m.balance - coalesce(sum(s.more) OVER (PARTITION BY s.account ORDER BY s.place
      ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0)::bigint AS balance
    FROM sides s JOIN moved m ON m.id = s.account
  ), posted AS (
    INSERT INTO transfers (id, currency, debit_account_id, credit_account_id, amount, debit_balance_after,
      credit_balance_after, cause, cause_id, author, idempotency_key, policy_id, at, lapses_at)
    SELECT t.id, t.currency, t.debit, t.credit, t.amount, d.balance, c.balance, t.cause, t.cause_id, t.whose ->> 'actorId', t.key,
      t.policy_id, posted_at + (t.place / 4096) * interval '1 millisecond', t.lapses_at
    FROM new t LEFT JOIN after d ON d.place = t.place AND d.account = t.debit
      LEFT JOIN after c ON c.place = t.place AND c.account = t.credit
  ), waiting AS (
    INSERT INTO unsealed (transfer_id) SELECT id FROM new
  ), owners AS MATERIALIZED (
    SELECT n.whose, array_agg(DISTINCT m.owner_id::uuid) AS persons
    FROM new n JOIN sides s ON s.place = n.place JOIN moved m ON m.id = s.account
    WHERE m.kind IN ('personal', 'grant', 'receivable') GROUP BY n.whose
  ), told AS MATERIALIZED (
    SELECT t.whose, min(t.id::text)::uuid AS first, count(*) AS n, (array_agg(t.cause ORDER BY t.place))[1] AS cause,
      coalesce((SELECT o.persons FROM owners o WHERE o.whose = t.whose), '{}') AS persons
    FROM new t GROUP BY t.whose
  ), audited AS (
    INSERT INTO audit (id, at, actor_id, actor_role, on_behalf_of, action, person_id, record_id, reason, detail)
    SELECT bank_id(act_ms, 0, 'audit' || first), act_at, whose ->> 'actorId', whose ->> 'role', (whose ->> 'onBehalfOf')::uuid,
      'ledger.' || cause, CASE WHEN n = 1 THEN persons[1] END, first, why, jsonb_build_object('transfers', n) FROM told
  ), announced AS (
    INSERT INTO outbox (id, kind, record_id, person_ids, at, detail)
    SELECT bank_id(act_ms, 0, 'event' || first), 'account', first, persons, act_at, '{}' FROM told
  )
  SELECT array_agg(id ORDER BY place), (SELECT count(*) FROM new) INTO ids, fresh FROM asked;

  IF fresh < cardinality(ids) THEN
    IF EXISTS (
      SELECT FROM jsonb_to_recordset(postings) AS p(debit uuid, credit uuid, amount bigint, cause text, key text)
      JOIN transfer_keys k ON k.key = p.key JOIN transfers t ON t.id = k.transfer_id
      WHERE (t.debit_account_id, t.credit_account_id, t.amount, t.cause) <> (p.debit, p.credit, p.amount, p.cause)) THEN
      RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'key';
    END IF;
    SELECT array_agg(k.transfer_id ORDER BY p.n) INTO ids
    FROM ROWS FROM (jsonb_to_recordset(postings) AS (key text)) WITH ORDINALITY AS p(key, n) JOIN transfer_keys k ON k.key = p.key;
  END IF;
  RETURN ids;
END $$;

-- Opens accounts that do not exist yet: [{ownerId, kind, currency}]; returns those and the ones there were.
CREATE FUNCTION bank_open(names jsonb, at timestamptz) RETURNS TABLE (id uuid, owner_id text, kind text, currency text)
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO accounts AS a (id, owner_id, kind, currency, opened_at, floor)
  SELECT DISTINCT uuid_of(bank_open.at, concat_ws(':', 'account', n."ownerId", n.kind, n.currency)), n."ownerId", n.kind, n.currency,
    bank_open.at, CASE WHEN n.kind IN ('issuance', 'receivable') THEN NULL ELSE 0 END
  FROM jsonb_to_recordset(names) AS n("ownerId" text, kind text, currency text)
  WHERE NOT EXISTS (SELECT FROM accounts o WHERE (o.owner_id, o.kind, o.currency) = (n."ownerId", n.kind, n.currency))
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT a.id, a.owner_id, a.kind, a.currency
  FROM jsonb_to_recordset(names) AS n("ownerId" text, kind text, currency text)
  JOIN accounts a ON (a.owner_id, a.kind, a.currency) = (n."ownerId", n.kind, n.currency);
END $$;

-- Adds to each transfer that names a cap and a pool what it lifts its account over the cap, as its owner's donation (T4).
CREATE FUNCTION bank_capped(postings jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
  WITH asked AS (
    SELECT e.posting, e.n, q.*, sum(q.amount) OVER (PARTITION BY q.credit ORDER BY e.n) AS deposited
    FROM jsonb_array_elements(postings) WITH ORDINALITY AS e(posting, n),
      jsonb_to_record(e.posting) AS q(credit uuid, amount bigint, cap bigint, pool uuid, key text)
    WHERE NOT EXISTS (SELECT FROM transfer_keys k WHERE k.key = q.key)
  )
  SELECT jsonb_agg(posting ORDER BY n, step) FROM (
    SELECT e.posting, e.n, 0 AS step FROM jsonb_array_elements(postings) WITH ORDINALITY AS e(posting, n)
    UNION ALL
    SELECT q.posting || jsonb_build_object('debit', q.credit, 'credit', q.pool, 'cause', 'donation', 'key', 'overflow:' || q.key,
      'amount', greatest(0, a.balance + q.deposited - q.cap) - greatest(0, a.balance + q.deposited - q.amount - q.cap),
      'isOverflow', true), q.n, 1
    FROM asked q, LATERAL (SELECT a.kind, a.balance FROM accounts a WHERE a.id = q.credit OFFSET 0) AS a
    WHERE a.kind = 'personal' AND q.pool IS NOT NULL AND a.balance + q.deposited > q.cap) AS parts
$$;

-- Whether two persons are verified lineal relatives. A function, so that it is asked for one pair at a time.
CREATE FUNCTION bank_are_lineal(one text, other text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM kinships k WHERE k.state = 'verified' AND k.relation <> 'spouse'
    AND least(k.person_id, k.relative_id) = least(one::uuid, other::uuid)
    AND greatest(k.person_id, k.relative_id) = greatest(one::uuid, other::uuid))
$$;

-- Whether what goes from one account to another goes from person to person without their being lineal relatives (T6).
CREATE FUNCTION bank_is_to_stranger(debit uuid, credit uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM accounts d, accounts c
    WHERE d.id = debit AND c.id = credit AND d.id <> c.id AND d.kind = 'personal' AND c.kind = 'personal'
      AND NOT (d.currency = 'min' AND bank_are_lineal(d.owner_id, c.owner_id)))
$$;

-- Posts transfers, all or none, for every cause that has no function of its own. Returns the transfer of each, in the order
-- given; one whose key was used before for the same is passed over. What goes from person to person goes to a verified lineal
-- relative (T6, T10); with a cap and a pool, what passes the cap goes on to the pool at once.
CREATE FUNCTION bank_post(postings jsonb, act jsonb) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  posted_at timestamptz;
  bad record;
  capped jsonb;
  ids uuid[];
BEGIN
  posted_at := bank_lock(ARRAY(
    SELECT p.debit FROM jsonb_to_recordset(postings) AS p(debit uuid)
    UNION SELECT p.credit FROM jsonb_to_recordset(postings) AS p(credit uuid)), (act ->> 'at')::timestamptz);
  SELECT p.cause INTO bad FROM jsonb_to_recordset(postings) AS p(debit uuid, credit uuid, amount bigint, cause text, key text)
  WHERE (p.cause IN ('visit', 'reversal', 'receivable')
    OR p.cause IN ('gift', 'closing') AND bank_is_to_stranger(p.debit, p.credit)
    -- A debt is paid by who owes it, and not more than is owed.
    OR p.cause = 'recovery' AND NOT EXISTS (
      SELECT FROM accounts d, accounts c
      WHERE d.id = p.debit AND c.id = p.credit AND d.owner_id = c.owner_id AND c.balance + p.amount <= 0))
    AND NOT EXISTS (SELECT FROM transfer_keys k WHERE k.key = p.key) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', CASE WHEN bad.cause IN ('gift', 'closing') THEN 'not_related' ELSE 'not_transferable' END
      USING ERRCODE = 'HZ001', DETAIL = CASE WHEN bad.cause IN ('gift', 'closing') THEN 'credit' ELSE 'cause' END;
  END IF;
  IF NOT EXISTS (SELECT FROM jsonb_to_recordset(postings) AS p(cap bigint) WHERE p.cap IS NOT NULL) THEN
    RETURN bank_write(postings, posted_at, act, NULL);
  END IF;
  capped := bank_capped(postings);
  ids := bank_write(capped, posted_at, act, NULL);
  RETURN ARRAY(SELECT ids[e.n] FROM jsonb_array_elements(capped) WITH ORDINALITY AS e(posting, n)
    WHERE NOT e.posting ? 'isOverflow' ORDER BY e.n);
END $$;

-- An account as a transfer leaves it; its owner where that is a person.
CREATE TYPE bank_side AS (id uuid, balance bigint, kind text, last_at timestamptz, person uuid, is_right boolean);

-- Posts one transfer, as most are, without the joins that a set of them needs; the accounts are locked in key order.
CREATE FUNCTION bank_post_one(posting jsonb, act jsonb) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  p record;
  side bank_side;
  d bank_side;
  c bank_side;
  s record;
  new_id uuid;
BEGIN
  SELECT r.*, (act ->> 'at')::timestamptz AS at, act ->> 'actorId' AS author INTO p
  FROM jsonb_to_record(posting) AS r(debit uuid, credit uuid, amount bigint, currency text, cause text, "causeId" uuid, key text,
    "policyId" uuid, "lapsesAt" timestamptz)
  WHERE r.cause NOT IN ('visit', 'reversal', 'receivable', 'recovery', 'gift', 'closing', 'lapse') AND posting ->> 'cap' IS NULL
    AND NOT EXISTS (SELECT FROM transfer_keys k WHERE k.key = r.key);
  IF NOT FOUND THEN
    RETURN (bank_post(jsonb_build_array(posting), act))[1];
  END IF;

  FOR side IN
    UPDATE accounts SET balance = balance + CASE WHEN id = p.debit THEN -p.amount ELSE p.amount END,
      last_at = greatest(p.at, last_at + interval '1 millisecond')
    WHERE id = ANY (ARRAY[p.debit, p.credit]) AND NOT bank_sharded(kind) AND closed_at IS NULL
    RETURNING id, balance, kind, last_at, CASE WHEN kind IN ('personal', 'grant', 'receivable') THEN owner_id::uuid END,
      currency = p.currency AND (frozen_at IS NULL OR id = p.credit)
  LOOP
    IF side.id = p.debit THEN d := side; ELSE c := side; END IF;
  END LOOP;

  IF (d.is_right AND c.is_right AND p.amount > 0 AND bank_allows(p.cause, d.kind, c.kind)) IS NOT TRUE THEN
    -- One side is sharded, or there is something wrong.
    IF d.kind IS NULL AND c.kind IS NULL THEN
      RETURN (bank_post(jsonb_build_array(posting), act))[1];
    END IF;
    SELECT h.id, h.floor, CASE WHEN h.id = p.debit THEN -p.amount ELSE p.amount END AS more, bank_shard() AS shard
    INTO s FROM accounts h WHERE h.id = CASE WHEN d.kind IS NULL THEN p.debit WHEN c.kind IS NULL THEN p.credit END
      AND bank_sharded(h.kind) AND h.closed_at IS NULL AND h.currency = p.currency AND coalesce(d.is_right, c.is_right)
      AND (h.frozen_at IS NULL OR h.id = p.credit) AND p.amount > 0
      AND bank_allows(p.cause, coalesce(d.kind, h.kind), coalesce(c.kind, h.kind));
    IF NOT FOUND THEN
      PERFORM bank_check(jsonb_build_array(posting));
      RAISE EXCEPTION 'not_transferable' USING ERRCODE = 'HZ001', DETAIL = 'cause';
    END IF;
    UPDATE account_shards h SET balance = h.balance + s.more
    WHERE h.account_id = s.id AND h.shard = s.shard AND (s.more > 0 OR s.floor IS NULL OR h.balance - h.held + s.more >= h.floor);
    IF NOT FOUND THEN
      IF s.more < 0 AND s.floor IS NOT NULL THEN
        PERFORM bank_spread(s.id, p.amount, s.shard);
        UPDATE account_shards h SET balance = h.balance + s.more WHERE h.account_id = s.id AND h.shard = s.shard;
      ELSE
        INSERT INTO account_shards (account_id, shard, balance, floor) VALUES (s.id, s.shard, s.more, CASE WHEN s.floor IS NOT NULL THEN 0 END)
        ON CONFLICT (account_id, shard) DO UPDATE SET balance = account_shards.balance + excluded.balance;
      END IF;
    END IF;
  ELSIF d.last_at <> c.last_at THEN
    UPDATE accounts SET last_at = greatest(d.last_at, c.last_at) WHERE id IN (p.debit, p.credit);
  END IF;

  new_id := bank_id((extract(epoch FROM greatest(d.last_at, c.last_at)) * 1000)::bigint, 0, p.key);
  INSERT INTO transfer_keys (key, transfer_id) VALUES (p.key, new_id);
  INSERT INTO transfers (id, currency, debit_account_id, credit_account_id, amount, debit_balance_after, credit_balance_after,
    cause, cause_id, author, idempotency_key, policy_id, at, lapses_at)
  VALUES (new_id, p.currency, p.debit, p.credit, p.amount, d.balance, c.balance, p.cause, p."causeId", p.author, p.key,
    p."policyId", greatest(d.last_at, c.last_at), p."lapsesAt");
  INSERT INTO unsealed (transfer_id) VALUES (new_id);
  -- The transfer's own key serves its audit row and its event too.
  INSERT INTO audit (id, at, actor_id, actor_role, on_behalf_of, action, person_id, record_id, reason, detail)
  VALUES (new_id, p.at, p.author, act ->> 'role', (act ->> 'onBehalfOf')::uuid, 'ledger.' || p.cause,
    coalesce(d.person, c.person), new_id, NULL, '{"transfers": 1}');
  INSERT INTO outbox (id, kind, record_id, person_ids, at, detail)
  VALUES (new_id, 'account', new_id, array_remove(ARRAY[d.person, c.person], NULL), p.at, '{}');
  RETURN new_id;
END $$;

-- Gives held minutes or fen back to the account that set them aside.
CREATE FUNCTION bank_unhold(account uuid, amount bigint, shard smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF shard IS NULL THEN
    UPDATE accounts a SET held = a.held - amount WHERE a.id = account;
  ELSE
    UPDATE account_shards s SET held = s.held - amount WHERE s.account_id = account AND s.shard = bank_unhold.shard;
  END IF;
END $$;

-- Sets minutes or fen aside for orders (T7): [{orderId, ownerId, currency, amount, kinds, pool, expiresAt}]: the owner's
-- accounts of those kinds, grant before personal, then the pool where one is named (T3). An order that has its hold is
-- passed over; of two requests for one order at once the later finds its place taken.
CREATE FUNCTION bank_hold(requests jsonb, at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  request record;
  account record;
  missing bigint;
  part bigint;
  mine smallint := bank_shard();
  held_now integer := 0;
BEGIN
  PERFORM FROM accounts a
  WHERE a.owner_id IN (SELECT r."ownerId" FROM jsonb_to_recordset(requests) AS r("ownerId" text))
    AND a.kind IN ('grant', 'personal') ORDER BY a.id FOR NO KEY UPDATE;
  FOR request IN
    SELECT * FROM jsonb_to_recordset(requests) AS r("orderId" uuid, "ownerId" text, currency text, amount bigint, kinds text[],
      pool uuid, "expiresAt" timestamptz)
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM holds h WHERE h.order_id = request."orderId");
    IF request.amount IS NULL OR request.amount <= 0 THEN
      RAISE EXCEPTION 'invalid' USING ERRCODE = 'HZ001', DETAIL = 'amount';
    END IF;
    missing := request.amount;
    FOR account IN
      SELECT a.id, a.balance - a.held AS available FROM accounts a
      WHERE a.owner_id = request."ownerId" AND a.currency = request.currency AND a.closed_at IS NULL AND a.frozen_at IS NULL
        AND a.kind = ANY (coalesce(request.kinds, ARRAY['grant', 'personal'])) AND a.kind IN ('grant', 'personal')
        AND a.balance > a.held
      ORDER BY a.kind
    LOOP
      EXIT WHEN missing = 0;
      part := least(missing, account.available);
      INSERT INTO holds (order_id, account_id, amount, state, at, expires_at, is_first)
      VALUES (request."orderId", account.id, part, 'open', bank_hold.at, request."expiresAt", missing = request.amount);
      UPDATE accounts a SET held = a.held + part WHERE a.id = account.id;
      missing := missing - part;
    END LOOP;
    IF missing > 0 AND request.pool IS NOT NULL AND request.currency = 'min' THEN
      PERFORM FROM accounts a WHERE a.id = request.pool AND a.kind = 'pool' AND a.currency = 'min' AND a.closed_at IS NULL AND a.frozen_at IS NULL;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'pool';
      END IF;
      PERFORM bank_hold_shard(request.pool, missing, mine);
      INSERT INTO holds (order_id, account_id, shard, amount, state, at, expires_at, is_first)
      VALUES (request."orderId", request.pool, mine, missing, 'open', bank_hold.at, request."expiresAt", missing = request.amount);
      missing := 0;
    END IF;
    IF missing > 0 THEN
      RAISE EXCEPTION '%', CASE request.currency WHEN 'min' THEN 'not_enough_hours' ELSE 'not_enough_subsidy' END
        USING ERRCODE = 'HZ001', DETAIL = 'payer';
    END IF;
    held_now := held_now + 1;
  END LOOP;
  RETURN held_now;
END $$;

-- Ends open holds of orders, those that are to expire only when their time is over, and gives back what they kept. The
-- accounts are locked first, as in every other function. Returns the orders whose holds it ended.
CREATE FUNCTION bank_end_holds(order_ids uuid[], to_state text, at timestamptz) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  hold record;
  ended uuid[] := '{}';
BEGIN
  PERFORM bank_lock(ARRAY(SELECT h.account_id FROM holds h WHERE h.order_id = ANY (order_ids) AND h.state = 'open'), at);
  FOR hold IN
    UPDATE holds h SET state = to_state, closed_at = bank_end_holds.at
    WHERE h.order_id = ANY (order_ids) AND h.state = 'open' AND (to_state <> 'expired' OR h.expires_at <= bank_end_holds.at)
    RETURNING h.order_id, h.account_id, h.amount, h.shard
  LOOP
    PERFORM bank_unhold(hold.account_id, hold.amount, hold.shard);
    ended := ended || hold.order_id;
  END LOOP;
  RETURN ended;
END $$;

-- Gives back what is still held for orders.
CREATE FUNCTION bank_release(order_ids uuid[], at timestamptz) RETURNS integer LANGUAGE sql SECURITY DEFINER AS $$
  SELECT cardinality(bank_end_holds(order_ids, 'released', at))
$$;

-- Ends holds whose time is over, of at most `most` orders; returns the orders. Several may run at once.
CREATE FUNCTION bank_expire(at timestamptz, most integer) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  RETURN ARRAY(SELECT DISTINCT unnest(bank_end_holds(ARRAY(
    SELECT h.order_id FROM holds h WHERE h.state = 'open' AND h.expires_at <= bank_expire.at ORDER BY h.expires_at LIMIT most
  ), 'expired', at)));
END $$;

-- Lets open holds last until another instant: a dispute keeps them as long as it takes.
CREATE FUNCTION bank_prolong(order_ids uuid[], until timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE holds h SET expires_at = until WHERE h.order_id = ANY (order_ids) AND h.state = 'open'
$$;

-- Settles orders once (T3, T4, T7): [{orderId, visitId, approval, policyId, by, credits: [{account, amount, cap, pool}]}].
-- Pays the credits in their order out of the holds, grant before personal before pool; what lifts a credited account over
-- its cap it donates to the pool at once; what is left of the holds is released. A settlement rests on a verified visit of
-- the order or on an approval's reason.
CREATE FUNCTION bank_settle(settlements jsonb, act jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  bad record;
  posted_at timestamptz;
  wanted integer := jsonb_array_length(settlements);
  written integer;
BEGIN
  posted_at := bank_lock(ARRAY(
    SELECT h.account_id FROM holds h
    WHERE h.order_id = ANY (ARRAY(SELECT r."orderId" FROM jsonb_to_recordset(settlements) AS r("orderId" uuid)))
    UNION SELECT c.account FROM jsonb_to_recordset(settlements) AS r(credits jsonb), jsonb_to_recordset(r.credits) AS c(account uuid)),
    (act ->> 'at')::timestamptz);

  -- Named as a list, so that only the months of these visits are looked into.
  WITH verified AS MATERIALIZED (
    SELECT v.id, v.order_id FROM visits v
    WHERE v.id = ANY (ARRAY(SELECT r."visitId" FROM jsonb_to_recordset(settlements) AS r("visitId" uuid)))
      AND v.verified_minutes IS NOT NULL)
  INSERT INTO settlements AS s (order_id, visit_id, approval, amount, policy_id, author, at)
  SELECT r."orderId", r."visitId", r.approval, (SELECT sum(c.amount) FROM jsonb_to_recordset(r.credits) AS c(amount bigint)),
    r."policyId", coalesce(r.by, act) ->> 'actorId', posted_at
  FROM jsonb_to_recordset(settlements) AS r("orderId" uuid, "visitId" uuid, approval text, "policyId" uuid, by jsonb, credits jsonb)
  LEFT JOIN verified v ON v.id = r."visitId" AND v.order_id = r."orderId"
  WHERE r."visitId" IS NULL OR v.id IS NOT NULL
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written < wanted THEN
    PERFORM FROM jsonb_to_recordset(settlements) AS r("orderId" uuid, "visitId" uuid)
    WHERE r."visitId" IS NOT NULL AND NOT EXISTS (
      SELECT FROM visits v WHERE v.id = r."visitId" AND v.order_id = r."orderId" AND v.verified_minutes IS NOT NULL);
    RAISE EXCEPTION '%', CASE WHEN FOUND THEN 'visit_not_verified' ELSE 'already_done' END
      USING ERRCODE = 'HZ001', DETAIL = CASE WHEN FOUND THEN 'visitId' ELSE 'orderId' END;
  END IF;

  WITH dues AS MATERIALIZED (
    SELECT r."orderId" AS order_id, r."policyId" AS policy_id, r.by, c.*,
      sum(c.amount) OVER (PARTITION BY r."orderId" ORDER BY c.place) AS until,
      sum(c.amount) OVER (PARTITION BY c.account ORDER BY r."orderId", c.place) AS deposited
    FROM jsonb_to_recordset(settlements) AS r("orderId" uuid, "policyId" uuid, by jsonb, credits jsonb),
      ROWS FROM (jsonb_to_recordset(r.credits) AS (account uuid, amount bigint, cap bigint, pool uuid)) WITH ORDINALITY
        AS c(account, amount, cap, pool, place)
  ), totals AS (
    SELECT order_id, sum(amount) AS amount FROM dues GROUP BY order_id
  ), kept AS MATERIALIZED (
    -- Locked, so that nobody else makes an end of a pool's hold at the same time.
    SELECT l.*, sum(l.amount) OVER (PARTITION BY l.order_id ORDER BY l.kind) AS until FROM (
      SELECT h.order_id, h.account_id, h.shard, h.amount, a.kind, a.currency
      FROM totals t JOIN holds h ON h.order_id = t.order_id AND h.state = 'open' JOIN accounts a ON a.id = h.account_id
      FOR NO KEY UPDATE OF h) AS l
  ), ended AS (
    UPDATE holds h SET state = CASE WHEN k.until - k.amount < t.amount THEN 'settled' ELSE 'released' END, closed_at = posted_at
    FROM kept k JOIN totals t ON t.order_id = k.order_id
    WHERE h.order_id = k.order_id AND h.account_id = k.account_id
  ), freed AS (
    UPDATE accounts a SET held = a.held - f.amount FROM (
      SELECT account_id, sum(amount) AS amount FROM kept WHERE shard IS NULL GROUP BY account_id) AS f WHERE a.id = f.account_id
  ), freed_shards AS (
    UPDATE account_shards s SET held = s.held - f.amount FROM (
      SELECT account_id, shard, sum(amount) AS amount FROM kept WHERE shard IS NOT NULL GROUP BY account_id, shard) AS f
    WHERE s.account_id = f.account_id AND s.shard = f.shard
  ), parts AS (
    SELECT d.order_id, d.place, 0 AS step, jsonb_build_object('debit', k.account_id, 'credit', d.account,
      'amount', least(d.until, k.until) - greatest(d.until - d.amount, k.until - k.amount), 'currency', k.currency,
      'cause', 'visit', 'causeId', d.order_id, 'key', concat_ws(':', 'settle', d.order_id, d.place, k.account_id),
      'policyId', d.policy_id, 'shard', k.shard, 'by', d.by) AS posting
    FROM dues d JOIN kept k ON k.order_id = d.order_id AND d.until - d.amount < k.until AND k.until - k.amount < d.until
    UNION ALL
    SELECT d.order_id, d.place, 1, jsonb_build_object('debit', d.account, 'credit', d.pool,
      'amount', greatest(0, a.balance + d.deposited - d.cap) - greatest(0, a.balance + d.deposited - d.amount - d.cap),
      'currency', a.currency, 'cause', 'donation', 'causeId', d.order_id, 'key', concat_ws(':', 'overflow', d.order_id, d.place),
      'policyId', d.policy_id, 'by', d.by)
    FROM dues d, LATERAL (SELECT a.kind, a.currency, a.balance FROM accounts a WHERE a.id = d.account OFFSET 0) AS a
    WHERE a.kind = 'personal' AND a.balance + d.deposited > d.cap
  )
  SELECT jsonb_agg(posting ORDER BY order_id, place, step) AS postings,
    bool_and((SELECT coalesce(sum(k.amount), 0) FROM kept k WHERE k.order_id = parts.order_id)
      >= (SELECT t.amount FROM totals t WHERE t.order_id = parts.order_id))
      AND count(DISTINCT order_id) FILTER (WHERE step = 0) = wanted AS is_enough INTO bad FROM parts;
  IF bad.is_enough IS NOT TRUE THEN
    RAISE EXCEPTION 'not_enough_hours' USING ERRCODE = 'HZ001', DETAIL = 'amount';
  END IF;
  PERFORM bank_write(bad.postings, posted_at, act, NULL);
  RETURN wanted;
END $$;

-- Posts the opposite of a transfer (T9). What the taker has spent already becomes a receivable that stays visible.
CREATE FUNCTION bank_reverse(reversal uuid, act jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  r reversals;
  t transfers;
  taker accounts;
  posted_at timestamptz;
  missing bigint := 0;
  owed uuid;
  postings jsonb := '[]';
  ids uuid[];
BEGIN
  SELECT * INTO r FROM reversals WHERE reversals.id = reversal;
  SELECT * INTO t FROM transfers WHERE transfers.id = r.transfer_id;
  SELECT * INTO taker FROM accounts WHERE accounts.id = t.credit_account_id;
  IF NOT bank_sharded(taker.kind) THEN
    SELECT o.id INTO owed FROM bank_open(jsonb_build_array(jsonb_build_object('ownerId', taker.owner_id, 'kind', 'receivable',
      'currency', t.currency)), (act ->> 'at')::timestamptz) AS o;
  END IF;
  posted_at := bank_lock(ARRAY[t.debit_account_id, t.credit_account_id, owed], (act ->> 'at')::timestamptz);
  IF owed IS NOT NULL THEN
    SELECT t.amount - (a.balance - a.held) INTO missing FROM accounts a WHERE a.id = t.credit_account_id;
    IF missing > 0 THEN
      postings := jsonb_build_array(jsonb_build_object('debit', owed, 'credit', t.credit_account_id, 'amount', missing,
        'currency', t.currency, 'cause', 'receivable', 'causeId', t.id, 'key', 'receivable:' || t.id, 'policyId', t.policy_id));
    END IF;
  END IF;
  ids := bank_write(postings || jsonb_build_object('debit', t.credit_account_id, 'credit', t.debit_account_id, 'amount', t.amount,
    'currency', t.currency, 'cause', 'reversal', 'causeId', t.id, 'key', 'reversal:' || t.id, 'policyId', t.policy_id),
    posted_at, act, r.reason_code || ': ' || r.note);
  RETURN ids[cardinality(ids)];
END $$;

-- Asks for a transfer to be reversed, once: {transferId, reasonCode, note}. Up to the threshold of its currency,
-- {min, fen}, it is done at once; above, it waits for a second person. Returns the reversal.
CREATE FUNCTION bank_ask_reversal(request jsonb, threshold jsonb, act jsonb) RETURNS SETOF reversals LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  t transfers;
  asked_at timestamptz := (act ->> 'at')::timestamptz;
  new_id uuid;
  second boolean;
BEGIN
  SELECT * INTO t FROM transfers WHERE id = (request ->> 'transferId')::uuid;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'transferId';
  ELSIF t.cause IN ('reversal', 'receivable', 'recovery') THEN
    RAISE EXCEPTION 'not_reversible' USING ERRCODE = 'HZ001', DETAIL = 'transferId';
  END IF;
  second := t.amount > (threshold ->> t.currency)::bigint;
  new_id := uuid_of(asked_at, concat_ws(':', 'reversal', t.id, act ->> 'actorId'));
  BEGIN
    INSERT INTO reversals (id, transfer_id, state, reason_code, note, needs_second, asked_by, asked_at)
    VALUES (new_id, t.id, 'waiting', request ->> 'reasonCode', request ->> 'note', second, act ->> 'actorId', asked_at);
  EXCEPTION WHEN unique_violation THEN
    RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'transferId';
  END;
  IF NOT second THEN
    UPDATE reversals SET state = 'done', decided_by = act ->> 'actorId', decided_at = (act ->> 'at')::timestamptz, reversal_id = bank_reverse(new_id, act)
    WHERE id = new_id;
  END IF;
  RETURN QUERY SELECT * FROM reversals WHERE id = new_id;
END $$;

-- A second person's word on a reversal that waits.
CREATE FUNCTION bank_decide_reversal(reversal uuid, approved boolean, act jsonb) RETURNS SETOF reversals LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  r reversals;
BEGIN
  SELECT * INTO r FROM reversals WHERE id = reversal FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'id';
  ELSIF r.state <> 'waiting' THEN
    RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'state';
  ELSIF r.asked_by = act ->> 'actorId' THEN
    RAISE EXCEPTION 'needs_second_person' USING ERRCODE = 'HZ001', DETAIL = 'id';
  END IF;
  UPDATE reversals SET state = CASE WHEN approved THEN 'done' ELSE 'refused' END, decided_by = act ->> 'actorId',
    decided_at = (act ->> 'at')::timestamptz, reversal_id = CASE WHEN approved THEN bank_reverse(reversal, act) END
  WHERE id = reversal;
  RETURN QUERY SELECT * FROM reversals WHERE id = reversal;
END $$;

-- Stops what leaves accounts, or lets it go on; what comes in still comes in.
CREATE FUNCTION bank_freeze(ids uuid[], frozen timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE accounts SET frozen_at = frozen WHERE id = ANY (ids) AND closed_at IS NULL
$$;

-- What accounts hold, which stays as it is until the transaction ends.
CREATE FUNCTION bank_look(ids uuid[]) RETURNS TABLE (id uuid, balance bigint, held bigint) LANGUAGE sql SECURITY DEFINER AS $$
  SELECT a.id, a.balance, a.held FROM accounts a WHERE a.id = ANY (ids) AND NOT bank_sharded(a.kind) ORDER BY a.id FOR NO KEY UPDATE
$$;

-- Closes accounts, which must be empty (T10).
CREATE FUNCTION bank_close(ids uuid[], at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM bank_lock(ids, at);
  IF EXISTS (SELECT FROM accounts a WHERE a.id = ANY (ids) AND (a.balance <> 0 OR a.held <> 0)) THEN
    RAISE EXCEPTION 'account_not_empty' USING ERRCODE = 'HZ001';
  END IF;
  IF EXISTS (SELECT FROM accounts a WHERE a.id = ANY (ids) AND bank_sharded(a.kind)) THEN
    RAISE EXCEPTION 'invalid' USING ERRCODE = 'HZ001', DETAIL = 'account';
  END IF;
  UPDATE accounts a SET closed_at = bank_close.at WHERE a.id = ANY (ids) AND a.closed_at IS NULL;
END $$;

-- How far a partner's account may go below zero (C14); refused where it is lower already.
CREATE FUNCTION bank_limit(account uuid, most bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE accounts SET floor = -most WHERE id = account AND kind = 'clearing' AND most >= 0;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'account';
  END IF;
  PERFORM bank_spread(account, 0, bank_shard());
END $$;

-- The functions run with their owner's rights, so that the application needs none of its own on the ledger's tables. What
-- works on sets is planned once, by index: planning anew would cost more than the posting itself.
DO $$
DECLARE
  act record;
BEGIN
  FOR act IN
    SELECT oid::regprocedure AS name, prosecdef, proname FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND (proname LIKE 'bank\_%' OR proname = 'ensure_partitions')
  LOOP
    IF act.prosecdef THEN
      EXECUTE format('ALTER FUNCTION %s SET search_path = %I, public, pg_temp', act.name, current_schema());
    END IF;
    IF act.proname IN ('bank_post', 'bank_hold', 'bank_release', 'bank_expire', 'bank_settle', 'bank_ask_reversal', 'bank_decide_reversal', 'bank_open') THEN
      EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', act.name);
      EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', act.name);
      EXECUTE format('ALTER FUNCTION %s SET enable_bitmapscan = off', act.name);
    END IF;
  END LOOP;
END $$;

-- A trigger's own: nobody else can make it run over rows of their choice.
REVOKE ALL ON FUNCTION bank_total() FROM PUBLIC;
