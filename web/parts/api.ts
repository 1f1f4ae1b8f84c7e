/**
 * The only way from the pages to the API. Every act carries one Idempotency-Key, kept through the retries,
 * so that a bad network never books, checks in or pays twice.
 */
import { language } from '../i18n/language.ts';
import type { AnswerOf, AskOf, Method, PathOf } from './endpoints.ts';
import { newKey } from './key.ts';
import { Problem, problemOf } from './problem.ts';

type Call = <M extends Method, Path extends PathOf<M>>(
  method: M,
  path: Path,
  ...ask: Record<never, never> extends AskOf<M, Path> ? [ask?: AskOf<M, Path>] : [ask: AskOf<M, Path>]
) => Promise<AnswerOf<M, Path>>;

/** An ask without its types, as it is sent. */
interface Sending {
  param?: Record<string, string>;
  query?: Record<string, string | number | boolean | null | undefined>;
  json?: unknown;
  picture?: Blob;
  key?: string;
  version?: number;
}

const retryAfterMs = [400, 1500];
const passing = new Set([502, 503, 504]);
const signedOutHearers = new Set<() => void>();

/** Calls back when the API says that nobody is signed in any more. */
export function onSignedOut(hear: () => void): void {
  signedOutHearers.add(hear);
}

/**
 * Calls `/api/v1` + path and returns the body, typed by the API itself; throws a Problem for every other answer than 2xx.
 * `call('POST', '/orders/:id/cancel', { param: { id }, json: { reason } })`
 */
export const call: Call = (method: string, path: string, ask: Sending = {}) =>
  send(method, `/api/v1${fill(path, ask.param)}${queryOf(ask.query)}`, ask);

/** Posts a picture to an address below `/api/v1`, such as `/visits/:id/photos`; what is told is typed like a call's. */
export async function sendPicture<Path extends PathOf<'POST'>>(
  path: Path,
  param: Record<string, string>,
  picture: Blob,
  key: string,
): Promise<AnswerOf<'POST', Path>> {
  return send('POST', `/api/v1${fill(path, param)}`, { picture, key });
}

/** Reads an address of `/api/v1` that only some cities have, so that it is not among the typed ones. */
export async function readIfThere<T>(path: string): Promise<T> {
  return send<T>('GET', `/api/v1${path}`, {});
}

/** Calls better-auth's own address, which knows neither keys nor problem details. */
export async function callAuth<T>(path: string, json: unknown = {}): Promise<T> {
  return send<T>('POST', `/api/auth${path}`, { json });
}

/** Whether this browser has a session at all; asked first, because nobody being signed in is no error. */
export async function someoneIsIn(): Promise<boolean> {
  const { user } = await send<{ user: unknown }>('GET', '/api/auth/get-session', {});
  return user !== null;
}

async function send<T>(method: string, url: string, ask: Sending): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': language.value };
  if (method !== 'GET') headers['Idempotency-Key'] = ask.key ?? newKey();
  if (ask.json !== undefined) headers['Content-Type'] = 'application/json';
  if (ask.picture) headers['Content-Type'] = ask.picture.type;
  if (ask.version !== undefined) headers['If-Match'] = `"${ask.version}"`;
  const body = ask.json === undefined ? ask.picture : JSON.stringify(ask.json);
  const answer = await fetchPatiently(url, { method, headers, body, credentials: 'same-origin' });
  if (!answer.ok) {
    const problem = await problemOf(answer);
    if (problem.code === 'unauthenticated') for (const hear of signedOutHearers) hear();
    throw problem;
  }
  return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
}

async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const waitMs = retryAfterMs[attempt];
    try {
      const answer = await fetch(url, init);
      if (waitMs === undefined || !passing.has(answer.status)) return answer;
    } catch {
      if (waitMs === undefined || !navigator.onLine) throw new Problem(0, { code: 'unreachable' });
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

function fill(path: string, param: Record<string, string> = {}): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(param[name] ?? ''));
}

function queryOf(query: Sending['query'] = {}): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return parts.length ? `?${parts.join('&')}` : '';
}
