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
  measures: {
    title: 'Fair and steady',
    what: 'Visits of the last 7 days; who came, and how evenly, over the last 30.',
    knownShare: 'By somebody known',
    nearShare: 'Living within {minutes} minutes',
    giniCarers: 'Gini of carers’ work',
    changes: 'Given to another by plans',
    helpersPerElder: 'Helpers of an elder',
    mainHelperShare: 'By the main helper',
    giniHours: 'Gini of hours offered',
  },
  ofCap: '{most} of {cap}',
};
