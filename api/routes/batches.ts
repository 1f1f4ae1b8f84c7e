/** The monthly batch with a partner city (M2): this city's as a file, the partner's compared with it line by line. */
import { createRoute, z } from '@hono/zod-openapi';
import { batchCsv } from '../../db/bank/batchFile.ts';
import { compareBatch } from '../../db/bank/batchImport.ts';
import { batchFor, comparisonsOf, MOST_BATCH_LINES } from '../../db/bank/batchViews.ts';
import { listPartners } from '../../db/bank/clearingViews.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { monthText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { periodOf } from '../http/period.ts';
import { type Language, Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Batch, BatchCompared, BatchComparison } from './batchShapes.ts';
import { codeParam, expectCity } from './partners.ts';

const tags = ['time bank'];
const MONTH_DAYS = 31;
const types = { json: 'application/json; charset=utf-8', csv: 'text/csv; charset=utf-8' };

export function batchRoutes(context: ApiContext) {
  const { db } = context;
  const monthPeriod = (month: string, language: Language) =>
    periodOf({ from: month, to: month }, { from: month, to: month }, MONTH_DAYS, language);
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/partners/{code}/batch',
        tags,
        summary: "A month's clearings with a partner city as a file for it",
        description:
          'The digest is SHA-256 over lines of JSON without spaces, each ending with a line feed: first ' +
          '`["huzhu-clearing-batch",1,<sender>,<receiver>,<month>]`, then, in the order of their numbers, ' +
          '`[<number>,<otherNumber>,<at>,<currency>,<direction>,<amount>]` for every line.',
        request: {
          params: codeParam,
          query: z.strictObject({ month: monthText, format: z.enum(['json', 'csv']).default('json') }),
        },
        responses: {
          200: {
            description: 'At most 20,000 lines, oldest first',
            content: { 'application/json': { schema: Batch }, 'text/csv': { schema: z.string() } },
          },
        },
      }),
      async (c) => {
        const { code } = c.req.valid('param');
        const { month, format } = c.req.valid('query');
        const batch = await batchFor(db, code, month, monthPeriod(month, c.get('language')));
        if (batch === 'none') throw new Problem('not_found', { field: 'code' });
        if (batch === 'too_many') throw tooMany(c.get('language'));
        const name = `clearing-${batch.sender.code}-${code}-${month}.${format}`;
        return c.body(format === 'csv' ? batchCsv(batch) : JSON.stringify(batch), 200, {
          'Content-Type': types[format],
          'Content-Disposition': `attachment; filename="${name}"`,
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/partners/{code}/comparisons',
        tags,
        summary: "The partner's files that were compared, with what came of it",
        request: { params: codeParam },
        responses: answer(z.strictObject({ items: z.array(BatchComparison) }), 'Newest first, the last 24'),
      }),
      async (c) => {
        const { code } = c.req.valid('param');
        const [partner] = await listPartners(db, code);
        if (!partner) throw new Problem('not_found', { field: 'code' });
        return c.json(written({ items: await comparisonsOf(db, code) }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/partners/{code}/comparisons',
        tags,
        summary: "Compare the partner's file of a month with this city's books; nothing is posted",
        description:
          'The body is the file as the partner exported it, at most 8 MB. A file whose digest or totals do not fit its ' +
          'lines is refused with `file_altered`. Lines belong together by the numbers of either city.',
        request: { params: codeParam, ...jsonBody(Batch) },
        responses: answer(BatchCompared, 'Every difference, line by line'),
      }),
      async (c) => {
        const { code } = c.req.valid('param');
        const theirs = c.req.valid('json');
        const period = monthPeriod(theirs.month, c.get('language'));
        const compared = await carryOut(c, context, async (tx, act) => {
          expectCity(c);
          return compareBatch(tx, act, code, theirs, period);
        });
        return c.json(compared, 200);
      },
    );
}

function tooMany(language: Language): Problem {
  const message =
    language === 'en'
      ? `This month has more than ${MOST_BATCH_LINES} lines, which one file cannot hold.`
      : `这个月的清算超过 ${MOST_BATCH_LINES} 条，一个文件放不下。`;
  return new Problem('validation_failed', { field: 'month', errors: [{ field: 'month', message }] });
}
