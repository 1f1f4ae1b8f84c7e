/**
 * `npm start`: one command that brings the whole product up and takes it down again. The database, the demo city and
 * the pages are made ready, then the front door and the worker run as processes of their own, and are started again
 * when they end by themselves. Nothing this start began outlives it for longer than the next start.
 */
import { addressOf, type Config, ConfigError, readConfig } from '../db/connect/config.ts';
import { demoAccounts } from '../db/demo/accounts.ts';
import { type KeptChild, keepRunning, type Part, runToEnd } from './start/children.ts';
import { type FirstAccount, learnPolicies, openCity } from './start/city.ts';
import { endingSignal } from './start/ending.ts';
import { layGround } from './start/ground.ts';
import { endLeftovers, StartRecord } from './start/leftovers.ts';
import { buildPages, pagesAreFresh } from './start/pages.ts';
import { choosePort } from './start/port.ts';
import { complain, say, sayPlain, table } from './start/say.ts';
import { takerOf } from './start/taker.ts';

const parts: readonly Part[] = [
  { name: 'The front door', entry: 'api/main.ts' },
  { name: 'The worker', entry: 'worker/main.ts' },
];

const ending = new AbortController();
const asked = endingSignal();
asked.addEventListener('abort', () => ending.abort());
/** What has been started, the latest last; ended in the opposite order. */
const started: (() => Promise<void> | void)[] = [];

try {
  await start(readConfig());
  await aborted(ending.signal);
} catch (error) {
  if (!ending.signal.aborted) giveUp(describe(error));
} finally {
  ending.abort();
  if (started.length > 0) say(asked.aborted ? `Ending (${asked.reason})` : 'Ending');
  for (const end of started.reverse()) await end();
  if (process.exitCode === undefined) say('Everything has ended');
  process.exit();
}

async function start(config: Config): Promise<void> {
  sayPlain('互助 Huzhu is starting');
  const left = await endLeftovers(config.stateDir);
  if (left > 0) say(`Ended what an earlier start had left behind (processes: ${left})`);
  await choosePort(config, takerOf); // Says at once when the port asked for is taken.
  const pages = makePages();
  pages.catch((error) => {
    if (!ending.signal.aborted) giveUp(describe(error));
  });
  const ground = await layGround(config, giveUp);
  started.push(() => ground.stop());
  const env = environmentOf(ground.config);
  const first = config.demo ? null : await openCity(ground.config);
  if (config.demo) await fillDemo(env, ground.config.databaseOwnerUrl);
  const learnt = await learnPolicies(ground.config);
  if (learnt.length > 0) say(`Published the first version of the policies: ${learnt.join(', ')}`);
  await pages;
  const port = await choosePort(config, takerOf);
  if (port !== config.port) say(`Port ${config.port} is taken${byWhom(config.port)}; using ${port} instead`);
  runParts(config, { ...env, PORT: String(port) });
  await untilHealthy(addressOf(config.host, port));
  announce(config, port, first);
}

/** What the processes of the product are told: never how the owner of the database signs in. */
function environmentOf(config: Config & { databaseUrl: string }): NodeJS.ProcessEnv {
  const { DATABASE_OWNER_URL: _, ...inherited } = process.env;
  return {
    ...inherited,
    DATABASE_URL: config.databaseUrl,
    HUZHU_STATE_DIR: config.stateDir,
    HUZHU_DATA_KEY: config.dataKey,
    AUTH_SECRET: config.authSecret,
    HUZHU_DEMO: config.demo ? 'on' : 'off',
    HUZHU_SIMULATOR: config.simulator ? 'on' : 'off',
    HOST: config.host,
  };
}

async function makePages(): Promise<void> {
  if (pagesAreFresh()) return;
  say('Building the pages …');
  await buildPages(ending.signal);
  say('The pages are built');
}

/** The demo city is loaded by the owner, into an empty database only; its own lines tell how far it is. */
async function fillDemo(env: NodeJS.ProcessEnv, ownerUrl: string | null): Promise<void> {
  const own = ownerUrl ? { ...env, DATABASE_OWNER_URL: ownerUrl } : env;
  await runToEnd(['--import', 'tsx', 'db/demo/main.ts', '--if-empty'], own, ending.signal, say);
}

function runParts(config: Config, env: NodeJS.ProcessEnv): void {
  const record = new StartRecord(config.stateDir);
  started.push(() => record.clear());
  const children: KeptChild[] = [];
  started.push(async () => {
    await Promise.all(children.map((child) => child.stop()));
  });
  for (const part of parts) {
    children.push(
      keepRunning(part, env, {
        onStart: (pid) => record.add(pid),
        onRestart: (reason, afterMs) =>
          complain(`${part.name} ended (${reason}); starting it again in ${afterMs / 1000} s.`),
        onGivenUp: (reason) => giveUp(`${part.name} does not stay up (${reason}).`),
      }),
    );
  }
}

async function untilHealthy(address: string): Promise<void> {
  for (;;) {
    stopIfEnding();
    const answer = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function announce(config: Config, port: number, first: FirstAccount | null): void {
  say(`Ready: ${process.env.PUBLIC_URL ? config.publicUrl : addressOf(config.host, port)}`);
  if (config.demo) {
    const rows = demoAccounts.map(({ role, username, password, name }) => [role, username, password, name]);
    sayPlain(`\n${table([['role', 'user name', 'password', 'name'], ...rows])}\n`);
  }
  if (first)
    sayPlain(`\nThe first account: ${first.username}, password ${first.password} (shown this once)\n`);
  sayPlain('Ctrl-C ends everything.');
}

function byWhom(port: number): string {
  const taker = takerOf(port);
  return taker ? ` by ${taker}` : '';
}

function giveUp(reason: string): void {
  complain(reason);
  process.exitCode = 1;
  ending.abort();
}

function describe(error: unknown): string {
  if (error instanceof ConfigError)
    return `These settings cannot be used:\n${error.message.replace(/^/gm, '  ')}`;
  return error instanceof Error ? error.message : String(error);
}

function stopIfEnding(): void {
  if (ending.signal.aborted) throw new Error('ended before everything was up');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
