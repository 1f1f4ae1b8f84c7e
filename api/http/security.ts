/** Headers that keep pages and answers to themselves; MapLibre draws in a worker made from a blob. */
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Env } from './context.ts';

const pages = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  workerSrc: ["'self'", 'blob:'],
  childSrc: ["'self'", 'blob:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'", 'ws:', 'wss:', 'blob:', 'data:'],
  objectSrc: ["'none'"],
  baseUri: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** Security headers for every answer; `https` adds the promise to stay with it. */
export function securityHeaders(https: boolean): MiddlewareHandler<Env> {
  const same = headersOf({
    contentSecurityPolicy: pages,
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: https ? 'max-age=31536000' : false,
    permissionsPolicy: { geolocation: ['self'], camera: ['self'], microphone: [], payment: [] },
  });
  return async (c, next) => {
    for (const [name, value] of await same) c.header(name, value);
    return next();
  };
}

/** What the middleware adds to an answer; it is the same for every one, so it is asked once. */
async function headersOf(options: Parameters<typeof secureHeaders>[0]): Promise<[string, string][]> {
  const sample = await new Hono().get('/', secureHeaders(options), (c) => c.body(null)).request('/');
  const headers: [string, string][] = [];
  sample.headers.forEach((value, name) => {
    headers.push([name, value]);
  });
  return headers;
}

/** The try-it page starts from one inline script, so it alone may run one. */
export function docsHeaders(): MiddlewareHandler<Env> {
  return secureHeaders({
    contentSecurityPolicy: {
      ...pages,
      scriptSrc: ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    },
  });
}
