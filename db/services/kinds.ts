/** The kinds of policy there are; each holds the figures of one part of the city's work. */
export const policyKinds = [
  'catalogue',
  'bank',
  'orders',
  'visits',
  'messages',
  'respite',
  'scores',
  'solvency',
  'calendar',
  'dispatch',
] as const;
export type PolicyKind = (typeof policyKinds)[number];
