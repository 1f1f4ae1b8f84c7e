CREATE INDEX "visits_elder" ON "visits" USING btree ("elder_id","planned_start_at");--> statement-breakpoint
-- Neighbours are found by distance on the ground: in Nanjing a degree of longitude is 0.85 of a degree of latitude.
DROP INDEX persons_place;--> statement-breakpoint
CREATE INDEX persons_home ON persons USING gist (point(lon * 0.85, lat)) WHERE closed_at IS NULL;
