/**
 * GCJ-02, the datum of maps published in China, which lies up to 700 m beside WGS-84. Positions are WGS-84 everywhere inside;
 * only what talks to a service of the other datum converts, at its edge. The formula is the one known publicly.
 */

export interface Position {
  lat: number;
  lon: number;
}

/** Krasovsky's ellipsoid: half its longer axis in metres, and its eccentricity squared. */
const HALF_AXIS = 6_378_245;
const ECCENTRICITY_2 = 0.006_693_421_622_965_943;
const radians = (degrees: number) => (degrees * Math.PI) / 180;
/** A wave of so many half turns a degree. */
const wave = (degrees: number, halfTurns: number) => Math.sin(halfTurns * degrees * Math.PI);

/** Whether the datum is in use there: the rectangle around China within which services convert. */
const isInChina = ({ lat, lon }: Position): boolean =>
  lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

/** WGS-84 to GCJ-02; outside of China nothing changes. */
export function toGcj02(position: Position): Position {
  return isInChina(position) ? shifted(position) : position;
}

/** GCJ-02 to WGS-84, to less than a millimetre: the shift changes so slowly that each step of this closes in on it. */
export function fromGcj02(position: Position): Position {
  if (!isInChina(position)) return position;
  let [lat, lon] = [position.lat, position.lon];
  for (let step = 0; step < 6; step++) {
    const there = shifted({ lat, lon });
    lat += position.lat - there.lat;
    lon += position.lon - there.lon;
  }
  return { lat, lon };
}

function shifted({ lat, lon }: Position): Position {
  const [x, y] = [lon - 105, lat - 35];
  const root = 0.1 * Math.sqrt(Math.abs(x));
  const common = (20 * wave(x, 6) + 20 * wave(x, 2)) * (2 / 3);
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    2 * root +
    common +
    (20 * wave(y, 1) + 40 * wave(y, 1 / 3)) * (2 / 3) +
    (160 * wave(y, 1 / 12) + 320 * wave(y, 1 / 30)) * (2 / 3);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    root +
    common +
    (20 * wave(x, 1) + 40 * wave(x, 1 / 3)) * (2 / 3) +
    (150 * wave(x, 1 / 12) + 300 * wave(x, 1 / 30)) * (2 / 3);
  const bend = 1 - ECCENTRICITY_2 * Math.sin(radians(lat)) ** 2;
  const metresNorth = (HALF_AXIS * (1 - ECCENTRICITY_2)) / bend ** 1.5;
  const metresEast = (HALF_AXIS / Math.sqrt(bend)) * Math.cos(radians(lat));
  return {
    lat: lat + (north / metresNorth) * (180 / Math.PI),
    lon: lon + (east / metresEast) * (180 / Math.PI),
  };
}
