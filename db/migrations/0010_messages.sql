CREATE TABLE "absences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"start_at" timestamp (3) with time zone NOT NULL,
	"end_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"during" "tstzrange" GENERATED ALWAYS AS (tstzrange(start_at, greatest(start_at, least(end_at, coalesce(ended_at, end_at))))) STORED NOT NULL,
	"reason_sealed" "bytea",
	"recorded_by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "absences_times" CHECK ("absences"."start_at" < "absences"."end_at")
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"number_sealed" "bytea" NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_reason" text,
	CONSTRAINT "certificates_days" CHECK ("certificates"."valid_from" <= "certificates"."valid_until"),
	CONSTRAINT "certificates_revoked" CHECK (("certificates"."revoked_at" is null) = ("certificates"."revoked_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "volunteer_hours" (
	"person_id" uuid NOT NULL,
	"weekday" smallint NOT NULL,
	"start_minute" integer NOT NULL,
	"end_minute" integer NOT NULL,
	CONSTRAINT "volunteer_hours_person_id_weekday_start_minute_pk" PRIMARY KEY("person_id","weekday","start_minute"),
	CONSTRAINT "volunteer_hours_weekday" CHECK ("volunteer_hours"."weekday" between 1 and 7),
	CONSTRAINT "volunteer_hours_times" CHECK ("volunteer_hours"."start_minute" between 0 and 1439 and "volunteer_hours"."end_minute" > "volunteer_hours"."start_minute" and "volunteer_hours"."end_minute" <= "volunteer_hours"."start_minute" + 1440)
);
--> statement-breakpoint
CREATE TABLE "calendar_feeds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"token_digest" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_read_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "calendar_feeds_token" UNIQUE("token_digest")
);
--> statement-breakpoint
CREATE TABLE "message_settings" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"sms" boolean NOT NULL,
	"push" boolean NOT NULL,
	"quiet_from_minute" integer NOT NULL,
	"quiet_until_minute" integer NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "message_settings_quiet" CHECK ("message_settings"."quiet_from_minute" between 0 and 1439 and "message_settings"."quiet_until_minute" between 0 and 1439)
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipient_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"subscription_id" uuid,
	"template" text NOT NULL,
	"params_sealed" "bytea" NOT NULL,
	"once_key" text NOT NULL,
	"state" text NOT NULL,
	"urgent" boolean DEFAULT false NOT NULL,
	"until" timestamp (3) with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"next_at" timestamp (3) with time zone,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"read_at" timestamp (3) with time zone,
	CONSTRAINT "messages_once" UNIQUE NULLS NOT DISTINCT("recipient_id","once_key","channel","subscription_id"),
	CONSTRAINT "messages_channel" CHECK (("messages"."channel" = 'push') = ("messages"."subscription_id" is not null)),
	CONSTRAINT "messages_state" CHECK (case when "messages"."channel" = 'screen' then "messages"."state" in ('unread', 'read') else "messages"."state" not in ('unread', 'read') end),
	CONSTRAINT "messages_due" CHECK (("messages"."state" in ('waiting', 'sending')) = ("messages"."next_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "push_keys" (
	"one" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"public_key" text NOT NULL,
	"private_sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "push_keys_one" CHECK ("push_keys"."one" = 1)
);
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"endpoint_digest" "bytea" NOT NULL,
	"subscription_sealed" "bytea" NOT NULL,
	"failed" smallint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "push_subscriptions_endpoint" UNIQUE("endpoint_digest")
);
--> statement-breakpoint
ALTER TABLE "shifts" DROP CONSTRAINT "shifts_times";--> statement-breakpoint
ALTER TABLE "shifts" DROP CONSTRAINT "shifts_carer_id_weekday_pk";--> statement-breakpoint
ALTER TABLE "shifts" ADD CONSTRAINT "shifts_carer_id_weekday_start_minute_pk" PRIMARY KEY("carer_id","weekday","start_minute");--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteer_hours" ADD CONSTRAINT "volunteer_hours_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD CONSTRAINT "calendar_feeds_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message_settings" ADD CONSTRAINT "message_settings_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "absences_person" ON "absences" USING btree ("person_id","end_at");--> statement-breakpoint
CREATE INDEX "certificates_person" ON "certificates" USING btree ("person_id","kind");--> statement-breakpoint
CREATE INDEX "certificates_until" ON "certificates" USING btree ("valid_until") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "calendar_feeds_person" ON "calendar_feeds" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "messages_screen" ON "messages" USING btree ("recipient_id","state","id") WHERE channel = 'screen';--> statement-breakpoint
CREATE INDEX "messages_due_at" ON "messages" USING btree ("next_at") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "messages_dead" ON "messages" USING btree ("id") WHERE state = 'dead';--> statement-breakpoint
CREATE INDEX "push_subscriptions_person" ON "push_subscriptions" USING btree ("person_id");--> statement-breakpoint
ALTER TABLE "shifts" ADD CONSTRAINT "shifts_times" CHECK ("shifts"."start_minute" between 0 and 1439 and "shifts"."end_minute" > "shifts"."start_minute" and "shifts"."end_minute" <= "shifts"."start_minute" + 1440);
--> statement-breakpoint
-- Nobody is absent twice at the same time.
ALTER TABLE "absences" ADD CONSTRAINT "absences_no_overlap" EXCLUDE USING gist ("person_id" WITH =, "during" WITH &&);--> statement-breakpoint
-- Nobody promises a visit while absent. The person's row is held, as the foreign key does, and so waits for an absence
-- that is being recorded; then what has committed is looked at.
CREATE FUNCTION refuse_while_absent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM persons p WHERE p.id IN (SELECT n.person_id FROM promised n) FOR KEY SHARE;
  IF EXISTS (SELECT FROM promised n JOIN absences a ON a.person_id = n.person_id AND a.during && n.during) THEN
    RAISE EXCEPTION 'person_absent' USING ERRCODE = 'HZ001';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER commitments_present AFTER INSERT ON commitments REFERENCING NEW TABLE AS promised
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_while_absent();--> statement-breakpoint
CREATE TRIGGER commitments_present_still AFTER UPDATE ON commitments REFERENCING NEW TABLE AS promised
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_while_absent();--> statement-breakpoint
-- Nobody is absent while a visit is promised: the other side of the same promise.
CREATE FUNCTION refuse_over_visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM persons p WHERE p.id = NEW.person_id FOR UPDATE;
  IF EXISTS (SELECT FROM commitments c WHERE c.person_id = NEW.person_id AND c.during && NEW.during) THEN
    RAISE EXCEPTION 'visits_booked' USING ERRCODE = 'HZ001', DETAIL = 'redispatch', HINT = '{"count": 1, "visits": "-"}';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER absences_free AFTER INSERT OR UPDATE ON absences FOR EACH ROW EXECUTE FUNCTION refuse_over_visits();
