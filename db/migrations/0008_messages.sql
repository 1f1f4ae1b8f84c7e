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
ALTER TABLE "message_settings" ADD CONSTRAINT "message_settings_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "push_subscriptions" ADD CONSTRAINT "push_subscriptions_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "messages_screen" ON "messages" USING btree ("recipient_id","state","id") WHERE channel = 'screen';--> statement-breakpoint
CREATE INDEX "messages_due_at" ON "messages" USING btree ("next_at") WHERE state in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "messages_dead" ON "messages" USING btree ("id") WHERE state = 'dead';--> statement-breakpoint
CREATE INDEX "push_subscriptions_person" ON "push_subscriptions" USING btree ("person_id");