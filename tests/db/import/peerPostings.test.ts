import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportFailure } from '../../../db/import/failure.ts';
import { csv, type FreshCity, faults, freshCity, identityOf, sample } from './freshCity.ts';

const volunteer = identityOf('19880505', 12);

const members = (...rows: (string | number)[][]) => csv(['N', 'Name', 'Balance'], ...rows);
const mapping = (...rows: [string, string][]) => csv(['member', 'identity number'], ...rows);
/** Positional: from the organisation to a member, in seconds. */
const given = (member: number, seconds: number) =>
  csv(['', 'organization', member, 'member', seconds, '2026-01-02', '', '']);

describe('what another time bank’s balances post', () => {
  let city: FreshCity;
  beforeEach(async () => {
    city = await freshCity();
    for (const kind of ['stations', 'people'] as const) await city.import(kind, sample(`${kind}.csv`));
  });
  afterEach(() => city.close());

  const failure = async (importing: Promise<unknown>): Promise<string> => {
    const error = await importing.then(
      () => null,
      (each: ImportFailure) => each,
    );
    return error?.said.en ?? 'no failure';
  };

  it('over the cap go to the pool of the person’s district, with a donation that says why (T4)', async () => {
    await city.import('opening-balances', csv(['凭证号', '身份证号', '分钟'], ['B-1', volunteer, 89_900]));
    const files = {
      members: members([1, 'ana', 150 * 60]),
      mapping: mapping(['1', volunteer]),
      transfers: given(1, 150 * 60),
    };
    const result = await city.importPeer('timeoverflow', files);
    expect(result.sums[0]?.en).toContain('after 2:30: to persons 1:40 + over the cap to the pool 0:50');
    expect(await city.state()).toMatchObject({ 'personal min': 90_000, 'pool min': 50 });
    const [gift] = await city.sql`
      select t.amount::int as amount, p.owner_id as pool, i.idempotency_key as of, t.policy_id is not null as has_policy
      from transfers t join accounts p on p.id = t.credit_account_id join transfers i on i.id = t.cause_id
      where t.cause = 'donation'`;
    expect(gift).toEqual({ amount: 50, pool: '320102', of: 'import:timeoverflow:north:1', has_policy: true });
    const before = await city.state();
    expect(await city.importPeer('timeoverflow', files)).toMatchObject({ known: 1, written: 0 });
    expect(await city.state()).toEqual(before);
  });

  describe('below zero', () => {
    const files = {
      members: members([1, 'ana', 3600], [2, 'carl', -1800]),
      mapping: mapping(['1', volunteer]),
      transfers: csv(['2', 'member', '1', 'member', 1800, ''], ['', 'organization', '1', 'member', 1800, '']),
    };

    it('are bad lines, or are listed and left out', async () => {
      expect(faults(await city.importPeer('timeoverflow', files))[0]).toContain(
        '3 Balance: 0:30 below zero: our ledger',
      );
      const left = await city.importPeer('timeoverflow', files, { negative: 'skip' });
      expect(left).toMatchObject({ bad: [], passed: 1, written: 1 });
      expect(faults({ bad: left.left })).toEqual(['3 Balance: 0:30 below zero, left out']);
      expect(await city.state()).toMatchObject({ 'issuance min': -60 - 600, 'personal min': 60 });
    });

    it('are paid by the pool where the ledger lets it, as far as it has minutes', async () => {
      await mayPayFund(false);
      expect(await failure(city.importPeer('timeoverflow', files, { negative: 'pool' }))).toContain(
        'the ledger does not let a pool pay imported debts back to the fund',
      );
      await mayPayFund(true);
      expect(faults(await city.importPeer('timeoverflow', files, { negative: 'pool' }))).toEqual([
        '3 Balance: the pool has only 0 minutes left for it; --negative skip leaves it out',
      ]);
      await fillPool(100);
      const before = await city.state();
      const result = await city.importPeer('timeoverflow', files, { negative: 'pool' });
      expect(faults(result)).toEqual([]);
      expect(result.sums[0]?.en).toContain(
        'after 0:30: to persons 1:00 + below zero, paid by the pool -0:30',
      );
      const after = await city.state();
      // What the fund issued is what the other bank's members had together.
      expect((after['issuance min'] ?? 0) - (before['issuance min'] ?? 0)).toBe(-30);
      expect(after['pool min']).toBe(70);
      expect(await city.importPeer('timeoverflow', files, { negative: 'pool' })).toMatchObject({
        known: 2,
        written: 0,
      });
      expect(await city.state()).toEqual(after);
    });

    /** Whether the ledger of this database lets a pool pay the fund by an import. */
    const mayPayFund = (may: boolean) =>
      city.sql.unsafe(`
        do $$ begin
          if to_regprocedure('bank_allows_else(text, text, text)') is null then
            alter function bank_allows(text, text, text) rename to bank_allows_else;
          end if;
        end $$;
        create or replace function bank_allows(cause text, debit_kind text, credit_kind text) returns boolean
        language sql immutable as $$
          select case when (cause, debit_kind, credit_kind) = ('import', 'pool', 'issuance') then ${may}
            else bank_allows_else(cause, debit_kind, credit_kind) end
        $$`);

    const fillPool = (minutes: number) => city.sql`
      select bank_post(jsonb_build_array(jsonb_build_object('debit', i.id, 'credit', p.id, 'amount', ${minutes}::int,
        'currency', 'min', 'cause', 'import', 'key', 'pool')), jsonb_build_object('actorId', 'test', 'role', 'system', 'at', now()))
      from accounts i, accounts p
      where i.kind = 'issuance' and i.currency = 'min' and p.kind = 'pool' and p.owner_id = '3201'`;
  });
});
