/** Travel times: the default estimate, the datum of maps in China, and roads from a server that may stumble. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultModes, estimateSeconds, sped } from '../../../db/dispatch/travel.ts';
import { metresBetween } from '../../../db/visits/rules.ts';
import type { Problem } from '../../../worker/dispatch/problem.ts';
import { byRoad } from '../../../worker/dispatch/travel/byRoad.ts';
import { fromGcj02, toGcj02 } from '../../../worker/dispatch/travel/gcj02.ts';
import { Latest } from '../../../worker/dispatch/travel/latest.ts';
import { type RoadOptions, Roads } from '../../../worker/dispatch/travel/roads.ts';

describe('the estimate', () => {
  it('is detour × straight line at the mode’s speed, and its fixed part', () => {
    // A tenth of a degree of latitude is 11.119 km.
    const mode = { speedKmh: 15, detour: 1.35, fixedSeconds: 60 };
    expect(estimateSeconds(mode, 32, 118.8, 32.1, 118.8)).toBe(3663);
    expect(estimateSeconds(sped(mode, 2), 32, 118.8, 32.1, 118.8)).toBe(1831);
  });

  it('orders the modes as people choose them: on foot around the corner, by car across the city', () => {
    const seconds = (km: number) =>
      Object.entries(defaultModes)
        .map(([name, mode]) => ({ name, seconds: estimateSeconds(mode, 32, 118.8, 32 + km / 111.19, 118.8) }))
        .sort((a, b) => a.seconds - b.seconds)
        .map(({ name }) => name);
    expect(seconds(0.05)[0]).toBe('walk');
    expect(seconds(1)).toEqual(['ebike', 'car', 'transit', 'walk']);
    expect(seconds(20)).toEqual(['car', 'transit', 'ebike', 'walk']);
  });
});

describe('GCJ-02', () => {
  it('lies where it is known to lie beside WGS-84', () => {
    // Tiananmen, as published converters give it.
    expect(toGcj02({ lat: 39.907375, lon: 116.391349 })).toEqual({
      lat: expect.closeTo(39.908777, 5),
      lon: expect.closeTo(116.397592, 5),
    });
  });

  it('is undone to within half a metre anywhere in China', () => {
    const position = fc.record({
      lat: fc.double({ min: 18, max: 53, noNaN: true }),
      lon: fc.double({ min: 74, max: 134, noNaN: true }),
    });
    fc.assert(
      fc.property(position, (wgs) => {
        const gcj = toGcj02(wgs);
        expect(metresBetween(wgs, gcj)).toBeLessThan(1500);
        expect(metresBetween(fromGcj02(gcj), wgs)).toBeLessThan(0.5);
      }),
    );
  });

  it('changes nothing outside of China', () => {
    const paris = { lat: 48.8604, lon: 2.3526 };
    expect([toGcj02(paris), fromGcj02(paris)]).toEqual([paris, paris]);
  });
});

describe('what is remembered', () => {
  it('gives way to newer things, the one not asked for the longest first', () => {
    const latest = new Latest<number>(2);
    latest.set('a', 1);
    latest.set('b', 2);
    latest.get('a');
    latest.set('c', 3);
    expect([latest.get('a'), latest.get('b'), latest.get('c'), latest.size]).toEqual([1, undefined, 3, 2]);
  });
});

/** A table as it was asked for. */
interface Asked {
  profile: string;
  coordinates: string[];
  sources: number[];
  destinations: number[];
}

describe('roads', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  /** A server that answers as it is told; null leaves a request unanswered. */
  async function serving(answer: (asked: Asked, response: ServerResponse, count: number) => unknown) {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://here');
      const [, table, version, profile = '', coordinates = ''] = url.pathname.split('/');
      const list = (name: string) => (url.searchParams.get(name) ?? '').split(';').map(Number);
      const one = {
        profile,
        coordinates: coordinates.split(';'),
        sources: list('sources'),
        destinations: list('destinations'),
      };
      if (`${table}/${version}` !== 'table/v1' || url.searchParams.get('annotations') !== 'duration')
        return response.writeHead(400).end();
      asked.push(one);
      const body = answer(one, response, asked.length);
      if (body !== null && !response.writableEnded) response.end(JSON.stringify(body));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { asked, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  /** By road it takes a second a thousandth of a degree of longitude further east, and ten for any way. */
  const byLongitude = ({ coordinates, sources, destinations }: Asked) => {
    const lon = (index: number) => Number(coordinates[index]?.split(',')[0]);
    return {
      code: 'Ok',
      durations: sources.map((from) => destinations.map((to) => 10.4 + Math.abs(lon(to) - lon(from)) * 1000)),
    };
  };

  const mode = { speedKmh: 36, detour: 1, fixedSeconds: 7 };
  /** So many places, a thousandth of a degree apart. */
  const row = (count: number) => ({
    lat: new Float64Array(count).fill(32),
    lon: Float64Array.from({ length: count }, (_, i) => 118.7 + i / 1000),
  });
  const roads = (base: string, more: Partial<RoadOptions> = {}) =>
    new Roads({ base, timeoutMs: 2_000, ...more });
  const estimate = (places: ReturnType<typeof row>, from: number, to: number) =>
    estimateSeconds(
      mode,
      places.lat[from] as number,
      places.lon[from] as number,
      places.lat[to] as number,
      places.lon[to] as number,
    );

  it('are asked for in blocks no larger than the server allows, and put together', async () => {
    const { asked, base } = await serving(byLongitude);
    const table = await roads(base, { block: 3 }).table('bike', mode, row(7));
    // Nine blocks, less the one of the seventh place with itself.
    expect(asked).toHaveLength(8);
    for (const { profile, sources, destinations } of asked) {
      expect(profile).toBe('bike');
      expect(Math.max(sources.length, destinations.length)).toBeLessThanOrEqual(3);
    }
    expect(table.failures).toEqual([]);
    expect(table.estimated.every((one) => one === 0)).toBe(true);
    for (let from = 0; from < 7; from++)
      for (let to = 0; to < 7; to++)
        expect(table.seconds[from * 7 + to]).toBe(from === to ? 0 : 10 + Math.abs(to - from) + 7);
  });

  it('are asked at most so many at once', async () => {
    let [now, most] = [0, 0];
    const { base } = await serving((asked, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(JSON.stringify(byLongitude(asked)));
      }, 20);
      return null;
    });
    await roads(base, { block: 2, atOnce: 3 }).table('car', mode, row(8));
    expect(most).toBe(3);
  });

  it('are remembered by profile, and only what is new is asked', async () => {
    const { asked, base } = await serving(byLongitude);
    const kept = roads(base);
    const first = await kept.table('bike', mode, row(3));
    expect(await kept.table('bike', mode, row(3))).toEqual(first);
    expect(asked).toHaveLength(1);
    await kept.table('car', mode, row(3));
    expect(asked).toHaveLength(2);
    const more = await kept.table('bike', mode, row(4));
    expect(asked).toHaveLength(3);
    expect(more.seconds[3]).toBe(20);
    expect(kept.remembered).toBe(12 + 6);
  });

  it('are remembered up to a limit', async () => {
    const { base } = await serving(byLongitude);
    const kept = roads(base, { remembered: 5 });
    await kept.table('bike', mode, row(4));
    expect(kept.remembered).toBe(5);
  });

  it('are asked once for places that are the same to a metre', async () => {
    const { asked, base } = await serving(byLongitude);
    const places = { lat: [32, 32, 32], lon: [118.7, 118.701, 118.700_000_1] };
    const { seconds, estimated } = await roads(base).table('bike', mode, places);
    expect(asked[0]?.coordinates).toEqual(['118.70000,32.00000', '118.70100,32.00000']);
    expect([...seconds]).toEqual([0, 18, 0, 18, 0, 18, 0, 18, 0]);
    expect(estimated.some((one) => one === 1)).toBe(false);
  });

  it('are told to a server of the other datum in that datum', async () => {
    const { asked, base } = await serving(byLongitude);
    const places = row(2);
    await roads(base, { datum: 'GCJ-02' }).table('bike', mode, places);
    const [lon, lat] = (asked[0]?.coordinates[1] ?? '').split(',').map(Number);
    const gcj = toGcj02({ lat: 32, lon: 118.701 });
    expect([lon, lat]).toEqual([expect.closeTo(gcj.lon, 5), expect.closeTo(gcj.lat, 5)]);
  });

  it('are estimated, and marked so, exactly where the server knows no way', async () => {
    const { base } = await serving((asked) => {
      const { durations } = byLongitude(asked);
      return {
        code: 'Ok',
        durations: durations.map((cells, from) =>
          cells.map((one, to) => (from === 1 && to === 2 ? null : one)),
        ),
      };
    });
    const places = row(3);
    const { seconds, estimated } = await roads(base).table('bike', mode, places);
    expect([...estimated]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0]);
    expect(seconds[5]).toBe(estimate(places, 1, 2));
    expect(seconds[7]).toBe(18);
  });

  it('are asked again once when the server stumbles', async () => {
    const { asked, base } = await serving((one, response, count) => {
      if (count > 1) return byLongitude(one);
      response.writeHead(503).end('busy');
      return null;
    });
    const { estimated, failures } = await roads(base).table('bike', mode, row(2));
    expect(asked).toHaveLength(2);
    expect({ estimated: [...estimated], failures }).toEqual({ estimated: [0, 0, 0, 0], failures: [] });
  });

  it('are not asked again when the server refuses', async () => {
    const { asked, base } = await serving((_, response) => {
      response.writeHead(400);
      return { code: 'TooBig', message: 'Too many table coordinates' };
    });
    const { estimated, failures } = await roads(base).table('bike', mode, row(2));
    expect(asked).toHaveLength(1);
    expect([...estimated]).toEqual([0, 1, 1, 0]);
    expect(failures).toEqual(['HTTP 400 TooBig Too many table coordinates']);
  });

  it('are estimated for the one place that no road is near to, and asked for the others', async () => {
    const lost = '118.70100,32.00000';
    const { base } = await serving((asked, response) => {
      const index = asked.coordinates.indexOf(lost);
      if (index < 0) return byLongitude(asked);
      response.writeHead(400);
      return { code: 'NoSegment', message: `Could not find a matching segment for coordinate ${index}` };
    });
    const { estimated } = await roads(base).table('bike', mode, row(3));
    expect([...estimated]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('are estimated for the block that gets no answer in time, and by road for the others', async () => {
    const { base } = await serving((asked) =>
      asked.coordinates[asked.sources[0] as number] === '118.70200,32.00000' ? null : byLongitude(asked),
    );
    const { estimated, failures } = await roads(base, { block: 2, timeoutMs: 150 }).table(
      'bike',
      mode,
      row(3),
    );
    expect([...estimated]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0]);
    expect(failures).toEqual(['no answer in 150 ms']);
  });

  it.each([
    ['no JSON', 'hello'],
    ['another shape', JSON.stringify({ code: 'Ok', durations: [[1]] })],
    ['no times', JSON.stringify({ code: 'Ok' })],
  ])('are estimated when the answer is %s', async (_, body) => {
    const { asked, base } = await serving((_asked, response) => {
      response.end(body);
      return null;
    });
    const { estimated, failures } = await roads(base).table('bike', mode, row(2));
    expect([...estimated]).toEqual([0, 1, 1, 0]);
    expect(asked).toHaveLength(2);
    expect(failures).toHaveLength(1);
  });

  it('are all estimates when the server is gone, which is found out soon', async () => {
    const { asked, base } = await serving((_, response) => {
      response.destroy();
      return null;
    });
    const places = row(40);
    const { seconds, estimated, failures } = await roads(base, { block: 2, atOnce: 1 }).table(
      'bike',
      mode,
      places,
    );
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(estimated.reduce((sum, one) => sum + one, 0)).toBe(40 * 39);
    expect(seconds[39]).toBe(estimate(places, 0, 39));
    expect(failures).toHaveLength(1);
  });

  it('are given up at once when whoever asks gives up', async () => {
    const giving = new AbortController();
    const { base } = await serving(() => {
      giving.abort(new Error('enough'));
      return null;
    });
    await expect(roads(base).table('bike', mode, row(2), giving.signal)).rejects.toThrow('enough');
  });

  it('take the place of coordinates in a problem, each mode by its own profile and speed', async () => {
    const { asked, base } = await serving((one) =>
      one.profile === 'foot'
        ? {
            code: 'Ok',
            durations: [
              [0, null],
              [80, 0],
            ],
          }
        : byLongitude(one),
    );
    const { lat, lon } = row(2);
    const problem: Problem = {
      travel: { places: 2, matrices: null, coordinates: { lat, lon, modes: [mode, sped(mode, 0.5), mode] } },
      visits: [],
      carers: [],
    };
    const profiles = [
      { name: 'bike', speedFactor: 1 },
      { name: 'bike', speedFactor: 0.5 },
      { name: 'foot', speedFactor: 1 },
    ];
    const found = await byRoad(problem, profiles, roads(base));
    expect(asked.map(({ profile }) => profile)).toEqual(['bike', 'foot']);
    // 11 s by road and 7 s besides; at half the speed 22 and 14.
    expect(found.problem.travel.matrices?.map((matrix) => [...matrix])).toEqual([
      [0, 18, 18, 0],
      [0, 36, 36, 0],
      [0, estimate({ lat, lon }, 0, 1), 87, 0],
    ]);
    expect(found.problem.travel.coordinates).toBeNull();
    expect(found.estimatedShare).toBeCloseTo(1 / 6);
    expect([found.isEstimate(2, 0, 1), found.isEstimate(2, 1, 0), found.isEstimate(0, 0, 1)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
