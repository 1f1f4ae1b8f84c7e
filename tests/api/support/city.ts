/** A small city that the API tests start from: two districts, and one person or more in every role. */
import { randomBytes } from 'node:crypto';
import { openCityAccounts } from '../../../db/bank/post.ts';
import type { Act, Role } from '../../../db/connect/act.ts';
import type { Config } from '../../../db/connect/config.ts';
import { openDatabase } from '../../../db/connect/database.ts';
import { useDataKey } from '../../../db/connect/seal.ts';
import { loadAreas } from '../../../db/people/areas.ts';
import { grantMandates } from '../../../db/people/mandates.ts';
import { openUsers, type UserInput } from '../../../db/people/openUsers.ts';
import { hashPassword } from '../../../db/people/password.ts';
import { registerElders, registerPersons, registerVolunteers } from '../../../db/people/register.ts';
import { registerCarers, registerProviders, registerStations } from '../../../db/providers/register.ts';
import { firstBodies, publishPolicies } from '../../../db/services/policies.ts';
import { templateWith } from '../../support/database.ts';

/** Tests run at night, too, when volunteers are not asked for what can wait. */
const askedAtAnyHour = {
  ...firstBodies.orders,
  asking: { ...firstBodies.orders.asking, quiet: { fromMinute: 0, untilMinute: 0 } },
};

export const PASSWORD = 'a long password of tests';
export const DISTRICT = '320102';
export const OTHER_DISTRICT = '320104';
export const COMMUNITY = '320102001001';
const OTHER_COMMUNITY = '320104001001';
export const HOME = { lat: 32.05, lon: 118.8 };
const OTHER_HOME = { lat: 32.02, lon: 118.79 };

const uuid = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** Ids that tests name people and places by. */
export const ids = {
  elder: uuid(1),
  otherElder: uuid(2),
  farElder: uuid(3),
  volunteer: uuid(11),
  otherVolunteer: uuid(12),
  applicant: uuid(13),
  carer: uuid(21),
  otherCarer: uuid(22),
  family: uuid(31),
  provider: uuid(41),
  otherProvider: uuid(42),
  station: uuid(51),
} as const;

export const DOOR_CODE = '4711';
const phoneOf = (id: string) => `1390000${id.slice(-4)}`;
export const elderPhone = phoneOf(ids.elder);

/** Also over midnight, at whatever hour the tests run. */
const allDay = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
  { weekday, startMinute: 0, endMinute: 1440 },
  { weekday, startMinute: 1320, endMinute: 1560 },
]);
const services = ['companionship', 'meals', 'outings', 'errands', 'welfare_check'];

const persons = [
  { id: ids.elder, name: '王秀英', birthDate: '1940-03-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.otherElder, name: '李桂兰', birthDate: '1945-07-01', areaCode: COMMUNITY, position: HOME },
  {
    id: ids.farElder,
    name: '陈玉珍',
    birthDate: '1942-01-01',
    areaCode: OTHER_COMMUNITY,
    position: OTHER_HOME,
  },
  { id: ids.volunteer, name: '张伟', birthDate: '1990-01-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.otherVolunteer, name: '刘洋', birthDate: '1992-01-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.applicant, name: '赵敏', birthDate: '1995-01-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.carer, name: '孙丽', birthDate: '1985-01-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.otherCarer, name: '周红', birthDate: '1986-01-01', areaCode: COMMUNITY, position: HOME },
  { id: ids.family, name: '王强', birthDate: '1968-01-01', areaCode: COMMUNITY, position: HOME },
].map((person) => ({
  ...person,
  gender: 'female' as const,
  identityNumber: null,
  phone: phoneOf(person.id),
  address: '南京市玄武区珠江路8号2栋301室',
}));

/** One account a role; the user name is the role. */
const accounts: Omit<UserInput, 'passwordHash'>[] = [
  { username: 'elder', name: '王秀英', role: 'elder', personId: ids.elder, phone: elderPhone },
  { username: 'elder2', name: '李桂兰', role: 'elder', personId: ids.otherElder },
  { username: 'family', name: '王强', role: 'family', personId: ids.family },
  { username: 'volunteer', name: '张伟', role: 'volunteer', personId: ids.volunteer },
  { username: 'volunteer2', name: '刘洋', role: 'volunteer', personId: ids.otherVolunteer },
  { username: 'carer', name: '孙丽', role: 'carer', personId: ids.carer, providerId: ids.provider },
  { username: 'provider', name: '安康养老', role: 'provider', providerId: ids.provider },
  { username: 'provider2', name: '颐和养老', role: 'provider', providerId: ids.otherProvider },
  { username: 'station', name: '站点', role: 'station', stationId: ids.station, areaCode: COMMUNITY },
  { username: 'dispatcher', name: '调度', role: 'dispatcher', areaCode: DISTRICT },
  { username: 'dispatcher2', name: '秦淮调度', role: 'dispatcher', areaCode: OTHER_DISTRICT },
  { username: 'regulator', name: '监管', role: 'regulator', areaCode: '3201' },
  { username: 'admin', name: '管理员', role: 'admin' },
];

/** Every role a person can sign in with. */
export const signedInRoles = [
  'elder',
  'family',
  'volunteer',
  'carer',
  'provider',
  'station',
  'dispatcher',
  'regulator',
  'admin',
] as const satisfies readonly Role[];

async function build(config: Config): Promise<void> {
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'test template');
  const at = new Date(Date.now() - 3_600_000);
  const act: Act = { actorId: 'test:city', role: 'system', onBehalfOf: null, at };
  const passwordHash = await hashPassword(PASSWORD);
  await open.db.transaction(async (tx) => {
    const area = (code: string, level: 'city' | 'district' | 'street' | 'community', name: string) => ({
      code,
      level,
      name,
      parentCode: level === 'city' ? null : parentOf(code),
      ...(code.startsWith(OTHER_DISTRICT) ? OTHER_HOME : HOME),
      population: level === 'district' ? 500_000 : null,
    });
    await loadAreas(tx, [
      area('3201', 'city', '南京市'),
      area(DISTRICT, 'district', '玄武区'),
      area(OTHER_DISTRICT, 'district', '秦淮区'),
      area('320102001', 'street', '梅园新村街道'),
      area('320104001', 'street', '五老村街道'),
      area(COMMUNITY, 'community', '梅园社区'),
      area(OTHER_COMMUNITY, 'community', '三条巷社区'),
    ]);
    await publishPolicies(tx, act, new Date(at.getTime() - 400 * 86_400_000), 'of the tests', {
      orders: askedAtAnyHour,
    });
    await openCityAccounts(tx, act, [DISTRICT, OTHER_DISTRICT]);
    await registerStations(tx, act, [
      {
        id: ids.station,
        code: 'S1',
        name: '梅园站',
        kind: 'station',
        areaCode: COMMUNITY,
        phone: '02580000001',
        ...HOME,
      },
    ]);
    const provider = {
      districts: [DISTRICT],
      services: ['bathing', 'cleaning', 'basic_nursing'],
      phone: '02580000002',
    };
    await registerProviders(tx, act, [
      {
        id: ids.provider,
        name: '安康养老',
        creditCode: '91320100MA1MTEST01',
        areaCode: COMMUNITY,
        ...provider,
        ...HOME,
      },
      {
        id: ids.otherProvider,
        name: '颐和养老',
        creditCode: '91320100MA1MTEST02',
        areaCode: COMMUNITY,
        ...provider,
        ...HOME,
      },
    ]);
    await registerPersons(tx, act, persons);
    const profile = { living: 'alone', subsidyClass: 'special_hardship', abilityLevel: 2 } as const;
    await registerElders(
      tx,
      act,
      [ids.elder, ids.otherElder, ids.farElder].map((personId) => ({
        personId,
        birthDate: '1940-03-01',
        ...profile,
        carerGender: null,
        hazards: null,
        doorCode: DOOR_CODE,
      })),
    );
    const volunteer = { stationId: ids.station, services, weeklyAskCap: 50 };
    await registerVolunteers(tx, act, [
      { personId: ids.volunteer, state: 'active', ...volunteer },
      { personId: ids.otherVolunteer, state: 'active', ...volunteer },
      { personId: ids.applicant, state: 'applied', ...volunteer },
    ]);
    const certificate = { level: 3, certificateUntil: '2099-12-31', week: allDay };
    await registerCarers(tx, act, [
      { personId: ids.carer, providerId: ids.provider, certificateNumber: 'C-1', ...certificate },
      { personId: ids.otherCarer, providerId: ids.otherProvider, certificateNumber: 'C-2', ...certificate },
    ]);
    await grantMandates(tx, act, [
      { elderId: ids.elder, delegateId: ids.family, relation: 'child', scopes: ['see', 'book', 'spend'] },
    ]);
    await openUsers(
      tx,
      act,
      accounts.map((account) => ({ ...account, passwordHash })),
    );
  });
  await open.close();
}

function parentOf(code: string): string {
  const lengths = [4, 6, 9, 12];
  return code.slice(0, lengths[lengths.indexOf(code.length) - 1]);
}

/** The template of that city. */
export const city = templateWith('apicity', build);

/** A new idempotency key. */
export const newKey = (): string => randomBytes(12).toString('hex');
