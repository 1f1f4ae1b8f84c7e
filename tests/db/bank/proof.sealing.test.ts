import { createPublicKey, verify } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headBytes, headsBelow, latestHead } from '../../../db/bank/heads.ts';
import { leafText, type TransferRow, transferColumns, transferOf } from '../../../db/bank/leaf.ts';
import { accountKey, cityCode, openAccounts, post } from '../../../db/bank/post.ts';
import { consistencyProof, inclusionProof, positionOf } from '../../../db/bank/proofs.ts';
import { sealTransfers } from '../../../db/bank/sealing.ts';
import { publicKeys, rotateKey, signBytes } from '../../../db/bank/signing.ts';
import { leafHash } from '../../../db/bank/tree.ts';
import { checkWholeTree } from '../../../db/bank/treeCheck.ts';
import { isConsistent, rootByInclusion } from '../../../db/verify/main.ts';
import { sealing } from '../../../worker/tasks/sealing.ts';
import { treeCheck } from '../../../worker/tasks/treeCheck.ts';
import { DISTRICT, ids, later, monday, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
let accounts: string[];
let posted = 0;
beforeAll(async () => {
  city = await smallCity();
  const names = [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
    { ownerId: ids.near, kind: 'personal', currency: 'min' },
  ] as const;
  const opened = await city.do('system', (tx, act) => openAccounts(tx, act, names));
  accounts = names.map((name) => opened.get(accountKey(name)) as string);
});
afterAll(() => city.close());

/** Posts some imports to a volunteer or the pool; returns the transfers. */
async function pay(some: number): Promise<string[]> {
  const [fund, pool, person] = accounts as [string, string, string];
  return city.do('system', (tx, act) =>
    post(
      tx,
      act,
      Array.from({ length: some }, (_, n) => ({
        debit: fund,
        credit: n % 2 ? pool : person,
        amount: n + 1,
        currency: 'min' as const,
        cause: 'import' as const,
        key: `proof:${posted++}`,
      })),
    ),
  );
}

const count = async (table: string): Promise<number> => {
  const [row] = await city.sql`select count(*)::int as n from ${city.sql(table)}`;
  return row!.n;
};

async function leafOf(transferId: string): Promise<Buffer> {
  const [row] = await city.db.execute<TransferRow>(
    sql`select ${transferColumns} from transfers where id = ${transferId}::uuid`,
  );
  return leafHash(leafText(transferOf(row!)));
}

const bytes = (hex: readonly string[]) => hex.map((one) => Buffer.from(one, 'hex'));

/** Does something to posted rows as only the owner of the database can: behind the back of everything. */
async function behindTheBack(table: string, change: () => Promise<unknown>): Promise<void> {
  await city.sql`alter table ${city.sql(table)} disable trigger user`;
  await change();
  await city.sql`alter table ${city.sql(table)} enable trigger user`;
}

describe('sealing', () => {
  it('puts what was posted into the tree in the order of its keys, and signs a head', async () => {
    expect(await latestHead(city.db)).toBeNull();
    const before = await count('unsealed');
    const transfers = await pay(13);
    expect(await city.work(sealing)).toBe(before + 13);
    expect(await count('unsealed')).toBe(0);

    const head = (await latestHead(city.db))!;
    expect(head.size).toBe(before + 13);
    const [key] = await publicKeys(city.db);
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key!.publicKey, 'base64').toString('base64url') },
      format: 'jwk',
    });
    expect(headBytes(head).toString()).toBe(
      `huzhu-tree-head\nv1\n${head.size}\n${head.root}\n${head.at.toISOString()}\n${key!.keyId}`,
    );
    expect(verify(null, headBytes(head), publicKey, Buffer.from(head.signature, 'base64'))).toBe(true);

    const positions = await Promise.all(transfers.map((id) => positionOf(city.db, id)));
    expect(positions).toEqual(transfers.map((_, n) => before + n));
    for (const [n, id] of transfers.entries()) {
      const proof = bytes(await inclusionProof(city.db, before + n, head.size));
      expect(rootByInclusion(await leafOf(id), before + n, head.size, proof)?.toString('hex')).toBe(
        head.root,
      );
    }
  });

  it('publishes no head when nothing is new', async () => {
    const head = await latestHead(city.db);
    city.wait(1);
    expect(await city.work(sealing)).toBe(0);
    expect(await latestHead(city.db)).toEqual(head);
  });

  it('proves every head to begin with every earlier one', async () => {
    for (const some of [1, 2, 5, 16, 3]) {
      city.wait(1);
      await pay(some);
      await city.work(sealing);
    }
    const heads = await headsBelow(city.db, null, 100);
    expect(heads.length).toBe(6);
    for (const from of heads)
      for (const to of heads.filter((later) => later.size >= from.size)) {
        const proof = bytes(await consistencyProof(city.db, from.size, to.size));
        const [first, second] = bytes([from.root, to.root]) as [Buffer, Buffer];
        expect(isConsistent(from.size, to.size, first, second, proof)).toBe(true);
      }
  });

  it('is done by exactly one of many workers at once, and seals each transfer once', async () => {
    const transfers = await pay(40);
    const before = (await latestHead(city.db))!.size;
    const done = await Promise.all(Array.from({ length: 6 }, () => city.work(sealing)));
    await city.work(sealing);
    const head = (await latestHead(city.db))!;
    expect(head.size).toBe(before + 40);
    expect(done.filter((some) => some > 0).length).toBeLessThanOrEqual(2);
    expect(await count('tree_leaves')).toBe(head.size);
    const positions = await Promise.all(transfers.map((id) => positionOf(city.db, id)));
    expect(new Set(positions).size).toBe(40);
  });

  it('leaves nothing half done when it is cut off before the head is there', async () => {
    await pay(7);
    const sizes = async () => [
      await count('unsealed'),
      await count('tree_leaves'),
      await count('tree_nodes'),
    ];
    const before = await sizes();
    await city.sql.begin(async (holder) => {
      await holder`lock table tree_heads in exclusive mode`;
      const cutOff = city.work(sealing).then(
        () => 'ended',
        () => 'cut off',
      );
      const waiting = async () => {
        const rows = await city.sql<{ pid: number }[]>`
          select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database() and query ilike 'insert%tree_heads%'`;
        return rows[0]?.pid ?? 0;
      };
      await expect.poll(waiting).toBeGreaterThan(0);
      await city.sql`select pg_terminate_backend(${await waiting()})`;
      expect(await cutOff).toBe('cut off');
    });
    expect(await sizes()).toEqual(before);
    expect(await city.work(sealing)).toBe(7);
    expect((await checkWholeTree(city.db)).differing).toBe(0);
  });

  it('goes on with a next key after a rotation, and what the old one signed stays verifiable', async () => {
    const old = (await latestHead(city.db))!.keyId;
    city.wait(1);
    const next = await city.do('admin', (tx, act) => rotateKey(tx, act, 'yearly change'));
    expect(next).not.toBe(old);
    await pay(2);
    await city.work(sealing);
    expect((await latestHead(city.db))!.keyId).toBe(next);
    const keys = await publicKeys(city.db);
    expect(keys.map((key) => [key.keyId, key.retiredAt === null])).toEqual([
      [old, false],
      [next, true],
    ]);
    const check = await checkWholeTree(city.db);
    expect([check.heads, check.differing]).toEqual([(await headsBelow(city.db, null, 100)).length, 0]);
    const [row] = await city.sql`select actor_role, reason from audit where action = 'ledger.key_rotated'`;
    expect(row).toMatchObject({ actor_role: 'admin', reason: 'yearly change' });
    const { keyId } = await city.do('system', (tx, act) => signBytes(tx, act, Buffer.from('a statement')));
    expect(keyId).toBe(next);
  });

  it('makes one key however many need the first one at once', async () => {
    const fresh = await smallCity();
    const signed = await Promise.all(
      Array.from({ length: 5 }, () => fresh.do('system', (tx, act) => signBytes(tx, act, Buffer.from('x')))),
    );
    expect(new Set(signed.map((one) => one.keyId)).size).toBe(1);
    expect((await publicKeys(fresh.db)).length).toBe(1);
    await fresh.close();
  });

  it('works a long wait off in pieces, each under a head of its own', async () => {
    await pay(10);
    const sealed = await city.do('system', (tx, act) => sealTransfers(tx, act, 4));
    expect([sealed, await count('unsealed')]).toEqual([4, 6]);
    expect(await city.work(sealing)).toBe(6);
  });
});

describe('the check of the whole tree', () => {
  it('names a row that was changed behind the back', async () => {
    const [, changed] = (await pay(3)) as [string, string, string];
    await city.work(sealing);
    await expect(
      city.sql`update transfers set amount = amount + 600 where id = ${changed}`,
    ).rejects.toThrow();
    await behindTheBack(
      'transfers',
      () => city.sql`update transfers set amount = amount + 600 where id = ${changed}`,
    );
    const position = await positionOf(city.db, changed);
    const found = await checkWholeTree(city.db);
    expect(found.differences).toEqual([{ wrong: 'changed', position, transferId: changed }]);

    city.wait(24 * 60);
    expect(await city.work(treeCheck)).toBe(1);
    expect(await city.work(treeCheck)).toBe(0);
    const [row] =
      await city.sql`select detail from audit where action = 'ledger.checked' order by id desc limit 1`;
    expect(row!.detail).toMatchObject({ differing: 1, leaves: found.leaves, heads: found.heads });
    await behindTheBack(
      'transfers',
      () => city.sql`update transfers set amount = amount - 600 where id = ${changed}`,
    );
    expect((await checkWholeTree(city.db)).differing).toBe(0);
  });

  it('names a leaf that was changed together with its row, by the head that no longer follows', async () => {
    const [changed] = (await pay(1)) as [string];
    await city.work(sealing);
    const position = (await positionOf(city.db, changed))!;
    await behindTheBack(
      'transfers',
      () => city.sql`update transfers set amount = 9999 where id = ${changed}`,
    );
    const [{ hash }] =
      (await city.sql`select hash from tree_nodes where level = 0 and position = ${position}`) as unknown as [
        { hash: Buffer },
      ];
    const forged = await leafOf(changed);
    await behindTheBack(
      'tree_nodes',
      () => city.sql`update tree_nodes set hash = ${forged} where level = 0 and position = ${position}`,
    );
    const found = await checkWholeTree(city.db);
    expect(found.differences).toEqual([{ wrong: 'head', position, transferId: null }]);
    await behindTheBack(
      'tree_nodes',
      () => city.sql`update tree_nodes set hash = ${hash} where level = 0 and position = ${position}`,
    );
    await behindTheBack('transfers', () => city.sql`update transfers set amount = 1 where id = ${changed}`);
  });

  it('names a row that was taken away, and one that was slipped in', async () => {
    const [gone] = (await pay(1)) as [string];
    await city.work(sealing);
    const position = await positionOf(city.db, gone);
    await behindTheBack('transfers', async () => {
      await city.sql`create temp table taken as select * from transfers where id = ${gone}`;
      await city.sql`delete from transfers where id = ${gone}`;
    });
    const slipped = gone.replace(/.{12}$/, '00000000abcd');
    await city.sql`
      insert into transfers (id, currency, debit_account_id, credit_account_id, amount, cause, author, idempotency_key, at)
      values (${slipped}, 'min', ${accounts[0]!}, ${accounts[2]!}, 5, 'import', 'nobody', 'slipped', ${later(monday, 1)})`;
    expect((await checkWholeTree(city.db)).differences).toEqual([
      { wrong: 'missing', position, transferId: gone },
      { wrong: 'not_sealed', position: null, transferId: slipped },
    ]);
  });
});
