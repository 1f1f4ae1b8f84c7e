/** How volunteers are asked. */
import type { messages as zh } from '../zh-CN/asking.ts';

export const messages: typeof zh = {
  title: 'How volunteers are asked',
  what: 'How often each volunteer was asked, said yes and came. Silence is not refusal.',
  span: 'Span of time',
  days: 'Last {count} days',
  volunteers: 'Volunteers',
  counts: {
    asks: 'Asked',
    accepted: 'Accepted',
    declined: 'Declined',
    silent: 'No answer',
    taken: 'Taken by others',
    visits: 'Visits',
  },
  giniAsks: 'Gini of asks',
  giniVisits: 'Gini of visits',
  atCap: 'At the weekly cap',
  overCap: 'Over the weekly cap',
  gini: 'Gini coefficient: 0 when all have the same share, towards 1 the fewer have it all.',
  name: 'Volunteer',
  load: 'Load',
  week: 'Most in seven days',
  ofCap: '{most} of {cap}',
};
