CREATE TABLE "alert_steps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alert_id" uuid NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "alert_steps_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"step" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"order_id" uuid NOT NULL,
	"visit_id" uuid NOT NULL,
	"provider_id" uuid,
	"area_code" text NOT NULL,
	"district_code" text NOT NULL,
	"owner" text NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"escalate_at" timestamp (3) with time zone,
	"acknowledged_at" timestamp (3) with time zone,
	"resolved_at" timestamp (3) with time zone,
	CONSTRAINT "alerts_resolved" CHECK (("alerts"."state" = 'resolved') = ("alerts"."resolved_at" is not null)),
	CONSTRAINT "alerts_escalate" CHECK ("alerts"."escalate_at" is null or "alerts"."state" = 'open')
);
--> statement-breakpoint
ALTER TABLE "alert_steps" ADD CONSTRAINT "alert_steps_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "alerts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_steps_alert" ON "alert_steps" USING btree ("alert_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_once" ON "alerts" USING btree ("visit_id","kind");--> statement-breakpoint
CREATE INDEX "alerts_district" ON "alerts" USING btree ("district_code","id");--> statement-breakpoint
CREATE INDEX "alerts_provider" ON "alerts" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "alerts_unresolved" ON "alerts" USING btree ("id") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_escalate_at" ON "alerts" USING btree ("escalate_at") WHERE escalate_at is not null;--> statement-breakpoint
CREATE TRIGGER alert_steps_append_only BEFORE UPDATE OR DELETE ON alert_steps FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER alert_steps_kept BEFORE TRUNCATE ON alert_steps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
