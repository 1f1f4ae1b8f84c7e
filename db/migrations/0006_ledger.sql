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
  CONSTRAINT transfers_amount CHECK (amount > 0),
  CONSTRAINT transfers_two_sides CHECK (debit_account_id <> credit_account_id)
) PARTITION BY RANGE (id);
CREATE INDEX transfers_debit ON transfers USING btree (debit_account_id, id);
CREATE INDEX transfers_credit ON transfers USING btree (credit_account_id, id);
CREATE INDEX transfers_cause ON transfers USING btree (cause_id);

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
  SELECT CASE cause
    WHEN 'visit' THEN debit_kind IN ('personal', 'grant', 'pool', 'suspense')
      AND credit_kind IN ('personal', 'team', 'provider', 'clearing', 'suspense')
    WHEN 'grant' THEN debit_kind = 'issuance' AND credit_kind = 'grant'
    WHEN 'lapse' THEN debit_kind = 'grant' AND credit_kind = 'issuance'
    WHEN 'gift' THEN debit_kind = 'personal' AND credit_kind = 'personal'
    WHEN 'donation' THEN debit_kind IN ('personal', 'team') AND credit_kind = 'pool'
    WHEN 'settlement' THEN (debit_kind = 'clearing') <> (credit_kind = 'clearing')
      AND debit_kind IN ('personal', 'pool', 'provider', 'clearing') AND credit_kind IN ('personal', 'pool', 'provider', 'clearing')
    WHEN 'import' THEN debit_kind = 'issuance' AND credit_kind IN ('personal', 'team', 'pool', 'grant')
    WHEN 'closing' THEN (debit_kind, credit_kind) IN (('personal', 'personal'), ('personal', 'pool'), ('team', 'pool'), ('grant', 'issuance'))
    WHEN 'recovery' THEN debit_kind IN ('personal', 'team', 'provider') AND credit_kind = 'receivable'
    WHEN 'receivable' THEN debit_kind = 'receivable'
    ELSE cause = 'reversal'
  END
$$;

-- The key of the n-th transfer of a posting at an instant: a UUIDv7 whose order is the order of posting.
CREATE FUNCTION bank_id(at timestamptz, n integer, key text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint + n / 4096), 12, '0')
    || '7' || lpad(to_hex(n % 4096), 3, '0') || '8' || substr(md5(key), 4, 15))::uuid
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
CREATE FUNCTION bank_spread(account uuid, need bigint, mine smallint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  a record;
  whole record;
  share bigint;
BEGIN
  SELECT kind, currency, floor INTO a FROM accounts WHERE id = account FOR NO KEY UPDATE;
  INSERT INTO account_shards (account_id, shard, balance) VALUES (account, mine, 0) ON CONFLICT DO NOTHING;
  PERFORM FROM account_shards s WHERE s.account_id = account ORDER BY s.shard FOR UPDATE;
  SELECT sum(s.balance) AS balance, sum(s.balance - s.held) - a.floor AS available, sum(s.held) AS held, count(*) AS n
    INTO whole FROM account_shards s WHERE s.account_id = account;
  IF whole.available < need THEN
    RAISE EXCEPTION '%', CASE WHEN a.kind = 'clearing' THEN 'over_limit' WHEN a.currency = 'min' THEN 'not_enough_hours'
      ELSE 'not_enough_subsidy' END USING ERRCODE = 'HZ001', DETAIL = 'amount';
  END IF;
  share := (whole.available - need) / whole.n;
  UPDATE account_shards s SET balance = s.held + share, floor = 0 WHERE s.account_id = account AND s.shard <> mine;
  UPDATE account_shards s SET floor = a.floor, balance = whole.balance - share * (whole.n - 1)
    - (whole.held - s.held) WHERE s.account_id = account AND s.shard = mine;
END $$;

-- Adds to what a sharded account holds or keeps aside, in the caller's own shard.
CREATE FUNCTION bank_move_shard(account uuid, more bigint, more_held bigint, mine smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE account_shards s SET balance = s.balance + more, held = s.held + more_held
  WHERE s.account_id = account AND s.shard = mine
    AND (s.floor IS NULL OR more >= more_held OR s.balance - s.held + more - more_held >= s.floor);
  IF FOUND THEN RETURN; END IF;
  IF more < more_held AND (SELECT a.floor IS NOT NULL FROM accounts a WHERE a.id = account) THEN
    PERFORM bank_spread(account, more_held - more, mine);
  END IF;
  INSERT INTO account_shards (account_id, shard, balance, held, floor)
  SELECT a.id, mine, more, more_held, CASE WHEN a.floor IS NULL THEN NULL ELSE 0 END FROM accounts a WHERE a.id = account
  ON CONFLICT (account_id, shard) DO UPDATE
    SET balance = account_shards.balance + excluded.balance, held = account_shards.held + excluded.held;
END $$;

CREATE TYPE bank_side AS (kind text, balance_after bigint);

-- One side of a transfer: adds to an account, or takes from it where `more` is negative.
CREATE FUNCTION bank_move(account uuid, more bigint, of_currency text, posted_at timestamptz) RETURNS bank_side LANGUAGE plpgsql AS $$
DECLARE
  a record;
  side bank_side;
BEGIN
  UPDATE accounts SET balance = balance + more, last_at = posted_at
  WHERE id = account AND NOT bank_sharded(kind) AND closed_at IS NULL
  RETURNING kind, currency, balance, frozen_at INTO a;
  IF FOUND THEN
    side.balance_after := a.balance;
  ELSE
    SELECT kind, currency, frozen_at, closed_at INTO a FROM accounts WHERE id = account;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'account';
    ELSIF a.closed_at IS NOT NULL THEN
      RAISE EXCEPTION 'account_closed' USING ERRCODE = 'HZ001';
    END IF;
    PERFORM bank_move_shard(account, more, 0, (pg_backend_pid() % 64)::smallint);
  END IF;
  IF a.currency <> of_currency THEN
    RAISE EXCEPTION 'a transfer needs two accounts of its own currency' USING ERRCODE = 'HZ003';
  ELSIF a.frozen_at IS NOT NULL AND more < 0 THEN
    RAISE EXCEPTION 'account_frozen' USING ERRCODE = 'HZ001';
  END IF;
  side.kind := a.kind;
  RETURN side;
END $$;

-- Posts one transfer between accounts that are locked; null when its key was used before for the same.
CREATE FUNCTION bank_transfer(n integer, at timestamptz, debit uuid, credit uuid, amount bigint, currency text, cause text,
  cause_id uuid, key text, author text, policy_id uuid, lapses_at timestamptz) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  new_id uuid := bank_id(at, n, key);
  posted_at timestamptz := CASE WHEN n < 4096 THEN at ELSE at + (n / 4096) * interval '1 millisecond' END;
  giver bank_side;
  taker bank_side;
BEGIN
  INSERT INTO transfer_keys (key, transfer_id) VALUES (key, new_id) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    PERFORM FROM transfer_keys k JOIN transfers t ON t.id = k.transfer_id
    WHERE k.key = bank_transfer.key AND (t.debit_account_id, t.credit_account_id, t.amount, t.cause)
      = (bank_transfer.debit, bank_transfer.credit, bank_transfer.amount, bank_transfer.cause);
    IF FOUND THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'key';
  END IF;
  IF amount IS NULL OR amount <= 0 THEN
    RAISE EXCEPTION 'invalid' USING ERRCODE = 'HZ001', DETAIL = 'amount';
  END IF;
  giver := bank_move(debit, -amount, currency, posted_at);
  taker := bank_move(credit, amount, currency, posted_at);
  IF NOT bank_allows(cause, giver.kind, taker.kind) THEN
    RAISE EXCEPTION 'not_transferable' USING ERRCODE = 'HZ001', DETAIL = 'cause';
  END IF;
  INSERT INTO transfers (id, currency, debit_account_id, credit_account_id, amount, debit_balance_after, credit_balance_after,
    cause, cause_id, author, idempotency_key, policy_id, at, lapses_at)
  VALUES (new_id, currency, debit, credit, amount, giver.balance_after, taker.balance_after, cause, cause_id, author, key,
    policy_id, posted_at, lapses_at);
  INSERT INTO unsealed VALUES (new_id);
  RETURN new_id;
END $$;

-- One audit row and one event for a posting, for all whose accounts it touched.
CREATE FUNCTION bank_tell(act jsonb, action text, record uuid, transfers integer, ids uuid[], reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at timestamptz := (act ->> 'at')::timestamptz;
  owners uuid[];
BEGIN
  SELECT coalesce(array_agg(DISTINCT a.owner_id::uuid), '{}') INTO owners FROM accounts a
  WHERE a.id = ANY (ids) AND a.kind IN ('personal', 'grant', 'receivable');
  INSERT INTO audit (id, at, actor_id, actor_role, on_behalf_of, action, person_id, record_id, reason, detail)
  VALUES (uuid_of(at, action || record), at, act ->> 'actorId', act ->> 'role', (act ->> 'onBehalfOf')::uuid, action,
    CASE WHEN transfers = 1 THEN owners[1] END, record, reason, jsonb_build_object('transfers', transfers));
  INSERT INTO outbox (id, kind, record_id, person_ids, at, detail)
  VALUES (uuid_of(at, 'event' || record), 'account', record, owners, at, '{}');
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

-- Posts transfers, all or none: [{debit, credit, amount, currency, cause, causeId, key, policyId, lapsesAt}]; one whose key
-- was used before for the same is passed over. Returns the key of each transfer, in the order given.
CREATE FUNCTION bank_post(postings jsonb, act jsonb) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  p record;
  at timestamptz;
  touched uuid[];
  id uuid;
  ids uuid[] := '{}';
  fresh integer := 0;
  first uuid;
BEGIN
  SELECT array_agg(q.debit) || array_agg(q.credit) INTO touched FROM jsonb_to_recordset(postings) AS q(debit uuid, credit uuid);
  at := bank_lock(touched, (act ->> 'at')::timestamptz);
  FOR p IN
    SELECT * FROM jsonb_to_recordset(postings) AS q(debit uuid, credit uuid, amount bigint, currency text, cause text,
      "causeId" uuid, key text, "policyId" uuid, "lapsesAt" timestamptz)
  LOOP
    IF p.cause IN ('visit', 'reversal', 'receivable') THEN
      RAISE EXCEPTION 'not_transferable' USING ERRCODE = 'HZ001', DETAIL = 'cause';
    ELSIF p.cause = 'gift' AND NOT EXISTS (
      SELECT FROM accounts d, accounts c, kinships k
      WHERE d.id = p.debit AND c.id = p.credit AND k.state = 'verified' AND k.relation <> 'spouse'
        AND (k.person_id, k.relative_id) IN ((d.owner_id::uuid, c.owner_id::uuid), (c.owner_id::uuid, d.owner_id::uuid))) THEN
      RAISE EXCEPTION 'not_related' USING ERRCODE = 'HZ001', DETAIL = 'credit';
    END IF;
    id := bank_transfer(fresh, at, p.debit, p.credit, p.amount, p.currency, p.cause, p."causeId", p.key, act ->> 'actorId',
      p."policyId", p."lapsesAt");
    IF id IS NULL THEN
      SELECT k.transfer_id INTO id FROM transfer_keys k WHERE k.key = p.key;
    ELSE
      fresh := fresh + 1;
      first := coalesce(first, id);
    END IF;
    ids := ids || id;
  END LOOP;
  IF fresh > 0 THEN
    PERFORM bank_tell(act, 'ledger.' || (postings -> 0 ->> 'cause'), first, fresh, touched, NULL);
  END IF;
  RETURN ids;
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
-- passed over.
CREATE FUNCTION bank_hold(requests jsonb, at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  request record;
  account record;
  missing bigint;
  part bigint;
  mine smallint := (pg_backend_pid() % 64)::smallint;
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
      INSERT INTO holds (order_id, account_id, amount, state, at, expires_at)
      VALUES (request."orderId", account.id, part, 'open', bank_hold.at, request."expiresAt");
      UPDATE accounts a SET held = a.held + part WHERE a.id = account.id;
      missing := missing - part;
    END LOOP;
    IF missing > 0 AND request.pool IS NOT NULL AND request.currency = 'min' THEN
      PERFORM FROM accounts a WHERE a.id = request.pool AND a.kind = 'pool' AND a.closed_at IS NULL AND a.frozen_at IS NULL;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'not_found' USING ERRCODE = 'HZ001', DETAIL = 'pool';
      END IF;
      PERFORM bank_move_shard(request.pool, 0, missing, mine);
      INSERT INTO holds (order_id, account_id, shard, amount, state, at, expires_at)
      VALUES (request."orderId", request.pool, mine, missing, 'open', bank_hold.at, request."expiresAt");
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

-- Ends the open holds that are given, and gives what they kept back.
CREATE FUNCTION bank_end_holds(order_ids uuid[], to_state text, at timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  hold record;
  ended integer := 0;
BEGIN
  PERFORM bank_lock(ARRAY(SELECT h.account_id FROM holds h WHERE h.order_id = ANY (order_ids) AND h.state = 'open'), at);
  FOR hold IN
    UPDATE holds h SET state = to_state, closed_at = bank_end_holds.at
    WHERE h.order_id = ANY (order_ids) AND h.state = 'open' RETURNING h.account_id, h.amount, h.shard
  LOOP
    PERFORM bank_unhold(hold.account_id, hold.amount, hold.shard);
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;

-- Gives back what is still held for orders.
CREATE FUNCTION bank_release(order_ids uuid[], at timestamptz) RETURNS integer LANGUAGE sql SECURITY DEFINER AS $$
  SELECT bank_end_holds(order_ids, 'released', at)
$$;

-- Ends holds whose time is over, at most `most` orders, passing over those that somebody is at; returns the orders.
CREATE FUNCTION bank_expire(at timestamptz, most integer) RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  order_ids uuid[];
BEGIN
  SELECT array_agg(DISTINCT due.order_id) INTO order_ids FROM (
    SELECT h.order_id FROM holds h WHERE h.state = 'open' AND h.expires_at <= bank_expire.at
    ORDER BY h.expires_at LIMIT most FOR UPDATE SKIP LOCKED) AS due;
  IF order_ids IS NOT NULL THEN
    PERFORM bank_end_holds(order_ids, 'expired', at);
  END IF;
  RETURN coalesce(order_ids, '{}');
END $$;

-- Lets open holds last until another instant: a dispute keeps them as long as it takes.
CREATE FUNCTION bank_prolong(order_ids uuid[], until timestamptz) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  UPDATE holds h SET expires_at = until WHERE h.order_id = ANY (order_ids) AND h.state = 'open'
$$;

-- Settles orders once (T3, T4, T7): [{orderId, visitId, approval, policyId, credits: [{account, amount, cap, pool}]}].
-- Pays the credits out of the holds, grant first; what lifts a credited account over its cap it donates to the pool at
-- once; what is left of the holds is released. It rests on a verified visit or on an approval's reason.
CREATE FUNCTION bank_settle(settlements jsonb, act jsonb) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  s record;
  hold record;
  due record;
  author text := act ->> 'actorId';
  posted_at timestamptz;
  touched uuid[];
  left_of_hold bigint;
  left_of_due bigint;
  part bigint;
  excess bigint;
  n integer := 0;
  settled integer := 0;
  first uuid;
  id uuid;
BEGIN
  touched := ARRAY(
    SELECT h.account_id FROM holds h JOIN jsonb_to_recordset(settlements) AS r("orderId" uuid) ON r."orderId" = h.order_id
    UNION SELECT c.account FROM jsonb_to_recordset(settlements) AS r(credits jsonb),
      jsonb_to_recordset(r.credits) AS c(account uuid));
  posted_at := bank_lock(touched, (act ->> 'at')::timestamptz);
  FOR s IN
    SELECT r.*, (SELECT sum(c.amount) FROM jsonb_to_recordset(r.credits) AS c(amount bigint)) AS amount
    FROM jsonb_to_recordset(settlements) AS r("orderId" uuid, "visitId" uuid, approval text, "policyId" uuid, credits jsonb)
    ORDER BY r."orderId"
  LOOP
    IF s."visitId" IS NOT NULL AND NOT EXISTS (SELECT FROM visits v WHERE v.id = s."visitId" AND v.verified_minutes IS NOT NULL) THEN
      RAISE EXCEPTION 'visit_not_verified' USING ERRCODE = 'HZ001', DETAIL = 'visitId';
    END IF;
    INSERT INTO settlements (order_id, visit_id, approval, amount, policy_id, author, at)
    VALUES (s."orderId", s."visitId", s.approval, s.amount, s."policyId", author, posted_at) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'orderId';
    END IF;
    left_of_due := 0;
    left_of_hold := 0;
    FOR due IN
      SELECT c.*, k.n AS place, a.kind, a.currency FROM jsonb_array_elements(s.credits) WITH ORDINALITY AS k(credit, n),
        jsonb_to_record(k.credit) AS c(account uuid, amount bigint, cap bigint, pool uuid) JOIN accounts a ON a.id = c.account
      ORDER BY k.n
    LOOP
      left_of_due := due.amount;
      WHILE left_of_due > 0 LOOP
        IF left_of_hold = 0 THEN
          UPDATE holds h SET state = 'settled', closed_at = posted_at
          WHERE (h.order_id, h.account_id) = (SELECT o.order_id, o.account_id FROM holds o JOIN accounts a ON a.id = o.account_id
            WHERE o.order_id = s."orderId" AND o.state = 'open' ORDER BY a.kind LIMIT 1)
          RETURNING h.account_id, h.amount, h.shard INTO hold;
          IF NOT FOUND THEN
            RAISE EXCEPTION '%', CASE due.currency WHEN 'min' THEN 'not_enough_hours' ELSE 'not_enough_subsidy' END
              USING ERRCODE = 'HZ001', DETAIL = 'amount';
          END IF;
          PERFORM bank_unhold(hold.account_id, hold.amount, hold.shard);
          left_of_hold := hold.amount;
        END IF;
        part := least(left_of_due, left_of_hold);
        id := bank_transfer(n, posted_at, hold.account_id, due.account, part, due.currency, 'visit', s."orderId",
          concat_ws(':', 'settle', s."orderId", due.place, hold.account_id), author, s."policyId", NULL);
        n := n + 1;
        first := coalesce(first, id);
        left_of_due := left_of_due - part;
        left_of_hold := left_of_hold - part;
      END LOOP;
      IF due.cap IS NOT NULL AND due.kind = 'personal' THEN
        SELECT least(a.balance - due.cap, due.amount) INTO excess FROM accounts a WHERE a.id = due.account;
        IF excess > 0 THEN
          PERFORM bank_transfer(n, posted_at, due.account, due.pool, excess, due.currency, 'donation', s."orderId",
            concat_ws(':', 'overflow', s."orderId", due.place), author, s."policyId", NULL);
          n := n + 1;
        END IF;
      END IF;
    END LOOP;
    PERFORM bank_end_holds(ARRAY[s."orderId"], 'released', posted_at);
    settled := settled + 1;
  END LOOP;
  IF n > 0 THEN
    PERFORM bank_tell(act, 'ledger.visit', first, n, touched, NULL);
  END IF;
  RETURN settled;
END $$;

-- Posts the opposite of a transfer (T9). What the taker has spent already becomes a receivable that stays visible.
CREATE FUNCTION bank_reverse(reversal uuid, act jsonb) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  r reversals;
  t transfers;
  taker accounts;
  at timestamptz;
  missing bigint := 0;
  owed uuid;
  id uuid;
BEGIN
  SELECT * INTO r FROM reversals WHERE reversals.id = reversal;
  SELECT * INTO t FROM transfers WHERE transfers.id = r.transfer_id;
  SELECT * INTO taker FROM accounts WHERE accounts.id = t.credit_account_id;
  IF NOT bank_sharded(taker.kind) THEN
    SELECT o.id INTO owed FROM bank_open(jsonb_build_array(jsonb_build_object('ownerId', taker.owner_id, 'kind', 'receivable',
      'currency', t.currency)), (act ->> 'at')::timestamptz) AS o;
  END IF;
  at := bank_lock(ARRAY[t.debit_account_id, t.credit_account_id, owed], (act ->> 'at')::timestamptz);
  IF owed IS NOT NULL THEN
    SELECT t.amount - (a.balance - a.held) INTO missing FROM accounts a WHERE a.id = t.credit_account_id;
    IF missing > 0 THEN
      PERFORM bank_transfer(0, at, owed, t.credit_account_id, missing, t.currency, 'receivable', t.id, 'receivable:' || t.id,
        act ->> 'actorId', t.policy_id, NULL);
    END IF;
  END IF;
  id := bank_transfer(1, at, t.credit_account_id, t.debit_account_id, t.amount, t.currency, 'reversal', t.id,
    'reversal:' || t.id, act ->> 'actorId', t.policy_id, NULL);
  PERFORM bank_tell(act, 'ledger.reversal', id, 1, ARRAY[t.debit_account_id, t.credit_account_id], r.reason_code || ': ' || r.note);
  RETURN id;
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
    UPDATE reversals SET state = 'done', decided_by = act ->> 'actorId', decided_at = asked_at, reversal_id = bank_reverse(new_id, act)
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

-- Closes accounts, which must be empty (T10).
CREATE FUNCTION bank_close(ids uuid[], at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM bank_lock(ids, at);
  UPDATE accounts a SET closed_at = bank_close.at WHERE a.id = ANY (ids) AND a.closed_at IS NULL AND NOT bank_sharded(a.kind);
END $$;

-- How far a partner's account may go below zero (C14); refused where it is lower already.
CREATE FUNCTION bank_limit(account uuid, most bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  UPDATE accounts SET floor = -most WHERE id = account AND kind = 'clearing';
  PERFORM bank_spread(account, 0, (pg_backend_pid() % 64)::smallint);
END $$;

-- Nobody, whatever their rights, writes the ledger's tables by hand.
CREATE FUNCTION refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is written by the functions of the bank only', TG_TABLE_NAME USING ERRCODE = 'HZ002';
END $$;

DO $$
DECLARE
  book text;
  act regprocedure;
BEGIN
  FOREACH book IN ARRAY ARRAY['accounts', 'account_shards', 'transfers', 'transfer_keys', 'holds', 'settlements', 'reversals'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW
      WHEN (current_setting(''huzhu.posting'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION refuse_by_hand()', book || '_by_bank', book);
  END LOOP;
  EXECUTE format('ALTER FUNCTION ensure_partitions(timestamptz, timestamptz) SET search_path = %I, public, pg_temp', current_schema());
  FOR act IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'bank\_%' AND prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, public, pg_temp', act, current_schema());
    EXECUTE format('ALTER FUNCTION %s SET huzhu.posting = ''on''', act);
  END LOOP;
END $$;
