/** A comparison as people read it: a line a figure, before, after, and by how much. */
import type { Comparison, Outcome } from './outcome.ts';

type Language = 'zh' | 'en';

const figures: readonly (readonly [keyof Outcome, zh: string, en: string, kind?: 'share'])[] = [
  ['visits', '服务需求', 'visits wanted'],
  ['served', '已安排', 'served'],
  ['unserved', '未安排', 'not served'],
  ['priorityServed', '已安排的优先级', 'priority served'],
  ['priorityUnserved', '未安排的优先级', 'priority not served'],
  ['late', '晚于时间窗', 'late'],
  ['lateMinutes', '共晚分钟', 'late, minutes in all'],
  ['afterOpenMinutes', '时间窗开始后平均分钟', 'begin after the window opens, minutes on average'],
  ['travelMinutes', '路程分钟', 'travel, minutes'],
  ['carers', '护理员', 'carers'],
  ['carersOut', '出动', 'carers who go out'],
  ['workGini', '工作量基尼系数', 'Gini of work'],
  ['workSpreadMinutes', '工作量标准差（分钟）', 'spread of work, minutes'],
  ['knownShare', '由老人认识的人上门', 'by somebody the elder knows', 'share'],
  ['nearShare', '在 15 分钟圈内', 'inside the 15-minute circle', 'share'],
];
const changed: readonly (readonly [Exclude<keyof Comparison, 'before' | 'after'>, zh: string, en: string])[] =
  [
    ['gained', '改变后才有人上门', 'served only after the change'],
    ['dropped', '改变后无人上门', 'served only before it'],
    ['personChanged', '换人', 'by another person'],
    ['beginMoved', '换时间', 'at another time'],
  ];
const heads = {
  zh: ['', '现在', '改变后', '差'],
  en: ['', 'before', 'after', 'difference'],
} as const;

export function tableOf(comparison: Comparison, language: Language): string {
  const { before, after } = comparison;
  const rows = figures.map(([name, zh, en, kind]) => [
    language === 'zh' ? zh : en,
    told(before[name], kind),
    told(after[name], kind),
    difference(before[name], after[name], kind),
  ]);
  const changes = changed.map(([name, zh, en]) => [
    language === 'zh' ? zh : en,
    '',
    String(comparison[name]),
    '',
  ]);
  return aligned([[...heads[language]], ...rows, ...changes]);
}

function told(value: number | null, kind?: 'share'): string {
  if (value === null) return '–';
  return kind ? `${(100 * value).toFixed(1)}%` : String(value);
}

function difference(before: number | null, after: number | null, kind?: 'share'): string {
  if (before === null || after === null) return '–';
  const by = after - before;
  const amount = kind ? (100 * by).toFixed(1) : String(Math.round(1000 * by) / 1000);
  return by > 0 ? `+${amount}` : amount;
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const wide = [0, 1, 2, 3].map((c) => Math.max(...rows.map((row) => width(row[c] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, c) => {
          const room = ' '.repeat((wide[c] ?? 0) - width(cell));
          return c === 0 ? cell + room : room + cell;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** On a terminal Chinese characters take the room of two letters. */
const width = (text: string): number => [...text].reduce((sum, c) => sum + (c >= '\u2e80' ? 2 : 1), 0);
