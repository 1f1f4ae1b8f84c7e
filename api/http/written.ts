/** How values of the books are written in JSON: an instant becomes RFC 3339 in UTC, everything else stays. */

export type Written<T> = T extends Date
  ? string
  : T extends readonly (infer I)[]
    ? Written<I>[]
    : T extends object
      ? { [K in keyof T]: Written<T[K]> }
      : T;

/** The value with every Date as text, however deep it lies. */
export function written<T>(value: T): Written<T> {
  if (value instanceof Date) return value.toISOString() as Written<T>;
  if (Array.isArray(value)) return value.map((item) => written(item as unknown)) as Written<T>;
  if (value === null || typeof value !== 'object') return value as Written<T>;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, written(inner as unknown)]),
  ) as Written<T>;
}
