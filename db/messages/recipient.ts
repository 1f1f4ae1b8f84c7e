/** Whom a message is for: a person, or all desks of a provider or of a station. */
import type { NewEvent } from '../events/events.ts';

export type Recipient = { personId: string } | { providerId: string } | { stationId: string };

/** Under which id the recipient's messages are kept. */
export const recipientId = (to: Recipient): string =>
  'personId' in to ? to.personId : 'providerId' in to ? to.providerId : to.stationId;

/** On whose pages a change shows at once. */
export function hearersOf(to: Recipient): Pick<NewEvent, 'personIds' | 'detail'> {
  if ('personId' in to) return { personIds: [to.personId] };
  if ('providerId' in to) return { personIds: [], detail: { provider: to.providerId } };
  return { personIds: [], detail: { station: to.stationId } };
}
