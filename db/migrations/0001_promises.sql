-- What the database itself refuses, whatever the code does.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- The smallest UUIDv7 of an instant.
CREATE FUNCTION uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- A UUIDv7 of an instant whose other bits come from a text: the same text gives the same key.
CREATE FUNCTION uuid_of(at timestamptz, seed text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
    || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid FROM (SELECT md5(seed) AS h) AS hashed
$$;

-- Monthly partitions of the big books from one instant to another; safe to repeat and to run from several processes.
CREATE FUNCTION ensure_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  book text;
  month timestamp;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huzhu.partitions'));
  FOREACH book IN ARRAY ARRAY['audit', 'entries', 'events', 'order_history', 'visit_evidence', 'visits'] LOOP
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

SELECT ensure_partitions(now() - interval '1 month', now() + interval '13 months');

-- Append-only books: a row once written stays as it is.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'HZ002';
END $$;

CREATE TRIGGER order_history_append_only BEFORE UPDATE OR DELETE ON order_history FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER visit_evidence_append_only BEFORE UPDATE OR DELETE ON visit_evidence FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER policies_append_only BEFORE UPDATE OR DELETE ON policies FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER services_append_only BEFORE UPDATE OR DELETE ON services FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ratings_append_only BEFORE UPDATE OR DELETE ON ratings FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- S3: only the listed changes of state exist.
CREATE FUNCTION order_may_become(from_state text, to_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (from_state, to_state) IN (
    ('requested', 'offered'), ('requested', 'cancelled'), ('requested', 'unserved'),
    ('offered', 'accepted'), ('offered', 'requested'), ('offered', 'cancelled'), ('offered', 'unserved'),
    ('accepted', 'started'), ('accepted', 'requested'), ('accepted', 'cancelled'), ('accepted', 'unserved'),
    ('started', 'finished'), ('started', 'cancelled'),
    ('finished', 'settled'), ('finished', 'disputed'),
    ('disputed', 'settled'), ('disputed', 'cancelled'))
$$;

CREATE FUNCTION guard_order_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'requested' THEN
      RAISE EXCEPTION 'an order begins as requested, not as %', NEW.state USING ERRCODE = 'HZ003';
    END IF;
  ELSIF NEW.state <> OLD.state AND NOT order_may_become(OLD.state, NEW.state) THEN
    RAISE EXCEPTION 'an order cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'HZ003';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER orders_state BEFORE INSERT OR UPDATE OF state ON orders FOR EACH ROW EXECUTE FUNCTION guard_order_state();

-- S8: one person is never in two visits at once.
ALTER TABLE commitments ADD CONSTRAINT commitments_no_overlap EXCLUDE USING gist (person_id WITH =, during WITH &&);

CREATE SEQUENCE order_numbers;
CREATE SEQUENCE event_numbers;

-- Moves committed events into the book and numbers them; one at a time, so that numbers appear in order and
-- a reader that has seen one has seen all before it. Returns how many it moved.
CREATE FUNCTION sequence_events() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  moved integer;
BEGIN
  IF NOT EXISTS (SELECT FROM outbox) THEN RETURN 0; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('huzhu.events'));
  WITH taken AS (
    DELETE FROM outbox WHERE position IN (SELECT position FROM outbox ORDER BY position LIMIT 2000) RETURNING *
  ), numbered AS (
    SELECT taken.*, nextval('event_numbers') AS number FROM (SELECT * FROM taken ORDER BY position) AS taken
  )
  INSERT INTO events (id, number, kind, record_id, person_ids, at, detail)
  SELECT id, number, kind, record_id, person_ids, at, detail FROM numbered;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved > 0 THEN PERFORM pg_notify('events', ''); END IF;
  RETURN moved;
END $$;

CREATE INDEX persons_name ON persons USING gin (name gin_trgm_ops);
CREATE INDEX persons_place ON persons USING gist (point(lon, lat));
