/** The volunteer's pages. */
import type { messages as zh } from '../zh-CN/volunteer.ts';

export const messages: typeof zh = {
  home: {
    title: 'Volunteering',
    hello: 'Hello {name}',
    saved: 'Time I have saved',
    offers: 'Somebody needs you',
    noOffers: 'No new requests now',
    noOffersText: 'When somebody nearby needs help it appears here; no need to reload.',
    away: 'Requests cannot come without a network; they appear when it is back.',
    visits: 'Where I am going',
    noVisits: 'What you accept is listed here.',
    done: 'Done today',
  },
  told: {
    accepted: 'Accepted, thank you! The address is below.',
    declined: 'Your answer is in. We ask somebody else; it does not count against you.',
    taken: 'Thank you for being willing! Somebody else was a moment quicker and will go this time.',
  },
  offer: {
    left: 'Time left to answer',
    over: 'Expired',
    long: 'About {minutes}',
    far: '{distance} away',
    accept: 'I will go',
    decline: 'I cannot',
  },
  decline: {
    why: 'Why not?',
    reasons: {
      busy: 'Busy then',
      too_far: 'Too far',
      unwell: 'Not well',
      unsuitable: 'Not a service I can do',
      other: 'Another reason',
    },
    keep: 'Let me think',
  },
  hours: {
    title: 'My hours',
    none: 'Your first visit will be the first entry.',
    look: 'See who needs help',
  },
};
