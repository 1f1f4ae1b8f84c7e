/** How problems and plans are read: what does not have the form of its format is refused with the field at fault. */
import type { z } from 'zod';

/** What the checker is given. */
export type Given = 'problem' | 'plan' | 'arguments';

/** The input is not what its format says; nothing was checked. */
export class Unreadable extends Error {
  readonly input: Given;
  /** As in `vehicles[3].time_window`, or a line as in `line 12`; empty when it is the whole. */
  readonly field: string;
  readonly reason: string;

  constructor(input: Given, field: string, reason: string) {
    super(`${input}${field === '' ? '' : ` at ${field}`}: ${reason}`);
    this.name = 'Unreadable';
    this.input = input;
    this.field = field;
    this.reason = reason;
  }
}

/** The value in the form of the schema; throws `Unreadable` naming the first field that is not. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  input: Given,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = fieldOf([...issue.path, ...unknown]);
  throw new Unreadable(input, field, unknown.length > 0 ? 'is not supported' : issue.message);
}

const fieldOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

/** The things by their id; throws `Unreadable` at the second with the same id. */
export function byId<Thing extends { id: number | string }>(
  things: readonly Thing[],
  list: string,
): Map<Thing['id'], Thing> {
  const known = new Map<Thing['id'], Thing>();
  for (const [i, thing] of things.entries()) {
    if (known.has(thing.id))
      throw new Unreadable('problem', `${list}[${i}].id`, `${thing.id} is there twice`);
    known.set(thing.id, thing);
  }
  return known;
}
