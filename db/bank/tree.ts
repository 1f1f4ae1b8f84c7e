/**
 * The Merkle tree of RFC 9162, section 2.1, without a database. Of a tree only the roots of complete subtrees are kept,
 * each for ever: a node of level n covers 2^n leaves. A tree of any size is a few of them side by side, and so is every
 * part of it that a proof names.
 */
import { createHash } from 'node:crypto';

/** Where a node stands: node 0, 1, 2 … of its level. */
export interface NodeAddress {
  level: number;
  position: number;
}

export interface TreeNode extends NodeAddress {
  hash: Buffer;
}

/** Leaves from `start`, before `end`. */
export interface LeafRange {
  start: number;
  end: number;
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);
const sha256 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The root of a tree without leaves. */
export const emptyRoot = sha256();
export const leafHash = (data: Uint8Array | string): Buffer => sha256(LEAF, data);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** The growing right side of a tree: its complete subtrees by level, at most one of each. */
export interface Edge {
  size: number;
  peaks: (Buffer | undefined)[];
}

/** Appends a leaf; returns it and every node that is complete with it. */
export function append(edge: Edge, leaf: Buffer): TreeNode[] {
  let node: TreeNode = { level: 0, position: edge.size, hash: leaf };
  const made = [node];
  while (node.position % 2 === 1) {
    const { level, position } = node;
    const left = edge.peaks[level] as Buffer;
    edge.peaks[level] = undefined;
    node = { level: level + 1, position: (position - 1) / 2, hash: nodeHash(left, node.hash) };
    made.push(node);
  }
  edge.peaks[node.level] = node.hash;
  edge.size++;
  return made;
}

/** The root of the tree that ends at an edge. */
export function rootOf(edge: Edge): Buffer {
  return joined(edge.peaks.filter((peak) => peak !== undefined).reverse());
}

/** The root over complete subtrees side by side, the largest first. */
function joined(hashes: readonly Buffer[]): Buffer {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The complete subtrees that make up a range, the largest first. */
export function coverOf({ start, end }: LeafRange): NodeAddress[] {
  const cover: NodeAddress[] = [];
  for (let from = start; from < end; ) {
    const level = Math.floor(Math.log2(end - from));
    cover.push({ level, position: from / 2 ** level });
    from += 2 ** level;
  }
  return cover;
}

const powerBelow = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);

/** The ranges whose hashes prove that leaf `position` is in the tree of a size (2.1.3.1), in the order of the proof. */
export function inclusionRanges(position: number, size: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + powerBelow(end - start);
    if (position < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/** The ranges whose hashes prove that the tree of size `to` begins with the tree of size `from` (2.1.4.1). */
export function consistencyRanges(from: number, to: number): LeafRange[] {
  const ranges: LeafRange[] = [];
  let [start, end] = [0, to];
  let isWhole = true;
  while (from < end) {
    const middle = start + powerBelow(end - start);
    if (from <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
      isWhole = false;
    }
  }
  if (!isWhole) ranges.push({ start, end });
  return ranges.reverse();
}

/** The hash of each range, from the nodes that cover it. Throws when one is not among them. */
export function hashesOf(ranges: readonly LeafRange[], nodes: readonly TreeNode[]): Buffer[] {
  const byAddress = new Map(nodes.map((node) => [`${node.level}:${node.position}`, node.hash]));
  return ranges.map((range) =>
    joined(
      coverOf(range).map(({ level, position }) => {
        const hash = byAddress.get(`${level}:${position}`);
        if (!hash) throw new Error(`the tree lacks node ${position} of level ${level}`);
        return hash;
      }),
    ),
  );
}
