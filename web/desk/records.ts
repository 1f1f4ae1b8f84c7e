/** The desk's own rows, by the API's types. */
import type { AnswerOf } from '../parts/endpoints.ts';

export type Snapshot = AnswerOf<'GET', '/desk/snapshot'>;
export type DeskOrder = Snapshot['orders'][number];
export type DeskCarer = Snapshot['carers'][number];
export type Candidates = AnswerOf<'GET', '/orders/:id/candidates'>;

/** One numbered change as the live line tells it. */
export interface DeskItem {
  number: number;
  kind: string;
  at: string;
  order?: DeskOrder;
  carer?: DeskCarer;
  /** An alert was raised, or taken a step further. */
  alert?: { id: string; kind: string; state: string };
}

export interface District {
  code: string;
  name: string;
}
