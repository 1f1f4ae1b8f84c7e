/** What the hard rules ask of whoever serves an order, or one that is only thought of: another time, a wish given up. */
import { sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { catalogueAt, type Service } from '../services/catalogue.ts';
import { carersFor, channelFor, mayLast } from '../services/rules.ts';
import type { ExclusionRule } from './candidates.ts';
import type { Payer } from './rules.ts';

export interface Want {
  /** Tells wants apart, also those of one order. */
  key: string;
  /** Null where nothing has been booked yet. */
  orderId: string | null;
  elderId: string;
  serviceCode: string;
  channel: 'volunteer' | 'provider';
  districtCode: string;
  lat: number;
  lon: number;
  startAt: Date;
  latestStartAt: Date;
  minutes: number;
  carersNeeded: number;
  /** The only provider who may come, by a family care bed contract. */
  contractProviderId: string | null;
  minLevel: number | null;
  certificates: string[];
  /** Where the elder wishes for a woman or a man and the service is intimate. */
  carerGender: 'female' | 'male' | null;
  /** A block of many hours (S6), which some take outside their shifts. */
  isBlock: boolean;
  /** Rules that are not asked for. */
  waived: ExclusionRule[];
  /** How much farther than they like to go people are thought of, metres. */
  fartherMetres: number;
  /** How many waves' people are looked at, at least. */
  look: number;
}

/** The least a want says besides what is asked for. */
export const plainWant = { waived: [] as ExclusionRule[], fartherMetres: 0, look: 1 };

interface WantRow extends Record<string, unknown> {
  id: string;
  start_at: string;
  latest_start_at: string;
}

/** What orders want, as they stand; each by the key of its order. */
export async function wantsOf(db: Database | Tx, orderIds: readonly string[]): Promise<Want[]> {
  if (orderIds.length === 0) return [];
  const rows = await db.execute<WantRow & Omit<Want, 'key' | 'startAt' | 'latestStartAt'>>(sql`
    select o.id, o.id as "orderId", o.elder_id as "elderId", o.service_code as "serviceCode", o.channel,
      o.district_code as "districtCode", o.lat, o.lon, o.start_at, o.latest_start_at, o.minutes,
      o.carers_needed as "carersNeeded", c.provider_id as "contractProviderId", s.min_level as "minLevel", s.certificates,
      case when s.intimate = 1 then e.carer_gender end as "carerGender", s.block_minutes is not null as "isBlock"
    from orders o
    join services s on s.policy_id = o.policy_id and s.code = o.service_code
    join elders e on e.person_id = o.elder_id
    left join contracts c on c.id = o.contract_id
    where o.id = any (${`{${orderIds.join(',')}}`}::uuid[])`);
  return rows.map(({ id, start_at, latest_start_at, ...row }) => ({
    ...row,
    ...plainWant,
    key: id,
    startAt: new Date(start_at),
    latestStartAt: new Date(latest_start_at),
  }));
}

/** What a booking would be, before there is an order. */
export interface ServiceAsked {
  elderId: string;
  serviceCode: string;
  /** Decides who comes where either may; left out, both are thought of. */
  payer?: Payer;
  /** The service's own minutes when left out. */
  minutes?: number;
}

type ServiceWanted = Omit<Want, 'key' | 'startAt' | 'latestStartAt'>;

interface ElderRow extends Record<string, unknown> {
  lat: number;
  lon: number;
  districtCode: string;
  abilityLevel: number;
  carerGender: Want['carerGender'];
  contractProviderId: string | null;
}

/**
 * What a service for an elder would want, once for each channel by which it can be served; refuses a service that is not in
 * the catalogue, not paid in that way or not that long, and an elder who is not known.
 */
export async function wantsOfService(
  db: Database | Tx,
  { elderId, serviceCode, payer, minutes: given }: ServiceAsked,
  at: Date,
): Promise<ServiceWanted[]> {
  const service = (await catalogueAt(db, at)).byCode.get(serviceCode);
  if (!service) refuse('not_offered', 'service', { serviceCode });
  if (payer && !service.payers.includes(payer)) refuse('not_entitled', 'payer', { payer });
  const minutes = given ?? service.defaultMinutes;
  if (!mayLast(service, minutes)) refuse('invalid', 'minutes', { min: 5, max: 1440 });
  const [elder] = await db.execute<ElderRow>(sql`
    select p.lat, p.lon, left(p.area_code, 6) as "districtCode", e.ability_level as "abilityLevel",
      e.carer_gender as "carerGender", c.provider_id as "contractProviderId"
    from elders e join persons p on p.id = e.person_id
    left join contracts c on ${payer === 'bed_contract'} and c.elder_id = e.person_id and c.state = 'active'
    where e.person_id = ${elderId}::uuid limit 1`);
  if (!elder) refuse('not_found', 'id');
  const { abilityLevel, carerGender, ...place } = elder;
  return channelsOf(service, payer).map((channel) => ({
    ...plainWant,
    ...place,
    orderId: null,
    elderId,
    serviceCode,
    channel,
    minutes,
    carersNeeded: carersFor(service, abilityLevel),
    minLevel: service.minLevel,
    certificates: service.certificates,
    carerGender: service.intimate === 1 ? carerGender : null,
    isBlock: service.blockMinutes !== null,
  }));
}

/** By whom a service can be done; while nobody has said who pays, by each who may. */
function channelsOf(service: Service, payer: Payer | undefined): Want['channel'][] {
  if (payer) return [channelFor(service, payer)];
  return service.channel === 'either' ? ['volunteer', 'provider'] : [service.channel];
}
