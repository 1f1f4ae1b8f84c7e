/** What every route is given: the house's ground (database, settings, sign-in) and what is known of the caller. */

import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Logger } from 'pino';
import type { Config } from '../../db/connect/config.ts';
import type { Database } from '../../db/connect/database.ts';
import type { Reach } from '../../db/connect/reach.ts';
import type { Principal } from '../auth/principal.ts';
import type { SignIn } from '../auth/signin.ts';
import type { Codes } from '../auth/sms.ts';
import type { RequestTicket } from './idempotency.ts';
import type { Metrics } from './metrics.ts';
import type { Language } from './problems.ts';
import { refuseInvalid } from './validation.ts';

/** The ground an app stands on; two apps of one process share nothing else. */
export interface ApiContext {
  config: Config;
  db: Database;
  /** Reads that may lag a little; the replica where one is configured. */
  reads: Database;
  log: Logger;
  signIn: SignIn;
  metrics: Metrics;
  /** The last one-time codes, kept only in a demo. */
  codes: Codes | null;
  /** Off only where a test asks more often than anybody would. */
  limits: boolean;
  /** The clock; tests set it. */
  now: () => Date;
}

export interface Env {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    language: Language;
    /** The caller; absent where nobody is signed in. */
    principal: Principal | null;
    /** What the policy table lets this caller reach by this route. */
    reach: Reach;
    /** The route's pattern, such as `GET /api/v1/orders/{id}`. */
    route: string;
    /** Set for unsafe calls that carry an Idempotency-Key. */
    ticket: RequestTicket | null;
  };
}

/** A router whose validation failures all answer in one way. */
export function newRouter(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({ defaultHook: refuseInvalid });
}
