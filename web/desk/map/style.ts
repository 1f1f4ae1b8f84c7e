/** How the map is drawn: nothing but the city's own shapes and the board's points, in the colours of day or night. */
import type { ExpressionSpecification, StyleSpecification } from 'maplibre-gl';
import type { OrderState } from '../../parts/records.ts';

export const orderColours: Record<'day' | 'night', Record<OrderState, string>> = {
  day: {
    unserved: '#b3261e',
    requested: '#5b6f86',
    offered: '#d98200',
    accepted: '#0b8a87',
    started: '#2461c4',
    finished: '#a62f5c',
    disputed: '#b3261e',
    settled: '#3f8f5a',
    cancelled: '#9aa3a4',
  },
  night: {
    unserved: '#ff8a80',
    requested: '#a9bdd6',
    offered: '#ffbf4d',
    accepted: '#5fd6cd',
    started: '#7db2ff',
    finished: '#f08fb3',
    disputed: '#ff8a80',
    settled: '#7fd09a',
    cancelled: '#7d8b8d',
  },
};

interface Ground {
  water: string;
  land: string;
  landLine: string;
  halo: string;
  helper: string;
  alert: string;
  selected: string;
}

const grounds: Record<'day' | 'night', Ground> = {
  day: {
    water: '#eef1ee',
    land: '#fdfbf6',
    landLine: '#b9b09d',
    halo: '#ffffff',
    helper: '#3e5457',
    alert: '#b3261e',
    selected: '#14292d',
  },
  night: {
    water: '#0a1416',
    land: '#14252a',
    landLine: '#3c565b',
    halo: '#0f1b1e',
    helper: '#a9bdbb',
    alert: '#ff8a80',
    selected: '#ffffff',
  },
};

const empty = { type: 'FeatureCollection' as const, features: [] };

/** The whole style; sources begin empty but for the districts. */
export function styleOf(time: 'day' | 'night', districts: GeoJSON.GeoJSON): StyleSpecification {
  const ground = grounds[time];
  const byState = [
    'match',
    ['get', 'state'],
    ...Object.entries(orderColours[time]).flat(),
    ground.helper,
  ] as unknown as ExpressionSpecification;
  const grown = (small: number, large: number): ExpressionSpecification => [
    'interpolate',
    ['linear'],
    ['zoom'],
    8,
    small,
    13,
    large,
  ];
  return {
    version: 8,
    sources: {
      districts: { type: 'geojson', data: districts },
      orders: { type: 'geojson', data: empty },
      helpers: { type: 'geojson', data: empty, cluster: true, clusterRadius: 34, clusterMaxZoom: 12 },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': ground.water } },
      { id: 'land', type: 'fill', source: 'districts', paint: { 'fill-color': ground.land } },
      {
        id: 'borders',
        type: 'line',
        source: 'districts',
        paint: { 'line-color': ground.landLine, 'line-width': 1.2 },
      },
      {
        id: 'helper-groups',
        type: 'circle',
        source: 'helpers',
        filter: ['has', 'point_count'],
        paint: {
          'circle-color': ground.helper,
          'circle-opacity': 0.1,
          'circle-stroke-color': ground.helper,
          'circle-stroke-opacity': 0.4,
          'circle-stroke-width': 1,
          'circle-radius': ['interpolate', ['linear'], ['sqrt', ['get', 'point_count']], 1, 8, 20, 40],
        },
      },
      {
        id: 'helpers',
        type: 'circle',
        source: 'helpers',
        filter: ['!', ['has', 'point_count']],
        paint: {
          'circle-color': ground.halo,
          'circle-radius': grown(2.5, 5),
          'circle-stroke-color': ground.helper,
          'circle-stroke-width': 1.6,
        },
      },
      {
        id: 'alerts',
        type: 'circle',
        source: 'orders',
        filter: ['get', 'alert'],
        paint: {
          'circle-color': ground.alert,
          'circle-opacity': 0.16,
          'circle-radius': grown(9, 17),
          'circle-stroke-color': ground.alert,
          'circle-stroke-width': 1.2,
        },
      },
      {
        id: 'orders',
        type: 'circle',
        source: 'orders',
        layout: { 'circle-sort-key': ['get', 'order'] },
        paint: {
          'circle-color': byState,
          'circle-radius': grown(3.6, 8),
          'circle-stroke-color': ground.halo,
          'circle-stroke-width': 1,
        },
      },
      {
        id: 'selected',
        type: 'circle',
        source: 'orders',
        filter: ['==', ['get', 'id'], ''],
        paint: {
          'circle-color': byState,
          'circle-radius': grown(6, 11),
          'circle-stroke-color': ground.selected,
          'circle-stroke-width': 2.5,
        },
      },
    ],
  };
}
