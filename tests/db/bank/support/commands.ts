/** The ledger's commands in the words of a circle, and random programs of them. */
import fc from 'fast-check';
import type { Currency } from '../../../../db/bank/rules.ts';
import { circleAccounts, type Label, labels, ORDERS, type Owner } from './circle.ts';

export interface Move {
  debit: Label;
  credit: Label;
  amount: number;
  currency: Currency;
  cause: string;
  /** What lifts the credited account above it goes on to the pool. */
  cap?: number;
  key: string;
}

export interface Due {
  account: Label;
  amount: number;
  cap?: number;
}

export type Basis = 'verified' | 'unverified' | 'another' | 'approval';

export type Command =
  | { do: 'post'; moves: Move[] }
  | {
      do: 'hold';
      order: number;
      owner: Owner;
      currency: Currency;
      amount: number;
      kinds: readonly ('grant' | 'personal')[] | null;
      usesPool: boolean;
      lastsMinutes: number;
    }
  | { do: 'release'; orders: number[] }
  | { do: 'suspend' | 'resume'; orders: number[] }
  | { do: 'expire' }
  | { do: 'settle'; order: number; basis: Basis; dues: Due[] }
  | { do: 'ask'; transfer: number; by: string }
  | { do: 'decide'; reversal: number; by: string; approved: boolean }
  | { do: 'freeze' | 'thaw' | 'close'; account: Label }
  | { do: 'limit'; most: number };

/** A reversal above this needs a second person. */
export const THRESHOLD = { min: 60, fen: 60 };

const persons = ['mother', 'daughter', 'husband', 'stranger'] as const;

/** What may go through, so that programs get somewhere: cause, givers, takers. */
const usual: readonly [cause: string, debits: readonly Label[], credits: readonly Label[]][] = [
  ['import', ['fund'], ['mother', 'daughter', 'husband', 'stranger', 'team', 'pool', 'motherGrant']],
  ['grant', ['fund'], ['motherGrant']],
  ['grant', ['subsidy'], ['motherFen']],
  ['lapse', ['motherGrant'], ['fund']],
  ['gift', ['mother', 'daughter', 'husband', 'stranger'], ['mother', 'daughter', 'husband']],
  ['donation', ['mother', 'daughter', 'husband', 'stranger', 'team'], ['pool']],
  ['settlement', ['mother', 'daughter', 'pool', 'partner'], ['partner', 'stranger', 'pool']],
  ['closing', ['mother', 'daughter', 'stranger', 'team'], ['daughter', 'mother', 'pool']],
  ['closing', ['motherGrant'], ['fund']],
  ['recovery', ['mother', 'daughter', 'stranger', 'team'], ['motherDebt', 'strangerDebt', 'teamDebt']],
];
const unusual: [string, readonly Label[], readonly Label[]] = ['', labels, labels];
const causes = [
  ...new Set(usual.map(([cause]) => cause)),
  'visit',
  'dispute',
  'reversal',
  'receivable',
  'no_such_cause',
];

const amount = fc.integer({ min: 1, max: 120 });
const cap = fc.option(fc.integer({ min: 50, max: 200 }), { nil: undefined, freq: 4 });
const order = fc.nat({ max: ORDERS - 1 });
const someOrders = fc.uniqueArray(order, { minLength: 1, maxLength: 3 });
const label = fc.constantFrom(...labels);
const by = fc.constantFrom('first', 'second');

type Bare = Omit<Move, 'key'>;

const usualMove: fc.Arbitrary<Bare> = fc.constantFrom(...usual).chain(([cause, debits, credits]) =>
  fc
    .record({ debit: fc.constantFrom(...debits), credit: fc.constantFrom(...credits), amount, cap })
    .map((m) => ({
      ...m,
      cause,
      currency: circleAccounts[m.debit].currency,
    })),
);

const oddMove: fc.Arbitrary<Bare> = fc.record({
  debit: fc.constantFrom(...unusual[1]),
  credit: fc.constantFrom(...unusual[2]),
  amount: fc.integer({ min: -5, max: 60 }),
  currency: fc.constantFrom('min', 'fen'),
  cause: fc.constantFrom(...causes),
});

const moves = fc.oneof(
  { weight: 6, arbitrary: fc.array(usualMove, { minLength: 1, maxLength: 1 }) },
  { weight: 2, arbitrary: fc.array(usualMove, { minLength: 2, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(usualMove, oddMove), { minLength: 1, maxLength: 3 }) },
);

/** Which key each posting gets: its own, or one of an earlier command's. */
const keys = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.nat({ max: 9 }) },
);

interface BarePost {
  do: 'post';
  bare: Bare[];
  keyOf: number | null;
}

const step: fc.Arbitrary<BarePost | Exclude<Command, { do: 'post' }>> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant('post' as const), bare: moves, keyOf: keys }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      order,
      owner: fc.constantFrom(...persons),
      currency: fc.constantFrom('min' as const, 'min' as const, 'fen' as const),
      amount: fc.integer({ min: 0, max: 90 }),
      kinds: fc.constantFrom(null, null, ['grant' as const], ['personal' as const]),
      usesPool: fc.boolean(),
      lastsMinutes: fc.integer({ min: 1, max: 40 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), orders: someOrders }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('suspend' as const, 'resume' as const),
      orders: someOrders,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'expire' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      order,
      basis: fc.constantFrom<Basis>('verified', 'verified', 'approval', 'unverified', 'another'),
      dues: fc.array(
        fc.record({
          account: fc.constantFrom<Label>(
            'stranger',
            'stranger',
            'daughter',
            'mother',
            'team',
            'provider',
            'partner',
          ),
          amount: fc.integer({ min: 1, max: 60 }),
          cap,
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), transfer: fc.nat({ max: 99 }), by }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      reversal: fc.nat({ max: 9 }),
      by,
      approved: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('freeze' as const, 'thaw' as const, 'thaw' as const),
      account: label,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const), account: label }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('limit' as const), most: fc.nat({ max: 150 }) }) },
);

/** What every program begins with: some hours to spend. */
const endowment: Bare[] = [
  { debit: 'fund', credit: 'mother', amount: 100, currency: 'min', cause: 'import' },
  { debit: 'fund', credit: 'motherGrant', amount: 60, currency: 'min', cause: 'grant' },
  { debit: 'subsidy', credit: 'motherFen', amount: 90, currency: 'fen', cause: 'grant' },
  { debit: 'fund', credit: 'pool', amount: 80, currency: 'min', cause: 'import' },
  { debit: 'fund', credit: 'stranger', amount: 40, currency: 'min', cause: 'import' },
  { debit: 'fund', credit: 'team', amount: 50, currency: 'min', cause: 'import' },
];

/** A program of at most so many commands. Some use the key of an earlier one, for the same or for something else. */
export const program = (most: number, least = 1): fc.Arbitrary<Command[]> =>
  fc.array(step, { minLength: least, maxLength: most, size: 'max' }).map((steps) => {
    const commands: Command[] = [{ do: 'post', moves: endowment.map((m, i) => ({ ...m, key: `e${i}` })) }];
    const posts: Move[][] = [];
    for (const [n, each] of steps.entries()) {
      if (each.do !== 'post') {
        commands.push(each);
        continue;
      }
      const earlier = each.keyOf === null ? undefined : posts[posts.length - 1 - each.keyOf];
      const isRepeated = earlier !== undefined && n % 2 === 0;
      const mine = each.bare.map((m, i) => ({ ...m, key: earlier?.[i]?.key ?? `${n}.${i}` }));
      if (!isRepeated) posts.push(mine);
      commands.push({ do: 'post', moves: isRepeated ? earlier : mine });
    }
    return commands;
  });
