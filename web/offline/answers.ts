/** What the server said about what was sent, written down on the phone. */
import type { AnswerOf } from '../parts/endpoints.ts';
import type { Visit } from '../parts/records.ts';
import { cityDay } from '../parts/time.ts';
import { isAnswered, isDone, mayStay } from './rules.ts';
import { type Device, type Recorded, readKept, store, tellChanged } from './store.ts';

type Answer = AnswerOf<'POST', '/visits/uploads'>;
type State = Recorded['state'];

const stateOf: Record<Answer['events'][number]['outcome'], State> = {
  taken: 'taken',
  known: 'taken',
  superseded: 'superseded',
  refused: 'refused',
};

/** Keeps the answer to an upload: the fate of each act, the visits as they are now, and how far this clock is off. */
export async function keepAnswer(device: Device, answer: Answer): Promise<void> {
  const db = await store();
  const tx = db.transaction('recorded', 'readwrite');
  for (const { id, outcome, code, message } of answer.events) {
    const one = await tx.store.get(id);
    if (one?.state !== 'waiting') continue;
    await tx.store.put({
      ...one,
      state: stateOf[outcome],
      code: code ?? null,
      message: message ?? null,
      receivedAt: answer.receivedAt,
    });
  }
  await tx.done;
  await changeDevice(device, { skewSeconds: answer.skewSeconds });
  await keepVisits(answer.events.flatMap(({ visit }) => (visit ? [visit] : [])));
  tellChanged();
}

/** Keeps a refusal of one act that the server would not even look at. */
export async function keepRefusal(one: Recorded, code: string, message: string): Promise<void> {
  await change(one.id, { state: 'refused', code, message });
}

/** The reader has seen what became of an act. */
export async function acknowledge(id: string): Promise<void> {
  await change(id, { acknowledged: true });
}

/** Changes what is kept of a device; returns it as it is then. */
export async function changeDevice(
  device: Device,
  what: Partial<Pick<Device, 'registered' | 'skewSeconds'>>,
): Promise<Device> {
  const tx = (await store()).transaction('devices', 'readwrite');
  const changed = { ...((await tx.store.get(device.userId)) ?? device), ...what };
  await tx.store.put(changed);
  await tx.done;
  return changed;
}

/** Deletes what may not stay on the phone any longer: other days' visits, and what is answered, seen and of an earlier day. */
export async function tidy(now: number): Promise<void> {
  const tx = (await store()).transaction(['kept', 'recorded'], 'readwrite');
  const [kept, recorded] = [tx.objectStore('kept'), tx.objectStore('recorded')];
  for (const name of await kept.getAllKeys()) {
    if (name.startsWith('day:') && !mayStay(name.slice('day:'.length), now)) await kept.delete(name);
  }
  for (const one of await recorded.getAll()) if (isDone(one, now)) await recorded.delete(one.id);
  await tx.done;
}

/**
 * Forgets whom this phone belonged to, what was read for them, and what they recorded that is answered. What waits, or
 * was refused and not read yet, stays for its own account.
 */
export async function forgetPerson(): Promise<void> {
  const tx = (await store()).transaction(['kept', 'recorded'], 'readwrite');
  const [kept, recorded] = [tx.objectStore('kept'), tx.objectStore('recorded')];
  for (const name of await kept.getAllKeys()) if (name !== 'services') await kept.delete(name);
  for (const one of await recorded.getAll()) if (isAnswered(one)) await recorded.delete(one.id);
  await tx.done;
}

async function change(
  id: string,
  what: Partial<Pick<Recorded, 'state' | 'code' | 'message' | 'acknowledged'>>,
) {
  const tx = (await store()).transaction('recorded', 'readwrite');
  const one = await tx.store.get(id);
  if (one) await tx.store.put({ ...one, ...what });
  await tx.done;
  tellChanged();
}

/** Puts fresher visits in the place of the kept ones. */
async function keepVisits(fresh: readonly Visit[]): Promise<void> {
  const byId = new Map(fresh.map((visit) => [visit.id, visit]));
  for (const day of new Set(fresh.map((visit) => cityDay(visit.plannedStartAt)))) {
    const kept = await readKept(`day:${day}`);
    if (!kept) continue;
    const visits = kept.visits.map((visit) => byId.get(visit.id) ?? visit);
    await (await store()).put('kept', { ...kept, visits }, `day:${day}`);
  }
}
