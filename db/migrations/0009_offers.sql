ALTER TABLE "offers" ADD COLUMN "asked_start_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN "asked_lat" double precision;--> statement-breakpoint
ALTER TABLE "offers" ADD COLUMN "asked_lon" double precision;--> statement-breakpoint
UPDATE "offers" f SET "asked_start_at" = o.start_at, "asked_lat" = o.lat, "asked_lon" = o.lon FROM orders o WHERE o.id = f.order_id;--> statement-breakpoint
ALTER TABLE "offers" ALTER COLUMN "asked_start_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "offers" ALTER COLUMN "asked_lat" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "offers" ALTER COLUMN "asked_lon" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "volunteers" ADD COLUMN "backup" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "offers_open_person" ON "offers" USING btree ("person_id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "offers_open_second" ON "offers" USING btree ("second_person_id") WHERE state = 'open' and second_person_id is not null;--> statement-breakpoint
CREATE INDEX "orders_escalated" ON "orders" USING btree ("district_code","escalated_at") WHERE escalated_at is not null and state in ('requested', 'offered');--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_second_of_provider" CHECK ("offers"."second_person_id" is null or "offers"."second_person_id" <> "offers"."person_id" and "offers"."provider_id" is not null);
