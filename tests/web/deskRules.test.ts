import { describe, expect, it } from 'vitest';
import { secondsLeft } from '../../web/desk/clock.ts';
import type { DeskOrder } from '../../web/desk/records.ts';
import { alertOf, grouped, isInPlace, noFilter, type Row } from '../../web/desk/rules.ts';
import { inSight, layOut } from '../../web/desk/window.ts';

const now = Date.parse('2026-11-24T02:00:00Z');
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

const order = (given: Partial<DeskOrder> = {}): DeskOrder => ({
  id: `o${given.number ?? 1}`,
  number: 1,
  state: 'requested',
  serviceCode: 'meals',
  channel: 'volunteer',
  urgency: 'normal',
  startAt: inMinutes(60),
  latestStartAt: inMinutes(90),
  minutes: 60,
  districtCode: '320102',
  areaCode: '320102001001',
  lat: 32.05,
  lon: 118.8,
  elderName: '王**',
  assigneeId: null,
  assigneeName: null,
  providerId: null,
  offerExpiresAt: null,
  offeredTo: null,
  asked: 0,
  escalatedAt: null,
  updatedAt: inMinutes(-5),
  version: 1,
  ...given,
});
const row = (given: Partial<DeskOrder>): Row => ({ order: order(given), alert: alertOf(order(given), now) });

describe('what needs a look on the desk', () => {
  it('is an order that nobody has begun by its latest start', () => {
    expect(alertOf(order({ state: 'accepted', latestStartAt: inMinutes(-1) }), now)).toBe('late');
    expect(alertOf(order({ state: 'started', latestStartAt: inMinutes(-1) }), now)).toBeNull();
  });

  it('is an offer that ends within a minute, and an order nobody could be found for', () => {
    expect(alertOf(order({ state: 'offered', offerExpiresAt: inMinutes(0.5) }), now)).toBe('expiring');
    expect(alertOf(order({ state: 'offered', offerExpiresAt: inMinutes(2) }), now)).toBeNull();
    expect(alertOf(order({ state: 'unserved' }), now)).toBe('unserved');
  });
});

describe('the list of the desk', () => {
  it('puts what needs a look first, then the states in the order of an order’s life, earliest start first', () => {
    const rows = [
      row({ number: 1, state: 'settled' }),
      row({ number: 2, state: 'requested', startAt: inMinutes(90) }),
      row({ number: 3, state: 'accepted', latestStartAt: inMinutes(-1) }),
      row({ number: 4, state: 'requested', startAt: inMinutes(30) }),
    ];
    const groups = grouped(rows, 'state').map(({ key, rows: [...own] }) => [
      key,
      own.map((one) => one.order.number),
    ]);
    expect(groups).toEqual([
      ['alert', [3]],
      ['requested', [4, 2]],
      ['settled', [1]],
    ]);
  });

  it('finds by number, helper, district, service and channel', () => {
    const one = order({ number: 16448, assigneeName: '张伟' });
    const finds = (filter: object) => isInPlace(one, { ...noFilter(), ...filter });
    expect([finds({ text: '644' }), finds({ text: '#16448 ' }), finds({ text: '张' }), finds({})]).toEqual(
      Array(4).fill(true),
    );
    expect([finds({ text: '99' }), finds({ district: '320104' }), finds({ channel: 'provider' })]).toEqual(
      Array(3).fill(false),
    );
  });

  it('draws a few dozen lines of ten thousand, wherever it is scrolled to', () => {
    const rows = Array.from({ length: 10_000 }, (_, number) => row({ number }));
    const lines = layOut(grouped(rows, 'state'));
    for (const fromPx of [0, 123_456, lines.heightPx - 600]) {
      const drawn = inSight(lines, fromPx, fromPx + 600);
      expect(drawn.length).toBeLessThan(40);
      expect(drawn[0]!.topPx).toBeLessThanOrEqual(fromPx);
      expect(drawn.at(-1)!.topPx + 62).toBeGreaterThanOrEqual(Math.min(fromPx + 600, lines.heightPx));
    }
  });

  it('counts an offer’s time down to zero and no further', () => {
    expect(secondsLeft(inMinutes(3), now)).toBe('3:00');
    expect(secondsLeft(inMinutes(117.2), now)).toBe('1:57:12');
    expect(secondsLeft(inMinutes(-1), now)).toBe('0:00');
  });
});
