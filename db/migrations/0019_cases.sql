-- Why a contract under notice ends is kept while it is still in force.
ALTER TABLE "contracts" DROP CONSTRAINT "contracts_ended";--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_ended" CHECK (case "contracts"."state" when 'ended' then "contracts"."end_reason" is not null when 'draft' then "contracts"."end_reason" is null
        else "contracts"."end_reason" is null or "contracts"."ends_on" is not null end);