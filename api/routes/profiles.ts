/** What the rules know of an elder (S2, T8): read and changed by the station, with a reason; key elders follow the rule. */
import { createRoute, z } from '@hono/zod-openapi';
import { changeProfile, readProfile } from '../../db/people/profile.ts';
import { keyElderGrounds } from '../../db/people/rules.ts';
import { expectedVersion } from '../http/conditional.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';

const tags = ['elders'];

const abilityLevel = z
  .int()
  .min(0)
  .max(4)
  .openapi({ description: 'GB/T 42195: 0 intact … 4 complete loss.' });
const living = z.enum(['alone', 'empty_nest', 'with_family']).openapi({
  description: '`alone`: empty-nest and living alone, as T8 asks; `empty_nest`: a couple without children.',
});
const subsidyClass = z.enum(['none', 'low_income', 'minimum_income', 'special_hardship']);
const carerGender = z.enum(['female', 'male']).nullable();
const householdId = z.uuid().nullable().openapi({
  description: 'Elders with the same share one quota of respite (S6); null: a household of their own.',
});
const bornOn = z.iso.date().openapi({ example: '1946-05-01' });

const Profile = z
  .strictObject({
    elderId: z.uuid(),
    abilityLevel,
    living,
    subsidyClass,
    carerGender,
    birthDate: bornOn,
    householdId,
    age: z.int(),
    keyElder: z.boolean(),
    keyElderBy: z.enum(keyElderGrounds).nullable(),
  })
  .openapi('ElderProfile');

const ProfileChange = z
  .strictObject({
    abilityLevel: abilityLevel.optional(),
    living: living.optional(),
    subsidyClass: subsidyClass.optional(),
    carerGender: carerGender.optional(),
    birthDate: bornOn.optional(),
    householdId: householdId.optional(),
    reason: writing(4, 200),
  })
  .openapi('ElderProfileChange');

export function profileRoutes(context: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/elders/{id}/profile',
        tags,
        summary: "An elder's profile, on which the rules rest; the elder sees who read it",
        request: { params: idParam },
        responses: answer(Profile, 'The profile; its version is the ETag'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        let version = 0;
        const profile = await carryOut(
          c,
          context,
          async (tx, act) => {
            const { version: read, ...rest } = await readProfile(tx, act, c.get('reach'), id);
            version = read;
            return rest;
          },
          { version: () => version },
        );
        return c.json(profile, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'patch',
        path: '/api/v1/elders/{id}/profile',
        tags,
        summary: 'Change an elder’s profile; whether the elder is a key elder is decided anew (T8)',
        request: { params: idParam, ...jsonBody(ProfileChange) },
        responses: answer(Profile, 'Changed; what the elder is entitled to now is granted at once'),
      }),
      async (c) => {
        const change = {
          personId: c.req.valid('param').id,
          ...c.req.valid('json'),
          seen: expectedVersion(c),
        };
        let version = 0;
        const profile = await carryOut(
          c,
          context,
          async (tx, act) => {
            const { version: now, ...rest } = await changeProfile(tx, act, c.get('reach'), change);
            version = now;
            return rest;
          },
          { onBehalfOf: change.personId, version: () => version },
        );
        return c.json(profile, 200);
      },
    );
}
