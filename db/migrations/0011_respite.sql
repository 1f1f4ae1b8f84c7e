CREATE TABLE "contract_equipment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"contract_id" uuid NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"serial" text NOT NULL,
	"state" text NOT NULL,
	"installed_at" timestamp (3) with time zone NOT NULL,
	"returned_at" timestamp (3) with time zone,
	CONSTRAINT "contract_equipment_returned" CHECK (("contract_equipment"."state" = 'returned') = ("contract_equipment"."returned_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "contract_history" (
	"id" uuid PRIMARY KEY NOT NULL,
	"contract_id" uuid NOT NULL,
	"step" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_role" text NOT NULL,
	"on_behalf_of" uuid,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "contract_months" (
	"contract_id" uuid NOT NULL,
	"month" text NOT NULL,
	"promised" integer NOT NULL,
	"done" integer NOT NULL,
	"minutes" integer NOT NULL,
	"is_short" boolean NOT NULL,
	"reckoned_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "contract_months_contract_id_month_pk" PRIMARY KEY("contract_id","month")
);
--> statement-breakpoint
CREATE TABLE "contract_services" (
	"contract_id" uuid NOT NULL,
	"service_code" text NOT NULL,
	"times_a_month" smallint NOT NULL,
	CONSTRAINT "contract_services_contract_id_service_code_pk" PRIMARY KEY("contract_id","service_code"),
	CONSTRAINT "contract_services_times" CHECK ("contract_services"."times_a_month" between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"elder_id" uuid NOT NULL,
	"area_code" text NOT NULL,
	"provider_id" uuid NOT NULL,
	"starts_on" date NOT NULL,
	"ends_on" date,
	"least_visits" smallint NOT NULL,
	"document_digest" text NOT NULL,
	"elder_signed_by" text,
	"elder_signed_at" timestamp (3) with time zone,
	"provider_signed_by" text,
	"provider_signed_at" timestamp (3) with time zone,
	"end_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "contracts_span" CHECK ("contracts"."ends_on" is null or "contracts"."starts_on" < "contracts"."ends_on" or "contracts"."state" = 'ended'),
	CONSTRAINT "contracts_least_visits" CHECK ("contracts"."least_visits" between 1 and 200),
	CONSTRAINT "contracts_digest" CHECK ("contracts"."document_digest" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "contracts_signed" CHECK ("contracts"."state" <> 'active' or ("contracts"."elder_signed_at" is not null and "contracts"."provider_signed_at" is not null)),
	CONSTRAINT "contracts_ended" CHECK (("contracts"."state" = 'ended') = ("contracts"."end_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "bed_uses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bed_id" uuid NOT NULL,
	"use" text NOT NULL,
	"nights" daterange NOT NULL,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "beds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"provider_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"label" text NOT NULL,
	"price_fen" integer NOT NULL,
	"service_from" date NOT NULL,
	"service_until" date,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "beds_price" CHECK ("beds"."price_fen" >= 0),
	CONSTRAINT "beds_service" CHECK ("beds"."service_until" is null or "beds"."service_from" < "beds"."service_until")
);
--> statement-breakpoint
CREATE TABLE "handover_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"stay_id" uuid,
	"order_id" uuid,
	"moment" text NOT NULL,
	"text_sealed" "bytea" NOT NULL,
	"actor_id" text NOT NULL,
	"actor_role" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "handover_notes_of_one" CHECK (("handover_notes"."stay_id" is null) <> ("handover_notes"."order_id" is null))
);
--> statement-breakpoint
CREATE TABLE "respite_takings" (
	"record_id" uuid NOT NULL,
	"year" smallint NOT NULL,
	"household_id" uuid NOT NULL,
	"nights" integer NOT NULL,
	"blocks" integer NOT NULL,
	CONSTRAINT "respite_takings_record_id_year_pk" PRIMARY KEY("record_id","year")
);
--> statement-breakpoint
CREATE TABLE "respite_use" (
	"household_id" uuid NOT NULL,
	"year" smallint NOT NULL,
	"nights" integer NOT NULL,
	"blocks" integer NOT NULL,
	CONSTRAINT "respite_use_household_id_year_pk" PRIMARY KEY("household_id","year"),
	CONSTRAINT "respite_use_counts" CHECK ("respite_use"."nights" >= 0 and "respite_use"."blocks" >= 0)
);
--> statement-breakpoint
CREATE TABLE "stay_history" (
	"id" uuid PRIMARY KEY NOT NULL,
	"stay_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_role" text NOT NULL,
	"on_behalf_of" uuid,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "stays" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"elder_id" uuid NOT NULL,
	"area_code" text NOT NULL,
	"kind" text NOT NULL,
	"nights" daterange NOT NULL,
	"flexible_days" smallint DEFAULT 0 NOT NULL,
	"provider_id" uuid,
	"bed_id" uuid,
	"payer" text NOT NULL,
	"price_fen" integer,
	"own_share_fen" integer,
	"wished_nights" daterange NOT NULL,
	"answer_by" timestamp (3) with time zone,
	"offers_passed" smallint DEFAULT 0 NOT NULL,
	"booked_by" text NOT NULL,
	"arrived_at" timestamp (3) with time zone,
	"left_at" timestamp (3) with time zone,
	"nights_stayed" smallint,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "stays_nights" CHECK (not isempty("stays"."nights") and not lower_inf("stays"."nights") and not upper_inf("stays"."nights")),
	CONSTRAINT "stays_bed" CHECK ("stays"."state" in ('waiting', 'cancelled', 'declined') or "stays"."bed_id" is not null),
	CONSTRAINT "stays_own_share" CHECK ("stays"."own_share_fen" is null or "stays"."own_share_fen" between 0 and "stays"."price_fen"),
	CONSTRAINT "stays_answer" CHECK (("stays"."state" = 'offered') = ("stays"."answer_by" is not null))
);
--> statement-breakpoint
ALTER TABLE "elders" ADD COLUMN "household_id" uuid;--> statement-breakpoint
ALTER TABLE "carers" ADD COLUMN "takes_blocks" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "contract_equipment" ADD CONSTRAINT "contract_equipment_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_history" ADD CONSTRAINT "contract_history_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_months" ADD CONSTRAINT "contract_months_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_services" ADD CONSTRAINT "contract_services_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bed_uses" ADD CONSTRAINT "bed_uses_bed_id_beds_id_fk" FOREIGN KEY ("bed_id") REFERENCES "beds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "beds" ADD CONSTRAINT "beds_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "handover_notes" ADD CONSTRAINT "handover_notes_stay_id_stays_id_fk" FOREIGN KEY ("stay_id") REFERENCES "stays"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stay_history" ADD CONSTRAINT "stay_history_stay_id_stays_id_fk" FOREIGN KEY ("stay_id") REFERENCES "stays"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stays" ADD CONSTRAINT "stays_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stays" ADD CONSTRAINT "stays_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stays" ADD CONSTRAINT "stays_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stays" ADD CONSTRAINT "stays_bed_id_beds_id_fk" FOREIGN KEY ("bed_id") REFERENCES "beds"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contract_equipment_contract" ON "contract_equipment" USING btree ("contract_id");--> statement-breakpoint
CREATE INDEX "contract_history_contract" ON "contract_history" USING btree ("contract_id","id");--> statement-breakpoint
CREATE INDEX "contract_months_short" ON "contract_months" USING btree ("month","contract_id") WHERE is_short;--> statement-breakpoint
CREATE INDEX "contracts_elder" ON "contracts" USING btree ("elder_id","id");--> statement-breakpoint
CREATE INDEX "contracts_provider" ON "contracts" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "contracts_area" ON "contracts" USING btree ("area_code","id");--> statement-breakpoint
CREATE INDEX "contracts_running_out" ON "contracts" USING btree ("ends_on") WHERE state = 'active' and ends_on is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "beds_label" ON "beds" USING btree ("provider_id","label");--> statement-breakpoint
CREATE INDEX "beds_kind" ON "beds" USING btree ("kind","provider_id");--> statement-breakpoint
CREATE INDEX "handover_notes_stay" ON "handover_notes" USING btree ("stay_id","id") WHERE stay_id is not null;--> statement-breakpoint
CREATE INDEX "handover_notes_order" ON "handover_notes" USING btree ("order_id","id") WHERE order_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "stay_history_stay" ON "stay_history" USING btree ("stay_id","version");--> statement-breakpoint
CREATE INDEX "stays_elder" ON "stays" USING btree ("elder_id","id");--> statement-breakpoint
CREATE INDEX "stays_provider" ON "stays" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "stays_area" ON "stays" USING btree ("area_code","id");--> statement-breakpoint
CREATE INDEX "stays_waiting" ON "stays" USING btree ("offers_passed","id") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "stays_offered" ON "stays" USING btree ("answer_by") WHERE state = 'offered';--> statement-breakpoint
CREATE INDEX "stays_booked" ON "stays" USING btree (lower(nights)) WHERE state = 'booked';--> statement-breakpoint
-- S6: no bed is taken twice for a night, by stays or by maintenance.
ALTER TABLE "bed_uses" ADD CONSTRAINT "bed_uses_no_overlap" EXCLUDE USING gist ("bed_id" WITH =, "nights" WITH &&);--> statement-breakpoint
-- Nobody has two beds for a night.
ALTER TABLE "stays" ADD CONSTRAINT "stays_one_place" EXCLUDE USING gist ("elder_id" WITH =, "nights" WITH &&) WHERE (state IN ('booked', 'arrived'));--> statement-breakpoint
-- An elder has at most one active contract on a day.
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_one_active" EXCLUDE USING gist ("elder_id" WITH =, (daterange("starts_on", "ends_on")) WITH &&) WHERE (state = 'active');--> statement-breakpoint
-- S6: only the listed changes of a stay exist.
CREATE FUNCTION stay_may_become(from_state text, to_state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT (from_state, to_state) IN (
    ('waiting', 'offered'), ('waiting', 'cancelled'), ('waiting', 'declined'),
    ('offered', 'booked'), ('offered', 'waiting'), ('offered', 'cancelled'), ('offered', 'declined'),
    ('booked', 'arrived'), ('booked', 'cancelled'), ('booked', 'no_show'), ('booked', 'declined'),
    ('arrived', 'left'), ('left', 'settled'))
$$;--> statement-breakpoint
CREATE FUNCTION guard_stay_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('waiting', 'booked') THEN
      RAISE EXCEPTION 'a stay begins as waiting or booked, not as %', NEW.state USING ERRCODE = 'HZ003';
    END IF;
  ELSIF NEW.state <> OLD.state AND NOT stay_may_become(OLD.state, NEW.state) THEN
    RAISE EXCEPTION 'a stay cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'HZ003';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER stays_state BEFORE INSERT OR UPDATE OF state ON stays FOR EACH ROW EXECUTE FUNCTION guard_stay_state();--> statement-breakpoint
-- A stay that has a bed holds it in the book of uses when the transaction ends; one that has none any more does not.
CREATE FUNCTION guard_stay_bed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stay stays;
BEGIN
  SELECT * INTO stay FROM stays WHERE id = NEW.id;
  IF (stay.state IN ('offered', 'booked', 'arrived')) <> EXISTS (
    SELECT FROM bed_uses u WHERE u.id = stay.id AND u.bed_id = stay.bed_id AND u.nights = stay.nights)
    AND stay.state NOT IN ('left', 'settled') THEN
    RAISE EXCEPTION 'stay % is % without the bed that belongs to it', stay.id, stay.state USING ERRCODE = 'HZ003';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER stays_bed_held AFTER INSERT OR UPDATE ON stays DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_stay_bed();--> statement-breakpoint
-- A contract goes from draft to active to ended and never back.
CREATE FUNCTION guard_contract_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.state <> 'draft'
    OR TG_OP = 'UPDATE' AND NEW.state <> OLD.state
      AND (OLD.state, NEW.state) NOT IN (('draft', 'active'), ('draft', 'ended'), ('active', 'ended')) THEN
    RAISE EXCEPTION 'a contract cannot become %', NEW.state USING ERRCODE = 'HZ003';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER contracts_state BEFORE INSERT OR UPDATE OF state ON contracts FOR EACH ROW EXECUTE FUNCTION guard_contract_state();--> statement-breakpoint
-- Append-only books.
CREATE TRIGGER stay_history_append_only BEFORE UPDATE OR DELETE ON stay_history FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER stay_history_kept BEFORE TRUNCATE ON stay_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER handover_notes_append_only BEFORE UPDATE OR DELETE ON handover_notes FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER handover_notes_kept BEFORE TRUNCATE ON handover_notes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER contract_history_append_only BEFORE UPDATE OR DELETE ON contract_history FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER contract_history_kept BEFORE TRUNCATE ON contract_history FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER contract_months_append_only BEFORE UPDATE OR DELETE ON contract_months FOR EACH ROW EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER contract_months_kept BEFORE TRUNCATE ON contract_months FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
