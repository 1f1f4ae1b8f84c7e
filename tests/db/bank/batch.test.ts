/** The monthly batch with a partner city (M2): it ties to the statement, and a partner's file is compared line by line. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareBatch } from '../../../db/bank/batchImport.ts';
import {
  type Batch,
  type BatchLine,
  batchOf,
  differencesOf,
  isWhole,
  totalsOf,
} from '../../../db/bank/batchRules.ts';
import { batchFor, comparisonsOf } from '../../../db/bank/batchViews.ts';
import { decideClearing, proposeClearing } from '../../../db/bank/clearing.ts';
import { openPartner } from '../../../db/bank/partners.ts';
import { requestReversal } from '../../../db/bank/reverse.ts';
import { perform } from '../../../db/connect/act.ts';
import type { Reach } from '../../../db/connect/reach.ts';
import { actOf, ids, later, monday, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const PARTNER = '3202';
const MONTH = '2026-05';
const all: Reach = { kind: 'all' };
/** The days of the test stand for the month. */
const days = { from: later(monday, -10 * 60), until: later(monday, 30 * 24 * 60) };

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.do('regulator', (tx, act) =>
    openPartner(tx, act, { code: PARTNER, name: '无锡市', limitMinutes: 6_000, limitFen: 50_000 }),
  );
  await city.bank(ids.li, 600);
  await cleared({ kind: 'out', personId: ids.li, minutes: 100 }, 'WX-1');
  await cleared({ kind: 'in', personId: ids.wang, minutes: 60 }, 'WX-2');
  await cleared({ kind: 'in', providerId: ids.provider, fen: 12_800 }, 'WX-3');
});
afterAll(() => city.close());

type Asked = { kind: 'in' | 'out' } & (
  | { personId: string; minutes: number }
  | { providerId: string; fen: number }
);
async function cleared(asked: Asked, reference: string): Promise<void> {
  city.wait(1);
  const [a, b] = [actOf('regulator', city.at, 'regulator:a'), actOf('regulator', city.at, 'regulator:b')];
  const outcome = await perform(city.db, a, async (tx) => {
    const { id } = await proposeClearing(tx, a, {
      ...asked,
      partnerCode: PARTNER,
      reference,
      reason: '异地结算',
    });
    return decideClearing(tx, b, all, id, { approve: true, reference, note: null });
  });
  expect(outcome.ok).toBe(true);
}
async function ours(): Promise<Batch> {
  const batch = await batchFor(city.db, PARTNER, MONTH, days);
  if (typeof batch === 'string') throw new Error(batch);
  return batch;
}
/** What the partner would send of the same: its numbers are ours and ours its, and what went out there came in here. */
const mirrored = (line: BatchLine): BatchLine => ({
  ...line,
  number: line.otherNumber ?? `own-${line.number}`,
  otherNumber: line.number,
  direction: line.direction === 'out' ? 'in' : 'out',
});
const sent = (lines: BatchLine[], head: Partial<Batch> = {}): Batch =>
  batchOf(
    {
      sender: { code: PARTNER, name: '无锡市' },
      receiver: { code: '3201', name: '南京市' },
      month: MONTH,
      ...head,
    },
    lines,
  );
const compare = (file: Batch) => {
  city.wait(1);
  return city.try('regulator', (tx, act) => compareBatch(tx, act, PARTNER, file, days));
};
const entries = async () => (await city.sql`select count(*)::int as n from transfers`)[0]?.n;

describe('the batch of a month', () => {
  it('has every clearing with both numbers, totals by currency and direction, and a digest of its lines', async () => {
    const batch = await ours();
    expect(batch.lines.map((line) => [line.otherNumber, line.currency, line.direction, line.amount])).toEqual(
      [
        ['WX-1', 'min', 'out', 100],
        ['WX-2', 'min', 'in', 60],
        ['WX-3', 'fen', 'in', 12_800],
      ],
    );
    expect(batch.totals).toEqual([
      { currency: 'min', direction: 'out', lines: 1, amount: 100 },
      { currency: 'min', direction: 'in', lines: 1, amount: 60 },
      { currency: 'fen', direction: 'out', lines: 0, amount: 0 },
      { currency: 'fen', direction: 'in', lines: 1, amount: 12_800 },
    ]);
    expect(isWhole(batch)).toBe(true);
    expect(isWhole({ ...batch, month: '2026-06' })).toBe(false);
    expect(isWhole({ ...batch, totals: [] })).toBe(false);
    expect(await batchFor(city.db, '3299', MONTH, days)).toBe('none');
  });

  it('compares to nothing different with what the partner has alike, whichever order its lines come in', async () => {
    const { lines } = await ours();
    const compared = await compare(sent(lines.map(mirrored).reverse()));
    expect(compared).toMatchObject({ ok: true, value: { agreed: 3, differences: [] } });
  });

  it('lists what is missing on either side, and what differs in amount, direction or currency', async () => {
    const before = await entries();
    const [first, second, third] = (await ours()).lines.map(mirrored) as [BatchLine, BatchLine, BatchLine];
    const unknown: BatchLine = { ...first, number: 'WX-9', otherNumber: null };
    const file = sent([
      { ...first, amount: 90, direction: 'out' },
      { ...third, currency: 'min' },
      unknown,
      { ...first, amount: 90 },
    ]);
    const compared = await compare(file);
    if (!compared.ok) throw new Error(JSON.stringify(compared.refusal));
    expect(
      compared.value.differences.map((one) => [one.kind, one.theirs?.number, one.ours?.otherNumber]),
    ).toEqual([
      ['amount', 'WX-1', 'WX-1'],
      ['direction', 'WX-1', 'WX-1'],
      ['currency', 'WX-3', 'WX-3'],
      ['missing_here', 'WX-9', undefined],
      // A number that comes twice answers to nothing the second time.
      ['missing_here', 'WX-1', undefined],
      ['missing_there', undefined, second.number],
    ]);
    expect(compared.value.agreed).toBe(0);
    expect(await entries()).toBe(before);
    const [kept] = await comparisonsOf(city.db, PARTNER);
    expect(kept).toMatchObject({ month: MONTH, digest: file.digest, lines: 4, agreed: 0, differences: 6 });
  });

  it('refuses a file that was changed, or that is not from the partner for this city', async () => {
    const file = sent((await ours()).lines.map(mirrored));
    const changed = { ...file, lines: file.lines.map((line) => ({ ...line, amount: line.amount + 1 })) };
    expect(refusalOf(await compare(changed))).toEqual({ code: 'file_altered', field: 'digest' });
    const retotalled = { ...changed, totals: totalsOf(changed.lines) };
    expect(refusalOf(await compare(retotalled))?.code).toBe('file_altered');
    const other = sent([], { sender: { code: '3203', name: '徐州市' } });
    expect(refusalOf(await compare(other))).toMatchObject({
      code: 'other_file',
      field: 'sender',
      params: { sender: '3203' },
    });
    expect(refusalOf(await compare(await ours()))).toMatchObject({ code: 'other_file' });
  });

  it('has a correction as a line of its own, so that it ties to what the account holds', async () => {
    const [transfer] = await city.sql`select transfer_id as id from clearings where reference = 'WX-2'`;
    city.wait(1);
    await city.do('regulator', (tx, act) =>
      requestReversal(tx, act, all, {
        transferId: transfer?.id as string,
        reasonCode: 'wrong_amount',
        note: '对方多报了',
      }),
    );
    const { lines } = await ours();
    expect(lines.length).toBe(4);
    expect(lines[3]).toMatchObject({ currency: 'min', direction: 'out', amount: 60, otherNumber: null });
    const sum = lines.reduce(
      (total, line) =>
        line.currency === 'min' ? total + (line.direction === 'out' ? line.amount : -line.amount) : total,
      0,
    );
    expect(sum).toBe((await city.account(PARTNER, 'clearing')).balance);
  });
});

describe('the differences of any two batches', () => {
  const line = fc.record({
    number: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    otherNumber: fc.option(fc.constantFrom('v', 'w', 'x', 'y', 'z'), { nil: null }),
    at: fc.constant('2026-05-01T00:00:00.000Z'),
    currency: fc.constantFrom('min' as const, 'fen' as const),
    direction: fc.constantFrom('in' as const, 'out' as const),
    amount: fc.integer({ min: 1, max: 3 }),
  });
  const unique = fc.uniqueArray(line, { selector: (one) => one.number });
  const theirs = unique.map((lines) =>
    lines.map((one) => ({ ...one, number: one.otherNumber ?? `n${one.number}`, otherNumber: one.number })),
  );

  it('account for every line of both, once', () => {
    fc.assert(
      fc.property(unique, theirs, (ours, sentLines) => {
        const { differences, agreed } = differencesOf(ours, sentLines);
        const pairs = new Set(differences.flatMap((one) => (one.ours && one.theirs ? [one.ours.number] : [])))
          .size;
        const missing = (kind: string) => differences.filter((one) => one.kind === kind).length;
        expect(agreed + pairs + missing('missing_there')).toBe(ours.length);
        expect(agreed + pairs + missing('missing_here')).toBe(sentLines.length);
      }),
    );
  });

  it('are none between a batch and its mirror', () => {
    fc.assert(
      fc.property(unique, (lines) => {
        const differing = new Set(lines.flatMap((one) => one.otherNumber ?? []));
        fc.pre(differing.size === lines.filter((one) => one.otherNumber).length);
        expect(differencesOf(lines, lines.map(mirrored))).toEqual({ differences: [], agreed: lines.length });
      }),
    );
  });
});
