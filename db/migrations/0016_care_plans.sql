CREATE TABLE "care_plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"elder_id" uuid NOT NULL,
	"service_code" text NOT NULL,
	"payer" text NOT NULL,
	"holder_id" uuid NOT NULL,
	"minutes" integer NOT NULL,
	"tasks" text[],
	"note_sealed" "bytea",
	"first_at" timestamp (3) with time zone NOT NULL,
	"time_zone" text NOT NULL,
	"rule" text NOT NULL,
	"ends_before" timestamp (3) with time zone,
	"exceptions" date[] NOT NULL,
	"holidays" text NOT NULL,
	"follows" uuid,
	"booked_by" text NOT NULL,
	"booked_by_role" text NOT NULL,
	"on_behalf_of" uuid,
	"delegate_id" uuid,
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "care_plans_minutes" CHECK ("care_plans"."minutes" between 5 and 1440),
	CONSTRAINT "care_plans_due" CHECK ("care_plans"."state" = 'active' or "care_plans"."due_at" is null)
);
--> statement-breakpoint
CREATE TABLE "plan_occurrences" (
	"plan_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"start_at" timestamp (3) with time zone NOT NULL,
	"state" text NOT NULL,
	"order_id" uuid,
	"reason" text,
	"tried_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plan_occurrences_plan_id_at_pk" PRIMARY KEY("plan_id","at"),
	CONSTRAINT "plan_occurrences_order" CHECK (("plan_occurrences"."state" = 'booked') = ("plan_occurrences"."order_id" is not null)),
	CONSTRAINT "plan_occurrences_reason" CHECK (("plan_occurrences"."state" = 'booked') = ("plan_occurrences"."reason" is null))
);
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "cancelled_late" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "two_carers_percent" smallint DEFAULT 100 NOT NULL;--> statement-breakpoint
ALTER TABLE "care_plans" ADD CONSTRAINT "care_plans_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_plans" ADD CONSTRAINT "care_plans_holder_id_persons_id_fk" FOREIGN KEY ("holder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care_plans" ADD CONSTRAINT "care_plans_delegate_id_persons_id_fk" FOREIGN KEY ("delegate_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_occurrences" ADD CONSTRAINT "plan_occurrences_plan_id_care_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "care_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_occurrences" ADD CONSTRAINT "plan_occurrences_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "care_plans_elder" ON "care_plans" USING btree ("elder_id","id");--> statement-breakpoint
CREATE INDEX "care_plans_due_at" ON "care_plans" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "plan_occurrences_order_id" ON "plan_occurrences" USING btree ("order_id") WHERE order_id is not null;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_two_carers" CHECK ("services"."two_carers_percent" between 100 and 200);--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_two_carers_level" CHECK ("services"."two_carers_from_level" is null or "services"."two_carers_from_level" between 0 and 4);--> statement-breakpoint
-- Gives back what is held for orders as if it had never been: an order that was changed is held for anew. What is settled
-- stays. Returns how many holds it dropped.
CREATE FUNCTION bank_drop(order_ids uuid[], at timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  dropped integer;
BEGIN
  PERFORM bank_end_holds(order_ids, 'released', at);
  DELETE FROM holds h WHERE h.order_id = ANY (order_ids) AND h.state IN ('released', 'expired');
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped;
END $$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION bank_drop(uuid[], timestamptz) SET search_path = %I, public, pg_temp', current_schema());
END $$;
