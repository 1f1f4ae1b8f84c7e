/** The kinds of policy there are. */
export const policyKinds = [
  'catalogue',
  'bank',
  'orders',
  'respite',
  'visits',
  'messages',
  'respite',
  'scores',
  'solvency',
] as const;
