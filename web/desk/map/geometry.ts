/** Where a district's name stands, and what a set of shapes covers: degrees of longitude and latitude. */
import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson';

export type Districts = FeatureCollection<Polygon | MultiPolygon, { code: string; name: string }>;
export type Bounds = [west: number, south: number, east: number, north: number];

const outerRings = (shape: Polygon | MultiPolygon): Position[][] =>
  shape.type === 'Polygon' ? shape.coordinates.slice(0, 1) : shape.coordinates.map((rings) => rings[0]!);

/** The centre of gravity of a ring with its area, by the shoelace formula. */
function centreOf(ring: readonly Position[]): { area: number; at: [number, number] } {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i < ring.length - 1; i += 1) {
    const [ax = 0, ay = 0] = ring[i]!;
    const [bx = 0, by = 0] = ring[i + 1]!;
    const cross = ax * by - bx * ay;
    area += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  if (area === 0) return { area: 0, at: [ring[0]?.[0] ?? 0, ring[0]?.[1] ?? 0] };
  return { area: Math.abs(area / 2), at: [x / (3 * area), y / (3 * area)] };
}

/** The centre of the largest part of a shape. */
export function labelPlace(shape: Polygon | MultiPolygon): [number, number] {
  const centres = outerRings(shape).map(centreOf);
  return centres.reduce((best, one) => (one.area > best.area ? one : best)).at;
}

export function boundsOf(shapes: readonly (Polygon | MultiPolygon)[]): Bounds {
  const bounds: Bounds = [180, 90, -180, -90];
  for (const [lon = 0, lat = 0] of shapes.flatMap(outerRings).flat()) {
    bounds[0] = Math.min(bounds[0], lon);
    bounds[1] = Math.min(bounds[1], lat);
    bounds[2] = Math.max(bounds[2], lon);
    bounds[3] = Math.max(bounds[3], lat);
  }
  return bounds;
}
