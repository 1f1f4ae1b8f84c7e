/** What the bank owes, how that ties to the ledger, and what it will owe under assumptions that may be moved (T13). */
import { createRoute, z } from '@hono/zod-openapi';
import { sexes } from '../../db/bank/lifeTable.ts';
import { accountKinds } from '../../db/bank/rules.ts';
import { solvencyAt } from '../../db/bank/solvency.ts';
import {
  type AssumptionName,
  type Assumptions,
  assumptionNames,
  ranges,
} from '../../db/bank/solvencyRules.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantGiven, instantText } from '../http/fields.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

/** One line for each assumption, made by `line`. */
function each<T>(line: (name: AssumptionName) => T): Record<AssumptionName, T> {
  return Object.fromEntries(assumptionNames.map((name) => [name, line(name)])) as Record<AssumptionName, T>;
}

const minutes = z.int();
const years = z.strictObject({ age: z.int(), sex: z.enum(sexes), years: z.number() });
const wording = z.strictObject({ zh: z.string(), en: z.string() });

const Projection = z
  .strictObject({
    outstanding: minutes.openapi({ description: 'Saved by persons at present.' }),
    holders: z.int(),
    shortageYear: z.int().nullable().openapi({
      description:
        'The first of `years` in which more is needed than can be served; null when there is none.',
    }),
    years: z.array(
      z.strictObject({
        year: z.int().openapi({ description: '1 is the twelve months from `asOf` on.' }),
        deposits: minutes,
        redemptions: minutes,
        otherUse: minutes.openapi({ description: 'Asked besides, with granted hours and by the pool.' }),
        needed: minutes.openapi({ description: 'Redemptions and other use together.' }),
        supply: minutes,
        toRelatives: minutes,
        toPool: minutes,
        outstanding: minutes.openapi({
          description: 'At the end: outstanding before + deposits − redemptions − toPool.',
        }),
        holders: z.int().openapi({ description: 'Holders of today who are alive at the end.' }),
        bands: z.array(z.strictObject({ from: z.int(), holders: z.int(), minutes })),
      }),
    ),
  })
  .openapi('Projection');

const Future = z.strictObject({
  assumptions: z.strictObject(each(() => z.number())),
  projection: Projection,
});

const Solvency = z
  .strictObject({
    asOf: instantText,
    owedMinutes: minutes.openapi({ description: 'Personal, granted and team hours.' }),
    holders: z.int(),
    atCap: z.int().openapi({ description: 'Personal accounts that hold the most that is allowed.' }),
    kinds: z
      .array(z.strictObject({ kind: z.enum(accountKinds), accounts: z.int(), minutes }))
      .openapi({ description: 'Every kind of account that holds or owes minutes.' }),
    sum: minutes.openapi({ description: 'Of all kinds: 0.' }),
    unplacedMinutes: minutes.openapi({ description: 'Persons’ hours less those of all cohorts: 0.' }),
    issuedMinutes: minutes,
    poolMinutes: minutes,
    cohorts: z.array(
      z.strictObject({
        from: z.int().openapi({ description: 'First age of five years.' }),
        sex: z.enum(sexes),
        accounts: z.int(),
        minutes,
        grantMinutes: minutes,
      }),
    ),
    districts: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        accounts: z.int(),
        personalMinutes: minutes,
        grantMinutes: minutes,
        teamMinutes: minutes,
        poolMinutes: minutes,
      }),
    ),
    lastYear: z
      .strictObject({
        days: z.int(),
        earned: minutes,
        grantsUsed: minutes,
        poolPaid: minutes,
        redeemed: minutes,
        donated: minutes,
      })
      .openapi({ description: 'The 365 days until `asOf`; fewer `days` on record are scaled to a year.' }),
    policyId: z.uuid(),
    policyVersion: z.int(),
    lifeTable: z.strictObject({
      code: z.string(),
      title: wording,
      source: wording,
      issued: z.string(),
      expectancies: z.array(years),
    }),
    ranges: z.strictObject(
      each(() => z.strictObject({ min: z.number(), max: z.number(), step: z.number() })),
    ),
    policy: Future.openapi({ description: 'Under the policy in force at `asOf`.' }),
    tried: Future.nullable().openapi({ description: 'Under the assumptions asked for; null when none was.' }),
  })
  .openapi('Solvency');

/** The range of an assumption; ages, years and minutes are whole numbers. */
function moved(name: AssumptionName) {
  const { min, max, step } = ranges[name];
  const number = Number.isInteger(step) ? z.coerce.number().int() : z.coerce.number();
  return number.min(min).max(max).optional();
}

export function solvencyRoutes({ reads, now }: ApiContext) {
  return newRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/v1/ledger/solvency',
      tags: ['time bank'],
      summary: 'What is owed by age and district, and redemptions, deposits and supply for 30 years',
      description:
        'Each assumption of the policy `solvency` may be given another value; both futures are then answered.',
      request: {
        query: z.strictObject({
          asOf: instantGiven
            .optional()
            .openapi({ description: 'Not in the future; at present when left out.' }),
          ...each(moved),
        }),
      },
      responses: answer(Solvency, 'Minutes; the ledger, the policy’s future and the one that is tried'),
    }),
    async (c) => {
      const { asOf, ...tried } = c.req.valid('query');
      const at = now();
      if (asOf && asOf > at) {
        const message = c.get('language') === 'en' ? 'Not in the future.' : '不能晚于现在。';
        throw new Problem('validation_failed', { field: 'asOf', errors: [{ field: 'asOf', message }] });
      }
      const found = await solvencyAt(reads, asOf ?? null, at, tried as Partial<Assumptions>);
      return c.json({ ...written(found), ranges }, 200);
    },
  );
}
