CREATE TABLE "day_plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"area_code" text NOT NULL,
	"kind" text NOT NULL,
	"made_at" timestamp (3) with time zone NOT NULL,
	"policy_id" uuid NOT NULL,
	"seed" integer NOT NULL,
	"seconds" double precision NOT NULL,
	"cost" jsonb NOT NULL,
	"measures" jsonb NOT NULL,
	"placed" integer NOT NULL,
	"unplaced" integer NOT NULL,
	"passed_over" integer NOT NULL,
	"problem_hash" "bytea" NOT NULL,
	"previous_id" uuid,
	CONSTRAINT "day_plans_counts" CHECK ("day_plans"."placed" >= 0 and "day_plans"."unplaced" >= 0 and "day_plans"."passed_over" >= 0)
);
--> statement-breakpoint
CREATE TABLE "plan_areas" (
	"day" date NOT NULL,
	"area_code" text NOT NULL,
	"planned_at" timestamp (3) with time zone,
	"plan_id" uuid,
	"held_by" uuid,
	"held_until" timestamp (3) with time zone,
	CONSTRAINT "plan_areas_day_area_code_pk" PRIMARY KEY("day","area_code"),
	CONSTRAINT "plan_areas_held" CHECK (("plan_areas"."held_by" is null) = ("plan_areas"."held_until" is null))
);
--> statement-breakpoint
CREATE TABLE "plan_problems" (
	"plan_id" uuid PRIMARY KEY NOT NULL,
	"problem" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "planned_visits" (
	"order_id" uuid NOT NULL,
	"place" smallint DEFAULT 1 NOT NULL,
	"person_id" uuid NOT NULL,
	"provider_id" uuid NOT NULL,
	"day" date NOT NULL,
	"area_code" text NOT NULL,
	"begin_at" timestamp (3) with time zone NOT NULL,
	"during" "tstzrange" NOT NULL,
	"travel_seconds" integer NOT NULL,
	"order_version" integer NOT NULL,
	"terms" jsonb NOT NULL,
	"next_best" jsonb NOT NULL,
	"plan_id" uuid NOT NULL,
	CONSTRAINT "planned_visits_order_id_place_pk" PRIMARY KEY("order_id","place"),
	CONSTRAINT "planned_visits_place" CHECK ("planned_visits"."place" in (1, 2)),
	CONSTRAINT "planned_visits_travel" CHECK ("planned_visits"."travel_seconds" >= 0)
);
--> statement-breakpoint
CREATE TABLE "unplaced_orders" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"area_code" text NOT NULL,
	"order_version" integer NOT NULL,
	"excluded" jsonb NOT NULL,
	"plan_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "day_plans" ADD CONSTRAINT "day_plans_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_areas" ADD CONSTRAINT "plan_areas_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_areas" ADD CONSTRAINT "plan_areas_plan_id_day_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "day_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_problems" ADD CONSTRAINT "plan_problems_plan_id_day_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "day_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_visits" ADD CONSTRAINT "planned_visits_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_visits" ADD CONSTRAINT "planned_visits_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "planned_visits" ADD CONSTRAINT "planned_visits_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- Places are written before their plan, which says how many there are.
ALTER TABLE "planned_visits" ADD CONSTRAINT "planned_visits_plan_id_day_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "day_plans"("id") ON DELETE no action ON UPDATE no action DEFERRABLE INITIALLY DEFERRED;--> statement-breakpoint
ALTER TABLE "unplaced_orders" ADD CONSTRAINT "unplaced_orders_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unplaced_orders" ADD CONSTRAINT "unplaced_orders_plan_id_day_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "day_plans"("id") ON DELETE no action ON UPDATE no action DEFERRABLE INITIALLY DEFERRED;--> statement-breakpoint
CREATE INDEX "day_plans_day" ON "day_plans" USING btree ("area_code","day","id");--> statement-breakpoint
CREATE INDEX "planned_visits_day" ON "planned_visits" USING btree ("area_code","day");--> statement-breakpoint
CREATE INDEX "planned_visits_plan" ON "planned_visits" USING btree ("plan_id");--> statement-breakpoint
CREATE INDEX "unplaced_orders_day" ON "unplaced_orders" USING btree ("area_code","day");--> statement-breakpoint
-- Nobody is planned to be in two places at a time.
ALTER TABLE "planned_visits" ADD CONSTRAINT "planned_visits_no_overlap" EXCLUDE USING gist ("person_id" WITH =, "during" WITH &&);--> statement-breakpoint
-- A plan that was put into effect stays as it was, and so does the problem it answers until that is forgotten.
CREATE TRIGGER day_plans_kept BEFORE UPDATE OR DELETE ON day_plans FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER day_plans_not_emptied BEFORE TRUNCATE ON day_plans FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER plan_problems_kept BEFORE UPDATE ON plan_problems FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
-- A place in a plan is for an order that waits as it was planned: once it is offered, ends, or moves, the place is no more.
CREATE FUNCTION leave_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM planned_visits WHERE order_id = NEW.id;
  DELETE FROM unplaced_orders WHERE order_id = NEW.id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER orders_leave_plan AFTER UPDATE ON orders FOR EACH ROW
  WHEN (OLD.state = 'requested' AND NEW.state <> 'requested' OR OLD.start_at <> NEW.start_at OR OLD.latest_start_at > NEW.latest_start_at
    OR OLD.minutes <> NEW.minutes OR OLD.carers_needed <> NEW.carers_needed OR OLD.lat <> NEW.lat OR OLD.lon <> NEW.lon)
  EXECUTE FUNCTION leave_plan();
