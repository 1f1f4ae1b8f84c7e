/**
 * Oversight of the proof (T12): the ledger as a file that is checked offline, whether rows are still what was sealed, and
 * the change of the key that signs.
 */
import { createRoute, z } from '@hono/zod-openapi';
import { lastAuditOf } from '../../db/audit/lastOf.ts';
import { latestHead } from '../../db/bank/heads.ts';
import { ledgerFile } from '../../db/bank/ledgerFile.ts';
import { rotateKey } from '../../db/bank/signing.ts';
import { checkLeaves, wrongs } from '../../db/bank/treeCheck.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['proof of the ledger'];
const MOST_CHECKED = 10_000;
const position = z.coerce
  .number()
  .int()
  .min(0)
  .max(2 ** 47);

const LedgerCheck = z
  .strictObject({
    from: z.int(),
    to: z
      .int()
      .openapi({ description: 'The last leaf that was checked; before `from` where there is none.' }),
    differences: z.array(
      z.strictObject({
        wrong: z.enum(wrongs),
        position: z.int().nullable(),
        transferId: z.uuid().nullable(),
      }),
    ),
    lastNight: z
      .strictObject({ at: instantText, leaves: z.int(), heads: z.int(), differing: z.int() })
      .nullable()
      .openapi({ description: 'What the last check of the whole ledger found.' }),
  })
  .openapi('LedgerCheck');

export function treeOversightRoutes(context: ApiContext) {
  const { db, reads } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/export',
        tags,
        summary: 'The whole sealed ledger as a file for `npm run verify`, from a leaf on',
        description:
          'JSON lines: what the file is, the public keys, then the leaves in order, each with the transfer and its hash, and each head right after the last leaf it covers.',
        request: { query: z.strictObject({ from: position.default(0) }) },
        responses: {
          200: {
            description: 'Up to the newest head, sent as it is read',
            content: { 'application/octet-stream': { schema: z.string() } },
          },
        },
      }),
      async (c) => {
        const { from } = c.req.valid('query');
        return c.body(inBytes(ledgerFile(reads, from)), 200, {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': `attachment; filename="ledger-from-${from}.ndjson"`,
        });
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/check',
        tags,
        summary:
          'Whether transfers are still what was sealed: at most 10,000 leaves, the newest unless others are named',
        request: { query: z.strictObject({ from: position.optional(), to: position.optional() }) },
        responses: answer(LedgerCheck, 'Every row that was changed or taken away behind the back'),
      }),
      async (c) => {
        const query = c.req.valid('query');
        const newest = ((await latestHead(db))?.size ?? 0) - 1;
        const to = Math.min(
          query.to ?? (query.from === undefined ? newest : query.from + MOST_CHECKED - 1),
          newest,
        );
        const from = query.from ?? Math.max(0, to - MOST_CHECKED + 1);
        if (to - from >= MOST_CHECKED) throw new Problem('invalid', { field: 'to' });
        const night = await lastAuditOf(db, 'ledger.checked', 'tree');
        const differences = await checkLeaves(db, from, to + 1);
        return c.json(
          written({ from, to, differences, lastNight: night && { at: night.at, ...countsOf(night.detail) } }),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/ledger/keys/rotate',
        tags,
        summary: 'Retire the key that signs and go on with a new one',
        request: jsonBody(z.strictObject({ reason: writing(4, 200) })),
        responses: answer(z.strictObject({ keyId: z.uuid() }), 'The next key'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json');
        return c.json(
          await carryOut(c, context, async (tx, act) => ({ keyId: await rotateKey(tx, act, reason) })),
          200,
        );
      },
    );
}

const Counts = z.object({ leaves: z.int(), heads: z.int(), differing: z.int() });
const countsOf = (detail: unknown) => Counts.parse(detail);

/** The pieces of a text as a stream that is read no faster than it is sent. */
function inBytes(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
