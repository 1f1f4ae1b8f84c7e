/** The holder's relatives as the station knows them. */
import { call } from '../api.ts';
import type { AnswerOf } from '../endpoints.ts';

export type Kinship = AnswerOf<'GET', '/kinships'>['items'][number];
export type KinRelation = Kinship['relation'];

export const kinRelations = [
  'spouse',
  'child',
  'parent',
  'grandchild',
  'grandparent',
] as const satisfies readonly KinRelation[];
export const kinDocuments = [
  'household_register',
  'birth_certificate',
  'marriage_certificate',
  'notary',
  'police',
] as const satisfies readonly Kinship['document'][];

/** All relations of a person, whatever their state. */
export async function readKin(personId: string): Promise<Kinship[]> {
  return (await call('GET', '/kinships', { query: { personId, limit: 100 } })).items;
}
