/** Another policy for a day: fields by name, from a file or one by one. */
import { DispatchFailure } from '../arguments.ts';

type Fields = { [name: string]: unknown };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body with what `changes` says in place of its own fields. Throws `DispatchFailure` naming a field there is not. */
export function withPolicy<T extends object>(body: T, changes: unknown): T {
  return merged(body as Fields, changes, '') as T;
}

function merged(body: Fields, changes: unknown, path: string): Fields {
  if (!isFields(changes)) throw wrong(path, '对象', 'an object');
  const result = { ...body };
  for (const [name, value] of Object.entries(changes)) {
    const own = body[name];
    const at = path ? `${path}.${name}` : name;
    if (!Object.hasOwn(body, name)) throw unknown(at, Object.keys(body));
    if (isFields(own)) result[name] = merged(own, value, at);
    else if (typeof own === 'number' && typeof value === 'number' && Number.isFinite(value))
      result[name] = value;
    else throw wrong(at, '数', 'a number');
  }
  return result;
}

/** `points.knownVisit=20` as the change it is. */
export function weightOf(text: string): Fields {
  const [, path, amount] = /^([\w.]+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (path === undefined)
    throw new DispatchFailure(
      `--weight：应为 名称=数，如 points.knownVisit=20，而不是 ${text}。`,
      `--weight must be name=number, such as points.knownVisit=20, not ${text}.`,
    );
  return path
    .split('.')
    .reverse()
    .reduce<unknown>((inner, name) => ({ [name]: inner }), Number(amount)) as Fields;
}

const unknown = (path: string, known: readonly string[]) =>
  new DispatchFailure(
    `调度规则没有 ${path}；有 ${known.join('、')}。`,
    `The dispatch policy has no ${path}; there are ${known.join(', ')}.`,
  );
const wrong = (path: string, zh: string, en: string) =>
  new DispatchFailure(
    `调度规则 ${path || '文件'}：应为${zh}。`,
    `The dispatch policy: ${path || 'the file'} must be ${en}.`,
  );
