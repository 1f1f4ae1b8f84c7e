/** Which of the door's codes is shown when; pure. */

export interface DoorStep {
  text: string;
  validFrom: string;
  validUntil: string;
}

/**
 * The step of an instant, null when all of them are over. The first was valid when the steps were read, by the server's
 * clock; a phone whose clock says otherwise counts on from then.
 */
export function stepAt(steps: readonly DoorStep[], readAt: number, now: number): DoorStep | null {
  const [first] = steps;
  if (!first) return null;
  const trusted = isIn(first, readAt);
  const instant = trusted ? now : Date.parse(first.validFrom) + (now - readAt);
  return steps.find((step) => isIn(step, instant)) ?? null;
}

const isIn = ({ validFrom, validUntil }: DoorStep, at: number) =>
  Date.parse(validFrom) <= at && at < Date.parse(validUntil);
