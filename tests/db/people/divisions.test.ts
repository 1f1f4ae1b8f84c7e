import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { describe, expect, it } from 'vitest';
import { districtShapes, nanjingAreas } from '../../../db/people/divisions.ts';

const areas = nanjingAreas();

describe('the divisions of Nanjing', () => {
  it('are 11 districts, 140 streets and 1,322 communities, parents first', () => {
    const count = (level: string) => areas.filter((area) => area.level === level).length;
    expect([count('city'), count('district'), count('street'), count('community')]).toEqual([
      1, 11, 140, 1322,
    ]);
    const known = new Set<string | null>([null]);
    for (const area of areas) {
      expect(known.has(area.parentCode), area.name).toBe(true);
      known.add(area.code);
    }
  });

  it('lie inside the boundary of their district, each community at a place of its own', () => {
    const shapes = new Map(districtShapes().features.map((shape) => [shape.properties.code, shape]));
    const outside = areas.filter((area) => {
      const shape = shapes.get(area.code.slice(0, 6));
      return shape && !booleanPointInPolygon([area.lon, area.lat], shape);
    });
    expect(outside).toEqual([]);
    const communities = areas.filter((area) => area.level === 'community');
    expect(new Set(communities.map(({ lat, lon }) => `${lat} ${lon}`)).size).toBe(1322);
  });

  it('have the population of the 2020 census', () => {
    expect(areas[0]).toMatchObject({ code: '3201', name: '南京市', population: 9_314_685 });
  });
});
