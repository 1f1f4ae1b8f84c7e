ALTER TABLE "visit_evidence" ADD COLUMN "reason_code" text;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "action_code" text;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "signals" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "signed_sealed" "bytea";--> statement-breakpoint
ALTER TABLE "visit_evidence" ADD COLUMN "signature" "bytea";--> statement-breakpoint
ALTER TABLE "visit_notes" ADD COLUMN "about" text;--> statement-breakpoint
ALTER TABLE "visit_notes" ADD COLUMN "reason_code" text;--> statement-breakpoint
ALTER TABLE "visit_notes" ADD CONSTRAINT "visit_notes_reason" CHECK (("kind" = 'reason') = ("about" is not null and "reason_code" is not null));--> statement-breakpoint
-- A reason that was given with a check is a reason like one that is told afterwards; a made-up position is a signal.
ALTER TABLE "visit_evidence" DISABLE TRIGGER "visit_evidence_append_only";--> statement-breakpoint
UPDATE "visit_evidence" SET
  "reason_code" = CASE WHEN "exception" IN ('outside_home_204', 'address_mismatch_207', 'device_217', 'no_network_218', 'other_222') THEN "exception" END,
  "signals" = CASE WHEN "mock_location" THEN ARRAY['mock_location'] ELSE "signals" END
WHERE "mock_location" OR "exception" IN ('outside_home_204', 'address_mismatch_207', 'device_217', 'no_network_218', 'other_222');--> statement-breakpoint
ALTER TABLE "visit_evidence" ENABLE TRIGGER "visit_evidence_append_only";--> statement-breakpoint
-- Edits are layers: one that waits can be decided, and nothing else of it ever changes.
CREATE FUNCTION decide_edit_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'asked'
    AND to_jsonb(NEW) - ARRAY['state', 'decided_by', 'decided_at'] = to_jsonb(OLD) - ARRAY['state', 'decided_by', 'decided_at'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'HZ002';
END $$;--> statement-breakpoint
CREATE TRIGGER visit_edits_layers BEFORE UPDATE OR DELETE ON visit_edits FOR EACH ROW EXECUTE FUNCTION decide_edit_only();--> statement-breakpoint
CREATE TRIGGER visit_edits_kept BEFORE TRUNCATE ON visit_edits FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
