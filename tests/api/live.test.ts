import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../api/app.ts';
import { layApiGround } from '../../api/ground.ts';
import { type Live, openLive } from '../../api/live/sockets.ts';
import { openDatabase } from '../../db/connect/database.ts';
import { openDisputes } from '../../db/disputes/open.ts';
import { candidatesFor } from '../../db/orders/candidates.ts';
import { sendOffers } from '../../db/orders/offer.ts';
import { ids } from './support/city.ts';
import { finishedVisit } from './support/finished.ts';
import { type Client, type Front, openFront } from './support/front.ts';

interface Item {
  number: number;
  kind: string;
  order?: { id: string; state: string; elderName: string; districtCode: string };
  carer?: { personId: string; state: string };
  alert?: { id: string; kind: string; state: string };
}
interface Snapshot {
  number: number;
  orders: { id: string; state: string }[];
  carers: unknown[];
  counts: Record<string, number>;
}
interface Changes {
  from: number;
  to: number;
  items: Item[];
}

/** One API process, as `api/main.ts` lays it. */
interface Process {
  address: string;
  close(): Promise<void>;
}

let front: Front;
const processes: Process[] = [];
const sockets: Socket[] = [];

async function startProcess(): Promise<Process> {
  const open = openDatabase(front.database.config, 'test api');
  const context = layApiGround(front.database.config, open, false);
  const server = serve({ fetch: createApp(context, null).fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await new Promise((resolve) => server.once('listening', resolve));
  const live: Live = await openLive(context, server, open.sql);
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await live.close();
      await open.close();
    },
  };
}

beforeAll(async () => {
  front = await openFront();
  processes.push(await startProcess(), await startProcess());
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});
afterAll(async () => {
  await Promise.all(processes.map((one) => one.close()));
  await front.close();
});

/** A live line that keeps all it is told. */
class Line {
  readonly socket: Socket;
  readonly snapshots: Snapshot[] = [];
  readonly changes: Changes[] = [];
  refused: string | null = null;

  constructor(
    process: Process,
    space: string,
    cookie: string | null,
    since: number | null = null,
    origin?: string,
  ) {
    this.socket = io(`${process.address}${space}`, {
      path: '/live',
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { since },
      extraHeaders: { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) },
    });
    sockets.push(this.socket);
    this.socket.on('snapshot', (snapshot: Snapshot) => this.snapshots.push(snapshot));
    this.socket.on('changes', (changes: Changes) => this.changes.push(changes));
    this.socket.on('connect_error', (error) => {
      this.refused = error.message;
    });
  }

  get items(): Item[] {
    return this.changes.flatMap((one) => one.items);
  }

  /** The last number known here. */
  get last(): number {
    return this.changes.at(-1)?.to ?? this.snapshots.at(-1)?.number ?? -1;
  }
}

async function until(what: string, holds: () => boolean, withinMs = 4_000): Promise<number> {
  const started = performance.now();
  while (!holds()) {
    if (performance.now() - started > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - started;
}

let hour = 2;
async function book(client: Client, elderId: string = ids.elder): Promise<string> {
  const startAt = new Date(Date.now() + hour++ * 3_600_000).toISOString();
  const booking = { elderId, serviceCode: 'companionship', startAt, minutes: 10, payer: 'time_bank' };
  const wanted = { ...booking, despiteConflicts: true };
  const answer = await client.post<{ id: string }>('/api/v1/orders', wanted);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
}

const [one, two] = [() => processes[0] as Process, () => processes[1] as Process];

describe('the live desk', () => {
  it('gives a snapshot, then each change within a second, from whichever process it came', async () => {
    const elder = await front.as('elder');
    const early = await book(elder);
    const { cookie } = await front.as('dispatcher');
    const lines = [new Line(one(), '/desk', cookie), new Line(two(), '/desk', cookie)];
    await until('snapshots', () => lines.every((line) => line.snapshots.length === 1));
    expect(lines[0]?.snapshots[0]?.orders.map((order) => order.id)).toContain(early);
    expect(lines[0]?.snapshots[0]?.counts.requested).toBeGreaterThan(0);
    const id = await book(elder);
    for (const line of lines) {
      const ms = await until('the booking', () => line.items.some((item) => item.order?.id === id));
      expect(ms).toBeLessThan(1_000);
      const item = line.items.find((each) => each.order?.id === id);
      expect(item).toMatchObject({ kind: 'order', order: { state: 'requested', elderName: '王**' } });
    }
  });

  it('goes on without a gap for a client that comes back, on another process', async () => {
    const elder = await front.as('elder');
    const { cookie } = await front.as('dispatcher');
    const first = new Line(one(), '/desk', cookie);
    await until('the snapshot', () => first.snapshots.length === 1);
    const seen = await book(elder);
    await until('the first booking', () => first.items.some((item) => item.order?.id === seen));
    first.socket.close();
    const missed = [await book(elder), await book(elder)];
    const back = new Line(two(), '/desk', cookie, first.last);
    const later = await book(elder);
    await until('all of it', () => back.items.some((item) => item.order?.id === later));
    expect(back.snapshots).toEqual([]);
    expect(back.changes[0]?.from).toBe(first.last);
    for (let i = 1; i < back.changes.length; i++) expect(back.changes[i]?.from).toBe(back.changes[i - 1]?.to);
    const numbers = [...first.items, ...back.items].map((item) => item.number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    for (const id of [seen, ...missed, later]) {
      const told = [...first.items, ...back.items].filter(
        (item) => item.kind === 'order' && item.order?.id === id,
      );
      expect([id, told.length]).toEqual([id, 1]);
    }
  });

  it('tells the desks of an area of its alerts, and those of another nothing', async () => {
    const lines: Line[] = [];
    for (const name of ['dispatcher', 'dispatcher2'])
      lines.push(new Line(one(), '/desk', (await front.as(name)).cookie));
    await until('snapshots', () => lines.every((line) => line.snapshots.length === 1));
    const orderId = await finishedVisit(front, 2);
    await front.act((tx, act) =>
      openDisputes(tx, act, [{ orderId, reasonCode: 'too_short', text: '时间不够' }]),
    );
    const alerts = (line?: Line) => line?.items.flatMap((item) => item.alert ?? []) ?? [];
    await until('the alert', () => alerts(lines[0]).length > 0);
    expect(alerts(lines[0])).toMatchObject([{ kind: 'dispute_open', state: 'open' }]);
    await until('the same news', () => (lines[1]?.last ?? 0) >= (lines[0]?.last ?? 0));
    expect(alerts(lines[1])).toEqual([]);
  });

  it('loses nothing while many book and clients come and go', async () => {
    const elder = await front.as('elder');
    const { cookie } = await front.as('dispatcher');
    const steady = new Line(one(), '/desk', cookie);
    await until('the snapshot', () => steady.snapshots.length === 1);
    const booked: string[] = [];
    let restless = new Line(two(), '/desk', cookie);
    const heard: Item[] = [];
    await until('the snapshot', () => restless.snapshots.length === 1);
    for (let round = 0; round < 6; round++) {
      booked.push(...(await Promise.all([book(elder), book(elder)])));
      heard.push(...restless.items);
      const since = restless.last;
      restless.socket.close();
      restless = new Line(round % 2 ? two() : one(), '/desk', cookie, since);
      await until('the line again', () => restless.changes.length > 0);
    }
    await until('the steady line', () =>
      booked.every((id) => steady.items.some((item) => item.order?.id === id)),
    );
    await until('the restless line', () =>
      booked.every((id) => [...heard, ...restless.items].some((item) => item.order?.id === id)),
    );
    const numbers = [...heard, ...restless.items].map((item) => item.number);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('gives a fresh snapshot to a client whose number is not known here', async () => {
    const { cookie } = await front.as('regulator');
    const line = new Line(one(), '/desk', cookie, 1_000_000);
    await until('the snapshot', () => line.snapshots.length === 1);
  });

  it('shows each desk its own area, and a provider its own orders', async () => {
    const elder = await front.as('elder');
    const own = new Line(one(), '/desk', (await front.as('dispatcher')).cookie);
    const other = new Line(one(), '/desk', (await front.as('dispatcher2')).cookie);
    const provider = new Line(two(), '/desk', (await front.as('provider')).cookie);
    await until('snapshots', () => [own, other, provider].every((line) => line.snapshots.length === 1));
    expect(other.snapshots[0]?.orders).toEqual([]);
    const id = await book(elder);
    await until('the booking', () => own.items.some((item) => item.order?.id === id));
    await until(
      'that the others have come as far',
      () => other.last >= own.last && provider.last >= own.last,
    );
    expect([other.items, provider.items]).toEqual([[], []]);

    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const bath = { elderId: ids.elder, serviceCode: 'bathing', startAt, minutes: 60, payer: 'subsidy' };
    const wanted = { ...bath, despiteConflicts: true };
    const bathing = await elder.post<{ id: string }>('/api/v1/orders', wanted);
    await front.act(async (tx, act) => {
      const found =
        (await candidatesFor(tx, [bathing.body.id], act.at)).get(bathing.body.id)?.candidates ?? [];
      const chosen = found.find((candidate) => candidate.personId === ids.carer);
      if (!chosen) throw new Error('the carer cannot');
      const { name: _, ...draft } = chosen;
      await sendOffers(tx, act, [{ ...draft, orderId: bathing.body.id, wave: 1 }]);
    });
    await until('the offer', () => provider.items.some((item) => item.order?.id === bathing.body.id));
    await until('the carer', () => provider.items.some((item) => item.carer));
    expect(provider.items.find((item) => item.carer)?.carer).toMatchObject({
      personId: ids.carer,
      state: 'offered',
    });
    expect(other.items).toEqual([]);
  });

  it('is closed to those who have no desk, to strangers and to pages of other sites', async () => {
    const elder = await front.as('elder');
    const dispatcher = await front.as('dispatcher');
    const lines = [
      new Line(one(), '/desk', elder.cookie),
      new Line(one(), '/desk', null),
      new Line(one(), '/me', null),
      new Line(one(), '/desk', dispatcher.cookie, null, 'https://elsewhere.example'),
    ];
    await until('refusals', () => lines.every((line) => line.refused !== null));
    expect(lines.slice(0, 3).map((line) => line.refused)).toEqual([
      'forbidden',
      'unauthenticated',
      'unauthenticated',
    ]);
  });

  it('closes the connections of a session that signs out, on every process, and no others', async () => {
    const leaving = await front.as('dispatcher');
    const staying = await front.as('dispatcher');
    const lines = [new Line(one(), '/desk', leaving.cookie), new Line(two(), '/me', leaving.cookie)];
    const other = new Line(two(), '/desk', staying.cookie);
    await until('all lines', () => [...lines, other].every((line) => line.snapshots.length === 1));
    await leaving.post('/api/auth/sign-out');
    await until('the end of both', () => lines.every((line) => !line.socket.connected));
    expect(other.socket.connected).toBe(true);
  });
});

describe("a person's own line", () => {
  it('names what concerns them, and family hear of the elder who consented', async () => {
    const elder = await front.as('elder');
    const lines = {
      elder: new Line(one(), '/me', elder.cookie),
      family: new Line(two(), '/me', (await front.as('family')).cookie),
      elder2: new Line(two(), '/me', (await front.as('elder2')).cookie),
    };
    await until('all lines', () => Object.values(lines).every((line) => line.snapshots.length === 1));
    const id = await book(elder);
    const names = (line: Line) => line.changes.some((each) => JSON.stringify(each.items).includes(id));
    await until('the booking', () => names(lines.elder) && names(lines.family));
    expect(lines.elder2.changes).toEqual([]);
    expect(JSON.stringify(lines.elder.changes)).not.toContain('王');
  });
});
