/** Whether what somebody wants to publish has the shape of a policy's first version. */

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The path of the first field that is unknown or of another kind than in the first version, `a.b`; null when all is well.
 * Fields may be left out. Figures are not negative, and whole where the first version's is, but for percentages; a list
 * holds what the first version's list holds.
 */
export function faultIn(first: unknown, given: unknown, path = ''): string | null {
  if (isFields(first)) {
    if (!isFields(given)) return path;
    for (const [name, value] of Object.entries(given)) {
      const at = path ? `${path}.${name}` : name;
      const fault = name in first ? faultIn(first[name], value, at) : at;
      if (fault !== null) return fault;
    }
    return null;
  }
  if (Array.isArray(first)) {
    if (!Array.isArray(given)) return path;
    const [example] = first;
    for (const [i, one] of given.entries()) {
      const isWhole =
        !isFields(example) || (isFields(one) && Object.keys(example).every((name) => name in one));
      const fault = isWhole ? faultIn(example ?? one, one, `${path}.${i}`) : `${path}.${i}`;
      if (fault !== null) return fault;
    }
    return null;
  }
  if (typeof first === 'number') {
    if (typeof given !== 'number' || !Number.isFinite(given)) return path;
    if (path.endsWith('Percent')) return null;
    return given >= 0 && (!Number.isInteger(first) || Number.isInteger(given)) ? null : path;
  }
  return typeof given === typeof first ? null : path;
}
