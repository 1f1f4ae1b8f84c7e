/**
 * Another time bank's software, as far as its exports say what members have: a file of balances, and the transfers
 * that prove them. Every peer's rows come down to `MemberRow` and `Move`.
 */
import type { Columns, Fault, Sheet } from '../columns.ts';
import type { Span } from './span.ts';

export const peerNames = ['timeoverflow', 'komunitin', 'hourworld'] as const;
export type PeerName = (typeof peerNames)[number];

/** A member with the balance that the peer exported. */
export type MemberRow = {
  /** Null where the export tells members apart by their names alone. */
  account: string | null;
  name: string | null;
  balance: Span;
  /** What makes up the balance, where the export says it. */
  earned?: Span | null;
  spent?: Span | null;
  at?: Date | null;
};

/** One transfer of the peer; null is an account that is no member's, such as the exchange's own. */
export interface Move {
  from: string | null;
  to: string | null;
  amount: Span;
  /** Null where the export does not say when. */
  at: Date | null;
  /** False for one that never moved anything: refused, failed, still waiting. */
  isSettled: boolean;
}

/** A shape in which a peer exports its transfers. */
export interface TransferForm<R> extends Sheet<R> {
  moveOf(row: R): Move | { column: keyof R & string; fault: Fault };
}

/** A form whatever its rows are. */
export type AnyForm = TransferForm<Record<string, unknown>>;

export interface Peer {
  name: PeerName;
  /** As it writes itself. */
  title: string;
  members: Columns<MemberRow>;
  /** The first whose header fits is taken. */
  transfers: readonly AnyForm[];
  /** Balances are believed only with the transfers; else what was earned and spent may prove them. */
  needsTransfers: boolean;
}

/** How members' names and accounts are compared between files. */
export const plainName = (text: string): string =>
  text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();
