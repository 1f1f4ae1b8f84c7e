/** What the command was asked to do; a wrong argument is named with what is allowed. */
import { parseArgs } from 'node:util';
import type { Said } from './columns.ts';
import { ImportFailure } from './failure.ts';
import { type KindName, kindNames, kinds } from './kinds.ts';
import { type PeerAsked, peerHeaders, peerOptions, peerUsage, readPeerOptions } from './peers/asked.ts';
import { type PeerName, peerNames } from './peers/peer.ts';

export type Language = keyof Said;

export interface Asked {
  /** A file of the city's own, or of another time bank. */
  kind: KindName | PeerAsked;
  file: string;
  language: Language;
  dryRun: boolean;
  skipBad: boolean;
  /** Where all bad lines are written as CSV. */
  errors: string | null;
}

export const usage: Said = {
  zh: `用法：npm run import -- <类型> <文件.csv> [--dry-run] [--skip-bad] [--errors 文件] [--language zh-CN|en]
  类型            ${kindNames.join('、')}，或其他时间银行 ${peerNames.join('、')}
  --dry-run       只检查，不写入
  --skip-bad      有错误行时仍写入其余的行
  --errors 文件   把全部错误行另存为 CSV
  --language      zh-CN 或 en；默认按 LANG
  <类型> --help   列出该类型的表头
${peerUsage.zh}`,
  en: `Usage: npm run import -- <kind> <file.csv> [--dry-run] [--skip-bad] [--errors FILE] [--language zh-CN|en]
  kind            ${kindNames.join(', ')}; of other time banks ${peerNames.join(', ')}
  --dry-run       check only, write nothing
  --skip-bad      write the other lines although some are bad
  --errors FILE   write all bad lines to a CSV file
  --language      zh-CN or en; by LANG when left out
  <kind> --help   list the headers of that kind
${peerUsage.en}`,
};

/** Reads the arguments; a text is what was asked to be shown. Throws `ImportFailure`. */
export function readArguments(
  args: readonly string[],
  otherwise: Language,
): Asked | { help: string; language: Language } {
  const { values, positionals } = parsed(args);
  if (values.language !== undefined && !/^(zh|zh-CN|en)$/i.test(values.language))
    throw wrong('--language：应为 zh-CN 或 en', '--language must be zh-CN or en');
  const language = values.language ? (/^en$/i.test(values.language) ? 'en' : 'zh') : otherwise;
  const [name, file, ...more] = positionals;
  const kind = kindNames.find((each) => each === name);
  const peer = peerNames.find((each) => each === name);
  if (values.help)
    return { help: (kind ? headersOf(kind) : peer ? peerHeaders(peer) : usage)[language], language };
  if (!kind && !peer)
    throw wrong(
      `类型${name === undefined ? '没有给出' : '不认识'}：应为 ${[...kindNames, ...peerNames].join('、')} 之一`,
      `The kind is ${name === undefined ? 'missing' : 'unknown'}: one of ${[...kindNames, ...peerNames].join(', ')}`,
    );
  if (!file)
    throw wrong('没有给出文件：应为一个 CSV 文件的路径', 'The file is missing: the path of a CSV file');
  if (more.length > 0)
    throw wrong(`多余的参数：一次导入一个文件`, `Too many arguments: one file is imported at a time`);
  return {
    kind: kindOf(kind, peer, values),
    file,
    language,
    dryRun: values['dry-run'] ?? false,
    skipBad: values['skip-bad'] ?? false,
    errors: values.errors ?? null,
  };
}

function kindOf(
  kind: KindName | undefined,
  peer: PeerName | undefined,
  values: ReturnType<typeof parsed>['values'],
): Asked['kind'] {
  if (peer) return readPeerOptions(peer, values);
  const foreign = Object.keys(peerOptions).find((option) => option in values);
  if (foreign)
    throw wrong(
      `--${foreign} 只用于其他时间银行的文件（${peerNames.join('、')}）`,
      `--${foreign} is for files of other time banks only (${peerNames.join(', ')})`,
    );
  return kind as KindName;
}

function headersOf(name: KindName): Said {
  const columns = Object.values(kinds[name].columns);
  const line = (mark: string, needed: boolean) =>
    `${mark}${columns
      .filter((column) => column.needed === needed)
      .map((column) => `\n  ${[column.zh, column.en, ...column.also].join(' | ')}`)
      .join('')}`;
  return {
    zh: `${line(`${name} 的必需列（任用一种表头）：`, true)}\n${line('可选列：', false)}`,
    en: `${line(`Columns that ${name} must have (any of these headers):`, true)}\n${line('Optional:', false)}`,
  };
}

function wrong(zh: string, en: string): ImportFailure {
  return new ImportFailure(`${zh}。\n\n${usage.zh}`, `${en}.\n\n${usage.en}`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean' },
        'skip-bad': { type: 'boolean' },
        errors: { type: 'string' },
        language: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        ...peerOptions,
      },
    });
  } catch (error) {
    const said = (error as Error).message;
    throw wrong(`参数有误：${said}`, `Wrong argument: ${said}`);
  }
}
