/** Some rounds of a plan and the visits nobody makes there: what threads hand to each other. */
import type { Model } from './model.ts';

export interface Part {
  carers: Int32Array;
  /** Nodes of one round after another; `lengths` says how many are whose. */
  nodes: Int32Array;
  lengths: Int32Array;
  unserved: Int32Array;
}

type Round = readonly [carer: number, nodes: ArrayLike<number>];

/** A part of these rounds, in their order. */
export function partOf(rounds: Iterable<Round>, unserved: Int32Array): Part {
  const all = [...rounds];
  return {
    carers: Int32Array.from(all, ([carer]) => carer),
    nodes: concat(all.map(([, nodes]) => nodes)),
    lengths: Int32Array.from(all, ([, nodes]) => nodes.length),
    unserved,
  };
}

/** The rounds of a part, each the nodes of a carer in order. */
export function* roundsOf({ carers, nodes, lengths }: Part): Generator<[carer: number, nodes: Int32Array]> {
  let at = 0;
  for (const [r, carer] of carers.entries()) {
    const length = lengths[r] as number;
    yield [carer, nodes.subarray(at, at + length)];
    at += length;
  }
}

/** One part of several. */
export const join = (parts: readonly Part[]): Part => ({
  carers: concat(parts.map(({ carers }) => carers)),
  nodes: concat(parts.map(({ nodes }) => nodes)),
  lengths: concat(parts.map(({ lengths }) => lengths)),
  unserved: concat(parts.map(({ unserved }) => unserved)),
});

/** How much there is to search. */
export const sizeOf = ({ nodes, unserved }: Part): number => nodes.length + unserved.length;

/** The visits of a part, made or not. */
export const visitsOf = (model: Model, { nodes, unserved }: Part): Int32Array =>
  concat([nodes, unserved]).filter((node) => node < model.visits);

function concat(arrays: readonly ArrayLike<number>[]): Int32Array {
  const all = new Int32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}
