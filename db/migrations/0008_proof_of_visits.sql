CREATE TABLE "devices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"public_key" "bytea" NOT NULL,
	"label" text NOT NULL,
	"last_counter" bigint DEFAULT 0 NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "visit_edits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"provider_id" uuid,
	"district_code" text NOT NULL,
	"state" text NOT NULL,
	"check_in_before" timestamp (3) with time zone,
	"check_out_before" timestamp (3) with time zone,
	"check_in_at" timestamp (3) with time zone,
	"check_out_at" timestamp (3) with time zone,
	"difference_minutes" integer NOT NULL,
	"needs_second" boolean NOT NULL,
	"reason_code" text NOT NULL,
	"action_code" text NOT NULL,
	"note_sealed" "bytea" NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	CONSTRAINT "visit_edits_second_person" CHECK ("visit_edits"."state" <> 'applied' or not "visit_edits"."needs_second" or ("visit_edits"."decided_by" is not null and "visit_edits"."decided_by" <> "visit_edits"."asked_by"))
);
--> statement-breakpoint
CREATE TABLE "visit_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"task_code" text,
	"done" boolean,
	"text_sealed" "bytea",
	"device_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	CONSTRAINT "visit_notes_task" CHECK (("visit_notes"."kind" = 'task') = ("visit_notes"."task_code" is not null and "visit_notes"."done" is not null))
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "visit_photos" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"media_type" text NOT NULL,
	"bytes" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"actor_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "visit_photos_size" CHECK ("visit_photos"."bytes" between 1 and 500000)
);
--> statement-breakpoint
CREATE TABLE "visit_uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"device_id" uuid NOT NULL,
	"visit_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"counter" bigint NOT NULL,
	"outcome" text NOT NULL,
	"code" text,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "elders" ADD COLUMN "door_key_version" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "device_id" uuid;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "counter" bigint;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "mock_location" boolean;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "skew_seconds" integer;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "outcome" text DEFAULT 'taken' NOT NULL;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "devices_person" ON "devices" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "visit_edits_visit" ON "visit_edits" USING btree ("visit_id");--> statement-breakpoint
CREATE INDEX "visit_edits_provider" ON "visit_edits" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "visit_edits_district" ON "visit_edits" USING btree ("district_code","id");--> statement-breakpoint
CREATE INDEX "visit_edits_asked" ON "visit_edits" USING btree ("id") WHERE state = 'asked';--> statement-breakpoint
CREATE UNIQUE INDEX "visit_edits_one_asked" ON "visit_edits" USING btree ("visit_id") WHERE state = 'asked';--> statement-breakpoint
CREATE INDEX "visit_notes_visit" ON "visit_notes" USING btree ("visit_id");--> statement-breakpoint
CREATE INDEX "visit_photos_visit" ON "visit_photos" USING btree ("visit_id");--> statement-breakpoint
CREATE INDEX "visit_uploads_received" ON "visit_uploads" USING btree ("received_at");--> statement-breakpoint
-- What was said of visits is kept by month like the visits themselves.
CREATE OR REPLACE FUNCTION ensure_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  book text;
  month timestamp;
  made integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('huzhu.partitions'));
  FOREACH book IN ARRAY ARRAY['audit', 'events', 'order_history', 'transfers', 'visit_evidence', 'visit_notes', 'visits'] LOOP
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
END $$;--> statement-breakpoint
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION ensure_partitions(timestamptz, timestamptz) SET search_path = %I, public, pg_temp', current_schema());
END $$;--> statement-breakpoint
SELECT ensure_partitions(now() - interval '1 month', now() + interval '13 months');--> statement-breakpoint
CREATE TRIGGER visit_notes_append_only BEFORE UPDATE OR DELETE ON visit_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER visit_notes_kept BEFORE TRUNCATE ON visit_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER visit_photos_append_only BEFORE UPDATE OR DELETE ON visit_photos FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER visit_photos_kept BEFORE TRUNCATE ON visit_photos FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
