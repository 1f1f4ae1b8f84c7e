/** Alerts (S11): raised by the planned time, resolved when their cause ends, handed on when nobody acknowledges them. */
import { endedAlerts, escalate, resolveEnded, unacknowledged } from '../../db/alerts/answer.ts';
import { raiseAlerts, unalerted } from '../../db/alerts/raise.ts';
import { inBatches } from './inBatches.ts';

export const watch = inBatches({
  name: 'watch',
  batch: 100,
  due: unalerted,
  command: (tx, act, causes) => raiseAlerts(tx, act, causes),
});

export const calm = inBatches({
  name: 'calm',
  batch: 100,
  due: (tx, _at, limit, except) => endedAlerts(tx, limit, except),
  command: resolveEnded,
});

export const escalation = inBatches({
  name: 'escalation',
  batch: 100,
  due: unacknowledged,
  command: escalate,
});
