/** The public quality page. */
import type { messages as zh } from '../zh-CN/quality.ts';

export const messages: typeof zh = {
  title: 'Service quality, published',
  lead: 'Every home visit counts toward the month’s score: how satisfied people are, whether it came as agreed and on time, whether its record can be trusted, and complaints. Anyone may look, down to where each figure comes from.',
  subject: 'Look by',
  by: { district: 'Districts', provider: 'Providers', station: 'Stations' },
  subjects: { district: 'District', provider: 'Provider', station: 'Station' },
  month: 'Month',
  none: 'No scores for {month} yet',
  noneText: 'They appear by themselves once visits have been settled.',
  nothing: '—',
  cityMean: 'city mean',
  visits: 'visits counted',
  scored: 'scored / all',
  running: '{month} is not over: scores still move with new visits and ratings.',
  rank: { district: 'Scores of districts', provider: 'Scores of providers', station: 'Scores of stations' },
  rankOf: 'Scores, highest first: {list}',
  legend: { score: 'Score', interval: '95% interval', mean: 'City mean' },
  interval: '95% interval {low} – {high}',
  noneRanked: 'Nobody has {least} visits this month, so there is no score.',
  all: 'Show all {count}',
  above: '{points} above the city mean, {count} visits counted',
  below: '{points} below the city mean, {count} visits counted',
  few: 'Not enough visits',
  fewLong: 'Not enough visits: {count}, at least {least} are needed',
  trend: 'The last months',
  trendOf: 'Scores of {name} by month: {list}',
  partsOf: 'What the score is made of',
  part: {
    satisfaction: 'Satisfaction',
    reliability: 'Reliability',
    conformity: 'Conformity',
    complaints: 'Few complaints',
  },
  measures: {
    mean: 'Mean rating (of 5)',
    ratings: 'Ratings',
    completed: 'Came as agreed',
    punctual: 'On time',
    verified: 'Check-in verified',
    durationKept: 'Full duration',
    complaints: 'Complaints',
  },
  table: 'All scores',
  caption: 'Visits, score, interval and parts of each in {month}',
  columns: { rank: 'Rank', visits: 'Visits', score: 'Score', interval: '95% interval' },
  how: {
    title: 'How a score is made',
    sum: 'Out of 100, the sum of four parts (scoring policy, version {version}):',
    most: '{points} points',
    satisfaction:
      'Elders and families rate attitude, skill, punctuality and outcome from 1 to 5. With few ratings the figure leans toward the city’s mean, so that three ratings cannot beat three hundred.',
    reliability:
      'Whether visits took place as agreed, and began no later than their latest start. Half each.',
    conformity:
      'Whether check-in and check-out are proven and unedited, and whether the visit lasted at least 80% of the time agreed. Half each.',
    complaints: 'The fewer complaints per 1,000 visits the better; {zero} leave no points.',
    interval:
      'The 95% interval says how far chance alone may move a score: where intervals overlap, do not read much into the rank. Below {least} visits no score is given.',
    private: 'These are totals only; nothing here concerns a single person.',
  },
};
