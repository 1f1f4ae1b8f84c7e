-- The ledger's postings (T2–T7, T11). Each function is one round trip for any number of transfers.
CREATE FUNCTION bank_sharded(kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT kind IN ('pool', 'issuance', 'clearing', 'provider')
$$;

CREATE VIEW account_balances AS
  SELECT a.id, a.currency, a.kind, a.owner_id,
    a.balance + coalesce((SELECT sum(s.balance) FROM account_shards s WHERE s.account_id = a.id), 0)::bigint AS balance,
    a.held, a.opened_at, a.closed_at
  FROM accounts a;

-- Posts transfers: [{debit, credit, amount, currency, cause, causeId, author, key, policyId, at}].
-- All or none; one whose key was posted before with the same sides and amount is passed over. Returns how many are new.
CREATE FUNCTION bank_post(postings jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  posted integer;
  bad record;
BEGIN
  CREATE TEMP TABLE IF NOT EXISTS bank_new (
    n bigint, id uuid, currency text, debit uuid, credit uuid, amount bigint, at timestamptz
  ) ON COMMIT DELETE ROWS;
  DELETE FROM bank_new;

  -- Rows are locked in key order; a sharded account only where it is debited and may not go below zero.
  PERFORM 1 FROM accounts a
  WHERE a.id IN (
    SELECT p.debit FROM jsonb_to_recordset(postings) AS p(debit uuid)
    UNION SELECT p.credit FROM jsonb_to_recordset(postings) AS p(credit uuid))
    AND (NOT bank_sharded(a.kind) OR a.kind <> 'issuance' AND a.id IN (
      SELECT p.debit FROM jsonb_to_recordset(postings) AS p(debit uuid)))
  ORDER BY a.id FOR UPDATE;

  SELECT p.*, d.closed_at AS debit_closed, c.closed_at AS credit_closed, d.currency AS debit_currency,
    c.currency AS credit_currency INTO bad
  FROM jsonb_to_recordset(postings) AS p(debit uuid, credit uuid, currency text)
  LEFT JOIN accounts d ON d.id = p.debit LEFT JOIN accounts c ON c.id = p.credit
  WHERE d.currency IS DISTINCT FROM p.currency OR c.currency IS DISTINCT FROM p.currency
    OR d.closed_at IS NOT NULL OR c.closed_at IS NOT NULL LIMIT 1;
  IF FOUND THEN
    IF bad.debit_closed IS NOT NULL OR bad.credit_closed IS NOT NULL THEN
      RAISE EXCEPTION 'account_closed' USING ERRCODE = 'HZ001';
    END IF;
    RAISE EXCEPTION 'a transfer needs two accounts of its own currency' USING ERRCODE = 'HZ003';
  END IF;

  WITH fresh AS (
    INSERT INTO transfers (id, currency, debit_account_id, credit_account_id, amount, cause, cause_id, author,
      idempotency_key, policy_id, at)
    SELECT uuid_of(p.at, p.key), p.currency, p.debit, p.credit, p.amount, p.cause, p."causeId", p.author, p.key,
      p."policyId", p.at
    FROM jsonb_to_recordset(postings) AS p(currency text, debit uuid, credit uuid, amount bigint, cause text,
      "causeId" uuid, author text, key text, "policyId" uuid, at timestamptz)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id, currency, debit_account_id, credit_account_id, amount, at
  )
  INSERT INTO bank_new SELECT row_number() OVER (ORDER BY id), * FROM fresh;
  GET DIAGNOSTICS posted = ROW_COUNT;

  IF EXISTS (
    SELECT FROM jsonb_to_recordset(postings) AS p(debit uuid, credit uuid, amount bigint, key text)
    JOIN transfers t ON t.idempotency_key = p.key
    WHERE (t.debit_account_id, t.credit_account_id, t.amount) IS DISTINCT FROM (p.debit, p.credit, p.amount)) THEN
    RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'key';
  END IF;
  IF posted = 0 THEN RETURN 0; END IF;

  WITH sides AS (
    SELECT n, id, debit AS account_id, -amount AS amount, at FROM bank_new
    UNION ALL SELECT n, id, credit, amount, at FROM bank_new
  )
  INSERT INTO entries (transfer_id, account_id, amount, balance_after, at)
  SELECT s.id, s.account_id, s.amount,
    CASE WHEN bank_sharded(a.kind) THEN NULL
      ELSE a.balance + sum(s.amount) OVER (PARTITION BY s.account_id ORDER BY s.n) END, s.at
  FROM sides s JOIN accounts a ON a.id = s.account_id;

  UPDATE accounts a SET balance = a.balance + d.delta
  FROM (
    SELECT account_id, sum(amount) AS delta FROM (
      SELECT debit AS account_id, -amount AS amount FROM bank_new
      UNION ALL SELECT credit, amount FROM bank_new) AS sides GROUP BY account_id) AS d
  WHERE a.id = d.account_id AND NOT bank_sharded(a.kind);

  INSERT INTO account_shards (account_id, shard, balance)
  SELECT d.account_id, pg_backend_pid() % 16, d.delta
  FROM (
    SELECT account_id, sum(amount) AS delta FROM (
      SELECT debit AS account_id, -amount AS amount FROM bank_new
      UNION ALL SELECT credit, amount FROM bank_new) AS sides GROUP BY account_id) AS d
  JOIN accounts a ON a.id = d.account_id AND bank_sharded(a.kind)
  ORDER BY d.account_id
  ON CONFLICT (account_id, shard) DO UPDATE SET balance = account_shards.balance + excluded.balance;

  IF EXISTS (
    SELECT FROM bank_new n JOIN accounts a ON a.id = n.debit AND bank_sharded(a.kind) AND a.kind <> 'issuance'
    WHERE (SELECT sum(s.balance) FROM account_shards s WHERE s.account_id = a.id) < 0) THEN
    RAISE EXCEPTION 'not_enough_hours' USING ERRCODE = 'HZ001';
  END IF;
  RETURN posted;
END $$;

-- Sets minutes or fen aside for orders (T7): [{orderId, ownerId, currency, amount, at}], grant before personal (T3).
-- An order that has its hold already is passed over.
CREATE FUNCTION bank_hold(requests jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  request record;
  account record;
  missing bigint;
  part bigint;
  held_now integer := 0;
BEGIN
  PERFORM 1 FROM accounts a
  WHERE a.owner_id IN (SELECT r."ownerId" FROM jsonb_to_recordset(requests) AS r("ownerId" text))
    AND a.kind IN ('grant', 'personal') ORDER BY a.id FOR UPDATE;
  FOR request IN
    SELECT * FROM jsonb_to_recordset(requests) AS r("orderId" uuid, "ownerId" text, currency text, amount bigint, at timestamptz)
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM holds h WHERE h.order_id = request."orderId");
    missing := request.amount;
    FOR account IN
      SELECT a.id, a.balance - a.held AS available FROM accounts a
      WHERE a.owner_id = request."ownerId" AND a.currency = request.currency AND a.closed_at IS NULL
        AND a.kind IN ('grant', 'personal') AND a.balance > a.held
      ORDER BY a.kind
    LOOP
      EXIT WHEN missing = 0;
      part := least(missing, account.available);
      INSERT INTO holds (order_id, account_id, amount, state, at)
      VALUES (request."orderId", account.id, part, 'open', request.at);
      UPDATE accounts SET held = held + part WHERE id = account.id;
      missing := missing - part;
    END LOOP;
    IF missing > 0 THEN
      RAISE EXCEPTION '%', CASE request.currency WHEN 'min' THEN 'not_enough_hours' ELSE 'not_enough_subsidy' END
        USING ERRCODE = 'HZ001', DETAIL = 'payer';
    END IF;
    held_now := held_now + 1;
  END LOOP;
  RETURN held_now;
END $$;

-- Gives back what is still held for orders.
CREATE FUNCTION bank_release(order_ids uuid[], at timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  released integer;
BEGIN
  PERFORM 1 FROM accounts a
  WHERE a.id IN (SELECT h.account_id FROM holds h WHERE h.order_id = ANY (order_ids) AND h.state = 'open')
  ORDER BY a.id FOR UPDATE;
  WITH freed AS (
    UPDATE holds h SET state = 'released', closed_at = bank_release.at
    WHERE h.order_id = ANY (order_ids) AND h.state = 'open' RETURNING h.account_id, h.amount
  ), sums AS (SELECT account_id, sum(amount) AS amount, count(*) AS n FROM freed GROUP BY account_id), given AS (
    UPDATE accounts a SET held = a.held - s.amount FROM sums s WHERE a.id = s.account_id RETURNING s.n
  )
  SELECT coalesce(sum(n), 0) INTO released FROM given;
  RETURN released;
END $$;

-- Settles orders once (T3, T4, T7): [{orderId, amount, credit, pool, cap, cause, author, policyId, at}].
-- Pays the amount out of the holds, grant first; what would lift the credited account over the cap goes to the pool;
-- what is left of the holds is released. An order without an open hold is refused.
CREATE FUNCTION bank_settle(settlements jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  settlement record;
  hold record;
  missing bigint;
  part bigint;
  room bigint;
  kept bigint;
  postings jsonb := '[]';
  deposits jsonb := '{}';
BEGIN
  PERFORM 1 FROM accounts a
  WHERE NOT bank_sharded(a.kind) AND a.id IN (
    SELECT h.account_id FROM holds h
    JOIN jsonb_to_recordset(settlements) AS r("orderId" uuid) ON r."orderId" = h.order_id
    UNION SELECT r.credit FROM jsonb_to_recordset(settlements) AS r(credit uuid))
  ORDER BY a.id FOR UPDATE;
  FOR settlement IN
    SELECT r.*, a.balance AS credit_balance, a.kind AS credit_kind
    FROM jsonb_to_recordset(settlements) AS r("orderId" uuid, amount bigint, credit uuid, pool uuid, cap bigint,
      cause text, author text, "policyId" uuid, at timestamptz)
    JOIN accounts a ON a.id = r.credit
    ORDER BY r."orderId"
  LOOP
    missing := settlement.amount;
    room := CASE WHEN settlement.credit_kind <> 'personal' OR settlement.cap IS NULL THEN missing
      ELSE greatest(0, settlement.cap - settlement.credit_balance
        - coalesce((deposits ->> settlement.credit::text)::bigint, 0)) END;
    FOR hold IN
      SELECT h.account_id, h.amount, h.state, a.currency FROM holds h JOIN accounts a ON a.id = h.account_id
      WHERE h.order_id = settlement."orderId" ORDER BY a.kind
    LOOP
      IF hold.state <> 'open' THEN
        RAISE EXCEPTION 'already_done' USING ERRCODE = 'HZ001', DETAIL = 'orderId';
      END IF;
      part := least(missing, hold.amount);
      kept := least(part, room);
      UPDATE accounts SET held = held - hold.amount WHERE id = hold.account_id;
      UPDATE holds SET state = CASE WHEN part > 0 THEN 'settled' ELSE 'released' END, closed_at = settlement.at
      WHERE order_id = settlement."orderId" AND account_id = hold.account_id;
      IF kept > 0 THEN
        postings := postings || jsonb_build_object('debit', hold.account_id, 'credit', settlement.credit,
          'amount', kept, 'currency', hold.currency, 'cause', settlement.cause, 'causeId', settlement."orderId",
          'author', settlement.author, 'policyId', settlement."policyId", 'at', settlement.at,
          'key', 'settle:' || settlement."orderId" || ':' || hold.account_id);
      END IF;
      IF part > kept THEN
        postings := postings || jsonb_build_object('debit', hold.account_id, 'credit', settlement.pool,
          'amount', part - kept, 'currency', hold.currency, 'cause', 'donation', 'causeId', settlement."orderId",
          'author', settlement.author, 'policyId', settlement."policyId", 'at', settlement.at,
          'key', 'overflow:' || settlement."orderId" || ':' || hold.account_id);
      END IF;
      missing := missing - part;
      room := room - kept;
      deposits := deposits || jsonb_build_object(settlement.credit::text,
        coalesce((deposits ->> settlement.credit::text)::bigint, 0) + kept);
    END LOOP;
    IF missing > 0 THEN
      RAISE EXCEPTION 'not_enough_hours' USING ERRCODE = 'HZ001', DETAIL = 'amount';
    END IF;
  END LOOP;
  RETURN bank_post(postings);
END $$;
