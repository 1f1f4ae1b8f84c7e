/** Whose hours a page shows and moves: one's own, an elder's for whom family acts, or those of a person at the desk. */
import { type ComputedRef, computed, type InjectionKey, inject, provide } from 'vue';
import type { Hours } from '../accounts.ts';

export interface Holder {
  personId: string;
  /** As the reader may know it. */
  name: string;
  /** Where the pages of these hours begin, such as `/elder/hours`. */
  base: string;
  /** Who reads: the holder, family with consent, or staff at a desk. */
  side: 'self' | 'family' | 'desk';
  /** Whether visits come to them, so that bookings may hold their time. */
  isServed: boolean;
  /** Where a booking of theirs is read in full; null where the reader has no such page. */
  visits: string | null;
  /** Where a visit to themselves is booked; null where it is not by these pages. */
  book: string | null;
  /** The team whose hours are meant, where they are not the person's. */
  teamId?: string;
  /** Whether the reader may give, donate and redeem for the holder. */
  mayMove: boolean;
}

interface Held {
  holder: ComputedRef<Holder>;
  read(): Promise<Hours>;
}

const key: InjectionKey<Held> = Symbol('holder');

/** Says to the pages below whose hours they show and how these are read. */
export function provideHolder(holder: () => Holder, read: () => Promise<Hours>): void {
  provide(key, { holder: computed(holder), read });
}

/** Whose hours the page shows. */
export function useHolder(): Held {
  const held = inject(key);
  if (!held) throw new Error('these pages stand below one that says whose hours they show');
  return held;
}
