/** What an import tells: the count, the first bad lines, and all of them as CSV. */
import type { Asked, Language } from './arguments.ts';
import type { Said } from './columns.ts';
import type { BadValue, ImportResult } from './importFile.ts';

const SHOWN = 200;

const wholeLine: Said = { zh: '整行', en: 'whole line' };

/** The first 200 bad values, a line each, and how many more there are. */
export function badList(bad: readonly BadValue[], language: Language): string[] {
  const lines = bad.slice(0, SHOWN).map(({ line, column, reason }) => {
    const where = (column ?? wholeLine)[language];
    return language === 'zh'
      ? `第 ${line} 行，${where}：${reason.zh}`
      : `line ${line}, ${where}: ${reason.en}`;
  });
  const more = bad.length - lines.length;
  if (more > 0)
    lines.push(
      language === 'zh'
        ? `还有 ${more} 处错误；用 --errors 文件 可得到全部`
        : `and ${more} more; --errors FILE writes all of them`,
    );
  return lines;
}

/** All bad values as CSV that spreadsheets open in the right encoding. */
export function badCsv(bad: readonly BadValue[], language: Language): string {
  const header = language === 'zh' ? ['行', '列', '原因'] : ['line', 'column', 'reason'];
  const rows = bad.map(({ line, column, reason }) => [
    String(line),
    (column ?? wholeLine)[language],
    reason[language],
  ]);
  return `\ufeff${[header, ...rows].map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would take for a formula is kept from being one. */
function quoted(text: string): string {
  return `"${(/^[=+\-@\t]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** What was found and done, in one line. */
export function summary(result: ImportResult, asked: Pick<Asked, 'language' | 'dryRun' | 'skipBad'>): string {
  const { lines, badLines, known, fresh, written } = result;
  const isStopped = badLines > 0 && !asked.skipBad;
  if (asked.language === 'zh') {
    const counts = `共 ${lines} 行：新增 ${fresh}，已存在 ${known}，有误 ${badLines}。`;
    if (asked.dryRun) return `${counts}仅检查，没有写入。`;
    return `${counts}${isStopped ? '没有写入任何内容；改正后重试，或用 --skip-bad 跳过错误行。' : `已写入 ${written} 行。`}`;
  }
  const counts = `${lines} lines: ${fresh} new, ${known} already there, ${badLines} bad.`;
  if (asked.dryRun) return `${counts} Checked only, nothing was written.`;
  return `${counts} ${
    isStopped
      ? 'Nothing was written: correct them, or skip them with --skip-bad.'
      : `${written} were written.`
  }`;
}
