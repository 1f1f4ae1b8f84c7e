/** Where somebody reads what they were told: elders and family on their own large pages. */
import type { Me } from './records.ts';

export const inboxOf = (me: Me | null): string =>
  me?.role === 'elder' || me?.role === 'family' ? '/elder/messages' : '/messages';
