import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KindName } from '../../../db/import/kinds.ts';
import { csv, type FreshCity, faults, freshCity, identityOf, sample } from './freshCity.ts';

const elder = identityOf('19400301', 2);
const volunteer = identityOf('19880505', 12);
const stranger = identityOf('19500505', 900);

describe('a bad line', () => {
  let city: FreshCity;
  beforeAll(async () => {
    city = await freshCity();
    for (const kind of ['stations', 'people', 'providers', 'carers'] as const)
      await city.import(kind, sample(`${kind}.csv`));
  });
  afterAll(() => city.close());

  async function check(kind: KindName, header: string[], ...rows: (string | number)[][]): Promise<string[]> {
    const before = await city.state();
    const result = await city.import(kind, csv(header, ...rows));
    expect(result.written).toBe(0);
    expect(await city.state()).toEqual(before);
    return faults(result);
  }

  it('of people is named with its column and what would be right', async () => {
    const header = [
      '角色',
      '姓名',
      '身份证号',
      '电话',
      '社区代码',
      '能力等级',
      '居住情况',
      '补贴类别',
      '站点编码',
      '服务项目',
    ];
    const community = '320102002001';
    const good = identityOf('19410101', 100);
    const wrongCheck = good.slice(0, 17) + (good[17] === '1' ? '2' : '1');
    const noDay = identityOf('19410230', 100);
    const found = await check(
      'people',
      header,
      ['老人', '甲', wrongCheck, '', community, 0, '独居', '无', '', ''],
      ['老人', '甲', noDay, '', community, 0, '独居', '无', '', ''],
      ['老人', '甲', '12345', '', community, 0, '独居', '无', '', ''],
      ['老人', '甲', identityOf('20990101', 1), '', community, 0, '独居', '无', '', ''],
      ['老人', '甲', good, '12345', community, 0, '独居', '无', '', ''],
      ['老人', '甲', identityOf('19410101', 101), '', '320102', 5, '独居', '', '', ''],
      ['志愿者', '甲', identityOf('19410101', 102), '', community, '', '', '', 'ST-9999', '洗衣'],
      ['志愿者', '甲', identityOf('19410101', 103), '', community, '', '', '', 'MP-0001', '助餐'],
      ['护士', '', identityOf('19410101', 104), '', community, '', '', '', '', ''],
      ['老人', '甲', identityOf('19410101', 105), '', community, 1, '独居', '无', '', ''],
      ['老人', '甲', identityOf('19410101', 105), '', community, 1, '独居', '无', '', ''],
      ['老人', '甲', identityOf('19410101', 106), '', community, '', '独居', '无', '', ''],
      ['老人', '甲'],
    );
    expect(
      found.map((each) => each.replace(/: (rehab|a service of the catalogue).*/, ': a service …')),
    ).toEqual([
      '2 身份证号: the check character of the identity number does not fit (GB 11643): compare it with the card',
      '3 身份证号: digits 7 to 14 of an identity number are a real date of birth',
      '4 身份证号: an identity number has 18 characters',
      '5 身份证号: the date of birth in it lies between 1900 and today',
      '6 电话: a mobile number of 11 digits, or a landline with its area code (such as 025-)',
      '7 社区代码: the division code of a community of the city',
      '7 能力等级: one of: 0, 1, 2, 3, 4',
      '8 服务项目: a service …',
      '9 站点编码: no time-bank station has this code: import stations first',
      '10 角色: one of: elder, volunteer',
      '10 姓名: it must not be empty',
      '12 身份证号: the same as on line 11; it may stand once in a file',
      '13 能力等级: needed for an elder',
      '14 -: it has 2 values where the header has 10',
    ]);
    expect(found.join()).not.toMatch(/\d{6}/);
  });

  it('of providers and stations', async () => {
    const provider = [
      '机构名称',
      '统一社会信用代码',
      '区划代码',
      '服务区',
      '服务项目',
      '电话',
      '纬度',
      '经度',
    ];
    const right = ['甲', '91990101MA0HU0HU05', '320102', '玄武区', '助浴', '025-50000011'];
    expect(
      await check(
        'providers',
        provider,
        ['甲', '91990101MA0HU0HU06', '320102', '玄武区', '助浴', '025-50000011', '', ''],
        ['甲', '91990101MA0HU0HU0', '990102', '浦东新区', '助浴', '025-50000011', '', ''],
        [...right, 118.8, 32.05],
        [...right, '', 118.8],
      ),
    ).toEqual([
      expect.stringMatching(/^2 统一社会信用代码: a unified social credit code .*GB 32100/),
      expect.stringMatching(/^3 统一社会信用代码: /),
      '3 区划代码: a division code of the city',
      expect.stringMatching(/^3 服务区: districts by code or name, .*320102/),
      '4 纬度: degrees from 31 to 33 (WGS-84)',
      '4 经度: degrees from 118 to 120 (WGS-84)',
      '5 纬度: latitude and longitude are given together or not at all',
    ]);
    expect(
      await check(
        'stations',
        ['站点编码', '站点名称', '类型', '区划代码', '电话'],
        ['A 1', '一站', '驿站', '320102', '02550000011'],
      ),
    ).toEqual([
      '2 站点编码: 1 to 60 letters, digits or . _ / : -',
      '2 类型: one of: station, meal point, centre',
    ]);
  });

  it('of carers', async () => {
    const header = [
      '姓名',
      '身份证号',
      '社区代码',
      '机构信用代码',
      '职业等级',
      '证书编号',
      '证书有效期至',
      '每周时段',
    ];
    const carer = (n: number, ...rest: (string | number)[]) => [
      '甲',
      identityOf('19800101', n),
      '320102002001',
      ...rest,
    ];
    const code = '91990101MA0HU0HU05';
    expect(
      await check(
        'carers',
        header,
        carer(200, code, 6, 'N-1', '2099-12-31', '1-5 08:00-18:00'),
        carer(201, code, 5, 'N-2', '2099-02-29', '1-5 18:00-08:00'),
        carer(202, code, 5, 'N-3', '2020-01-01', '1-5 08:00-18:00; 5 19:00-20:00'),
        carer(203, code, 5, 'N-4', '2020-01-01', '1 08:00-18:00'),
        carer(204, '91320100MA1MTEST08', 5, 'N-5', '2099-12-31', '1 08:00-18:00'),
        carer(205, code, 5, 'ZS-0001', '2099-12-31', '1 08:00-18:00'),
        carer(206, code, 5, 'N-6', '2099-12-31', '1 08:00-18:00'),
        carer(207, code, 5, 'N-6', '2099/12/31', '1 08:00-18:00'),
      ),
    ).toEqual([
      '2 职业等级: one of: 5, 4, 3, 2, 1',
      '3 证书有效期至: a day that the calendar has, such as 2027-03-31',
      expect.stringMatching(/^3 每周时段: weekly hours such as/),
      expect.stringMatching(/^4 每周时段: weekly hours such as/),
      '5 证书有效期至: the certificate has run out: today or a later day',
      expect.stringMatching(/^6 机构信用代码: /),
      '7 证书编号: this certificate is registered for somebody else',
      '9 证书编号: the same as on line 8; it may stand once in a file',
    ]);
  });

  it('of opening balances, also where lines together go over the cap (T4)', async () => {
    expect(
      await check(
        'opening-balances',
        ['凭证号', '身份证号', '分钟'],
        ['B-1', volunteer, 89_000],
        ['B-2', volunteer, 1_001],
        ['B-3', volunteer, 1_000],
        ['B-4', stranger, 10],
        ['B-5', volunteer, 0],
        ['B-6', volunteer, '1.5'],
        ['B-1', elder, 10],
      ),
    ).toEqual([
      '3 分钟: the account would go over its cap of 1500 hours: at most 1000 minutes more',
      '5 身份证号: no elder or volunteer has this identity number: import people first',
      '6 分钟: a whole number from 1 to 1000000',
      '7 分钟: a whole number from 1 to 1000000',
      '8 凭证号: the same as on line 2; it may stand once in a file',
    ]);
  });

  it('of orders, also where lines together want more than the elder has (T7)', async () => {
    const order = (n: number, ...rest: (string | number)[]) => [`O-${n}`, elder, ...rest];
    expect(
      await check(
        'orders',
        ['订单编号', '身份证号', '服务项目', '开始时间', '分钟', '支付方式'],
        order(1, '精神慰藉', '明天 09:30', 540, '时间银行'),
        order(2, '精神慰藉', '明天 19:30', 61, '时间银行'),
        order(3, '助浴', '明天 14:00', '', '时间银行'),
        order(4, '助浴', '2020-01-01 14:00', '', '政府补贴'),
        order(5, '助浴', '2099-13-01 14:00', 4, '现金'),
        ['O-6', volunteer, '助浴', '明天 14:00', '', '自费'],
        order(7, '理发', '明天 24:00', '', '自费'),
      ),
    ).toEqual([
      '3 支付方式: not enough minutes: 61 are needed, 60 are free',
      '4 支付方式: this service is paid by: subsidy, insurance, self',
      '5 开始时间: from now on and within 60 days',
      '6 开始时间: a day and a time in China, such as 2027-03-31 09:30 or tomorrow 09:30',
      '6 分钟: a whole number from 5 to 1440',
      '6 支付方式: one of: time bank, subsidy, insurance, bed contract, self',
      '7 身份证号: no elder has this identity number: import people first',
      expect.stringMatching(/^8 服务项目: a service of the catalogue: companionship, /),
      expect.stringMatching(/^8 开始时间: /),
    ]);
  });

  it('of a reference that was used for something else', async () => {
    const header = ['凭证号', '身份证号', '分钟'];
    expect((await city.import('opening-balances', csv(header, ['C-1', volunteer, 10]))).written).toBe(1);
    expect(await check('opening-balances', header, ['C-1', volunteer, 11])).toEqual([
      '2 凭证号: this reference was used for another person or amount: give another',
    ]);
  });
});
