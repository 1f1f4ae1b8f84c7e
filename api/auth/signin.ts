/**
 * Sign-in, sessions, one-time codes, second factor and API keys, all by better-auth.
 *
 * Always true: a telephone number is never stored; better-auth is given its blind index in place of the number.
 * A closed account gets no session, and a code by telephone alone opens no account that has a second factor.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { phoneNumber, twoFactor, username } from 'better-auth/plugins';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../../db/connect/database.ts';
import { newId } from '../../db/connect/ids.ts';
import { digest } from '../../db/connect/seal.ts';
import { hashPassword, verifyPassword } from '../../db/people/password.ts';
import {
  apiKeys,
  credentials,
  rateLimits,
  sessions,
  twoFactors,
  users,
  verifications,
} from '../../db/people/signin.schema.ts';
import type { SmsSender } from './sms.ts';

/** The header in which the front door tells better-auth the client's address; one sent by a client is dropped. */
export const ADDRESS_HEADER = 'x-huzhu-address';
/** The notification that a session has ended, with its id, to every API process. */
export const SESSION_ENDED = 'session_ended';

const DAY_SECONDS = 24 * 60 * 60;
const CODE_SECONDS = 5 * 60;

/** A number being asked for a code now; the sender needs it, the tables do not. */
const callingNumber = new AsyncLocalStorage<string>();

export interface SignInOptions {
  db: Database;
  log: Logger;
  secret: string;
  /** Where people reach the product, such as `https://huzhu.example`. */
  publicUrl: string;
  sms: SmsSender;
  /** Tells the other processes that a session has ended. */
  sessionEnded: (sessionId: string) => Promise<void>;
  /** Off only where a test signs in hundreds of times. */
  rateLimit: boolean;
}

/** The blind index under which a telephone number is known to the sign-in. */
export function phoneIndex(phone: string): string {
  return digest('phone', phone).toString('hex');
}

/** Builds the sign-in on the database. */
export function createSignIn(options: SignInOptions) {
  const { db, log } = options;

  const auth = betterAuth({
    appName: 'Huzhu 互助',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    telemetry: { enabled: false },
    trustedOrigins: (request) => (request ? sameOrigins(request) : []),
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: {
        user: users,
        session: sessions,
        account: credentials,
        verification: verifications,
        twoFactor: twoFactors,
        apikey: apiKeys,
        rateLimit: rateLimits,
      },
    }),
    logger: {
      level: 'error',
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ from: 'better-auth' }, message),
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        personId: { type: 'string', required: false, input: false },
        providerId: { type: 'string', required: false, input: false },
        stationId: { type: 'string', required: false, input: false },
        areaCode: { type: 'string', required: false, input: false },
        language: { type: 'string', required: false, input: false },
        closedAt: { type: 'date', required: false, input: false },
      },
    },
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS, cookieCache: { enabled: false } },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 200,
      password: { hash: hashPassword, verify: ({ hash, password }) => verifyPassword(hash, password) },
    },
    rateLimit: {
      enabled: options.rateLimit,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/username': { window: 60, max: 30 },
        '/phone-number/send-otp': { window: 60, max: 10 },
        '/phone-number/verify': { window: 60, max: 20 },
        '/two-factor/*': { window: 60, max: 20 },
        '/get-session': false,
      },
    },
    advanced: {
      disableOriginCheck: false,
      disableCSRFCheck: false,
      cookiePrefix: 'huzhu',
      useSecureCookies: options.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => newId(new Date()) },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const [user] = await db
              .select({ closedAt: users.closedAt, twoFactorEnabled: users.twoFactorEnabled })
              .from(users)
              .where(eq(users.id, session.userId));
            if (!user || user.closedAt) throw new APIError('FORBIDDEN', { code: 'USER_CLOSED' });
            if (user.twoFactorEnabled && context?.path === '/phone-number/verify') {
              throw new APIError('FORBIDDEN', { code: 'SECOND_FACTOR_REQUIRED' });
            }
          },
        },
        delete: { after: async (session) => options.sessionEnded(session.id) },
      },
    },
    plugins: [
      username({
        minUsernameLength: 3,
        maxUsernameLength: 40,
        usernameValidator: (name) => /^[\w.-]+$/.test(name),
      }),
      phoneNumber({
        otpLength: 6,
        expiresIn: CODE_SECONDS,
        allowedAttempts: 5,
        sendOTP: async ({ phoneNumber: index, code }) => {
          const number = callingNumber.getStore();
          const [known] = await db.select({ id: users.id }).from(users).where(eq(users.phoneNumber, index));
          if (!number || !known) return;
          await options.sms(number, code).catch((error: unknown) => {
            log.error({ err: error }, 'a one-time code could not be sent');
            throw new APIError('SERVICE_UNAVAILABLE', { code: 'SMS_FAILED' });
          });
        },
      }),
      twoFactor({ issuer: 'Huzhu 互助', twoFactorCookieMaxAge: 600 }),
      apiKey({
        enableSessionForAPIKeys: true,
        defaultPrefix: 'hz_',
        requireName: true,
        maximumNameLength: 60,
        rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 600 },
        keyExpiration: { minExpiresIn: 1, maxExpiresIn: 365 },
      }),
    ],
  });

  return {
    auth,
    /** Lets better-auth answer a request while a code is to be sent to this number. */
    callingFrom: <T>(phone: string, work: () => Promise<T>): Promise<T> => callingNumber.run(phone, work),
  };
}
export type SignIn = ReturnType<typeof createSignIn>;

/** The origins of the address by which this very request reached us: pages served from it may sign in. */
function sameOrigins(request: Request): string[] {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return [`http://${host}`, `https://${host}`];
}
