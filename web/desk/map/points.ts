/** The board as points for the map. */
import type { FeatureCollection, Point } from 'geojson';
import type { DeskCarer } from '../records.ts';
import { type Row, states } from '../rules.ts';

const point = (lon: number, lat: number): Point => ({ type: 'Point', coordinates: [lon, lat] });

/** Orders; what comes earlier in an order's life is drawn above, because it needs the desk. */
export function orderPoints(rows: readonly Row[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: rows.map(({ order, alert }) => ({
      type: 'Feature',
      geometry: point(order.lon, order.lat),
      properties: {
        id: order.id,
        state: order.state,
        alert: alert !== null,
        order: states.length - states.indexOf(order.state),
      },
    })),
  };
}

export function helperPoints(helpers: readonly DeskCarer[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: helpers.map((one) => ({
      type: 'Feature',
      geometry: point(one.lon, one.lat),
      properties: { id: one.personId, state: one.state },
    })),
  };
}
