-- A month's table is made beside its book and joined to it: whoever writes the book meanwhile neither waits nor is met
-- halfway with other locks, as when it is created inside the book.
CREATE OR REPLACE FUNCTION ensure_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  book text;
  part text;
  month timestamp;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huzhu.partitions'));
  FOREACH book IN ARRAY ARRAY['audit', 'events', 'order_history', 'transfers', 'visit_evidence', 'visit_notes', 'visits'] LOOP
    month := date_trunc('month', from_at AT TIME ZONE 'UTC');
    WHILE month < until_at AT TIME ZONE 'UTC' LOOP
      part := book || to_char(month, '_YYYY_MM');
      IF to_regclass(format('%I.%I', current_schema(), part)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING INDEXES)', part, book);
        IF book <> 'visits' THEN
          EXECUTE format('CREATE TRIGGER kept BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
        END IF;
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', book, part,
          uuid_floor(month AT TIME ZONE 'UTC'), uuid_floor((month + interval '1 month') AT TIME ZONE 'UTC'));
        made := made + 1;
      END IF;
      month := month + interval '1 month';
    END LOOP;
  END LOOP;
  RETURN made;
END $$;--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION ensure_partitions(timestamptz, timestamptz) SET search_path = %I, public, pg_temp', current_schema());
END $$;
--> statement-breakpoint
-- The months made before their guard was: they too are never emptied.
DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN
    SELECT inhrelid FROM pg_inherits JOIN pg_partitioned_table ON partrelid = inhparent JOIN pg_class ON oid = inhparent
    WHERE relnamespace = current_schema()::regnamespace AND relname <> 'visits'
      AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = inhrelid AND tgtype & 32 <> 0)
  LOOP
    EXECUTE format('CREATE TRIGGER kept BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part);
  END LOOP;
END $$;
