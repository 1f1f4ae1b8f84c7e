/**
 * Every setting of the product, read once from the environment. A bad value stops the start with its name
 * and what is allowed; no other file reads a setting.
 */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { keptSecrets } from './secrets.ts';

export interface Config {
  /** null: the embedded server of the state folder. */
  databaseUrl: string | null;
  /** The same database as its owner, who migrates and loads; null: `databaseUrl` is the owner's. */
  databaseOwnerUrl: string | null;
  /** A replica for dashboards; null: the same as `databaseUrl`. */
  databaseReadUrl: string | null;
  /** Connections of one process. */
  databasePool: number;
  /** The PostgreSQL schema of this city. */
  schema: string;
  /** Where the embedded server, its data and the generated secrets are kept. */
  stateDir: string;
  host: string;
  port: number;
  /** PORT was given, so no other may be taken instead. */
  portIsFixed: boolean;
  /** Address by which browsers reach the product, without a slash at its end. */
  publicUrl: string;
  logLevel: (typeof logLevels)[number];
  /** This database is a demo city. */
  demo: boolean;
  /** In a demo: volunteers, carers and elders are played. */
  simulator: boolean;
  demoElders: number;
  demoDays: number;
  demoSeed: number;
  /** 32 bytes in base64 under which personal data is sealed. */
  dataKey: string;
  authSecret: string;
  /** Gateway for text messages; null: messages are logged locally. */
  smsUrl: string | null;
  smsToken: string | null;
}

/** One setting that cannot be used: its name and what it may be. The value is never repeated. */
export interface BadSetting {
  name: string;
  allowed: string;
}

/** Settings that cannot be used; the message has one line for each. */
export class ConfigError extends Error {
  readonly bad: BadSetting[];
  constructor(bad: BadSetting[]) {
    super(bad.map(({ name, allowed }) => `${name} must be ${allowed}`).join('\n'));
    this.name = 'ConfigError';
    this.bad = bad;
  }
}

/** The checkout this code runs from. */
export const projectDir = realpathSync(fileURLToPath(new URL('../../', import.meta.url)));

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((n) => n >= min && n <= max);
const address = (...schemes: string[]) =>
  z.string().refine((text) => URL.canParse(text) && schemes.includes(new URL(text).protocol));
const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');

const postgresUrl = [
  address('postgres:', 'postgresql:'),
  'an address such as postgres://user:password@host:5432/database',
] as const;
const httpUrl = 'an address that begins with http:// or https://';
const settings = {
  DATABASE_URL: postgresUrl,
  DATABASE_OWNER_URL: postgresUrl,
  DATABASE_READ_URL: postgresUrl,
  DATABASE_POOL: [whole(2, 500), 'a whole number from 2 to 500'],
  HUZHU_SCHEMA: [
    z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
    'a schema name of lower-case letters, digits and _ (at most 63), beginning with a letter',
  ],
  HUZHU_STATE_DIR: [z.string(), 'a folder'],
  HOST: [
    z.string().regex(/^[A-Za-z0-9.:_-]+$/),
    'a host name or an IP address, such as 127.0.0.1 or 0.0.0.0',
  ],
  PORT: [whole(1, 65535), 'a whole number from 1 to 65535'],
  PUBLIC_URL: [address('http:', 'https:'), httpUrl],
  LOG_LEVEL: [z.enum(logLevels), `one of ${logLevels.join(', ')}`],
  HUZHU_DEMO: [onOff, 'on or off'],
  HUZHU_SIMULATOR: [onOff, 'on or off'],
  HUZHU_DEMO_ELDERS: [whole(10, 1_000_000), 'a whole number from 10 to 1000000'],
  HUZHU_DEMO_DAYS: [whole(0, 730), 'a whole number from 0 to 730'],
  HUZHU_DEMO_SEED: [whole(0, 2 ** 31 - 1), 'a whole number from 0 to 2147483647'],
  HUZHU_DATA_KEY: [
    z.string().refine((text) => /^[A-Za-z0-9+/]{43}=$/.test(text)),
    '32 bytes in base64 (44 characters), as `openssl rand -base64 32` writes them',
  ],
  AUTH_SECRET: [z.string().min(32), 'a secret of at least 32 characters'],
  SMS_URL: [address('http:', 'https:'), httpUrl],
  SMS_TOKEN: [z.string().min(1), 'a text'],
} as const satisfies Record<string, readonly [z.ZodType, string]>;

type Setting = keyof typeof settings;

/** The name of every setting. */
export const settingNames = Object.keys(settings) as Setting[];

/**
 * The settings of this process. Secrets that are not given are read from the state folder, where the first
 * start makes them. Throws `ConfigError` naming every setting that cannot be used.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const bad: BadSetting[] = [];
  function read<N extends Setting>(name: N): z.output<(typeof settings)[N][0]> | undefined {
    const text = env[name]?.trim();
    if (!text) return undefined;
    const [schema, allowed] = settings[name];
    const result = schema.safeParse(text);
    if (result.success) return result.data as z.output<(typeof settings)[N][0]>;
    bad.push({ name, allowed });
    return undefined;
  }

  const databaseUrl = read('DATABASE_URL') ?? null;
  const databaseOwnerUrl = read('DATABASE_OWNER_URL') ?? null;
  if (databaseOwnerUrl && !databaseUrl && bad.length === 0)
    bad.push({ name: 'DATABASE_OWNER_URL', allowed: 'given together with DATABASE_URL' });
  const stateDir = path.resolve(read('HUZHU_STATE_DIR') ?? defaultStateDir());
  const host = read('HOST') ?? '127.0.0.1';
  const port = read('PORT');
  const config = {
    databaseUrl,
    databaseOwnerUrl,
    databaseReadUrl: read('DATABASE_READ_URL') ?? null,
    databasePool: read('DATABASE_POOL') ?? 10,
    schema: read('HUZHU_SCHEMA') ?? 'public',
    stateDir,
    host,
    port: port ?? 8080,
    portIsFixed: port !== undefined,
    publicUrl: (read('PUBLIC_URL') ?? addressOf(host, port ?? 8080)).replace(/\/+$/, ''),
    logLevel: read('LOG_LEVEL') ?? 'warn',
    demo: read('HUZHU_DEMO') ?? databaseUrl === null,
    simulator: read('HUZHU_SIMULATOR') ?? true,
    demoElders: read('HUZHU_DEMO_ELDERS') ?? 3000,
    demoDays: read('HUZHU_DEMO_DAYS') ?? 60,
    demoSeed: read('HUZHU_DEMO_SEED') ?? 2021,
    smsUrl: read('SMS_URL') ?? null,
    smsToken: read('SMS_TOKEN') ?? null,
  };
  const given = { dataKey: read('HUZHU_DATA_KEY'), authSecret: read('AUTH_SECRET') };
  if (bad.length > 0) throw new ConfigError(bad);
  const kept = given.dataKey && given.authSecret ? null : keptSecrets(stateDir);
  return {
    ...config,
    dataKey: given.dataKey ?? kept!.dataKey,
    authSecret: given.authSecret ?? kept!.authSecret,
  };
}

/** The address of a page server on this machine; a server on every interface is reached by the loopback. */
export function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** As root the database runs as another user, so its folder lies where that user can reach it. */
function defaultStateDir(): string {
  if (process.getuid?.() !== 0) return path.join(projectDir, '.huzhu');
  return path.join('/var/lib/huzhu', createHash('sha256').update(projectDir).digest('hex').slice(0, 12));
}
