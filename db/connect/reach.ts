/**
 * Whose records a caller may reach. The front door takes it from the policy table; the queries of the books narrow
 * what they read by it, so a record out of reach is as if it were not there.
 */

export type Reach =
  /** Everything: the ledger's auditors, the configuration's operator. */
  | { kind: 'all' }
  /** What lies in a division or under it: the official codes are prefixes of one another. */
  | { kind: 'area'; areaCode: string }
  /** What concerns these elders: oneself, or those who consented. */
  | { kind: 'elders'; elderIds: readonly string[] }
  /** What is assigned to this person. */
  | { kind: 'assignee'; personId: string }
  /** What is this provider's. */
  | { kind: 'provider'; providerId: string };
