/**
 * The proof of the ledger (T12): what everybody may keep and compare (heads, keys, that a later head continues an earlier
 * one), and for those whom a transfer concerns that it is in the tree, and its receipt as a file or a QR code.
 */
import { createRoute, z } from '@hono/zod-openapi';
import { headOfSize, headsBelow, latestHead, type TreeHead } from '../../db/bank/heads.ts';
import { consistencyProof, inclusionProof, positionOf } from '../../db/bank/proofs.ts';
import { compactReceipt, expectTransfer, receiptOf } from '../../db/bank/receipts.ts';
import { causes, currencies } from '../../db/bank/rules.ts';
import { publicKeys } from '../../db/bank/signing.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { qrSvg } from '../http/qr.ts';
import { written } from '../http/written.ts';

const tags = ['proof of the ledger'];
const MOST_LEAVES = 2 ** 47;
const size = z.coerce.number().int().min(1).max(MOST_LEAVES);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const path = z.array(hash).openapi({ description: 'Hashes in hexadecimal, in the order of RFC 9162.' });

const Head = z
  .strictObject({
    size: z.int(),
    root: hash,
    at: instantText,
    keyId: z.uuid(),
    signature: z.string().openapi({
      description:
        'Ed25519, base64, over the UTF-8 text `huzhu-tree-head`, `v1`, size, root, at, keyId, with a line feed between each.',
    }),
  })
  .openapi('TreeHead');

const PublicKey = z
  .strictObject({
    keyId: z.uuid(),
    algorithm: z.literal('Ed25519'),
    publicKey: z.string().openapi({ description: 'The 32 bytes of RFC 8032, base64.' }),
    createdAt: instantText,
    retiredAt: instantText.nullable(),
  })
  .openapi('PublicKey');

const SealedTransfer = z
  .strictObject({
    id: z.uuid(),
    currency: z.enum(currencies),
    debit: z.uuid(),
    credit: z.uuid(),
    amount: z.int(),
    cause: z.enum(causes),
    causeId: z.uuid().nullable(),
    author: z.string(),
    policyId: z.uuid().nullable(),
    at: instantText,
    key: z.string(),
    lapsesAt: instantText.nullable(),
  })
  .openapi('SealedTransfer', {
    description:
      'The leaf is SHA-256 of a zero byte and this object as JSON, with the fields in this order and no spaces.',
  });

const ReceiptFile = z
  .strictObject({
    huzhu: z.literal('receipt'),
    v: z.literal(1),
    transfer: SealedTransfer,
    position: z.int(),
    proof: path,
    head: Head,
    key: PublicKey,
  })
  .openapi('Receipt');

const Consistency = z
  .strictObject({
    huzhu: z.literal('consistency'),
    v: z.literal(1),
    from: Head,
    to: Head,
    proof: path,
    keys: z.array(PublicKey),
  })
  .openapi('Consistency');

export function proofRoutes(context: ApiContext) {
  const { db, reads } = context;
  const headGiven = async (field: string, given: number | undefined): Promise<TreeHead> => {
    const head = given === undefined ? await latestHead(reads) : await headOfSize(reads, given);
    if (!head) throw new Problem('not_found', { field });
    return head;
  };
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/head',
        tags,
        summary: 'The newest signed head of the ledger',
        responses: answer(z.strictObject({ head: Head.nullable() }), 'Null before the first'),
      }),
      async (c) => c.json(written({ head: await latestHead(reads) }), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/heads',
        tags,
        summary: 'Every signed head that was published',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Head), 'Newest first'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [below = null] = keysOf(cursor, [z.int().min(0).max(MOST_LEAVES)] as const) ?? [];
        const rows = await headsBelow(reads, below, limit + 1);
        return c.json(written(page(rows, limit, (row) => [row.size])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/keys',
        tags,
        summary: 'The public keys, also of those that sign no more',
        responses: answer(z.strictObject({ items: z.array(PublicKey) }), 'Oldest first'),
      }),
      async (c) => c.json(written({ items: await publicKeys(reads) }), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/proofs/consistency',
        tags,
        summary: 'The proof that one head continues another: nothing before was changed',
        request: { query: z.strictObject({ from: size, to: size.optional() }) },
        responses: answer(Consistency, 'Both heads, the proof and the keys, for `npm run verify`'),
      }),
      async (c) => {
        const query = c.req.valid('query');
        const [from, to] = [await headGiven('from', query.from), await headGiven('to', query.to)];
        if (from.size > to.size) throw new Problem('invalid', { field: 'from' });
        const proof = await consistencyProof(reads, from.size, to.size);
        const used = (await publicKeys(reads)).filter(({ keyId }) => [from.keyId, to.keyId].includes(keyId));
        const file = { huzhu: 'consistency', v: 1, from, to, proof, keys: used } as const;
        return c.json(written(file), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/ledger/proofs/inclusion',
        tags,
        summary: 'The proof that a transfer is in the tree of a head, the newest unless another is named',
        request: { query: z.strictObject({ transferId: z.uuid(), size: size.optional() }) },
        responses: answer(
          z.strictObject({ position: z.int(), proof: path, head: Head }),
          'Where it stands, and the hashes from there to the root',
        ),
      }),
      async (c) => {
        const query = c.req.valid('query');
        const { position } = await carryOut(c, context, async (tx) => {
          await expectTransfer(tx, c.get('reach'), query.transferId);
          return { position: await positionOf(tx, query.transferId) };
        });
        const head = position === null ? null : await headGiven('size', query.size);
        if (position === null || !head || head.size <= position) throw new Problem('not_sealed_yet');
        const proof = await inclusionProof(db, position, head.size);
        return c.json(written({ position, proof, head }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/transfers/{id}/receipt',
        tags,
        summary: 'The receipt of a transfer: a small file, or a QR code, that proves itself offline',
        request: {
          params: idParam,
          query: z.strictObject({ format: z.enum(['json', 'qr']).default('json') }),
        },
        responses: {
          200: {
            description: 'For `npm run verify`; the text of the QR code is the same receipt in short',
            content: {
              'application/json': { schema: ReceiptFile },
              'image/svg+xml': { schema: z.string() },
            },
          },
        },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { receipt } = await carryOut(c, context, async (tx, act) => ({
          receipt: await receiptOf(tx, act, c.get('reach'), id),
        }));
        if (!receipt) throw new Problem('not_sealed_yet');
        if (c.req.valid('query').format === 'qr')
          return c.body(qrSvg(compactReceipt(receipt)), 200, { 'Content-Type': 'image/svg+xml' });
        c.header('Content-Disposition', `attachment; filename="receipt-${id}.json"`);
        return c.json(written({ huzhu: 'receipt', v: 1, ...receipt } as const), 200);
      },
    );
}
