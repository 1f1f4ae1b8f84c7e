/**
 * How people go through the city when no roads are known, and how long that takes: the one estimate that whoever asks,
 * plans and explains reckons with.
 */

/** A way of going from place to place when no roads are known: straight line × detour at a steady speed, and a fixed part. */
export interface TravelMode {
  speedKmh: number;
  /** Road over straight line. */
  detour: number;
  /** Added to every way between different places, in seconds: unlocking the bicycle, climbing the stairs. */
  fixedSeconds: number;
}

export type ModeName = 'walk' | 'ebike' | 'transit' | 'car';
export type Modes = Readonly<Record<ModeName, TravelMode>>;

/**
 * Door to door within Nanjing, where nothing better is known. Detour: road over straight line in a gridded city cut by a
 * river, lakes and walls; walkers may use lanes and underpasses that cars may not, lines of transit go by their stops.
 *
 * | mode    | km/h | why                                                   | detour | fixed s | for what                             |
 * |---------|------|-------------------------------------------------------|--------|---------|--------------------------------------|
 * | walk    |  4.5 | an adult with a bag, crossings included               |   1.25 |      30 | the stairs                           |
 * | ebike   |   15 | the legal 25 less lights and crowded lanes            |   1.35 |      90 | lock, a place to stand, the stairs   |
 * | transit |   20 | between stops, metro and bus mixed, a change included |   1.40 |     540 | way to the stop, wait, way from it   |
 * | car     |   24 | daytime, inner districts                              |   1.40 |     240 | finding a place to park, walk to it  |
 */
export const defaultModes: Modes = {
  walk: { speedKmh: 4.5, detour: 1.25, fixedSeconds: 30 },
  ebike: { speedKmh: 15, detour: 1.35, fixedSeconds: 90 },
  transit: { speedKmh: 20, detour: 1.4, fixedSeconds: 540 },
  car: { speedKmh: 24, detour: 1.4, fixedSeconds: 240 },
};

/** The mean radius that the engine and the city's test days reckon with. */
export const EARTH_KM = 6_371;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Seconds from one WGS-84 position to a different one; whole, as all times of a problem are. */
export function estimateSeconds(
  mode: TravelMode,
  fromLat: number,
  fromLon: number,
  toLat: number,
  toLon: number,
): number {
  const h =
    Math.sin(radians(toLat - fromLat) / 2) ** 2 +
    Math.cos(radians(fromLat)) * Math.cos(radians(toLat)) * Math.sin(radians(toLon - fromLon) / 2) ** 2;
  return secondsFor(mode, 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h))));
}

/** Seconds for so many kilometres in a straight line. */
export const secondsFor = ({ detour, speedKmh, fixedSeconds }: TravelMode, km: number): number =>
  Math.round(((km * detour) / speedKmh) * 3600) + fixedSeconds;

/** A mode gone so many times as fast, all its parts. */
export function sped(mode: TravelMode, factor: number): TravelMode {
  return {
    speedKmh: mode.speedKmh * factor,
    detour: mode.detour,
    fixedSeconds: Math.round(mode.fixedSeconds / factor),
  };
}
