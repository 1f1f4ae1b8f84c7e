/** What a phone shows of a visit when only some of the story has reached the server. */
import { describe, expect, it } from 'vitest';
import { stepAt } from '../../web/elder/door.ts';
import { isDone, mayStay, seenVisit, ticksOf, waitMs } from '../../web/offline/rules.ts';
import type { Recorded, Said } from '../../web/offline/store.ts';
import type { Visit } from '../../web/parts/records.ts';

const NOW = Date.parse('2026-11-28T02:00:00Z');

const visit = (state: Visit['state']): Visit => ({ id: 'v1', state }) as Visit;

let counter = 0;
function recorded(said: Said, more: Partial<Recorded> = {}): Recorded {
  counter += 1;
  return {
    ...said,
    id: `e${counter}`,
    userId: 'u1',
    visitId: 'v1',
    counter,
    deviceAt: new Date(NOW).toISOString(),
    signed: '',
    signature: '',
    state: 'waiting',
    code: null,
    message: null,
    receivedAt: null,
    acknowledged: false,
    ...more,
  } as Recorded;
}
const checkIn = (more?: Partial<Recorded>) => recorded({ kind: 'check_in', data: { method: 'gps' } }, more);
const checkOut = (more?: Partial<Recorded>) => recorded({ kind: 'check_out', data: { method: 'gps' } }, more);

describe('a visit as its maker sees it', () => {
  it('goes on at once with what is recorded on the phone', () => {
    expect(seenVisit(visit('planned'), []).state).toBe('planned');
    expect(seenVisit(visit('planned'), [checkIn()]).state).toBe('started');
    expect(seenVisit(visit('planned'), [checkIn(), checkOut()]).state).toBe('finished');
  });

  it('never falls back behind the server or behind an answer that came since', () => {
    expect(seenVisit(visit('finished'), [checkIn()]).state).toBe('finished');
    expect(seenVisit(visit('planned'), [checkIn({ state: 'taken' })]).state).toBe('started');
    expect(seenVisit(visit('planned'), [checkIn({ state: 'superseded' })]).state).toBe('started');
  });

  it('goes back when the server refuses, so that one can check in again', () => {
    expect(seenVisit(visit('planned'), [checkIn({ state: 'refused' })]).state).toBe('planned');
  });

  it('is ended by the server, whatever the phone says', () => {
    expect(seenVisit(visit('cancelled'), [checkIn()]).state).toBe('cancelled');
    expect(seenVisit(visit('missed'), [checkIn()]).state).toBe('missed');
  });

  it('takes nothing of another visit', () => {
    expect(seenVisit(visit('planned'), [checkIn({ visitId: 'v2' })])).toMatchObject({
      state: 'planned',
      own: [],
    });
  });

  it('counts the last tick of a task by the order on the phone, not by its clock', () => {
    const tick = (done: boolean, deviceAt: string) =>
      recorded({ kind: 'task', data: { code: 'bathe', done } }, { deviceAt });
    const [first, second] = [tick(true, '2026-11-28T05:00:00Z'), tick(false, '2026-11-28T01:00:00Z')];
    expect(ticksOf(seenVisit(visit('started'), [second, first]).own).get('bathe')).toBe(false);
  });
});

describe('what stays on a phone', () => {
  it('is the visits of today and tomorrow by the city’s calendar', () => {
    const days = ['2026-11-27', '2026-11-28', '2026-11-29', '2026-11-30'];
    expect(days.filter((day) => mayStay(day, NOW))).toEqual(['2026-11-28', '2026-11-29']);
  });

  it('is what waits, and what was refused until it has been read, however old', () => {
    const old = { deviceAt: '2026-11-20T02:00:00Z' };
    const gone = [
      checkIn({ ...old, state: 'waiting' }),
      checkIn({ ...old, state: 'refused' }),
      checkIn({ ...old, state: 'refused', acknowledged: true }),
      checkIn({ ...old, state: 'taken' }),
      checkIn({ state: 'taken' }),
    ].map((one) => isDone(one, NOW));
    expect(gone).toEqual([false, false, true, true, false]);
  });
});

it('a phone that cannot send tries ever more slowly, at least once a minute', () => {
  expect([0, 1, 2, 3, 6, 50].map(waitMs)).toEqual([0, 2_000, 4_000, 8_000, 60_000, 60_000]);
});

describe('the code at the door', () => {
  const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
  const steps = [0, 30, 60].map((from) => ({
    text: `t${from}`,
    validFrom: at(from),
    validUntil: at(from + 30),
  }));
  const shown = (readAt: number, now: number) => stepAt(steps, NOW + readAt * 1000, NOW + now * 1000)?.text;

  it('changes by itself with each step, until new ones must be read', () => {
    expect([5, 29, 30, 61, 90].map((now) => shown(5, now))).toEqual(['t0', 't0', 't30', 't60', undefined]);
  });

  it('is the right one on a phone whose clock is two hours off', () => {
    expect([7200, 7235].map((now) => shown(7200, now))).toEqual(['t0', 't30']);
    expect([-7200, -7165].map((now) => shown(-7200, now))).toEqual(['t0', 't30']);
  });
});
