/** The records of API v1 by the names the pages use, all read off the API's own types. */
import type { AnswerOf, PathOf } from './endpoints.ts';

/** One item of a listing. */
type ItemOf<Path extends PathOf<'GET'>> =
  AnswerOf<'GET', Path> extends { items: (infer Item)[] } ? Item : never;
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type Me = AnswerOf<'GET', '/me'>;
export type Role = Me['role'];
export type Service = ItemOf<'/services'>;
export type Payer = Service['payers'][number];

export type Order = ItemOf<'/orders'>;
export type OrderState = Order['state'];
export type OrderDetail = AnswerOf<'GET', '/orders/:id'>;
export type OfferWithOrder = ItemOf<'/offers'>;
export type DeclineReason = NonNullable<OfferWithOrder['declineReason']>;
export type Visit = ItemOf<'/visits'>;

export type Account = ItemOf<'/accounts/me'>;
