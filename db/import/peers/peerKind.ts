/**
 * What members of another time bank had there, as a kind of import. A balance comes in when its proof says the same,
 * its member is mapped to a person of the city, and it is above zero; as of a day, and once for each account of an
 * exchange. The peer's history stays there: hours that our fund never paid for are not minted line by line.
 */
import { sql } from 'drizzle-orm';
import { cityCode } from '../../bank/post.ts';
import { postedUnder, standings } from '../../bank/standing.ts';
import type { Database } from '../../connect/database.ts';
import { digest } from '../../connect/seal.ts';
import type { BadValue } from '../bad.ts';
import type { City } from '../city.ts';
import type { Clerk, Desk, Kind } from '../columns.ts';
import type { Source } from '../decode.ts';
import { ImportFailure } from '../failure.ts';
import { type Checking, checkMember } from './checkMember.ts';
import { importedBefore } from './importedBefore.ts';
import { type MappedMember, readMapping } from './mapping.ts';
import { type MemberRow, type Peer, plainName } from './peer.ts';
import { type Opening, postOpenings } from './postOpenings.ts';
import { readProof } from './proof.ts';
import { noSums, othersOf, sumsSaid } from './sums.ts';

export interface PeerSettings {
  /** Which of the peer's time banks: keeps accounts of the same number apart. */
  exchange: string;
  mapping: Source;
  transfers: Source | null;
  /** The day of the balances, `YYYY-MM-DD` in Asia/Shanghai. */
  asOf: string;
  /** What becomes of balances below zero; null: they are bad lines. */
  negative: 'skip' | 'pool' | null;
}

const DAY_MS = 86_400_000;

/** The import of one exchange of a peer. */
export function peerKind(peer: Peer, settings: PeerSettings): Kind<MemberRow> {
  return {
    columns: peer.members,
    once: [],
    hasOthers: true,
    clerk: (db, city, desk) => openClerk(db, city, desk, peer, settings),
  };
}

async function openClerk(
  db: Database,
  city: City,
  desk: Desk,
  peer: Peer,
  settings: PeerSettings,
): Promise<Clerk<MemberRow>> {
  const { asOf, negative, transfers } = settings;
  if (!transfers && peer.needsTransfers)
    throw new ImportFailure(
      `--transfers：${peer.title} 的余额要用其转账来证实，请给出转账文件。`,
      `--transfers: balances of ${peer.title} are proved by its transfers; give their file.`,
    );
  if (negative === 'pool' && !(await poolMayPay(db)))
    throw new ImportFailure(
      '--negative pool：账本不允许公共时间池向专项基金偿还导入的负余额；请用 --negative skip。',
      '--negative pool: the ledger does not let a pool pay imported debts back to the fund; use --negative skip.',
    );
  const before = new Date(new Date(`${asOf}T00:00:00+08:00`).getTime() + DAY_MS);
  const bad: BadValue[] = [];
  const mapping = await within('--mapping', readMapping(db, city, settings.mapping, bad));
  const proof =
    transfers && (await within('--transfers', readProof(peer, city, transfers, before, bad, desk.progress)));
  desk.refuse(bad);

  const exchange = plainName(settings.exchange);
  const prefix = `import:${peer.name}:${exchange}:`;
  const keyOf = ({ account, name }: MemberRow): string =>
    prefix + (account === null ? nameDigest(prefix, name) : plainName(account));
  const mappedOf = ({ account, name }: MemberRow): MappedMember | undefined =>
    [account, name].flatMap((each) => (each === null ? [] : (mapping.get(plainName(each)) ?? [])))[0];
  const checking: Checking = {
    city,
    asOf,
    before,
    negative,
    proof,
    sums: noSums(),
    listed: new Set(),
    lines: new Map(),
    openings: new Map(),
    totals: new Map(),
    closed: new Set(),
    inPool: negative === 'pool' ? await minutesInPool(db) : 0,
  };
  return {
    async check(lines) {
      const rows = lines.map((line) => line.values);
      const persons = [...new Set(rows.flatMap((row) => mappedOf(row)?.person?.id ?? []))];
      const posted = await postedUnder(db, rows.map(keyOf));
      const before = await importedBefore(db, persons, prefix);
      await lookUpAccounts(db, persons, checking);
      for (const line of lines) {
        const key = keyOf(line.values);
        const mapped = mappedOf(line.values);
        const personKey = mapped?.person ? before.get(mapped.person.id) : undefined;
        checkMember(line, { key, mapped, posted: posted.get(key), personKey }, checking);
      }
    },
    async write(tx, act, rows) {
      const openings = rows.map((row) => checking.openings.get(keyOf(row)) as Opening);
      await postOpenings(tx, act, city, { peer: peer.name, exchange, asOf }, openings);
    },
    sums: () => sumsSaid(checking.sums, asOf, proof, proof && othersOf(proof, checking.listed)),
  };
}

/** A name is no key: whoever sees the ledger's keys must not learn it. */
const nameDigest = (prefix: string, name: string | null): string =>
  digest('identity', prefix + plainName(name ?? ''))
    .toString('hex')
    .slice(0, 32);

/** The ledger's own rule: whether a pool may pay the fund by an import. */
async function poolMayPay(db: Database): Promise<boolean> {
  const [row] = await db.execute<{ may: boolean }>(
    sql`select bank_allows('import', 'pool', 'issuance') as may`,
  );
  return row?.may ?? false;
}

async function minutesInPool(db: Database): Promise<number> {
  const accounts = await standings(db, [cityCode]);
  return accounts.find(({ kind, currency }) => kind === 'pool' && currency === 'min')?.available ?? 0;
}

async function lookUpAccounts(db: Database, persons: readonly string[], checking: Checking): Promise<void> {
  const unknown = persons.filter((id) => !checking.totals.has(id));
  for (const id of unknown) checking.totals.set(id, 0);
  for (const account of await standings(db, unknown)) {
    if (account.kind !== 'personal' || account.currency !== 'min') continue;
    checking.totals.set(account.ownerId, account.balance);
    if (account.closed) checking.closed.add(account.ownerId);
  }
}

/** Says of which option's file a failure speaks. */
async function within<T>(option: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ImportFailure)) throw error;
    throw new ImportFailure(`${option}：${error.said.zh}`, `${option}: ${error.said.en}`);
  }
}
