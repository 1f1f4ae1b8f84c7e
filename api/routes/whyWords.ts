/** Why somebody comes or nobody can (D5), as sentences from codes, in both languages. */
import type { NextBest, Relaxed, Weighed, Why } from '../../db/dispatch/whyOf.ts';
import type { ExclusionRule } from '../../db/orders/candidates.ts';
import type { OfferTerms } from '../../db/orders/rules.ts';
import type { Language } from '../http/problems.ts';

type Words = Record<Language, string>;
type TermCode = OfferTerms[number]['code'];

const rules: Record<ExclusionRule, Words> = {
  service: { 'zh-CN': '不做这项服务', en: 'do not offer this service' },
  self: { 'zh-CN': '就是老人本人或付时间的家属', en: 'are the elder, or the relative whose hours pay' },
  blocked: { 'zh-CN': '老人不愿由其上门', en: 'are not wanted by the elder' },
  gender: { 'zh-CN': '性别不合老人要求', en: 'are not of the gender the elder asks for' },
  level: { 'zh-CN': '技能等级不够', en: 'have too low a level' },
  certificate: { 'zh-CN': '证书当天已失效', en: 'have no certificate valid on the day' },
  licence: { 'zh-CN': '所在机构没有本区资质', en: 'work for a provider not licensed here' },
  absent: { 'zh-CN': '当时请假', en: 'are on leave then' },
  hours: { 'zh-CN': '不在愿意服务的时段', en: 'do not come at that hour' },
  contract: { 'zh-CN': '不是签约机构的人员', en: 'are not of the provider of the contract' },
  shift: { 'zh-CN': '当时不在班', en: 'are off shift then' },
  busy: { 'zh-CN': '当时另有安排', en: 'are busy then' },
  declined: { 'zh-CN': '已谢绝这一单', en: 'have declined it' },
  asked_enough: { 'zh-CN': '本周询问次数已到上限', en: 'have been asked often enough this week' },
  too_far: { 'zh-CN': '住得太远', en: 'live too far away' },
  travel: { 'zh-CN': '前后有安排，路上来不及', en: 'cannot get there in time, or not to their next visit' },
  second: { 'zh-CN': '所在机构没有第二位护理员可同去', en: 'have nobody of their provider to come along' },
};

const terms: Record<TermCode, Words> = {
  travel: { 'zh-CN': '增加的路程', en: 'way added' },
  distance: { 'zh-CN': '路程', en: 'distance' },
  circle: { 'zh-CN': '生活圈内', en: 'within the circle' },
  continuity: { 'zh-CN': '服务过这位老人', en: 'knows the elder' },
  preferred: { 'zh-CN': '老人指定', en: 'the elder wishes for them' },
  waiting: { 'zh-CN': '老人等候', en: 'elders wait' },
  least_asked: { 'zh-CN': '近期少被询问', en: 'seldom asked' },
  level: { 'zh-CN': '技能等级', en: 'level' },
  load: { 'zh-CN': '当天工作量', en: 'work that day' },
  planned: { 'zh-CN': '计划去别处', en: 'planned elsewhere' },
  second: { 'zh-CN': '第二位护理员', en: 'second carer' },
  by_hand: { 'zh-CN': '人工指定', en: 'chosen by hand' },
};

const relaxations: Record<Relaxed['code'], (by: number) => Words> = {
  later: (by) => ({ 'zh-CN': `晚 ${by} 分钟开始`, en: `Start ${by} minutes later` }),
  earlier: (by) => ({ 'zh-CN': `早 ${by} 分钟开始`, en: `Start ${by} minutes earlier` }),
  shorter: (by) => ({ 'zh-CN': `缩短 ${by} 分钟`, en: `Make it ${by} minutes shorter` }),
  level: (by) => ({
    'zh-CN': `等级由 ${by - 1} 级放宽到 ${by} 级`,
    en: `Level ${by} instead of ${by - 1}`,
  }),
  farther: (by) => ({ 'zh-CN': `再远找 ${by / 1000} 公里`, en: `Look ${by / 1000} km farther` }),
  declined: () => ({ 'zh-CN': '再问一次谢绝过的人', en: 'Ask those who declined again' }),
  gender: () => ({ 'zh-CN': '不限性别（须经老人同意）', en: 'Any gender, if the elder agrees' }),
};

/** `way added −8.1, knows the elder +5`. */
function termsText(list: OfferTerms, language: Language): string {
  const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value)}`;
  return list
    .map(({ code, value }) =>
      code === 'by_hand' ? terms[code][language] : `${terms[code][language]} ${signed(value)}`,
    )
    .join(language === 'en' ? ', ' : '，');
}

/** Who comes or is asked, and what speaks for them. */
export const chosenText = ({ name, score, terms: list }: Weighed, language: Language): string =>
  language === 'en'
    ? `${name}: ${score} points (${termsText(list, language)}).`
    : `${name}：${score} 分（${termsText(list, language)}）。`;

/** By how much somebody else falls behind, and in what. */
export function nextText({ name, behind, differences }: NextBest, language: Language): string {
  const what = termsText(differences, language);
  if (language === 'en') {
    const how = behind >= 0 ? `${behind} points behind` : `${-behind} points ahead`;
    return what ? `${name} is ${how} (${what}).` : `${name} is ${how}.`;
  }
  const how = behind >= 0 ? `低 ${behind} 分` : `高 ${-behind} 分`;
  return what ? `${name}${how}（${what}）。` : `${name}${how}。`;
}

/** How many a rule keeps away. */
export const excludedText = ({ rule, count }: Why['excluded'][number], language: Language): string =>
  language === 'en' ? `${count} ${rules[rule].en}.` : `${count} 人${rules[rule]['zh-CN']}。`;

/** What a relaxation is and what it would give. */
export function relaxedText({ code, by, people, best }: Relaxed, language: Language): string {
  const what = relaxations[code](by ?? 0)[language];
  return language === 'en'
    ? `${what}: ${people === 1 ? '1 person' : `${people} people`} could come, ${best.name} first.`
    : `${what}：有 ${people} 人可以上门，首选${best.name}。`;
}
