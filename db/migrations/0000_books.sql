CREATE TABLE "audit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_role" text NOT NULL,
	"on_behalf_of" uuid,
	"action" text NOT NULL,
	"person_id" uuid,
	"record_id" text,
	"reason" text,
	"detail" jsonb
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "requests" (
	"actor_id" text NOT NULL,
	"request_key" text NOT NULL,
	"route" text NOT NULL,
	"body_digest" "bytea" NOT NULL,
	"status" integer,
	"headers" jsonb,
	"body" text,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "requests_actor_id_request_key_pk" PRIMARY KEY("actor_id","request_key")
);
--> statement-breakpoint
CREATE TABLE "account_shards" (
	"account_id" uuid NOT NULL,
	"shard" smallint NOT NULL,
	"balance" bigint NOT NULL,
	CONSTRAINT "account_shards_account_id_shard_pk" PRIMARY KEY("account_id","shard")
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"currency" text NOT NULL,
	"kind" text NOT NULL,
	"owner_id" text NOT NULL,
	"balance" bigint DEFAULT 0 NOT NULL,
	"held" bigint DEFAULT 0 NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "accounts_available" CHECK ("accounts"."held" >= 0 and "accounts"."balance" >= "accounts"."held")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"transfer_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"balance_after" bigint,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "entries_transfer_id_account_id_pk" PRIMARY KEY("transfer_id","account_id")
) PARTITION BY RANGE ("transfer_id");
--> statement-breakpoint
CREATE TABLE "holds" (
	"order_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "holds_order_id_account_id_pk" PRIMARY KEY("order_id","account_id"),
	CONSTRAINT "holds_amount" CHECK ("holds"."amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"currency" text NOT NULL,
	"debit_account_id" uuid NOT NULL,
	"credit_account_id" uuid NOT NULL,
	"amount" bigint NOT NULL,
	"cause" text NOT NULL,
	"cause_id" uuid,
	"author" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"policy_id" uuid,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "transfers_amount" CHECK ("transfers"."amount" > 0),
	CONSTRAINT "transfers_two_sides" CHECK ("transfers"."debit_account_id" <> "transfers"."credit_account_id")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"kind" text NOT NULL,
	"record_id" text NOT NULL,
	"person_ids" uuid[] NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"detail" jsonb NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "outbox" (
	"position" bigserial PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"record_id" text NOT NULL,
	"person_ids" uuid[] NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"person_id" uuid NOT NULL,
	"provider_id" uuid,
	"wave" smallint NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"answered_at" timestamp (3) with time zone,
	"decline_reason" text,
	"decline_note" text,
	"distance_metres" integer NOT NULL,
	"score" double precision NOT NULL,
	"terms" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_history" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"from_state" text,
	"to_state" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"actor_id" text NOT NULL,
	"actor_role" text NOT NULL,
	"on_behalf_of" uuid,
	"reason" text
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"state" text NOT NULL,
	"service_code" text NOT NULL,
	"policy_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"payer" text NOT NULL,
	"urgency" text NOT NULL,
	"elder_id" uuid NOT NULL,
	"booked_by" text NOT NULL,
	"area_code" text NOT NULL,
	"district_code" text NOT NULL,
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"start_at" timestamp (3) with time zone NOT NULL,
	"latest_start_at" timestamp (3) with time zone NOT NULL,
	"minutes" integer NOT NULL,
	"price_fen" integer NOT NULL,
	"note_sealed" "bytea",
	"assignee_id" uuid,
	"provider_id" uuid,
	"station_id" uuid,
	"visit_id" uuid,
	"due_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "orders_minutes" CHECK ("orders"."minutes" between 5 and 1440),
	CONSTRAINT "orders_window" CHECK ("orders"."start_at" <= "orders"."latest_start_at")
);
--> statement-breakpoint
CREATE TABLE "areas" (
	"code" text PRIMARY KEY NOT NULL,
	"level" text NOT NULL,
	"name" text NOT NULL,
	"parent_code" text,
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"population" integer
);
--> statement-breakpoint
CREATE TABLE "elders" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"ability_level" smallint NOT NULL,
	"living" text NOT NULL,
	"subsidy_class" text NOT NULL,
	"key_elder" boolean NOT NULL,
	"carer_gender" text,
	"hazards_sealed" "bytea",
	"door_code_sealed" "bytea" NOT NULL,
	CONSTRAINT "elders_ability" CHECK ("elders"."ability_level" between 0 and 4)
);
--> statement-breakpoint
CREATE TABLE "mandates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"elder_id" uuid NOT NULL,
	"delegate_id" uuid NOT NULL,
	"relation" text NOT NULL,
	"scopes" text[] NOT NULL,
	"valid_from" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"recorded_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pairings" (
	"elder_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"wish" text NOT NULL,
	"reason" text,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "pairings_elder_id_person_id_pk" PRIMARY KEY("elder_id","person_id")
);
--> statement-breakpoint
CREATE TABLE "persons" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"gender" text NOT NULL,
	"birth_date" date NOT NULL,
	"identity_digest" "bytea",
	"identity_sealed" "bytea",
	"phone_digest" "bytea",
	"phone_sealed" "bytea",
	"address_sealed" "bytea",
	"position_sealed" "bytea",
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"area_code" text NOT NULL,
	"language" text DEFAULT 'zh-CN' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "volunteers" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"station_id" uuid NOT NULL,
	"max_metres" integer DEFAULT 3000 NOT NULL,
	"weekly_ask_cap" smallint DEFAULT 7 NOT NULL,
	"services" text[] NOT NULL,
	"last_asked_at" timestamp (3) with time zone,
	"joined_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "carers" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"provider_id" uuid NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"level" smallint NOT NULL,
	"certificate_number" text NOT NULL,
	"certificate_until" date NOT NULL,
	CONSTRAINT "carers_level" CHECK ("carers"."level" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "providers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"credit_code" text NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"area_code" text NOT NULL,
	"districts" text[] NOT NULL,
	"services" text[] NOT NULL,
	"phone" text NOT NULL,
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "shifts" (
	"carer_id" uuid NOT NULL,
	"weekday" smallint NOT NULL,
	"start_minute" integer NOT NULL,
	"end_minute" integer NOT NULL,
	CONSTRAINT "shifts_carer_id_weekday_pk" PRIMARY KEY("carer_id","weekday"),
	CONSTRAINT "shifts_times" CHECK ("shifts"."start_minute" >= 0 and "shifts"."start_minute" < "shifts"."end_minute" and "shifts"."end_minute" <= 1440),
	CONSTRAINT "shifts_weekday" CHECK ("shifts"."weekday" between 1 and 7)
);
--> statement-breakpoint
CREATE TABLE "stations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"area_code" text NOT NULL,
	"phone" text NOT NULL,
	"lat" double precision NOT NULL,
	"lon" double precision NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"month" text NOT NULL,
	"n" integer NOT NULL,
	"score" double precision NOT NULL,
	"low" double precision NOT NULL,
	"high" double precision NOT NULL,
	"parts" jsonb NOT NULL,
	"measures" jsonb NOT NULL,
	"policy_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "scores_subject_kind_subject_id_month_pk" PRIMARY KEY("subject_kind","subject_id","month")
);
--> statement-breakpoint
CREATE TABLE "scores_due" (
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"month" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "scores_due_subject_kind_subject_id_month_pk" PRIMARY KEY("subject_kind","subject_id","month")
);
--> statement-breakpoint
CREATE TABLE "policies" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" timestamp (3) with time zone NOT NULL,
	"author" text NOT NULL,
	"reason" text NOT NULL,
	"body" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "services" (
	"policy_id" uuid NOT NULL,
	"code" text NOT NULL,
	"zh" text NOT NULL,
	"en" text NOT NULL,
	"category" text NOT NULL,
	"channel" text NOT NULL,
	"default_minutes" integer NOT NULL,
	"min_level" smallint,
	"carers_needed" smallint DEFAULT 1 NOT NULL,
	"multiplier_percent" integer DEFAULT 100 NOT NULL,
	"price_fen" integer NOT NULL,
	"payers" text[] NOT NULL,
	"intimate" smallint DEFAULT 0 NOT NULL,
	"position" smallint NOT NULL,
	CONSTRAINT "services_policy_id_code_pk" PRIMARY KEY("policy_id","code"),
	CONSTRAINT "services_minutes" CHECK ("services"."default_minutes" > 0),
	CONSTRAINT "services_level" CHECK ("services"."min_level" is null or "services"."min_level" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "commitments" (
	"visit_id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"during" "tstzrange" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "complaints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"visit_id" uuid,
	"provider_id" uuid,
	"station_id" uuid,
	"district_code" text NOT NULL,
	"kind" text NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"text_sealed" "bytea" NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ratings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"source" text NOT NULL,
	"attitude" smallint NOT NULL,
	"skill" smallint NOT NULL,
	"punctuality" smallint NOT NULL,
	"outcome" smallint NOT NULL,
	"mean" double precision NOT NULL,
	"comment_sealed" "bytea",
	"at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "ratings_range" CHECK ("ratings"."attitude" between 1 and 5 and "ratings"."skill" between 1 and 5 and "ratings"."punctuality" between 1 and 5 and "ratings"."outcome" between 1 and 5)
);
--> statement-breakpoint
CREATE TABLE "visit_evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"visit_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"method" text NOT NULL,
	"trust" smallint NOT NULL,
	"device_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"position_sealed" "bytea",
	"distance_metres" integer,
	"accuracy_metres" integer,
	"exception" text,
	"actor_id" text NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "visits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"state" text NOT NULL,
	"service_code" text NOT NULL,
	"elder_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"provider_id" uuid,
	"station_id" uuid,
	"district_code" text NOT NULL,
	"planned_start_at" timestamp (3) with time zone NOT NULL,
	"latest_start_at" timestamp (3) with time zone NOT NULL,
	"planned_minutes" integer NOT NULL,
	"check_in_at" timestamp (3) with time zone,
	"check_out_at" timestamp (3) with time zone,
	"trust" smallint,
	"verified_minutes" integer,
	"manual_edits" smallint DEFAULT 0 NOT NULL,
	"closed_at" timestamp (3) with time zone
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"prefix" text,
	"key" text NOT NULL,
	"reference_id" uuid NOT NULL,
	"refill_interval" bigint,
	"refill_amount" integer,
	"last_refill_at" timestamp (3) with time zone,
	"enabled" boolean DEFAULT true NOT NULL,
	"rate_limit_enabled" boolean DEFAULT true NOT NULL,
	"rate_limit_time_window" bigint,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0 NOT NULL,
	"remaining" integer,
	"last_request" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"permissions" text,
	"metadata" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (3) with time zone,
	"refresh_token_expires_at" timestamp (3) with time zone,
	"scope" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"count" integer NOT NULL,
	"last_request" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "two_factors" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"secret" text NOT NULL,
	"backup_codes" text NOT NULL,
	"verified" boolean DEFAULT true NOT NULL,
	"failed_verification_count" integer DEFAULT 0 NOT NULL,
	"locked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"username" text NOT NULL,
	"display_username" text,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"phone_digest" text,
	"phone_number_verified" boolean DEFAULT false NOT NULL,
	"two_factor_enabled" boolean DEFAULT false NOT NULL,
	"role" text NOT NULL,
	"person_id" uuid,
	"provider_id" uuid,
	"station_id" uuid,
	"area_code" text,
	"language" text DEFAULT 'zh-CN' NOT NULL,
	"closed_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_role_known" CHECK ("users"."role" in ('elder','family','volunteer','carer','provider','station','dispatcher','regulator','admin','system')),
	CONSTRAINT "users_username_plain" CHECK ("users"."username" ~ '^[a-z0-9_.-]{3,40}$'),
	CONSTRAINT "users_language_known" CHECK ("users"."language" in ('zh-CN','en'))
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account_shards" ADD CONSTRAINT "account_shards_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_debit_account_id_accounts_id_fk" FOREIGN KEY ("debit_account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfers" ADD CONSTRAINT "transfers_credit_account_id_accounts_id_fk" FOREIGN KEY ("credit_account_id") REFERENCES "accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "orders"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_assignee_id_persons_id_fk" FOREIGN KEY ("assignee_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "elders" ADD CONSTRAINT "elders_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mandates" ADD CONSTRAINT "mandates_delegate_id_persons_id_fk" FOREIGN KEY ("delegate_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairings" ADD CONSTRAINT "pairings_elder_id_persons_id_fk" FOREIGN KEY ("elder_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pairings" ADD CONSTRAINT "pairings_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "persons" ADD CONSTRAINT "persons_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "volunteers" ADD CONSTRAINT "volunteers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "carers" ADD CONSTRAINT "carers_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "carers" ADD CONSTRAINT "carers_provider_id_providers_id_fk" FOREIGN KEY ("provider_id") REFERENCES "providers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "providers" ADD CONSTRAINT "providers_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shifts" ADD CONSTRAINT "shifts_carer_id_carers_person_id_fk" FOREIGN KEY ("carer_id") REFERENCES "carers"("person_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stations" ADD CONSTRAINT "stations_area_code_areas_code_fk" FOREIGN KEY ("area_code") REFERENCES "areas"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_policy_id_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commitments" ADD CONSTRAINT "commitments_person_id_persons_id_fk" FOREIGN KEY ("person_id") REFERENCES "persons"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_reference_id_users_id_fk" FOREIGN KEY ("reference_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "two_factors" ADD CONSTRAINT "two_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_person" ON "audit" USING btree ("person_id","id");--> statement-breakpoint
CREATE INDEX "audit_record" ON "audit" USING btree ("record_id");--> statement-breakpoint
CREATE INDEX "requests_started" ON "requests" USING btree ("started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_owner" ON "accounts" USING btree ("owner_id","kind","currency");--> statement-breakpoint
CREATE INDEX "entries_account" ON "entries" USING btree ("account_id","transfer_id");--> statement-breakpoint
CREATE INDEX "holds_account" ON "holds" USING btree ("account_id") WHERE state = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "transfers_once" ON "transfers" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "transfers_cause" ON "transfers" USING btree ("cause_id");--> statement-breakpoint
CREATE INDEX "events_number" ON "events" USING btree ("number");--> statement-breakpoint
CREATE INDEX "events_record" ON "events" USING btree ("record_id");--> statement-breakpoint
CREATE UNIQUE INDEX "offers_one_open" ON "offers" USING btree ("order_id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "offers_order" ON "offers" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "offers_person" ON "offers" USING btree ("person_id","sent_at");--> statement-breakpoint
CREATE INDEX "offers_provider" ON "offers" USING btree ("provider_id","sent_at");--> statement-breakpoint
CREATE INDEX "offers_expiry" ON "offers" USING btree ("expires_at") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "order_history_order" ON "order_history" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_number" ON "orders" USING btree ("number");--> statement-breakpoint
CREATE INDEX "orders_elder" ON "orders" USING btree ("elder_id","start_at");--> statement-breakpoint
CREATE INDEX "orders_assignee" ON "orders" USING btree ("assignee_id","start_at");--> statement-breakpoint
CREATE INDEX "orders_provider" ON "orders" USING btree ("provider_id","start_at");--> statement-breakpoint
CREATE INDEX "orders_district" ON "orders" USING btree ("district_code","start_at");--> statement-breakpoint
CREATE INDEX "orders_due" ON "orders" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "orders_unbegun" ON "orders" USING btree ("latest_start_at") WHERE state = 'accepted';--> statement-breakpoint
CREATE INDEX "orders_live" ON "orders" USING btree ("district_code","start_at") WHERE state not in ('settled', 'cancelled', 'unserved');--> statement-breakpoint
CREATE INDEX "areas_parent" ON "areas" USING btree ("parent_code");--> statement-breakpoint
CREATE INDEX "mandates_delegate" ON "mandates" USING btree ("delegate_id");--> statement-breakpoint
CREATE INDEX "mandates_elder" ON "mandates" USING btree ("elder_id");--> statement-breakpoint
CREATE UNIQUE INDEX "persons_identity" ON "persons" USING btree ("identity_digest");--> statement-breakpoint
CREATE INDEX "persons_phone" ON "persons" USING btree ("phone_digest");--> statement-breakpoint
CREATE INDEX "persons_area" ON "persons" USING btree ("area_code");--> statement-breakpoint
CREATE INDEX "volunteers_station" ON "volunteers" USING btree ("station_id","state");--> statement-breakpoint
CREATE UNIQUE INDEX "carers_certificate" ON "carers" USING btree ("certificate_number");--> statement-breakpoint
CREATE INDEX "carers_provider" ON "carers" USING btree ("provider_id");--> statement-breakpoint
CREATE UNIQUE INDEX "providers_credit_code" ON "providers" USING btree ("credit_code");--> statement-breakpoint
CREATE UNIQUE INDEX "stations_code" ON "stations" USING btree ("code");--> statement-breakpoint
CREATE INDEX "stations_area" ON "stations" USING btree ("area_code");--> statement-breakpoint
CREATE INDEX "scores_month" ON "scores" USING btree ("month","subject_kind");--> statement-breakpoint
CREATE UNIQUE INDEX "policies_version" ON "policies" USING btree ("kind","version");--> statement-breakpoint
CREATE INDEX "complaints_order" ON "complaints" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "complaints_visit" ON "complaints" USING btree ("visit_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ratings_once" ON "ratings" USING btree ("visit_id","source");--> statement-breakpoint
CREATE INDEX "visit_evidence_visit" ON "visit_evidence" USING btree ("visit_id");--> statement-breakpoint
CREATE INDEX "visits_order" ON "visits" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "visits_person" ON "visits" USING btree ("person_id","planned_start_at");--> statement-breakpoint
CREATE INDEX "visits_provider" ON "visits" USING btree ("provider_id","planned_start_at");--> statement-breakpoint
CREATE INDEX "visits_station" ON "visits" USING btree ("station_id","planned_start_at");--> statement-breakpoint
CREATE INDEX "visits_district" ON "visits" USING btree ("district_code","planned_start_at");--> statement-breakpoint
CREATE INDEX "visits_open" ON "visits" USING btree ("planned_start_at") WHERE state in ('planned', 'started');--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_key_key" ON "api_keys" USING btree ("key");--> statement-breakpoint
CREATE INDEX "api_keys_reference_idx" ON "api_keys" USING btree ("reference_id");--> statement-breakpoint
CREATE UNIQUE INDEX "credentials_account_key" ON "credentials" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE INDEX "credentials_user_idx" ON "credentials" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "rate_limits_key_key" ON "rate_limits" USING btree ("key");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token_key" ON "sessions" USING btree ("token");--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_idx" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "two_factors_user_idx" ON "two_factors" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_username_key" ON "users" USING btree ("username");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "users_phone_digest_key" ON "users" USING btree ("phone_digest");--> statement-breakpoint
CREATE INDEX "users_person_idx" ON "users" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "users_provider_idx" ON "users" USING btree ("provider_id");--> statement-breakpoint
CREATE INDEX "verifications_identifier_idx" ON "verifications" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "verifications_expires_idx" ON "verifications" USING btree ("expires_at");