/** What the command line of dispatch was asked to do; a wrong argument is named with what is allowed. */
import { parseArgs } from 'node:util';
import type { SearchOptions } from './problem.ts';

/** The command cannot do what it was asked; said in both languages. */
export class DispatchFailure extends Error {
  readonly said: { zh: string; en: string };
  constructor(zh: string, en: string) {
    super(en);
    this.name = 'DispatchFailure';
    this.said = { zh, en };
  }
}

/** How long to search, on how many threads and from which seed. */
export type SearchAsked = Pick<SearchOptions, 'seconds' | 'iterations' | 'threads' | 'seed'>;

export interface Asked {
  input: string;
  /** Null for the standard output. */
  output: string | null;
  search: SearchAsked;
  /** A server of times by road; null where these are to be estimated. */
  roads: { base: string; datum: 'WGS-84' | 'GCJ-02' } | null;
}

const DEFAULT_SECONDS = 10;

export const usage = {
  zh: `用法：npm run dispatch -- --input 问题 [--output 计划] [--seconds 10 | --iterations N] [--threads 2] [--seed 1]
  --input 文件      问题：VROOM 的 JSON、城市日 JSON、HHCRSP 的 JSON，或带时间窗的 VRPLIB（.vrp）
  --output 文件     计划，格式与问题相同（城市日写成 VROOM 的 JSON）；省略时写到标准输出
  --seconds 秒      搜索多久，默认 ${DEFAULT_SECONDS}
  --iterations 轮   改为搜索多少轮：同样的问题和种子总得到同样的计划
  --threads 个      用几个线程，默认 1
  --seed 数         随机种子，默认 1
  --osrm 网址       只有坐标时，向兼容 OSRM 的服务器询问路上时间；问不到的按估算并注明
  --gcj02           该服务器的地图用 GCJ-02 坐标
  --language        zh-CN 或 en；默认按 LANG
Ctrl-C 结束搜索，写出到目前为止最好的计划。`,
  en: `Usage: npm run dispatch -- --input PROBLEM [--output PLAN] [--seconds 10 | --iterations N] [--threads 2] [--seed 1]
  --input FILE      the problem: VROOM's JSON, a city day's JSON, HHCRSP JSON, or VRPLIB with time windows (.vrp)
  --output FILE     the plan, in the format of the problem (a city day's as VROOM's JSON); standard output when left out
  --seconds S       how long to search, ${DEFAULT_SECONDS} when left out
  --iterations N    search so many rounds instead: the same problem and seed then always give the same plan
  --threads N       how many threads, 1 when left out
  --seed N          of chance, 1 when left out
  --osrm URL        where there are only coordinates, ask an OSRM-compatible server for times by road; those it does
                    not tell are estimated and marked
  --gcj02           that server's map is in GCJ-02
  --language        zh-CN or en; by LANG when left out
Ctrl-C ends the search and writes the best plan so far.`,
};

/** Reads the arguments; null when only help was asked for. Throws `DispatchFailure`. */
export function readArguments(args: readonly string[]): Asked | null {
  const values = parsed(args);
  if (values.help) return null;
  const { input, output, osrm } = values;
  if (input === undefined)
    throw new DispatchFailure(
      `--input：请给出问题文件。\n${usage.zh}`,
      `--input: give the file of the problem.\n${usage.en}`,
    );
  const search = searchAsked(values, DEFAULT_SECONDS);
  if (values.gcj02 && osrm === undefined)
    throw new DispatchFailure('--gcj02：只与 --osrm 一起使用。', '--gcj02 goes with --osrm only.');
  if (osrm !== undefined && !/^https?:$/.test(URL.canParse(osrm) ? new URL(osrm).protocol : ''))
    throw new DispatchFailure(
      '--osrm：应为 http(s):// 开头的网址。',
      '--osrm must be an address that begins with http(s)://.',
    );
  return {
    input,
    output: output ?? null,
    search,
    roads: osrm === undefined ? null : { base: osrm, datum: values.gcj02 ? 'GCJ-02' : 'WGS-84' },
  };
}

/** The language asked for; undefined when none is. */
export function languageAsked(args: readonly string[]): 'zh' | 'en' | undefined {
  const { language } = parsed(args);
  if (language === undefined) return undefined;
  if (!/^(zh|zh-CN|en)$/i.test(language))
    throw new DispatchFailure('--language：应为 zh-CN 或 en。', '--language must be zh-CN or en.');
  return /^en$/i.test(language) ? 'en' : 'zh';
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        input: text,
        output: text,
        seconds: text,
        iterations: text,
        threads: text,
        seed: text,
        osrm: text,
        gcj02: { type: 'boolean' },
        language: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const { message } = error as Error;
    throw new DispatchFailure(
      `参数有误：${message}\n${usage.zh}`,
      `The arguments are wrong: ${message}\n${usage.en}`,
    );
  }
}

/** What the options say of the search; throws `DispatchFailure`. */
export function searchAsked(
  { seconds, iterations, threads, seed }: Partial<Record<keyof SearchAsked, string>>,
  defaultSeconds: number,
): SearchAsked {
  if (seconds !== undefined && iterations !== undefined)
    throw new DispatchFailure(
      '--seconds 与 --iterations：请只给其中一个。',
      '--seconds and --iterations: give one of the two.',
    );
  return {
    ...(iterations === undefined
      ? { seconds: amount('seconds', seconds, defaultSeconds, 0.001, 86_400) }
      : { iterations: wholeAmount('iterations', iterations, 1, 1, 1e12) }),
    threads: wholeAmount('threads', threads, 1, 1, 256),
    seed: wholeAmount('seed', seed, 1, 0, 2 ** 32 - 1),
  };
}

/** A number of an option within its limits, or what it is otherwise; throws `DispatchFailure`. */
export function amount(
  name: string,
  value: string | undefined,
  otherwise: number,
  least: number,
  most: number,
) {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (value.trim() !== '' && number >= least && number <= most) return number;
  throw new DispatchFailure(
    `--${name}：应为 ${least} 到 ${most} 的数，而不是 ${value}。`,
    `--${name} must be a number from ${least} to ${most}, not ${value}.`,
  );
}

/** Likewise a whole number. */
export function wholeAmount(
  name: string,
  value: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  const number = amount(name, value, otherwise, least, most);
  if (Number.isInteger(number)) return number;
  throw new DispatchFailure(
    `--${name}：应为整数，而不是 ${value}。`,
    `--${name} must be a whole number, not ${value}.`,
  );
}
