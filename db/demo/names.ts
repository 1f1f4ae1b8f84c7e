/** Names of invented people, providers and streets. */
import type { Dice } from './dice.ts';

const families = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范',
];
const olderWomen = [
  ...[
    '秀英',
    '桂英',
    '秀兰',
    '玉兰',
    '桂兰',
    '秀珍',
    '凤英',
    '玉珍',
    '玉英',
    '兰英',
    '淑珍',
    '素珍',
    '惠芳',
    '月英',
  ],
  ...[
    '淑华',
    '秀云',
    '翠兰',
    '美华',
    '金凤',
    '宝珍',
    '慧珠',
    '雅琴',
    '佩华',
    '文英',
    '瑞芳',
    '春华',
    '爱珍',
    '彩云',
  ],
];
const olderMen = [
  ...[
    '建国',
    '国强',
    '志明',
    '德明',
    '玉林',
    '福生',
    '金生',
    '长福',
    '文清',
    '德华',
    '永年',
    '家福',
    '世昌',
    '宝山',
  ],
  ...[
    '广才',
    '学文',
    '振华',
    '春生',
    '富贵',
    '明德',
    '正荣',
    '兴华',
    '仁义',
    '庆余',
    '维康',
    '树根',
    '克勤',
    '守信',
  ],
];
const youngerWomen = [
  ...[
    '敏',
    '静',
    '丽',
    '娟',
    '燕',
    '婷',
    '雪',
    '颖',
    '倩',
    '晶',
    '雨欣',
    '思琪',
    '晓燕',
    '海燕',
    '梦洁',
    '佳怡',
  ],
  ...['丽娟', '红梅', '艳玲', '小芳', '雅婷', '文静', '慧敏', '春燕'],
];
const youngerMen = [
  ...[
    '伟',
    '强',
    '磊',
    '军',
    '洋',
    '勇',
    '杰',
    '涛',
    '超',
    '明',
    '鹏',
    '浩然',
    '子轩',
    '俊杰',
    '志强',
    '建军',
  ],
  ...['晓东', '海涛', '文博', '家豪', '立新', '国栋', '永康', '正阳'],
];

/** A name as people of that age and gender have them. */
export function personName(dice: Dice, gender: 'female' | 'male', isOlder: boolean): string {
  const women = isOlder ? olderWomen : youngerWomen;
  const men = isOlder ? olderMen : youngerMen;
  return dice.pick(families) + dice.pick(gender === 'female' ? women : men);
}

const providerFirst = [...'安康仁爱颐和福寿松鹤银龄夕阳长乐'].reduce<string[]>((pairs, letter, i, all) => {
  if (i % 2 === 0) pairs.push(letter + all[i + 1]);
  return pairs;
}, []);
const providerKinds = ['养老服务中心', '居家养老服务社', '护理站', '家政养老服务公司', '康养服务中心'];

/** The `i`th provider's name; no two are the same before the 40th, later ones carry a number. */
export function providerName(i: number, district: string): string {
  const first = providerFirst[i % providerFirst.length];
  const kind = providerKinds[Math.floor(i / providerFirst.length) % providerKinds.length];
  return `${district.replace(/区$/, '')}${first}${kind}${i < 40 ? '' : Math.floor(i / 40) + 1}`;
}

const roads = [
  '珠江路',
  '长江路',
  '幸福路',
  '和平路',
  '建设路',
  '人民路',
  '梅园路',
  '文昌巷',
  '光华路',
  '明德街',
];

/** A home in a community. */
export function address(dice: Dice, community: string): string {
  const village = community.replace(/(社区居委会|社区|居委会|村委会)$/, '');
  return `${village}${dice.pick(roads)}${dice.whole(1, 199)}号${dice.whole(1, 18)}幢${dice.whole(1, 18)}0${dice.whole(1, 4)}室`;
}
