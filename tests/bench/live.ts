/** How long after an elder's press the dispatcher's desk has the change, over HTTP and a socket of its own. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { removeEmbedded } from '../../db/connect/embedded/start.ts';
import { demoAccounts } from '../../db/demo/accounts.ts';
import { npmStart } from '../support/start.ts';
import { type Figure, figure, quantile } from './figure.ts';

const HOUR = 3_600_000;

export async function live(isQuick: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-bench-'));
  chmodSync(folder, 0o711); // As root the server's own user has to get through.
  const stateDir = path.join(folder, 'state');
  const running = await npmStart(
    stateDir,
    { HUZHU_DEMO_ELDERS: isQuick ? '300' : '3000', HUZHU_DEMO_DAYS: isQuick ? '10' : '60' },
    300_000,
  );
  try {
    const elder = await signIn(running.address, 'elder');
    const desk = await openDesk(running.address, await signIn(running.address, 'dispatcher'));
    const samples: number[] = [];
    for (let i = 0; i < (isQuick ? 20 : 60); i++)
      samples.push(await bookAndSee(running.address, elder, desk, i));
    desk.close();
    return [
      figure('live.desk.p50', quantile(samples, 0.5), 'ms', '<= 1000'),
      figure('live.desk.p99', quantile(samples, 0.99), 'ms', '<= 1000'),
    ];
  } finally {
    await running.ctrlC();
    await removeEmbedded(stateDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function signIn(address: string, username: string): Promise<string> {
  const account = demoAccounts.find((one) => one.username === username);
  const answer = await fetch(`${address}/api/auth/sign-in/username`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), origin: address },
    body: JSON.stringify({ username, password: account?.password }),
  });
  if (!answer.ok) throw new Error(`signing in as ${username} answered ${answer.status}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

function openDesk(address: string, cookie: string): Promise<Socket> {
  const desk = io(`${address}/desk`, {
    path: '/live',
    transports: ['websocket'],
    auth: { since: null },
    extraHeaders: { cookie },
  });
  return new Promise((resolve, reject) => {
    desk.once('snapshot', () => resolve(desk));
    desk.once('connect_error', reject);
  });
}

/** Milliseconds from the press until the desk knows of the order; the order is cancelled again. */
async function bookAndSee(address: string, cookie: string, desk: Socket, i: number): Promise<number> {
  const seen = new Map<string, number>();
  const look = ({ items }: { items: { order?: { id: string } }[] }) => {
    for (const { order } of items) if (order && !seen.has(order.id)) seen.set(order.id, performance.now());
  };
  desk.on('changes', look);
  const post = async (route: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`${address}/api/v1${route}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        cookie,
        origin: address,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${route} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const me = await fetch(`${address}/api/v1/me`, { headers: { cookie } });
  const { personId } = (await me.json()) as { personId: string };
  const began = performance.now();
  const { id } = await post('/orders', {
    elderId: personId,
    serviceCode: 'companionship',
    payer: 'time_bank',
    startAt: new Date(Math.ceil(Date.now() / HOUR) * HOUR + (200 + i) * HOUR).toISOString(),
  });
  while (!seen.has(id)) {
    if (performance.now() - began > 30_000) throw new Error('the desk has not heard of an order after 30 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  desk.off('changes', look);
  await post(`/orders/${id}/cancel`, { reason: 'plans' });
  return (seen.get(id) as number) - began;
}
