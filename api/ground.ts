/** The ground the front door stands on, laid from the settings and an open database. */
import type { Config } from '../db/connect/config.ts';
import type { OpenDatabase } from '../db/connect/database.ts';
import { logger } from '../db/connect/log.ts';
import { createSignIn, SESSION_ENDED } from './auth/signin.ts';
import { Codes, gatewaySender, localSender } from './auth/sms.ts';
import type { ApiContext } from './http/context.ts';
import { createMetrics } from './http/metrics.ts';

/** Lays the ground. `limits` is off only where a test asks more often than anybody would. */
export function layApiGround(
  config: Config,
  open: Pick<OpenDatabase, 'db' | 'reads' | 'sql'>,
  limits = true,
): ApiContext {
  const log = logger('api');
  const codes = config.demo ? new Codes() : null;
  return {
    config,
    db: open.db,
    reads: open.reads,
    log,
    codes,
    metrics: createMetrics(),
    limits,
    now: () => new Date(),
    signIn: createSignIn({
      db: open.db,
      log,
      secret: config.authSecret,
      publicUrl: config.publicUrl,
      sms: config.smsUrl ? gatewaySender(config.smsUrl, config.smsToken) : localSender(log, codes),
      sessionEnded: async (sessionId) => {
        await open.sql.notify(SESSION_ENDED, sessionId);
      },
      rateLimit: limits,
    }),
  };
}
