/** What a contract is drawn up with. */
import type { AskOf } from '../parts/endpoints.ts';

export type NewItem = AskOf<'POST', '/contracts'>['json']['equipment'][number];
