/**
 * Sending what was recorded. Each act goes under its own id, so that however often it is sent, it is taken once; one
 * page or worker sends at a time. What is refused keeps its sentence, what came second is told so.
 */
import type { AnswerOf, AskOf } from '../parts/endpoints.ts';
import { Problem } from '../parts/problem.ts';
import { changeDevice, keepAnswer, keepRefusal } from './answers.ts';
import { deviceOf, publicKeyOf } from './device.ts';
import { signatureOf } from './record.ts';
import { type Device, type Recorded, store } from './store.ts';
import { SENDING } from './words.ts';

type Upload = AskOf<'POST', '/visits/uploads'>['json'];
type Answer = AnswerOf<'POST', '/visits/uploads'>;

/** How to reach the server; the pages and the worker have a way each. Throws a Problem for all but 2xx. */
export interface Post {
  device(body: AskOf<'POST', '/devices'>['json']): Promise<unknown>;
  upload(body: Upload): Promise<Answer>;
}

/** At most so many acts in one upload. */
const atOnce = 50;

/** Sends all that waits of an account. False when somebody else on this phone is sending already. */
export async function sendWaiting(userId: string, post: Post): Promise<boolean> {
  return navigator.locks.request(SENDING, { ifAvailable: true }, async (lock) => {
    if (!lock) return false;
    for (let waiting = await waitingOf(userId); waiting.length > 0; ) {
      const device = await registered(await deviceOf(userId), post);
      await sendSome(device, waiting.slice(0, atOnce), post);
      const left = await waitingOf(userId);
      if (left.some((one) => one.id === waiting[0]?.id)) throw new Problem(502, { code: 'unknown' });
      waiting = left;
    }
    return true;
  });
}

/** What an account has recorded that has not been answered, in the order it was done. */
async function waitingOf(userId: string): Promise<Recorded[]> {
  const all = await (await store()).getAllFromIndex('recorded', 'userId', userId);
  return all.filter((one) => one.state === 'waiting').sort((one, other) => one.counter - other.counter);
}

async function registered(device: Device, post: Post): Promise<Device> {
  if (device.registered) return device;
  await post.device({ id: device.id, publicKey: await publicKeyOf(device), label: labelOf() });
  return changeDevice(device, { registered: true });
}

/** Sends some acts together. When the server will not take them together, each goes alone, so that one cannot hold up the rest. */
async function sendSome(device: Device, some: readonly Recorded[], post: Post): Promise<void> {
  try {
    const events = await Promise.all(
      some.map(async (one) => ({ signed: one.signed, signature: await signatureOf(device, one) })),
    );
    const answer = await post.upload({ deviceId: device.id, sentAt: new Date().toISOString(), events });
    await keepAnswer(device, answer);
  } catch (thrown) {
    if (!(thrown instanceof Problem) || !isFinal(thrown)) throw thrown;
    if (thrown.field === 'deviceId') {
      // The server does not know this phone any more: it is made known again before the next try.
      await changeDevice(device, { registered: false });
      throw thrown;
    }
    if (some.length > 1) for (const one of some) await sendSome(device, [one], post);
    else for (const one of some) await keepRefusal(one, thrown.code, thrown.detail || thrown.title);
  }
}

/** Whether trying again would bring the same answer. */
function isFinal({ status }: Problem): boolean {
  return status >= 400 && status < 500 && ![401, 403, 408, 409, 425, 429].includes(status);
}

/** What the phone calls itself, so that its bearer knows it in a list. */
function labelOf(): string {
  return navigator.userAgent.slice(0, 120);
}
