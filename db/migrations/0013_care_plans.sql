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
END $$;--> statement-breakpoint
-- S3: an order that is new or in another state is told by its history, or the transaction does not commit. The row is
-- written at the same instant, so that only that month's table is looked at; naming it costs a tenth of planning over
-- all months.
CREATE FUNCTION order_is_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  told boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE order_id = $1 AND version = $2 AND to_state = $3)',
    'order_history' || to_char(NEW.updated_at AT TIME ZONE 'UTC', '_YYYY_MM'))
  INTO told USING NEW.id, NEW.version, NEW.state;
  IF NOT told THEN
    RAISE EXCEPTION 'the history does not tell that order % is %', NEW.id, NEW.state USING ERRCODE = 'HZ003';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION order_is_told() SET search_path = %I, pg_temp', current_schema());
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER orders_told_of_new AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION order_is_told();--> statement-breakpoint
CREATE CONSTRAINT TRIGGER orders_told_of_state AFTER UPDATE OF state ON orders DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION order_is_told();
