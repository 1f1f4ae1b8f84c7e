/**
 * Who may sign in, and with what. The columns are those that better-auth reads and writes for this plugin set
 * (user name, phone number, two-factor, API key, rate limit in the database); nothing else touches the secrets.
 *
 * Always true: no password, code seed or API key is stored in a form that can be used, and no telephone number is
 * stored at all: `users.phone_digest` is the blind index `digest('phone', number)` of db/connect/seal.ts.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { roles } from '../connect/act.ts';
import { instant, key } from '../connect/columns.ts';
import { providers, stations } from '../providers/schema.ts';
import { persons } from './schema.ts';

/** One account of a human being or of a machine, with the one role it acts in and the scope of that role. */
export const users = pgTable(
  'users',
  {
    id: key(),
    name: text('name').notNull(),
    username: text('username').notNull(),
    displayUsername: text('display_username'),
    /** better-auth insists on an address; ours is `<user name>@sign-in.invalid` and is never written to. */
    email: text('email').notNull(),
    emailVerified: boolean('email_verified').notNull().default(false),
    image: text('image'),
    phoneNumber: text('phone_digest'),
    phoneNumberVerified: boolean('phone_number_verified').notNull().default(false),
    twoFactorEnabled: boolean('two_factor_enabled').notNull().default(false),
    role: text('role', { enum: roles }).notNull(),
    personId: uuid('person_id').references(() => persons.id),
    providerId: uuid('provider_id').references(() => providers.id),
    stationId: uuid('station_id').references(() => stations.id),
    /** The division whose people and orders a member of staff may see: itself and everything under it. */
    areaCode: text('area_code'),
    language: text('language', { enum: ['zh-CN', 'en'] })
      .notNull()
      .default('zh-CN'),
    closedAt: instant('closed_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('users_username_key').on(table.username),
    uniqueIndex('users_email_key').on(table.email),
    uniqueIndex('users_phone_digest_key').on(table.phoneNumber),
    index('users_person_idx').on(table.personId),
    index('users_provider_idx').on(table.providerId),
    index('users_desk_idx').on(table.areaCode, table.role).where(sql`role in ('dispatcher', 'regulator')`),
    check(
      'users_role_known',
      sql`${table.role} in ('elder','family','volunteer','carer','provider','station','dispatcher','regulator','admin','system')`,
    ),
    check('users_username_plain', sql`${table.username} ~ '^[a-z0-9_.-]{3,40}$'`),
    check('users_language_known', sql`${table.language} in ('zh-CN','en')`),
  ],
);

/** One signed-in browser. Deleted at sign-out, which also closes its sockets. */
export const sessions = pgTable(
  'sessions',
  {
    id: key(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    token: text('token').notNull(),
    expiresAt: instant('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('sessions_token_key').on(table.token),
    index('sessions_user_idx').on(table.userId),
    index('sessions_expires_idx').on(table.expiresAt),
  ],
);

/** What proves a user: for `provider_id = 'credential'` an argon2id password hash (db/people/password.ts). */
export const credentials = pgTable(
  'credentials',
  {
    id: key(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    password: text('password'),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: instant('access_token_expires_at'),
    refreshTokenExpiresAt: instant('refresh_token_expires_at'),
    scope: text('scope'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('credentials_account_key').on(table.providerId, table.accountId),
    index('credentials_user_idx').on(table.userId),
  ],
);

/** One-time codes and half-finished sign-ins, each with its end. */
export const verifications = pgTable(
  'verifications',
  {
    id: key(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: instant('expires_at').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    index('verifications_identifier_idx').on(table.identifier),
    index('verifications_expires_idx').on(table.expiresAt),
  ],
);

/** The second factor of a member of staff: the seed and the recovery codes, encrypted with AUTH_SECRET. */
export const twoFactors = pgTable(
  'two_factors',
  {
    id: key(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    secret: text('secret').notNull(),
    backupCodes: text('backup_codes').notNull(),
    verified: boolean('verified').notNull().default(true),
    failedVerificationCount: integer('failed_verification_count').notNull().default(0),
    lockedUntil: instant('locked_until'),
  },
  (table) => [index('two_factors_user_idx').on(table.userId)],
);

/** A machine's key: the hash of it, whose it is, and how often it may be used. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: key(),
    configId: text('config_id').notNull().default('default'),
    name: text('name'),
    start: text('start'),
    prefix: text('prefix'),
    key: text('key').notNull(),
    referenceId: uuid('reference_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    refillInterval: bigint('refill_interval', { mode: 'number' }),
    refillAmount: integer('refill_amount'),
    lastRefillAt: instant('last_refill_at'),
    enabled: boolean('enabled').notNull().default(true),
    rateLimitEnabled: boolean('rate_limit_enabled').notNull().default(true),
    rateLimitTimeWindow: bigint('rate_limit_time_window', { mode: 'number' }),
    rateLimitMax: integer('rate_limit_max'),
    requestCount: integer('request_count').notNull().default(0),
    remaining: integer('remaining'),
    lastRequest: instant('last_request'),
    expiresAt: instant('expires_at'),
    permissions: text('permissions'),
    metadata: text('metadata'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('api_keys_key_key').on(table.key),
    index('api_keys_reference_idx').on(table.referenceId),
  ],
);

/** How often an address tried to sign in; shared by all API processes. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    id: key(),
    key: text('key').notNull(),
    count: integer('count').notNull(),
    lastRequest: bigint('last_request', { mode: 'number' }).notNull(),
  },
  (table) => [uniqueIndex('rate_limits_key_key').on(table.key)],
);
