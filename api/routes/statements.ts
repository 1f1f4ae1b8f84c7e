/**
 * Statements of accounts (C21), where a transfer came from (C1), and certificates of donation: each for the holder, the
 * family with consent to see, the station of the area and the regulator.
 */
import { createRoute, z } from '@hono/zod-openapi';
import { certificateByNumber, certificateFor, tidyNumber } from '../../db/bank/certificates.ts';
import { provenanceOf } from '../../db/bank/provenanceViews.ts';
import { causes } from '../../db/bank/rules.ts';
import { type PageAt, statementPage } from '../../db/bank/statement.ts';
import { MOST_FILE_ROWS, statementFile } from '../../db/bank/statementFile.ts';
import { expectAccount } from '../../db/bank/withinReach.ts';
import { dayOf } from '../../db/connect/days.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { cursorOf, keysOf, pageQuery } from '../http/paging.ts';
import { type AskedPeriod, monthOf, periodOf, periodQuery } from '../http/period.ts';
import { type Language, languages, Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { Certificate, CheckedCertificate, Provenance, Statement } from './statementShapes.ts';

const tags = ['time bank'];
const MOST_DAYS = 5 * 366;
const turns = z.enum(['onwards', 'back']);
const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

export function statementRoutes(context: ApiContext) {
  const { db, now } = context;
  const asked = (query: { from?: string; to?: string }, language: Language): AskedPeriod => {
    const month = monthOf(now());
    return periodOf(query, { from: month, to: month }, MOST_DAYS, language);
  };
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/accounts/{id}/statement',
        tags,
        summary: 'The statement of an account over days or months of Asia/Shanghai',
        request: {
          params: idParam,
          query: z.strictObject({
            ...periodQuery,
            cause: z.enum(causes).optional(),
            order: z.enum(['newest', 'oldest']).default('newest'),
            ...pageQuery,
          }),
        },
        responses: answer(Statement, 'The present month where no period is asked for; at most 5 years'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { cause = null, order, limit, cursor, ...query } = c.req.valid('query');
        const period = asked(query, c.get('language'));
        const [way, transferId] = keysOf(cursor, [turns, z.uuid()] as const) ?? [];
        const turn: PageAt['turn'] = way && transferId ? { way, transferId } : null;
        await carryOut(c, context, (tx, act) => expectAccount(tx, act, c.get('reach'), id, turn === null));
        const reader = { isHolder: c.get('reach').kind === 'elders' };
        const found = await statementPage(db, id, period, { order, cause, limit, turn }, reader);
        if (!found) throw new Problem('not_found', { field: 'id' });
        const { more, items, ...head } = found;
        const [first, last] = [items[0], items.at(-1)];
        return c.json(
          written({
            ...head,
            from: period.fromDay,
            to: period.toDay,
            items,
            nextCursor: more.onwards && last ? cursorOf(['onwards', last.id]) : null,
            previousCursor: more.back && first ? cursorOf(['back', first.id]) : null,
          }),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/accounts/{id}/statement/file',
        tags,
        summary: 'The same as a file: CSV whose last line signs all the others, or a spreadsheet',
        description:
          'CSV is UTF-8 with a byte order mark and one header row, columns by stable names, times in UTC. Its last line is ' +
          '`# huzhu-statement,v1,<key>,<signature>`: an Ed25519 signature, in base64, of every byte before that line.',
        request: {
          params: idParam,
          query: z.strictObject({
            ...periodQuery,
            cause: z.enum(causes).optional(),
            format: z.enum(['csv', 'xlsx']).default('csv'),
            language: z.enum(languages).optional(),
          }),
        },
        responses: {
          200: {
            description: 'At most 5 years and 50,000 entries, oldest first',
            content: {
              'text/csv': { schema: z.string() },
              [types.xlsx]: { schema: z.string().openapi({ format: 'binary' }) },
            },
          },
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { cause = null, format, language = c.get('language'), ...query } = c.req.valid('query');
        const { fromDay, toDay, ...period } = asked(query, c.get('language'));
        const reach = c.get('reach');
        await carryOut(c, context, (tx, act) => expectAccount(tx, act, reach, id));
        const { bytes } = await carryOut(c, context, async (tx, act) => {
          const request = { accountId: id, fromDay, toDay, period, cause, format, language };
          return (
            (await statementFile(tx, act, request, { isHolder: reach.kind === 'elders' })) ?? { bytes: null }
          );
        });
        if (!bytes) throw tooMany(c.get('language'));
        return c.body(Buffer.from(bytes) as unknown as ArrayBuffer, 200, {
          'Content-Type': types[format],
          'Content-Disposition': `attachment; filename="statement-${fromDay}-${toDay}.${format}"`,
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/transfers/{id}/provenance',
        tags,
        summary:
          'Where a transfer came from: the visit with its evidence, the policy, the words, its corrections',
        request: { params: idParam },
        responses: answer(Provenance, 'Names are masked but for the own side'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const found = await carryOut(c, context, (tx, act) => provenanceOf(tx, act, c.get('reach'), id));
        return c.json(written(found), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/transfers/{id}/certificate',
        tags,
        summary: 'The certificate of a donation',
        request: { params: idParam },
        responses: answer(Certificate, 'The name is full for the donor, else masked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const found = await carryOut(c, context, (tx, act) => certificateFor(tx, act, c.get('reach'), id));
        return c.json(written({ ...found, receiptUrl: `/api/v1/transfers/${id}/receipt` }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/certificates',
        tags,
        summary: 'Whether a certificate of donation is genuine, by its number',
        request: { query: z.strictObject({ number: z.string().min(1).max(40) }) },
        responses: answer(CheckedCertificate, 'The name is masked'),
      }),
      async (c) => {
        const number = tidyNumber(c.req.valid('query').number);
        const found = number && (await certificateByNumber(db, number));
        if (!found) throw new Problem('not_found', { field: 'number' });
        const { at, ...certificate } = found;
        return c.json({ ...certificate, day: dayOf(at) }, 200);
      },
    );
}

function tooMany(language: Language): Problem {
  const message =
    language === 'en'
      ? `A file has at most ${MOST_FILE_ROWS} entries; ask for a shorter period.`
      : `一个文件最多 ${MOST_FILE_ROWS} 条流水，请缩短时间范围。`;
  return new Problem('validation_failed', { field: 'from', errors: [{ field: 'from', message }] });
}
