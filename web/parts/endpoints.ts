/** The routes of API v1 as types, read off the API's own app: what each takes and answers. Nothing here runs. */
import type { ExtractSchema } from 'hono/types';
import type { AppType } from '../../api/app.ts';

type Schema = ExtractSchema<AppType>;
/** Every address without `/api/v1`, such as `/orders/:id`, with what stands behind each of its methods. */
type Addresses = { [A in keyof Schema as A extends `/api/v1${infer Path}` ? Path : never]: Schema[A] };
interface Doors {
  GET: '$get';
  POST: '$post';
  PUT: '$put';
  PATCH: '$patch';
  DELETE: '$delete';
}

export type Method = keyof Doors;

/** Addresses that answer a method. */
export type PathOf<M extends Method> = {
  [Path in keyof Addresses]: Doors[M] extends keyof Addresses[Path] ? Path : never;
}[keyof Addresses];

type Door<M extends Method, Path> = Path extends keyof Addresses
  ? Doors[M] extends keyof Addresses[Path]
    ? Addresses[Path][Doors[M]]
    : never
  : never;

type Part<M extends Method, Path, Name extends string> =
  Door<M, Path> extends { input: { [K in Name]: infer P } } ? { [K in Name]: P } : unknown;
type Query<M extends Method, Path> =
  Door<M, Path> extends { input: { query: infer Q } }
    ? { query?: { [K in keyof Q]?: string | number | boolean | null } }
    : unknown;

/** What a call must and may be given. */
export type AskOf<M extends Method, Path> = Part<M, Path, 'param'> &
  Part<M, Path, 'json'> &
  Query<M, Path> & {
    /** Give one when the same act may be tried again by hand (`newKey`); otherwise each call is an act of its own. */
    key?: string;
    /** Version for If-Match on an order's actions. */
    version?: number;
  };

/** What a route answers when all is well. */
export type AnswerOf<M extends Method, Path> =
  Door<M, Path> extends { output: infer Output } ? Output : never;
