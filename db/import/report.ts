/** What an import tells: the count, the first bad lines, and all of them as CSV. */
import type { Asked, Language } from './arguments.ts';
import type { BadValue, OtherFile } from './bad.ts';
import type { Said } from './columns.ts';
import type { ImportResult } from './importFile.ts';

const SHOWN = 200;

const wholeLine: Said = { zh: '整行', en: 'whole line' };

const files: Record<OtherFile | 'file', Said> = {
  file: { zh: '导入文件', en: 'file' },
  mapping: { zh: '对照表', en: 'mapping' },
  transfers: { zh: '转账文件', en: 'transfers' },
};

/** The first 200 bad values, a line each, and how many more there are. */
export function badList(bad: readonly BadValue[], language: Language): string[] {
  const lines = bad.slice(0, SHOWN).map(({ file, line, column, reason }) => {
    const where = (column ?? wholeLine)[language];
    const before = file === null ? '' : `${files[file][language]}${language === 'zh' ? '' : ', '}`;
    return language === 'zh'
      ? `${before}第 ${line} 行，${where}：${reason.zh}`
      : `${before}line ${line}, ${where}: ${reason.en}`;
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

/** All bad values as CSV that spreadsheets open in the right encoding; what may be personal is masked. */
export function badCsv(bad: readonly BadValue[], language: Language): string {
  const header =
    language === 'zh' ? ['文件', '行', '列', '值', '原因'] : ['file', 'line', 'column', 'value', 'reason'];
  const rows = bad.map(({ file, line, column, value, reason }) => [
    files[file ?? 'file'][language],
    String(line),
    (column ?? wholeLine)[language],
    value ?? '',
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
  const { lines, badLines, badElsewhere, known, passed, fresh, written } = result;
  const isStopped = badLines + badElsewhere > 0 && !asked.skipBad;
  if (asked.language === 'zh') {
    const nothing = passed > 0 ? `，无可导入 ${passed}` : '';
    const elsewhere = badElsewhere > 0 ? `其他文件有误 ${badElsewhere} 行。` : '';
    const counts = `共 ${lines} 行：新增 ${fresh}，已存在 ${known}${nothing}，有误 ${badLines}。${elsewhere}`;
    if (asked.dryRun) return `${counts}仅检查，没有写入。`;
    return `${counts}${isStopped ? '没有写入任何内容；改正后重试，或用 --skip-bad 跳过错误行。' : `已写入 ${written} 行。`}`;
  }
  const nothing = passed > 0 ? `${passed} with nothing to bring in, ` : '';
  const elsewhere = badElsewhere > 0 ? ` ${badElsewhere} bad lines in the other files.` : '';
  const counts = `${lines} lines: ${fresh} new, ${known} already there, ${nothing}${badLines} bad.${elsewhere}`;
  if (asked.dryRun) return `${counts} Checked only, nothing was written.`;
  return `${counts} ${
    isStopped
      ? 'Nothing was written: correct them, or skip them with --skip-bad.'
      : `${written} were written.`
  }`;
}
