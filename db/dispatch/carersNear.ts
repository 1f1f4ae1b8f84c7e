/** The carers who may be sent to a district: of providers licensed there, living near enough (D1). */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';

export interface CarerNear {
  personId: string;
  providerId: string;
  gender: string;
  lat: number;
  lon: number;
  /** Vocational level: 5 junior … 1 senior. */
  level: number;
  takesBlocks: boolean;
  /** Of the services, those that their provider gives. */
  services: string[];
  /** Kinds of certificate valid on the day. */
  certificates: string[];
}

interface CarerRow extends Record<string, unknown> {
  id: string;
  provider_id: string;
  gender: string;
  lat: number;
  lon: number;
  level: number;
  takes_blocks: boolean;
  services: string[];
  certificates: string[];
}

/** More than the providers of any district employ. */
const MOST = 5_000;
/** Of latitude; one of longitude is shorter here. */
const METRES_A_DEGREE = 111_195;

export interface Box {
  south: number;
  north: number;
  west: number;
  east: number;
}

/** Those whose own certificate is valid on the day, with homes in the box or so many metres around it; by their keys. */
export async function carersNear(
  db: Database | Tx,
  { areaCode, day, box, metres }: { areaCode: string; day: string; box: Box; metres: number },
): Promise<CarerNear[]> {
  const near = metres / METRES_A_DEGREE;
  const wider = near / 0.84;
  const rows = await db.execute<CarerRow>(sql`
    select p.id, c.provider_id, p.gender, p.lat, p.lon, c.level, c.takes_blocks, r.services,
      array(select q.kind from certificates q where q.person_id = p.id and q.revoked_at is null
        and ${day}::date between q.valid_from and q.valid_until) as certificates
    from providers r
    join carers c on c.provider_id = r.id
    join persons p on p.id = c.person_id
    where r.state = 'active' and r.districts @> array[${areaCode}]::text[] and c.state = 'active' and p.closed_at is null
      and c.certificate_until >= ${day}::date
      and p.lat between ${box.south - near} and ${box.north + near}
      and p.lon between ${box.west - wider} and ${box.east + wider}
    order by p.id limit ${MOST}`);
  return rows.map(({ id, provider_id, takes_blocks, ...row }) => ({
    personId: id,
    providerId: provider_id,
    takesBlocks: takes_blocks,
    gender: row.gender,
    lat: row.lat,
    lon: row.lon,
    level: row.level,
    services: row.services,
    certificates: row.certificates,
  }));
}
