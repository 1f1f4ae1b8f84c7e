/** What a teller does in its n-th step: the same whenever it is asked, so that it can be done again and be checked. */
import { createHash } from 'node:crypto';
import { keyIn } from '../../db/bank/support/carryOut.ts';
import type { Circle, Label } from '../../db/bank/support/circle.ts';

export interface Transfer {
  debit: Label;
  credit: Label;
  amount: number;
  cause: 'donation' | 'import' | 'settlement';
  key: string;
}

export type Step =
  | { do: 'post'; transfers: Transfer[] }
  /** Hours are held and a part of them paid; or left until the hold ends. */
  | { do: 'visit'; orderId: string; held: number; paid: number }
  /** The transfer of an earlier step is taken back. */
  | { do: 'reverse'; key: string; transfer: Transfer };

export interface Teller {
  name: string;
  seed: number;
  steps: number;
}

const STEPS_OF_A_ROUND = 6;

const digestOf = ({ name, seed }: Teller, n: number): Buffer =>
  createHash('sha256').update(`${seed}:${name}:${n}`).digest();

/** The step, in the keys of the circle. */
export function stepOf(teller: Teller, circle: Circle, n: number): Step {
  const digest = digestOf(teller, n);
  const amount = 2 + (digest[0]! % 9);
  const transfer = (debit: Label, credit: Label, cause: Transfer['cause'], part: string = 'a'): Transfer => ({
    debit,
    credit,
    amount,
    cause,
    key: keyIn(circle, `${teller.name}:${n}:${part}`),
  });
  switch (n % STEPS_OF_A_ROUND) {
    case 0:
      return { do: 'post', transfers: [transfer('mother', 'pool', 'donation')] };
    case 1:
      return {
        do: 'post',
        transfers: [transfer('daughter', 'pool', 'donation'), transfer('fund', 'stranger', 'import', 'b')],
      };
    case 2:
      return { do: 'post', transfers: [transfer('pool', 'partner', 'settlement')] };
    case 3:
    case 4: {
      const hex = digest.toString('hex');
      const orderId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
      return { do: 'visit', orderId, held: amount, paid: n % STEPS_OF_A_ROUND === 3 ? amount - 1 : 0 };
    }
    default: {
      const earlier = stepOf(teller, circle, n - 5) as Step & { do: 'post' };
      const [first] = earlier.transfers as [Transfer];
      return { do: 'reverse', key: first.key, transfer: first };
    }
  }
}
