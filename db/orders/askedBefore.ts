/** What earlier offers `f` say of whoever is asked again, for the time and place that an order `o` has now, as SQL. */
import { sql } from 'drizzle-orm';

/** Whether it was for this time and place. */
export const sameAsk = sql`f.asked_start_at = o.start_at and f.asked_lat = o.lat and f.asked_lon = o.lon`;

/** It was refused, or its dispatcher decided against whom it asked; being too late says nothing of a person. */
export const ruledOut = sql`${sameAsk}
  and (f.state = 'declined' or f.state = 'withdrawn' and coalesce(f.withdrawn_reason, 'withdrawn') = 'withdrawn')`;
