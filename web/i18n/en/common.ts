/** Words used on every page. */
import type { messages as zh } from '../zh-CN/common.ts';

export const messages: typeof zh = {
  brand: 'Huzhu · Nanjing elder care and time bank',
  brandShort: 'Huzhu',
  brandLine: 'Nanjing time bank',
  skip: 'Skip to the content',
  home: 'Home',
  back: 'Back',
  next: 'Next',
  retry: 'Try again',
  more: 'Show more',
  loading: 'Loading',
  language: { switch: '中文', label: 'Switch language: 中文' },
  hotline: {
    name: 'Elder-care hotline',
    number: '12349',
    short: '12349 elder-care hotline',
  },
  text: {
    smaller: 'A−',
    larger: 'A+',
    smallerLabel: 'A−: make the text smaller',
    largerLabel: 'A+: make the text larger',
    size: 'Text size {size}',
  },
  read: {
    start: 'Listen',
    stop: 'Stop',
    startLabel: 'Listen to this page',
    stopLabel: 'Stop reading aloud',
  },
  tools: 'Reading tools',
  account: {
    in: 'Signed in: {name}',
    signIn: 'Sign in',
    signOut: 'Sign out',
    mine: 'Go to my page',
  },
  demo: 'Demo city: all people and figures are invented',
  quality: 'Service quality, published',
  live: {
    behind: 'Reconnecting; what you see may not be the latest',
    offline:
      'There is no network. You see what was known before; it updates by itself when the network is back.',
    waiting: '{count} recorded on this phone, waiting to be sent.',
    clockAhead:
      'This phone’s clock is {by} ahead. What you record is taken and marked; please set the clock.',
    clockBehind:
      'This phone’s clock is {by} behind. What you record is taken and marked; please set the clock.',
    renewed: 'A new version has been fetched; it is used the next time you open this.',
  },
  problem: {
    unreachable: 'The service cannot be reached',
    unreachableText:
      'We cannot tell whether your request arrived. Check the network and try again: nothing will be done twice. If it is urgent, please call.',
    not_secure: 'Nothing can be recorded at this address',
    not_secureText:
      'The address must begin with https for that. Please use the official address, or check in by telephone.',
    page_failed: 'This page has failed',
    page_failedText: 'Please reload the page and try again. If it keeps happening, call us.',
    unknown: 'The service cannot answer now',
    unknownText: 'This is not your fault. Please try again in a while; if it is urgent, please call.',
    signedOut: 'Your session has ended',
    signedOutText: 'To keep you safe, please sign in again and go on.',
    number: 'Problem number {id} (tell us when you call)',
  },
  unreachable: {
    title: 'Service unreachable',
    what: 'The service cannot be reached now',
    text: 'Check the network and try again; if it is urgent, call 12349.',
  },
  roles: {
    elder: 'Elder',
    family: 'Family member',
    volunteer: 'Volunteer',
    carer: 'Carer',
    provider: 'Care provider',
    station: 'Community station',
    dispatcher: 'Dispatcher',
    regulator: 'Regulator',
    admin: 'Administrator',
    system: 'System',
  },
  states: {
    requested: 'Waiting',
    offered: 'Asking',
    accepted: 'Accepted',
    started: 'Under way',
    finished: 'To confirm',
    settled: 'Settled',
    disputed: 'Disputed',
    cancelled: 'Cancelled',
    unserved: 'Not served',
  },
  payers: {
    time_bank: 'Time account',
    subsidy: 'Government subsidy',
    insurance: 'Long-term care insurance',
    bed_contract: 'Home care bed contract',
    self: 'Own money',
  },
};
