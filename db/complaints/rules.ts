/** What a complaint is about, how far it is, and what comes of it. */

export const complaintKinds = ['late', 'missed', 'attitude', 'quality', 'fee', 'safety', 'other'] as const;
export type ComplaintKind = (typeof complaintKinds)[number];

export const complaintStates = ['open', 'assigned', 'answered', 'decided'] as const;
export type ComplaintState = (typeof complaintStates)[number];

/** `withdrawn`: by whoever complained; the others are decided by the desk. */
export const complaintOutcomes = ['founded', 'unfounded', 'withdrawn'] as const;
export type ComplaintOutcome = (typeof complaintOutcomes)[number];

export const complaintSteps = ['taken', 'assigned', 'answered', 'decided'] as const;
export type ComplaintStep = (typeof complaintSteps)[number];

export interface ComplaintsPolicy {
  /** A complaint is to be decided within so many days. */
  decideDays: number;
}

const DAY_MS = 86_400_000;

/** When a complaint taken at an instant is to be decided. */
export const decideBy = (at: Date, { decideDays }: ComplaintsPolicy): Date =>
  new Date(at.getTime() + decideDays * DAY_MS);
