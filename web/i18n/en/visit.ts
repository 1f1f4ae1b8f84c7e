/** A visit as seen by who makes it. */
import type { messages as zh } from '../zh-CN/visit.ts';

export const messages: typeof zh = {
  title: 'Visit',
  gone: 'This visit cannot be found',
  goneText: 'It may have been given to somebody else or cancelled.',
  call: 'To speak to the elder, call the hotline and be put through:',
  distance: '({distance} from the home)',
  checkedIn: 'Checked in at {time}',
  checkedOut: 'Checked out at {time}',
  states: {
    planned: 'To come',
    started: 'Under way',
    finished: 'Done',
    missed: 'Missed',
    cancelled: 'Cancelled',
  },
  check: {
    in: 'I am here: check in',
    out: 'Done: check out',
    locating: 'Finding your position…',
    far: 'You are some way from the home.',
    nowhere: 'Your phone gave no position.',
    goesOn: 'The visit goes on; only tell us why.',
    why: 'Reason',
    door: 'Door code (optional)',
    doorText: {
      in: 'Ask the elder for the four digits; they stand in for the position.',
      out: 'When the work is done, ask the elder for the four digits: that confirms the visit at once.',
    },
  },
  exceptions: {
    outside_home_204: 'The service is elsewhere (such as the hospital)',
    address_mismatch_207: 'The registered address is not the real one',
    device_217: 'The phone’s position is wrong or missing',
    no_network_218: 'There was no network',
    other_222: 'Another reason',
  },
  done: {
    thanks: 'Well done, thank you!',
    worked: 'This visit: {minutes}',
    waiting: 'This visit: {minutes}; it goes to your time account when the elder confirms',
    earned: '{minutes} have gone to your time account',
    on: 'On to the next',
  },
  ended: {
    missed: 'This visit was not begun in time and was given to somebody else.',
    cancelled: 'This visit is cancelled; you need not go.',
  },
};
