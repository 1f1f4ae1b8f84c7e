/**
 * What many ask for at the same time is done together: while one group is under way the next one forms, so that a
 * crowd shares journeys, plans and commits, and somebody who comes alone waits for nobody.
 */

export type Settled<T> = PromiseSettledResult<T>;

interface Waiting<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

export interface Crowd {
  /** The most that go in one group. */
  most: number;
  /** How many groups may be under way at once. */
  lanes: number;
}

/**
 * Makes a function of one item from work on a list. `work` answers for each item in the order given, so that one item's
 * failure is its own; what it throws fails the whole group.
 */
export function gather<Item, Answer>(
  { most, lanes }: Crowd,
  work: (items: readonly Item[]) => Promise<readonly Settled<Answer>[]>,
): (item: Item) => Promise<Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let underWay = 0;

  async function doGroup(group: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await work(group.map(({ item }) => item));
      for (const [i, { resolve, reject }] of group.entries()) {
        const answer = answers[i];
        if (answer?.status === 'fulfilled') resolve(answer.value);
        else reject(answer?.reason ?? new Error('a group was not answered for every item'));
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function lane(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      await doGroup(group);
    }
    underWay--;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay >= lanes) return;
      underWay++;
      // What has arrived in the same turn of the event loop comes along.
      setImmediate(() => void lane());
    });
}

/** Every item's own answer, where all have one. */
export const allFulfilled = <T>(values: readonly T[]): Settled<T>[] =>
  values.map((value) => ({ status: 'fulfilled', value }));

/**
 * Does work on a list whole; where that fails because of some of its items, on each half, and so on, so that only those
 * at fault fail. A failure that is nobody's own, such as a lost connection, is everybody's.
 */
export async function apart<Item, Answer>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
  isOnesOwn: (reason: unknown) => boolean,
): Promise<Settled<Answer>[]> {
  try {
    return allFulfilled(await work(items));
  } catch (reason) {
    if (items.length === 1 || !isOnesOwn(reason)) return items.map(() => ({ status: 'rejected', reason }));
  }
  const half = items.length >> 1;
  const first = await apart(items.slice(0, half), work, isOnesOwn);
  return [...first, ...(await apart(items.slice(half), work, isOnesOwn))];
}
