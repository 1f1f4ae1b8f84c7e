/** What a family's decision on the hours of somebody who died is written in. */
import type { AskOf } from '../../parts/endpoints.ts';

type Death = Extract<AskOf<'POST', '/closings'>['json'], { cause: 'death' }>;
type ClosingDocument = Death['document'];

export const documents = [
  'family_agreement',
  'will',
  'notary',
  'court',
  'none',
] as const satisfies readonly ClosingDocument[];

export interface Paper {
  document: ClosingDocument | '';
  reason: string;
}
