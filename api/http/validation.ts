/** Validation failures as problems: each names its field and says what would be right, in the caller's language. */
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Env } from './context.ts';
import { type FieldError, type Language, Problem } from './problems.ts';

type Issue = z.core.$ZodIssue;

const typeWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['文字', 'text'],
  number: ['数字', 'a number'],
  int: ['整数', 'a whole number'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表', 'a list'],
  object: ['对象', 'an object'],
};

const formatWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  uuid: ['一个 UUID', 'a UUID'],
  datetime: ['RFC 3339 时间，如 2026-05-01T08:30:00Z', 'an RFC 3339 time such as 2026-05-01T08:30:00Z'],
  date: ['日期，如 2026-05-01', 'a date such as 2026-05-01'],
};

/** One sentence for one issue: what the field should be. */
function sentence(issue: Issue, language: Language): string {
  const en = language === 'en';
  const pick = (words: readonly [string, string] | undefined, other: string) =>
    words ? words[en ? 1 : 0] : other;
  switch (issue.code) {
    case 'invalid_type': {
      const expected = pick(typeWords[issue.expected], issue.expected);
      if (issue.input === undefined) return en ? `Required: ${expected}.` : `必填：${expected}。`;
      return en ? `Should be ${expected}.` : `应为${expected}。`;
    }
    case 'invalid_value': {
      const values = issue.values.map(String).join(en ? ', ' : '、');
      return en ? `Should be one of: ${values}.` : `应为其中之一：${values}。`;
    }
    case 'invalid_format': {
      const format = pick(
        formatWords[issue.format],
        'pattern' in issue ? String(issue.pattern) : issue.format,
      );
      return en ? `Should be ${format}.` : `应为${format}。`;
    }
    case 'too_small': {
      if (issue.origin === 'string') {
        return en ? `At least ${issue.minimum} characters.` : `至少 ${issue.minimum} 个字。`;
      }
      if (issue.origin === 'array')
        return en ? `At least ${issue.minimum} items.` : `至少 ${issue.minimum} 项。`;
      return en ? `Not below ${issue.minimum}.` : `不能小于 ${issue.minimum}。`;
    }
    case 'too_big': {
      if (issue.origin === 'string') {
        return en ? `At most ${issue.maximum} characters.` : `最多 ${issue.maximum} 个字。`;
      }
      if (issue.origin === 'array')
        return en ? `At most ${issue.maximum} items.` : `最多 ${issue.maximum} 项。`;
      return en ? `Not above ${issue.maximum}.` : `不能大于 ${issue.maximum}。`;
    }
    case 'unrecognized_keys':
      return en ? 'There is no such field; leave it out.' : '没有这个字段，请去掉。';
    default:
      return en ? 'Not right; see /api/docs.' : '不正确，请查看 /api/docs。';
  }
}

/** The issues of a failed parse, one a field. */
function fieldErrors(issues: readonly Issue[], language: Language): FieldError[] {
  return issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map(String);
    const message = sentence(issue, language);
    return issue.code === 'unrecognized_keys'
      ? issue.keys.slice(0, 20).map((key) => ({ field: [...path, key].join('.'), message }))
      : [{ field: path.join('.') || 'body', message }];
  });
}

/** The one hook of every route: a failed validation becomes the problem `validation_failed`. */
export function refuseInvalid(
  result: { success: true } | { success: false; error: { issues: readonly Issue[] } } | { success: boolean },
  c: Context<Env>,
): undefined {
  if (result.success || !('error' in result)) return undefined;
  const errors = fieldErrors(result.error.issues, c.get('language'));
  throw new Problem('validation_failed', { field: errors[0]?.field, errors });
}
