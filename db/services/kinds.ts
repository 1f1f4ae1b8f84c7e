/** The kinds of policy there are. */
export const policyKinds = [
  'catalogue',
  'bank',
  'orders',
  'visits',
  'messages',
  'respite',
  'scores',
  'solvency',
] as const;
