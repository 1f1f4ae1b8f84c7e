/** What `npm run what-if` was asked; a wrong argument is named with what is allowed. */
import { parseArgs } from 'node:util';
import { DispatchFailure, type SearchAsked, searchAsked, wholeAmount } from '../arguments.ts';
import type { Position } from './changes.ts';
import { weightOf } from './policy.ts';

export interface Asked {
  /** A file with a problem, or a day of a district from the database. */
  of: { input: string; like: string | null } | { day: string; areaCode: string; level: number };
  addCarers: number;
  stations: Position[];
  weights: object[];
  /** A file with a part of the dispatch policy. */
  policy: string | null;
  search: SearchAsked;
  isJson: boolean;
}

const DEFAULT_SECONDS = 20;
const DEFAULT_LEVEL = 3;

export const usage = {
  zh: `用法：npm run what-if -- --day yesterday --district 320115 --add-carers 10 --level 3 [--seconds 20]
  --day 日期        数据库中的某一天（YYYY-MM-DD 或 yesterday），按 --district 的区；或
  --input 文件      问题文件，格式与 npm run dispatch 相同，不用数据库
  --add-carers N    多 N 名护理员；--level 与当天该级的护理员同样的班次（默认 ${DEFAULT_LEVEL} 级），
                    文件中用 --like 编号 参照某人，省略时依次参照所有人
  --station 纬,经   新站点：新增的护理员从那里出发；可多次给出
  --weight 名=数    改调度规则的一个数，如 points.knownVisit=20；可多次给出
  --policy 文件     改调度规则的一部分（JSON）
  --seconds 秒      每个计划搜索多久，默认 ${DEFAULT_SECONDS}；--iterations N 改为搜索多少轮，结果可重复
  --threads 个      默认 1；--seed 数 默认 1：两个计划相同
  --json            输出 JSON；--language zh-CN 或 en`,
  en: `Usage: npm run what-if -- --day yesterday --district 320115 --add-carers 10 --level 3 [--seconds 20]
  --day DAY         a day from the database (YYYY-MM-DD or yesterday), in the district of --district; or
  --input FILE      a problem, in a format of npm run dispatch, without a database
  --add-carers N    so many more carers, with the hours of those of --level that day (${DEFAULT_LEVEL} when left out);
                    of a file, like the carer of --like ID, or like all in turn
  --station LAT,LON a new station, where the added carers set out; may be given several times
  --weight NAME=N   another figure of the dispatch policy, such as points.knownVisit=20; may be given several times
  --policy FILE     another part of the dispatch policy, as JSON
  --seconds S       how long to search for each plan, ${DEFAULT_SECONDS} when left out; --iterations N searches so many rounds
                    instead and always gives the same
  --threads N       1 when left out; --seed N, 1 when left out: the same for both plans
  --json            print JSON; --language zh-CN or en`,
};

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
const options = {
  day: text,
  district: text,
  input: text,
  'add-carers': text,
  level: text,
  like: text,
  station: texts,
  weight: texts,
  policy: text,
  seconds: text,
  iterations: text,
  threads: text,
  seed: text,
  json: { type: 'boolean', default: false },
  language: text,
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const { message } = error as Error;
    throw new DispatchFailure(
      `参数有误：${message}\n${usage.zh}`,
      `The arguments are wrong: ${message}\n${usage.en}`,
    );
  }
}

/** The arguments; null when only help was asked for. `yesterday` is the day before today. Throws `DispatchFailure`. */
export function readArguments(args: readonly string[], yesterday: string): Asked | null {
  const values = parsed(args);
  if (values.help) return null;
  const asked: Asked = {
    of: whichDay(values, yesterday),
    addCarers: wholeAmount('add-carers', values['add-carers'], 0, 1, 1000),
    stations: values.station.map(positionOf),
    weights: values.weight.map(weightOf),
    policy: values.policy ?? null,
    search: searchAsked(values, DEFAULT_SECONDS),
    isJson: values.json,
  };
  const isOfFile = 'input' in asked.of;
  const changesPolicy = asked.weights.length > 0 || asked.policy !== null;
  refuseIf(
    isOfFile && changesPolicy,
    '--weight',
    '与 --policy 要用 --day：文件里没有调度规则',
    'and --policy go with --day: a file has no dispatch policy',
  );
  refuseIf(
    asked.stations.length > 0 && asked.addCarers === 0,
    '--station',
    '要与 --add-carers 一起用：他们从那里出发',
    'goes with --add-carers: it is where they set out',
  );
  refuseIf(
    asked.addCarers === 0 && !changesPolicy,
    '--add-carers',
    '、--weight 或 --policy：请说明改变什么',
    ', --weight or --policy: say what is to be different',
  );
  return asked;
}

function whichDay(values: ReturnType<typeof parsed>, yesterday: string): Asked['of'] {
  const { day, district, input, level, like } = values;
  refuseIf(
    (day === undefined) === (input === undefined),
    '--day',
    '与 --input 给其中一个',
    'or --input: give one of the two',
  );
  if (input !== undefined) {
    refuseIf(
      district !== undefined || level !== undefined,
      '--district',
      '与 --level 只与 --day 一起用',
      'and --level go with --day only',
    );
    return { input, like: like ?? null };
  }
  refuseIf(like !== undefined, '--like', '只与 --input 一起用', 'goes with --input only');
  refuseIf(
    district === undefined || !/^\d{6}$/.test(district),
    '--district',
    '应为六位区划代码',
    'must be the six digits of a district',
  );
  const asked = day === 'yesterday' ? yesterday : (day as string);
  refuseIf(
    !/^\d{4}-\d\d-\d\d$/.test(asked) || Number.isNaN(Date.parse(asked)),
    '--day',
    '应为 YYYY-MM-DD 或 yesterday',
    'must be YYYY-MM-DD or yesterday',
  );
  return {
    day: asked,
    areaCode: district as string,
    level: wholeAmount('level', level, DEFAULT_LEVEL, 1, 5),
  };
}

function positionOf(given: string): Position {
  const [lat, lon] = given.split(',').map(Number);
  const isThere = lat !== undefined && lon !== undefined && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  refuseIf(
    !isThere || given.split(',').length !== 2,
    '--station',
    '应为 纬度,经度',
    'must be latitude,longitude',
  );
  return { lat: lat as number, lon: lon as number };
}

function refuseIf(isWrong: boolean, option: string, zh: string, en: string): void {
  if (isWrong) throw new DispatchFailure(`${option}：${zh}。`, `${option} ${en}.`);
}

/** The language asked for; undefined when none is. */
export function languageOf(args: readonly string[]): 'zh' | 'en' | undefined {
  const { language } = parsed(args);
  if (language === undefined) return undefined;
  refuseIf(!/^(zh|zh-CN|en)$/i.test(language), '--language', '应为 zh-CN 或 en', 'must be zh-CN or en');
  return /^en$/i.test(language) ? 'en' : 'zh';
}
