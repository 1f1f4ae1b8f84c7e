/** The kinds of policy there are. */
export const policyKinds = [
  'catalogue',
  'bank',
  'orders',
  'respite',
  'visits',
  'messages',
  'scores',
  'solvency',
] as const;
