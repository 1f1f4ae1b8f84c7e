/** The time account. */
import type { messages as zh } from '../zh-CN/hours.ts';

export const messages: typeof zh = {
  available: 'Available now',
  balance: 'In the account',
  held: 'Set aside for bookings',
  heldText:
    'Of what is set aside, the actual time is taken after the visit; cancelling gives all of it back.',
  kinds: { personal: 'Time you earned', grant: 'Time granted by the city', team: 'Team time' },
  grantText: 'Granted monthly, valid for three months, cannot be given away',
  entries: 'Movements',
  none: 'No movements yet',
  causes: {
    visit_in: 'Earned by a visit',
    visit_out: 'Visit received',
    grant: 'Granted by the city',
    lapse: 'Granted time lapsed',
    gift_in: 'Given by a relative',
    gift_out: 'Given to a relative',
    donation: 'Donated to the public pool',
    reversal: 'Correction',
    settlement: 'Settled with another city',
    import: 'Brought over from old books',
    closing: 'Account closed',
    other: 'Other',
  },
};
