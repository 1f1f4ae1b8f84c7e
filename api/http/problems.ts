/** Problem details (RFC 9457): what is thrown, what is written, and in which language. */
import type { Refusal } from '../../db/connect/act.ts';
import { type ProblemCode, problems } from './problem-table.ts';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

export interface FieldError {
  field: string;
  message: string;
}

/** RFC 9457, with the code, the field at fault and the request's id. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  field?: string;
  errors?: FieldError[];
  requestId: string;
}

type Params = Record<string, string | number>;

/** Thrown by the front door to answer with a problem; the app's error handler writes it. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly field: string | undefined;
  readonly params: Params;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;

  constructor(
    code: ProblemCode,
    more: { field?: string; params?: Params; errors?: FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(code);
    this.code = code;
    this.field = more.field;
    this.params = more.params ?? {};
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }

  /** A refusal of a book, as the front door says it. */
  static of(refusal: Refusal): Problem {
    return new Problem(refusal.code, { field: refusal.field, params: refusal.params });
  }
}

const stateWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  requested: ['待派单', 'requested'],
  offered: ['已邀请', 'offered'],
  accepted: ['已接单', 'accepted'],
  started: ['服务中', 'started'],
  finished: ['待确认', 'finished'],
  settled: ['已结算', 'settled'],
  disputed: ['有异议', 'disputed'],
  cancelled: ['已取消', 'cancelled'],
  unserved: ['未能服务', 'unserved'],
  planned: ['待上门', 'planned'],
  missed: ['未上门', 'missed'],
};

/** Minutes or fen as a sentence says them. */
function amountText(amount: number, currency: string, language: Language): string {
  if (currency === 'fen') return `¥${(amount / 100).toFixed(2)}`;
  return language === 'en' ? `${amount} minutes` : `${amount} 分钟`;
}

/** The body of a problem in the language asked for. */
export function problemBody(problem: Problem, language: Language, requestId: string): ProblemBody {
  const entry = problems[problem.code];
  const [title, detail] = language === 'en' ? entry.en : entry.zh;
  const params: Params = { ...(problem.field ? { field: problem.field } : {}), ...problem.params };
  const words = stateWords[String(params.state)];
  if (words) params.state = words[language === 'en' ? 1 : 0];
  if (typeof params.left === 'number' && params.currency) {
    params.left = amountText(params.left, String(params.currency), language);
  }
  return {
    type: `/problems/${problem.code}`,
    title,
    status: entry.status,
    detail: detail.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? '—')),
    code: problem.code,
    ...(problem.field ? { field: problem.field } : {}),
    ...(problem.errors ? { errors: problem.errors } : {}),
    requestId,
  };
}

/** The language of an Accept-Language header: English when it is wanted before Chinese, else Chinese. */
export function languageOf(header: string | undefined): Language {
  let best: Language = 'zh-CN';
  let weight = 0;
  for (const part of (header ?? '').split(',').slice(0, 10)) {
    const [tag = '', ...rest] = part.trim().toLowerCase().split(';');
    const quality = rest.find((item) => item.trim().startsWith('q='));
    const q = quality ? Number(quality.trim().slice(2)) : 1;
    if (!(q > weight)) continue;
    if (tag.startsWith('zh')) [best, weight] = ['zh-CN', q];
    else if (tag.startsWith('en')) [best, weight] = ['en', q];
  }
  return best;
}
