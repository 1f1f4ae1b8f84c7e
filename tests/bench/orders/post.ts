/**
 * What reaches the phones: new offers and planned visits, looked up together for all who wait, so that the looking costs
 * the product's database one small query now and then and the front door nothing.
 */
import type { Config } from '../../../db/connect/config.ts';
import { client } from '../../../db/connect/database.ts';

const LOOK_EVERY_MS = 250;
/** An order that nobody is asked for within this time is a fault of the product. */
const PATIENCE_MS = 180_000;

export interface Asked {
  offerId: string;
  /** The volunteer, or the provider whose coordinator answers. */
  to: string;
}

export interface Planned {
  helperId: string;
  /** The day of the visit in Asia/Shanghai, `YYYY-MM-DD`. */
  day: string;
}

interface Waiting<T> {
  resolve(found: T): void;
  reject(error: Error): void;
  until: number;
}

export class Post {
  readonly #sql: ReturnType<typeof client>;
  readonly #forOffers = new Map<string, Waiting<Asked[]>>();
  readonly #forVisits = new Map<string, Waiting<Planned>>();
  /** Offers that were delivered already. */
  readonly #delivered = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(config: Config) {
    this.#sql = client(config.databaseUrl as string, config.schema, 'bench post', 1);
    this.#look();
  }

  /** The people who are asked next for an order. */
  offersOf(orderId: string): Promise<Asked[]> {
    return waitIn(this.#forOffers, orderId);
  }

  /** The visit that was planned for an order. */
  visitOf(orderId: string): Promise<Planned> {
    return waitIn(this.#forVisits, orderId);
  }

  #look(): void {
    this.#timer = setTimeout(async () => {
      await Promise.all([this.#deliverOffers(), this.#deliverVisits()]).catch((error: Error) => {
        for (const each of [...this.#forOffers.values(), ...this.#forVisits.values()]) each.reject(error);
      });
      giveUp(this.#forOffers);
      giveUp(this.#forVisits);
      if (this.#timer) this.#look();
    }, LOOK_EVERY_MS);
  }

  async #deliverOffers(): Promise<void> {
    const ids = [...this.#forOffers.keys()];
    if (ids.length === 0) return;
    const rows = await this.#sql<{ id: string; order_id: string; to: string }[]>`
      select id, order_id, coalesce(provider_id, person_id) as to from offers
      where order_id = any (${ids}::uuid[]) and state = 'open'`;
    const found = new Map<string, Asked[]>();
    for (const { id, order_id, to } of rows) {
      if (this.#delivered.has(id)) continue;
      this.#delivered.add(id);
      found.set(order_id, [...(found.get(order_id) ?? []), { offerId: id, to }]);
    }
    deliver(this.#forOffers, found);
  }

  async #deliverVisits(): Promise<void> {
    const ids = [...this.#forVisits.keys()];
    if (ids.length === 0) return;
    const rows = await this.#sql<{ id: string; helper: string; day: string }[]>`
      select id, assignee_id as helper, to_char(start_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as day from orders
      where id = any (${ids}::uuid[]) and state = 'accepted'`;
    deliver(this.#forVisits, new Map(rows.map(({ id, helper, day }) => [id, { helperId: helper, day }])));
  }

  async close(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#sql.end();
  }
}

function waitIn<T>(waiting: Map<string, Waiting<T>>, orderId: string): Promise<T> {
  return new Promise((resolve, reject) => {
    waiting.set(orderId, { resolve, reject, until: performance.now() + PATIENCE_MS });
  });
}

function deliver<T>(waiting: Map<string, Waiting<T>>, found: ReadonlyMap<string, T>): void {
  for (const [orderId, what] of found) {
    waiting.get(orderId)?.resolve(what);
    waiting.delete(orderId);
  }
}

function giveUp(waiting: Map<string, Waiting<unknown>>): void {
  for (const [orderId, { reject, until }] of waiting) {
    if (until > performance.now()) continue;
    waiting.delete(orderId);
    reject(new Error('an order has waited for three minutes'));
  }
}
