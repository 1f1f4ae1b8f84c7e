CREATE TABLE "visit_overlaps" (
	"visit_id" uuid NOT NULL,
	"other_visit_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"found_at" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	CONSTRAINT "visit_overlaps_visit_id_other_visit_id_found_at_pk" PRIMARY KEY("visit_id","other_visit_id","found_at"),
	CONSTRAINT "visit_overlaps_order" CHECK ("visit_overlaps"."visit_id" < "visit_overlaps"."other_visit_id")
);
--> statement-breakpoint
CREATE TABLE "visit_unlocks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"provider_id" uuid,
	"district_code" text NOT NULL,
	"state" text NOT NULL,
	"reason_code" text NOT NULL,
	"note_sealed" "bytea" NOT NULL,
	"asked_by" text NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "visit_unlocks_second_person" CHECK ("visit_unlocks"."state" = 'asked' or ("visit_unlocks"."decided_by" is not null and "visit_unlocks"."decided_by" <> "visit_unlocks"."asked_by")),
	CONSTRAINT "visit_unlocks_expire" CHECK (("visit_unlocks"."state" = 'granted') = ("visit_unlocks"."expires_at" is not null))
);
--> statement-breakpoint
CREATE INDEX "visit_overlaps_other" ON "visit_overlaps" USING btree ("other_visit_id");--> statement-breakpoint
CREATE UNIQUE INDEX "visit_overlaps_once" ON "visit_overlaps" USING btree ("visit_id","other_visit_id") WHERE cleared_at is null;--> statement-breakpoint
CREATE INDEX "visit_unlocks_visit" ON "visit_unlocks" USING btree ("visit_id");--> statement-breakpoint
CREATE INDEX "visit_unlocks_provider" ON "visit_unlocks" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "visit_unlocks_district" ON "visit_unlocks" USING btree ("district_code","id");--> statement-breakpoint
CREATE UNIQUE INDEX "visit_unlocks_one_asked" ON "visit_unlocks" USING btree ("visit_id") WHERE state = 'asked';--> statement-breakpoint
-- An unlock that waits can be decided, and nothing else of it ever changes.
CREATE FUNCTION decide_unlock_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'asked'
    AND to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at', 'expires_at']
      = to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at', 'expires_at'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'HZ002';
END $$;--> statement-breakpoint
CREATE TRIGGER visit_unlocks_kept BEFORE UPDATE OR DELETE ON visit_unlocks FOR EACH ROW EXECUTE FUNCTION decide_unlock_only();--> statement-breakpoint
CREATE TRIGGER visit_unlocks_not_emptied BEFORE TRUNCATE ON visit_unlocks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- An overlap is cleared once, by times that no longer show it, and stays on record.
CREATE FUNCTION clear_overlap_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.cleared_at IS NULL AND NEW.cleared_at IS NOT NULL
    AND to_jsonb(NEW) - 'cleared_at' = to_jsonb(OLD) - 'cleared_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'HZ002';
END $$;--> statement-breakpoint
CREATE TRIGGER visit_overlaps_kept BEFORE UPDATE OR DELETE ON visit_overlaps FOR EACH ROW EXECUTE FUNCTION clear_overlap_only();--> statement-breakpoint
CREATE TRIGGER visit_overlaps_not_emptied BEFORE TRUNCATE ON visit_overlaps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
