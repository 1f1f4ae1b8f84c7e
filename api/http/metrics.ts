/** What an operator watches: how long requests take by route and status, open sockets, and the process itself. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Metrics of one app, in a registry of its own. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'huzhu_http_request_duration_seconds',
      help: 'Duration of HTTP requests by method, route and status.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    sockets: new Gauge({
      name: 'huzhu_live_sockets',
      help: 'Open live connections by namespace.',
      labelNames: ['namespace'] as const,
      registers: [registry],
    }),
    eventNumber: new Gauge({
      name: 'huzhu_live_event_number',
      help: 'Number of the last event given to the sockets of this process.',
      registers: [registry],
    }),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
