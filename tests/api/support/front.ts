/** The front door on a test city, and clients that keep a session as a browser does. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { createApp } from '../../../api/app.ts';
import { layApiGround } from '../../../api/ground.ts';
import type { ApiContext, Env } from '../../../api/http/context.ts';
import type { Act } from '../../../db/connect/act.ts';
import { perform } from '../../../db/connect/act.ts';
import type { Tx } from '../../../db/connect/database.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { city, newKey, PASSWORD } from './city.ts';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  type: string | null;
  headers: Headers;
  body: T;
}

export interface Ask {
  json?: unknown;
  /** A body as it is, in place of `json`. */
  raw?: string;
  key?: string | null;
  headers?: Record<string, string>;
}

/** One caller; cookies stay with it. */
export class Client {
  readonly #app: OpenAPIHono<Env>;
  readonly #cookies = new Map<string, string>();
  constructor(app: OpenAPIHono<Env>) {
    this.#app = app;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Sends a request as the pages do: language, cookie, a fresh idempotency key for unsafe calls. */
  async ask<T = Record<string, unknown>>(method: string, path: string, given: Ask = {}): Promise<Answer<T>> {
    const headers: Record<string, string> = { 'accept-language': 'en' };
    if (this.#cookies.size > 0) headers.cookie = this.cookie;
    if (method !== 'GET' && given.key !== null) headers['idempotency-key'] = given.key ?? newKey();
    if (given.json !== undefined) headers['content-type'] = 'application/json';
    const answer = await this.#app.request(path, {
      method,
      headers: { ...headers, ...given.headers },
      body: given.json === undefined ? given.raw : JSON.stringify(given.json),
    });
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    const text = await answer.text();
    const type = answer.headers.get('content-type');
    const body = (type?.includes('json') ? JSON.parse(text) : text) as T;
    return { status: answer.status, type, headers: answer.headers, body };
  }

  get<T = Record<string, unknown>>(path: string, given?: Ask): Promise<Answer<T>> {
    return this.ask<T>('GET', path, given);
  }

  post<T = Record<string, unknown>>(path: string, json: unknown = {}, given?: Ask): Promise<Answer<T>> {
    return this.ask<T>('POST', path, { json, ...given });
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const [name = '', ...value] = pair.split('=');
    const gone = attributes.some((one) => /max-age=0/i.test(one)) || value.join('=') === '';
    if (gone) this.#cookies.delete(name.trim());
    else this.#cookies.set(name.trim(), value.join('='));
  }
}

export interface Front {
  database: TestDatabase;
  context: ApiContext;
  app: OpenAPIHono<Env>;
  /** A caller who is not signed in. */
  stranger(): Client;
  /** A caller signed in by password. */
  as(username: string): Promise<Client>;
  /** Does something in the city as a part of the system. */
  act<T>(command: (tx: Tx, act: Act) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a front door on its own copy of the test city. */
export async function openFront(options: { limits?: boolean; demo?: boolean } = {}): Promise<Front> {
  const database = await testDatabase(city);
  const context = layApiGround(
    { ...database.config, demo: options.demo ?? false },
    database,
    options.limits ?? false,
  );
  const app = createApp(context, null) as unknown as OpenAPIHono<Env>;
  const stranger = () => new Client(app);
  return {
    database,
    context,
    app,
    stranger,
    async as(username) {
      const client = stranger();
      const answer = await client.post('/api/auth/sign-in/username', { username, password: PASSWORD });
      if (answer.status !== 200) throw new Error(`sign-in as ${username}: ${JSON.stringify(answer.body)}`);
      return client;
    },
    async act<T>(command: (tx: Tx, act: Act) => Promise<T>): Promise<T> {
      const act: Act = { actorId: 'test:act', role: 'system', onBehalfOf: null, at: new Date() };
      const outcome = await perform(database.db, act, command);
      if (!outcome.ok) throw new Error(outcome.refusal.code);
      return outcome.value;
    },
    close: () => database.close(),
  };
}
