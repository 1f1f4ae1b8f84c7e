/** Words shared by the provider's, station's, regulator's and administrator's pages. */
import type { messages as zh } from '../zh-CN/staff.ts';

export const messages: typeof zh = {
  dark: 'Dark',
  pages: 'Pages of this desk',
  none: '—',
  cut: 'Only the first {count} are listed',
  dayBefore: 'The day before',
  dayAfter: 'The day after',
  genders: { female: 'Woman', male: 'Man' },
  reason: { least: 'At least {count} characters; it is recorded', keep: 'Never mind' },
  unmask: {
    open: 'Show in full',
    why: 'Why do you need to see it?',
    hint: 'At least 4 characters. The reason is recorded, and the elder can read it.',
    send: 'Record the reason and show',
    name: 'Name',
    phone: 'Telephone',
    address: 'Address',
    recorded: 'This look and its reason are recorded.',
    hide: 'Hide again',
  },
};
