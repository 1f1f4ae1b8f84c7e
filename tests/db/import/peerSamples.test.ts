import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PeerName } from '../../../db/import/peers/peer.ts';
import { type FreshCity, faults, freshCity, sample } from './freshCity.ts';

describe('the samples of other time banks', () => {
  let city: FreshCity;
  beforeAll(async () => {
    city = await freshCity();
    for (const kind of ['stations', 'people'] as const) await city.import(kind, sample(`${kind}.csv`));
  });
  afterAll(() => city.close());

  const filesOf = (peer: PeerName) => ({
    members: sample(
      {
        timeoverflow: 'timeoverflow-members.csv',
        komunitin: 'komunitin-accounts.csv',
        hourworld: 'hourworld-balances.csv',
      }[peer],
    ),
    mapping: sample(`${peer}-mapping.csv`),
    transfers: peer === 'hourworld' ? undefined : sample(`${peer}-transfers.csv`),
  });
  const everyPeer = ['timeoverflow', 'komunitin', 'hourworld'] as const;

  it('say the same in a dry run, which writes nothing, as when they come in', async () => {
    for (const peer of everyPeer) {
      const before = await city.state();
      const checked = await city.importPeer(peer, filesOf(peer), { negative: 'skip', dryRun: true });
      expect({ peer, faults: faults(checked) }).toEqual({ peer, faults: [] });
      expect(await city.state()).toEqual(before);
      const done = await city.importPeer(peer, filesOf(peer), { negative: 'skip' });
      expect({ ...done, written: 0 }).toEqual(checked);
      expect(done.written).toBe(done.fresh);
    }
  });

  it('have given each person what the other bank said, in whole minutes', async () => {
    const rows = await city.sql<{ name: string; balance: number }[]>`
      select p.name, a.balance::int as balance from accounts a join persons p on p.id::text = a.owner_id
      where a.kind = 'personal' and a.balance > 0 order by p.name`;
    expect(Object.fromEntries(rows.map((row) => [row.name, row.balance]))).toEqual({
      示例丁: 90,
      示例戊: 120,
      示例丙: 210,
      示例乙: 15,
      示例甲: 600,
    });
  });

  it('say sums before and after, file by file', async () => {
    const { sums, left } = await city.importPeer('timeoverflow', filesOf('timeoverflow'), {
      negative: 'skip',
    });
    expect(sums.map((said) => said.en)).toEqual([
      'Balances (as of 2026-03-31, h:mm): before 2:30:30 of 4 members = after 2:30:30: there already 3:30 + below zero, left out -1:00 + no whole minute 0:00:30',
      'Transfers: 5 of 3:50:30 prove 4 of 4 balances; 0 accounts beside the list hold 0:00, what is nobody’s (the exchange itself, members who left) -2:30:30',
      'Ledger: for these the fund issues 0:00, and persons and pools hold 0:00 more',
    ]);
    expect(faults({ bad: left })).toEqual(['4 Balance: 1:00 below zero, left out']);
    const said = (await city.importPeer('komunitin', filesOf('komunitin'), { negative: 'skip' })).sums;
    expect(said[1]?.en).toBe(
      'Transfers: 3 of 3:45 prove 3 of 3 balances; 1 accounts beside the list hold -2:30, what is nobody’s (the exchange itself, members who left) 0:00; 1 were never carried out',
    );
    expect(said[0]?.zh).toBe(
      '余额（截至 2026-03-31，时:分）：导入前 3 名会员合计 2:30 = 导入后 2:30：此前已导入 3:45 + 负余额未导入 -1:15',
    );
  });

  it('change nothing when they come again', async () => {
    const before = await city.state();
    for (const peer of everyPeer) {
      const again = await city.importPeer(peer, filesOf(peer), { negative: 'skip' });
      expect(again).toMatchObject({ fresh: 0, written: 0, badLines: 0, bad: [] });
      expect(again.known + again.passed).toBe(again.lines);
    }
    expect(await city.state()).toEqual(before);
  });

  it('leave their origin with every transfer, and no name of a member in its key', async () => {
    const rows = await city.sql`
      select t.idempotency_key as key, a.detail from transfers t
      join audit a on a.action = 'import.balance' and a.record_id = t.id::text
      where t.cause = 'import' order by key`;
    expect(rows.map((row) => row.key)).toEqual([
      'import:hourworld:north:101',
      'import:komunitin:north:net10001',
      'import:komunitin:north:net10003',
      'import:timeoverflow:north:1',
      'import:timeoverflow:north:2',
    ]);
    expect(rows[0]?.detail).toEqual({ peer: 'hourworld', exchange: 'north', asOf: '2026-03-31' });
  });

  it('keep the ledger at zero', async () => {
    const state = await city.state();
    const sum = Object.entries(state).reduce((all, [name, n]) => (name.endsWith(' min') ? all + n : all), 0);
    expect(sum).toBe(0);
  });
});
