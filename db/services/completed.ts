/** What was published once, read by a product that may know more fields than it did then. */

type Fields = Record<string, unknown>;

/**
 * The published value, with what it lacks taken from the defaults, at any depth; lists are taken as they are. Throws,
 * naming the field, when something is not of the kind of its default.
 */
export function completed(byDefault: unknown, published: unknown, name: string): unknown {
  if (published === undefined || published === null) return byDefault;
  if (byDefault === undefined) return published;
  if (kindOf(byDefault) !== kindOf(published)) throw new Error(`${name}: ${kindOf(byDefault)} is expected`);
  if (!isFields(byDefault) || !isFields(published)) return published;
  const names = new Set([...Object.keys(byDefault), ...Object.keys(published)]);
  return Object.fromEntries(
    [...names].map((field) => [field, completed(byDefault[field], published[field], `${name}: ${field}`)]),
  );
}

function isFields(value: unknown): value is Fields {
  return kindOf(value) === 'object';
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}
