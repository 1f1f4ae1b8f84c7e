/** Giving time to relatives, donating it, having somebody come: plain words, one thing a sentence. */
import type { messages as zh } from '../zh-CN/giving.ts';

export const messages: typeof zh = {
  step: 'Step {number} of {of}',
  amount: {
    most: 'At most {minutes}. Time from the city cannot be given away and is not counted.',
    mandate: 'Of what the elder lets you use in a month, {minutes} are left.',
    nothing: 'There is no time to give now',
    nothingText:
      'Time from the city and time set aside for bookings cannot be given away. Help somebody, and you earn new time.',
    less: 'Half an hour less',
    more: 'Half an hour more',
    usual: 'Usual amounts',
  },
  words: { samples: 'Or choose a sentence', none: 'No words, go on' },
  check: {
    from: 'From the account of',
    to: 'To',
    minutes: 'How much',
    left: 'afterwards {minutes} are left to give',
    words: 'Words',
    less: 'Choose less',
  },
  done: {
    left: 'Of the time you earned, {minutes} are left.',
    look: 'See this entry',
    hours: 'Back to my hours',
  },
  give: {
    title: 'Give to a relative',
    whom: 'To which relative?',
    amount: 'How much time?',
    words: 'A few words?',
    check: 'Is this right?',
    about:
      'Once given, the time is theirs. It can go only to verified parents, children, grandparents and grandchildren.',
    send: 'Yes, give it',
    done: 'Given!',
    doneText: 'It is in the account of {name}, who can see it now.',
    overflow:
      'Their account is full at 1,500 hours; what came on top was donated to the public pool in their name.',
    nobody: 'No relatives are registered yet',
    nobodyText:
      'Register a relative first. The community station looks at the household register or another paper; then you can give.',
    notHere: 'My relative is not here',
    barred: {
      spouse: 'Time cannot be given to a spouse; you can use it to have somebody come to them.',
      asked: 'The station has not verified this yet; afterwards you can give.',
    },
    wordsLabel: 'Words for them (you may leave it empty)',
    samples: {
      care: 'Use it to be looked after',
      walk: 'Have somebody take you for a walk',
      health: 'I wish you good health',
    },
  },
  donate: {
    title: 'Donate',
    whom: 'For whom?',
    amount: 'How much time?',
    words: 'A few words?',
    check: 'Is this right?',
    about:
      'A donation cannot be taken back. It brings care to elders who need it, and you receive a certificate.',
    send: 'Yes, donate it',
    done: 'Donated. Thank you!',
    doneText: 'It went to: {pool}.',
    pools: {
      district: 'My district’s time pool',
      keyElders: 'Key elders',
      city: 'The city’s time pool',
    },
    poolsText: {
      district: 'helps elders of your district who have too little time',
      keyElders: 'for elders who live alone, are very old or disabled',
      city: 'used wherever it is needed most',
    },
    wordsLabel: 'A few words (you may leave it empty)',
    samples: {
      alone: 'For somebody who lives alone',
      thanks: 'Thank you all for helping me',
      warm: 'You are not alone',
    },
  },
  team: {
    has: 'The team’s time: {minutes}; members: {members}',
    donate: 'Donate the team’s time',
    text: 'You lead this team. Its time can only be donated, neither given nor used.',
    none: 'There is no such team, or you do not lead it.',
  },
  redeem: {
    title: 'Ask for a visit',
    text: 'With the time you saved somebody can come to yourself, your spouse or a lineal relative, from the age of {age}.',
    self: 'Yourself',
    age: '{age} years',
    book: 'Book for this relative',
    bookSelf: 'Book',
    why: {
      not_old_enough:
        'Not {age} yet: {years} more years. Until then keep saving, or give to a relative, or donate.',
      not_registered:
        'Not registered to receive visits yet. Please register at the community station, or call 12349.',
    },
    available: 'Of the time you earned, available now: {minutes}',
    booked: 'What you booked for relatives',
    cancel: 'Cancel this visit',
    sure: 'Yes, cancel it',
    keep: 'Keep it',
    cancelled: 'Cancelled by the person who booked',
    for: 'Booking for {name}, paid from your time',
    mine: 'My own time',
    short: 'You have too little time for this visit. Choose a shorter one, or save some more first.',
    notNow: 'You cannot book for this relative now. Go back one page to see why, or call 12349.',
  },
};
