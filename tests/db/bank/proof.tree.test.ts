import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  consistencyRanges,
  coverOf,
  type Edge,
  emptyRoot,
  hashesOf,
  inclusionRanges,
  leafHash,
  nodeHash,
  rootOf,
  type TreeNode,
} from '../../../db/bank/tree.ts';
import { isConsistent, rootByInclusion } from '../../../db/verify/main.ts';

/** A tree grown leaf by leaf: its nodes, and the root at every size. */
function grow(data: readonly Uint8Array[]) {
  const edge: Edge = { size: 0, peaks: [] };
  const nodes: TreeNode[] = [];
  const roots = [rootOf(edge)];
  for (const leaf of data) {
    nodes.push(...append(edge, leafHash(leaf)));
    roots.push(rootOf(edge));
  }
  return { nodes, roots };
}

const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

describe('the tree of RFC 9162', () => {
  it('proves what section 2.1.5 proves of seven leaves', () => {
    const data = Array.from({ length: 7 }, (_, n) => Buffer.from(`d${n}`));
    const [a, b, c, d, e, f, j] = data.map(leafHash) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const [g, h, i] = [nodeHash(a, b), nodeHash(c, d), nodeHash(e, f)];
    const [k, l] = [nodeHash(g, h), nodeHash(i, j)];
    const { nodes, roots } = grow(data);
    expect(roots[7]).toEqual(nodeHash(k, l));
    expect(roots[3]).toEqual(nodeHash(g, c));
    expect(roots[6]).toEqual(nodeHash(k, i));
    const inclusion = (position: number) => hashesOf(inclusionRanges(position, 7), nodes);
    expect(inclusion(0)).toEqual([b, h, l]);
    expect(inclusion(3)).toEqual([c, g, l]);
    expect(inclusion(4)).toEqual([f, j, k]);
    expect(inclusion(6)).toEqual([i, k]);
    const consistency = (size: number) => hashesOf(consistencyRanges(size, 7), nodes);
    expect(consistency(3)).toEqual([c, d, g, l]);
    expect(consistency(4)).toEqual([l]);
    expect(consistency(6)).toEqual([i, j, k]);
  });

  describe('has the published vectors of Certificate Transparency', () => {
    const data = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ].map((text) => Buffer.from(text, 'hex'));
    const { nodes, roots } = grow(data);

    it('roots', () => {
      expect(emptyRoot.toString('hex')).toBe(
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      );
      expect(hex(roots.slice(1))).toEqual([
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
        'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
        '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
        '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
        'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
        '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
      ]);
    });

    it.each<[number, number, string[]]>([
      [0, 1, []],
      [
        0,
        8,
        [
          '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
          '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
          '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
        ],
      ],
      [
        5,
        8,
        [
          'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
          'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
          'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
        ],
      ],
      [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
      [
        1,
        5,
        [
          '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
          '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
          'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        ],
      ],
    ])('inclusion of leaf %i in %i', (position, size, path) => {
      const proof = hashesOf(inclusionRanges(position, size), nodes);
      expect(hex(proof)).toEqual(path);
      expect(rootByInclusion(leafHash(data[position]!), position, size, proof)).toEqual(roots[size]);
    });

    it.each<[number, number, string[]]>([
      [1, 1, []],
      [
        1,
        8,
        [
          '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
          '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
          '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
        ],
      ],
      [
        6,
        8,
        [
          '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
          'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
          'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
        ],
      ],
      [
        2,
        5,
        [
          '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
          'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        ],
      ],
    ])('consistency of %i with %i', (from, to, path) => {
      const proof = hashesOf(consistencyRanges(from, to), nodes);
      expect(hex(proof)).toEqual(path);
      expect(isConsistent(from, to, roots[from]!, roots[to]!, proof)).toBe(true);
    });
  });

  const MOST = 70;
  const data = Array.from({ length: MOST }, (_, n) => Buffer.from(`leaf ${n}`));
  const { nodes, roots } = grow(data);
  /** The tree by its definition in 2.1.1, without anything kept. */
  function defined(leaves: readonly Uint8Array[]): Buffer {
    if (leaves.length < 2) return leaves[0] ? leafHash(leaves[0]) : emptyRoot;
    let half = 1;
    while (half * 2 < leaves.length) half *= 2;
    return nodeHash(defined(leaves.slice(0, half)), defined(leaves.slice(half)));
  }
  const flipped = (hash: Buffer, bit: number): Buffer => {
    const copy = Buffer.from(hash);
    copy[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
    return copy;
  };
  const anyBit = fc.nat({ max: 255 });
  const pair = fc
    .integer({ min: 1, max: MOST })
    .chain((to) => fc.tuple(fc.integer({ min: 1, max: to }), fc.constant(to)));

  it('has at every size the root that the definition gives', () => {
    for (let size = 0; size <= MOST; size++) expect(roots[size]).toEqual(defined(data.slice(0, size)));
  });

  it('proves every leaf of every size, with no more hashes than the tree is high', () => {
    for (let size = 1; size <= MOST; size++)
      for (let position = 0; position < size; position++) {
        const proof = hashesOf(inclusionRanges(position, size), nodes);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        expect(rootByInclusion(leafHash(data[position]!), position, size, proof)).toEqual(roots[size]);
      }
  });

  it('proves every size to begin with every smaller one', () => {
    for (let to = 1; to <= MOST; to++)
      for (let from = 1; from <= to; from++) {
        const proof = hashesOf(consistencyRanges(from, to), nodes);
        expect(isConsistent(from, to, roots[from]!, roots[to]!, proof), `${from} in ${to}`).toBe(true);
      }
  });

  it('takes no inclusion proof with one bit, one hash or the place changed', () => {
    fc.assert(
      fc.property(pair, anyBit, fc.nat(), ([after, size], bit, which) => {
        const position = after - 1;
        const leaf = leafHash(data[position]!);
        const proof = hashesOf(inclusionRanges(position, size), nodes);
        const root = roots[size]!;
        const leadsTo = (one: Buffer, place: number, path: Buffer[]) =>
          rootByInclusion(one, place, size, path)?.equals(root) === true;
        expect(leadsTo(leaf, position, proof)).toBe(true);
        expect(leadsTo(flipped(leaf, bit), position, proof)).toBe(false);
        expect(leadsTo(leaf, position + size, proof)).toBe(false);
        expect(leadsTo(leaf, position, [...proof, leaf])).toBe(false);
        if (proof.length === 0) return;
        const n = which % proof.length;
        expect(leadsTo(leaf, position, proof.with(n, flipped(proof[n]!, bit)))).toBe(false);
        expect(leadsTo(leaf, position, proof.toSpliced(n, 1))).toBe(false);
        expect(leadsTo(leaf, (position + 1) % size, proof)).toBe(false);
      }),
    );
  });

  it('takes no consistency proof with one bit, one hash or a size changed', () => {
    fc.assert(
      fc.property(pair, anyBit, fc.nat(), ([from, to], bit, which) => {
        const [first, second] = [roots[from]!, roots[to]!];
        const proof = hashesOf(consistencyRanges(from, to), nodes);
        expect(isConsistent(from, to, first, second, proof)).toBe(true);
        expect(isConsistent(from, to, flipped(first, bit), second, proof)).toBe(false);
        expect(isConsistent(from, to, first, flipped(second, bit), proof)).toBe(false);
        expect(isConsistent(from, to, first, second, [...proof, first])).toBe(false);
        expect(isConsistent(0, to, first, second, proof)).toBe(false);
        if (proof.length === 0) return;
        const n = which % proof.length;
        expect(isConsistent(from, to, first, second, proof.with(n, flipped(proof[n]!, bit)))).toBe(false);
        expect(isConsistent(from, to, first, second, proof.toSpliced(n, 1))).toBe(false);
        expect(isConsistent(to, from, first, second, proof)).toBe(false);
      }),
    );
  });

  it('covers any range of a tree of sixty years by few complete subtrees, one after the other', () => {
    const anySize = fc
      .integer({ min: 1, max: 2 ** 40 })
      .chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })));
    const nearPower = fc
      .tuple(fc.nat({ max: 39 }), fc.integer({ min: -1, max: 1 }))
      .map(([power, more]): [number, number] => [2 ** power + more + 1, 0]);
    fc.assert(
      fc.property(fc.oneof(anySize, nearPower), ([size, position]) => {
        for (const range of [...inclusionRanges(position, size), { start: 0, end: size }]) {
          let at = range.start;
          for (const node of coverOf(range)) {
            expect(node.position * 2 ** node.level).toBe(at);
            at += 2 ** node.level;
          }
          expect(at).toBe(range.end);
        }
        expect(inclusionRanges(position, size).flatMap(coverOf).length).toBeLessThanOrEqual(2 * 41);
      }),
    );
  });
});
