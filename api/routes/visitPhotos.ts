/** Pictures of a visit: added by who visits, seen by the elder's side and those who answer for the visit. */
import { createRoute, z } from '@hono/zod-openapi';
import { addPhoto, photoOf } from '../../db/visits/photos.ts';
import { findVisit } from '../../db/visits/views.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';

const tags = ['visits'];

export function visitPhotoRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/{id}/photos',
        tags,
        summary: 'Add a picture: JPEG or WebP, at most 500 kB, as many a visit as the policy allows',
        request: {
          params: idParam,
          body: {
            required: true,
            content: { 'image/jpeg': { schema: z.any().openapi({ type: 'string', format: 'binary' }) } },
          },
        },
        responses: answer(z.strictObject({ id: z.uuid() }), 'Kept'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        if (!(await findVisit(db, c.get('reach'), id))) throw new Problem('not_found', { field: 'id' });
        const file = new Uint8Array(await c.req.arrayBuffer());
        const kept = await carryOut(c, context, async (tx, act) => ({
          id: await addPhoto(tx, act, id, file),
        }));
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/photos/{id}',
        tags,
        summary: 'A picture of a visit within my reach',
        request: { params: idParam },
        responses: {
          200: {
            description: 'The picture',
            content: { 'image/jpeg': { schema: z.any().openapi({ type: 'string', format: 'binary' }) } },
          },
        },
      }),
      async (c) => {
        const photo = await photoOf(db, c.req.valid('param').id);
        if (!photo || !(await findVisit(db, c.get('reach'), photo.visitId)))
          throw new Problem('not_found', { field: 'id' });
        return c.body(new Uint8Array(photo.file), 200, { 'content-type': photo.mediaType }) as never;
      },
    );
}
