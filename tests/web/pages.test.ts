import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dayOf } from '../../db/connect/days.ts';
import { openDisputes } from '../../db/disputes/open.ts';
import { elderPhone, ids } from '../api/support/city.ts';
import { finishedVisit } from '../api/support/finished.ts';
import { openWindow } from '../support/browser.ts';
import { fillHours, leadTeam, relate, sealHours } from './support/hours.ts';
import { goOn, overflow, settled, violations, watchReading } from './support/look.ts';
import { openSite, type Site, type Visitor } from './support/site.ts';

/** What one sees of one's own hours, below the page that sums them. */
const hours = [
  'moves/:id',
  'receipt/:id',
  'certificate/:id',
  'statement',
  'statement/print',
  'give',
  'donate',
  'relatives',
  'relatives/ask',
] as const;
const redeeming = ['redeem', 'redeem/:id'] as const;

/** Every page by who looks at it; `:id` and `:person` stand for records of theirs. */
const pages = {
  nobody: ['/', '/start', '/sign-in', '/unreachable', '/quality', '/certificates', '/no-such-page'],
  elder: [
    '/elder',
    '/elder/book',
    '/elder/visits',
    '/elder/visits/:id',
    '/elder/visits/:disputed',
    '/elder/visits/:finished?do=dispute',
    '/elder/plans',
    '/elder/complaints',
    '/elder/contracts',
    '/elder/contracts/:id',
    '/elder/messages',
    '/elder/messages/settings',
    '/elder/respite',
    '/elder/respite/home',
    '/elder/respite/nights',
    '/elder/respite/stays/:id',
    '/elder/hours',
    ...[...hours, ...redeeming].map((page) => `/elder/hours/${page}` as const),
  ],
  family: ['/elder', '/elder/hours', '/elder/hours/give', '/elder/hours/relatives'],
  volunteer: [
    '/volunteer',
    '/volunteer/availability',
    '/volunteer/visit/:id',
    '/volunteer/hours',
    ...[...hours, ...redeeming].map((page) => `/volunteer/hours/${page}` as const),
    '/volunteer/hours/team/:id',
  ],
  carer: ['/carer', '/carer/visit/:id', '/messages', '/messages/settings'],
  provider: [
    '/provider',
    '/provider/carers',
    '/provider/carers/:id',
    '/provider/beds',
    '/provider/stays/:id',
    '/provider/contracts',
    '/provider/contracts/new',
    '/provider/contracts/:id',
    '/provider/complaints',
    '/provider/complaints/:id',
    '/provider/visits/:id',
    '/provider/visit-corrections',
    '/provider/scores',
  ],
  station: [
    '/station',
    '/station/alerts',
    '/station/call-backs',
    '/station/complaints',
    '/station/complaints/:id',
    '/station/contracts/:id',
    '/station/elders',
    '/station/elders/:id',
    '/station/elders/:id/book',
    '/station/elders/:id/profile',
    '/station/volunteers',
    '/station/volunteers/:id',
    '/station/visits/:id',
    '/station/visit-corrections',
    '/station/relatives',
    '/station/corrections',
    '/station/people/:person/hours',
    ...hours.map((page) => `/station/people/:person/hours/${page}` as const),
    '/station/people/:person/hours/closing/death',
    '/station/people/:person/hours/closing/move',
  ],
  dispatcher: [
    '/desk',
    '/desk/alerts',
    '/desk/call-backs',
    '/desk/disputes',
    '/desk/disputes/:id',
    '/desk/complaints',
    '/desk/complaints/:id',
    '/desk/beds',
    '/desk/asking',
    '/desk/visits/:id',
    '/desk/visit-corrections',
  ],
  regulator: [
    '/regulator',
    '/regulator/disputes',
    '/regulator/disputes/:id',
    '/regulator/complaints',
    '/regulator/complaints/:id',
    '/regulator/ledger',
    '/regulator/ledger/accounts',
    '/regulator/ledger/search',
    '/regulator/ledger/transfers/:id',
    '/regulator/ledger/proof',
    '/regulator/ledger/corrections',
    '/regulator/ledger/debts',
    '/regulator/solvency',
    '/regulator/partners',
    '/regulator/partners/:code',
    '/regulator/partners/:code/print',
    '/regulator/beds',
    '/regulator/asking',
    '/regulator/visits/:id',
    '/regulator/policies',
    '/regulator/records',
    '/regulator/records/:id',
  ],
  admin: ['/admin', '/admin/policies'],
} as const;
type Who = keyof typeof pages;

const looks = [
  { width: 1440, height: 900, locale: 'zh-CN' },
  { width: 390, height: 844, locale: 'en' },
] as const;

/** One walk looks at up to twenty pages, each with every rule. */
const WALK_MS = 240_000;
const PARTNER = '3202';

let site: Site;
const records: Partial<Record<Who, string>> = {
  provider: ids.carer,
  station: ids.elder,
  regulator: ids.elder,
};
/** A donation of each. */
const donations: Partial<Record<Who, string>> = {};
/** A stay, a contract and a complaint at the provider, and the visits that a volunteer and a carer have yet to make. */
const care = { stays: '', contracts: '', complaints: '', visits: '' };
/** What the volunteer leads. */
let teamId: string;
/** Of the elder. */
let dispute: { id: string; orderId: string };
/** A visit of the elder that nobody has confirmed. */
let finishedId: string;

/** The address of a page with the records of who looks at it. */
function addressOf(path: string, who: Who): string {
  const filled = path
    .replace(':person', ids.elder)
    .replace(':code', PARTNER)
    .replace(':disputed', dispute.orderId)
    .replace(':finished', finishedId)
    .replace('/disputes/:id', `/disputes/${dispute.id}`);
  const [, page] = /\/hours\/(\w+)\/:id$/.exec(path) ?? [];
  if (page === 'redeem') return filled.replace(':id', ids.elder);
  if (page === 'team') return filled.replace(':id', teamId);
  if (path === '/station/volunteers/:id') return filled.replace(':id', ids.volunteer);
  const [, kind] =
    /^\/(?:elder\/respite|elder(?=\/contracts)|provider|station|desk|regulator)\/(stays|contracts|complaints|visits)\/:id$/.exec(
      path,
    ) ?? [];
  if (kind) return filled.replace(':id', care[kind as keyof typeof care]);
  if (path.includes('/transfers/')) return filled.replace(':id', donations.elder ?? '');
  return filled.replace(':id', (page ? donations : records)[who] ?? '');
}

beforeAll(async () => {
  site = await openSite();
  const accounts = await fillHours(site.front);
  teamId = await leadTeam(site.front, accounts.fund, ids.volunteer);
  await relate(site.front, ids.otherElder, 'child', ids.otherVolunteer, 'asked');
  await relate(site.front, ids.elder, 'spouse', ids.otherElder);
  for (const who of ['elder', 'volunteer'] as const) {
    const client = await site.front.as(who);
    const { body } = await client.post<{ transferId: string }>('/api/v1/donations', { minutes: 90 });
    donations[who] = body.transferId;
  }
  donations.station = donations.elder;
  await clearWith(PARTNER);
  await leaveUnconfirmed();
  await sealHours(site.front);
  const elder = await site.front.as('elder');
  const at = new Date(Date.now() + 30 * 60_000).toISOString();
  const book = async (more: object): Promise<string> => {
    const answer = await elder.post<{ id: string }>('/api/v1/orders', {
      elderId: ids.elder,
      startAt: at,
      despiteConflicts: true,
      ...more,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.id;
  };
  records.elder = await book({ serviceCode: 'companionship', payer: 'time_bank' });
  const later = new Date(Date.now() + 26 * 3_600_000).toISOString();
  const standing = { elderId: ids.elder, serviceCode: 'meals', payer: 'self', firstAt: later };
  const made = await elder.post('/api/v1/care-plans', { ...standing, rule: 'FREQ=WEEKLY' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const bathing = await book({ serviceCode: 'bathing', payer: 'subsidy', startAt: later });
  for (const [who, orderId, answering] of [
    ['volunteer', records.elder, 'volunteer'],
    ['carer', bathing, 'provider'],
  ] as const) {
    const client = await site.front.as(answering);
    const offer = await vi.waitFor(
      async () => {
        const { body } = await client.get<{ items: { id: string; order: { id: string } }[] }>(
          '/api/v1/offers?state=open',
        );
        const found = body.items.find((one) => one.order.id === orderId);
        expect(found).toBeDefined();
        return found;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect((await client.post(`/api/v1/offers/${offer?.id}/accept`)).status).toBe(200);
    const [visit] = await site.front.database.sql`
      select visit_id as id, to_char(start_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day
      from orders where id = ${orderId}`;
    records[who] = `${visit?.id}?day=${visit?.day}`;
    if (who === 'carer') care.visits = visit?.id;
  }
  await fillCare();
  await complainOf(bathing);
});
afterAll(() => site?.close());

/** A bed with the elder as its guest of tonight, and a contract with the elder. */
async function fillCare(): Promise<void> {
  const provider = await site.front.as('provider');
  const today = dayOf(new Date());
  const bed = { kind: 'nursing', label: '301', priceFen: 20_000, serviceFrom: today };
  expect((await provider.post('/api/v1/beds', { items: [bed] })).status).toBe(201);
  const family = await site.front.as('family');
  const stay = await family.post<{ id: string }>('/api/v1/stays', {
    elderId: ids.elder,
    kind: 'nursing',
    firstNight: today,
    lastNight: today,
    payer: 'self',
  });
  expect(stay.status, JSON.stringify(stay.body)).toBe(201);
  care.stays = stay.body.id;
  const contract = await provider.post<{ id: string }>('/api/v1/contracts', {
    elder: { name: '王秀英', phone: elderPhone },
    startsOn: today,
    endsOn: null,
    leastVisits: 4,
    services: [{ serviceCode: 'family_care_bed', timesAMonth: 4 }],
    equipment: [{ code: 'care_bed', name: '护理床', serial: 'HB-1' }],
    documentDigest: 'b'.repeat(64),
  });
  expect(contract.status, JSON.stringify(contract.body)).toBe(201);
  care.contracts = contract.body.id;
}

/** A complaint about a visit of the provider, which says its word on it, and one about the disputed visit. */
async function complainOf(orderId: string): Promise<void> {
  const elder = await site.front.as('elder');
  for (const id of [orderId, dispute.orderId])
    await elder.post(`/api/v1/orders/${id}/complaint`, { kind: 'late', text: '晚了一个小时，也没有打电话' });
  const provider = await site.front.as('provider');
  const { body } = await provider.get<{ items: { id: string }[] }>('/api/v1/complaints');
  care.complaints = body.items[0]?.id as string;
  const answered = await provider.post(`/api/v1/complaints/${care.complaints}/answer`, { text: '路上堵车' });
  expect(answered.status).toBe(200);
}

/** A visit that is disputed, one that waits to be confirmed, and one of an elder who has nobody to do so. */
async function leaveUnconfirmed(): Promise<void> {
  const orderId = await finishedVisit(site.front, 5);
  const [opened] = await site.front.act((tx, act) =>
    openDisputes(tx, act, [{ orderId, reasonCode: 'too_short', text: '只待了二十分钟就走了' }]),
  );
  dispute = { id: opened?.id as string, orderId };
  finishedId = await finishedVisit(site.front, 4);
  await site.front.database.sql`update users set closed_at = now() where person_id = ${ids.otherElder}`;
  await finishedVisit(site.front, 3, ids.otherElder);
}

/** A partner city, to which an hour of the elder's has gone and another is to go. */
async function clearWith(partnerCode: string): Promise<void> {
  const [regulator, station] = [await site.front.as('regulator'), await site.front.as('station')];
  const limits = { limitMinutes: 6_000, limitFen: 500_000 };
  await regulator.post('/api/v1/partners', { code: partnerCode, name: '无锡市', ...limits });
  for (const reference of ['WX-1', null]) {
    const ask = { currency: 'min', partnerCode, kind: 'out', personId: ids.elder, minutes: 60 };
    const { body } = await station.post<{ id: string }>('/api/v1/clearings', {
      ...ask,
      reason: '去无锡小住',
    });
    if (!reference) continue;
    const word = { approve: true, reference };
    expect((await regulator.post(`/api/v1/clearings/${body.id}/decide`, word)).status).toBe(200);
  }
}

async function enter(who: Who, look: (typeof looks)[number]): Promise<Visitor> {
  if (who !== 'nobody') return site.signIn(who, look);
  return { ...(await openWindow(site.browser, { baseURL: site.address, ...look })), username: who };
}

describe.each(looks)('at $width pixels in $locale', (look) => {
  it.each(Object.keys(pages) as Who[])(
    'the pages of %s break no rule of accessibility and fit',
    async (who) => {
      const visitor = await enter(who, look);
      await watchReading(visitor.context);
      await visitor.page.goto(addressOf(pages[who][0], who));
      await settled(visitor.page);
      for (const path of pages[who]) {
        await goOn(visitor.page, addressOf(path, who));
        await expect.poll(() => visitor.page.locator('main h1').count(), { message: path }).toBe(1);
        expect(await visitor.page.locator('html').getAttribute('lang'), path).toBe(look.locale);
        expect({ path, found: await violations(visitor.page) }).toEqual({ path, found: [] });
        expect({ path, over: await overflow(visitor.page) }).toEqual({ path, over: 0 });
      }
      expect(visitor.faults).toEqual([]);
      await visitor.context.close();
    },
    WALK_MS,
  );
});

it('every page there is has been looked at', () => {
  const files = readdirSync('web', { recursive: true, encoding: 'utf8' });
  const there = files
    .filter((file) => file.endsWith('routes.ts') && !file.startsWith('dist'))
    .flatMap((file) => [...readFileSync(`web/${file}`, 'utf8').matchAll(/path: '([^']+)'/g)])
    .map((match) => match[1] as string);
  const seen: string[] = Object.values(pages).flat();
  expect(there.length).toBeGreaterThan(10);
  expect(there.filter((path) => !seen.includes(path) && !path.includes('*'))).toEqual([]);
});
