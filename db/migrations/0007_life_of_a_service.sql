DROP INDEX "offers_one_open";--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN "second_person_id" uuid;--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN "round_id" uuid;--> statement-breakpoint
UPDATE "offers" SET "round_id" = "id";--> statement-breakpoint
ALTER TABLE "offers" ALTER COLUMN "round_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN "withdrawn_reason" text;--> statement-breakpoint
ALTER TABLE "order_history" ADD COLUMN "version" integer;--> statement-breakpoint
ALTER TABLE "order_history" DISABLE TRIGGER "order_history_append_only";--> statement-breakpoint
UPDATE "order_history" h SET "version" = n.version
FROM (SELECT id, row_number() OVER (PARTITION BY order_id ORDER BY at, id) AS version FROM order_history) AS n WHERE n.id = h.id;--> statement-breakpoint
ALTER TABLE "order_history" ENABLE TRIGGER "order_history_append_only";--> statement-breakpoint
ALTER TABLE "order_history" ALTER COLUMN "version" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "own_share_fen" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "carers_needed" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "tasks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "plan_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "plan_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "contract_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "second_assignee_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "second_visit_id" uuid;--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN "escalated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "two_carers_from_level" smallint;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "own_share_percent" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "block_minutes" integer[];--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "certificates" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "tasks" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "commitments" ADD COLUMN "order_id" uuid;--> statement-breakpoint
UPDATE "commitments" c SET "order_id" = v.order_id FROM visits v WHERE v.id = c.visit_id;--> statement-breakpoint
ALTER TABLE "commitments" ALTER COLUMN "order_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "commitments" ADD COLUMN "place" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "visits" ADD COLUMN "place" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_second_person_id_persons_id_fk" FOREIGN KEY ("second_person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_second_assignee_id_persons_id_fk" FOREIGN KEY ("second_assignee_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "offers_person_once" ON "offers" USING btree ("order_id","person_id") WHERE state = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "offers_one_accepted" ON "offers" USING btree ("order_id") WHERE state = 'accepted';--> statement-breakpoint
CREATE UNIQUE INDEX "orders_of_plan" ON "orders" USING btree ("plan_id","plan_at") WHERE plan_id is not null;--> statement-breakpoint
CREATE INDEX "orders_contract" ON "orders" USING btree ("contract_id","start_at") WHERE contract_id is not null;--> statement-breakpoint
CREATE INDEX "orders_second_assignee" ON "orders" USING btree ("second_assignee_id","start_at") WHERE second_assignee_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "commitments_one_a_place" ON "commitments" USING btree ("order_id","place");--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_carers" CHECK ("orders"."carers_needed" between 1 and 2);--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_own_share" CHECK ("orders"."own_share_fen" between 0 and "orders"."price_fen");--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_carers" CHECK ("services"."carers_needed" between 1 and 2);--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_own_share" CHECK ("services"."own_share_percent" between 0 and 100);--> statement-breakpoint
-- S4: at most one round of an order is open, of one person or of several asked at the same time.
ALTER TABLE "offers" ADD CONSTRAINT "offers_one_open" EXCLUDE USING gist ("order_id" WITH =, "round_id" WITH <>) WHERE (state = 'open');
