/** Sending with no page open, when the browser says that the network is back. */

import { newKey } from '../parts/key.ts';
import { Problem, problemOf } from '../parts/problem.ts';
import { type Post, sendWaiting } from './send.ts';
import { readKept } from './store.ts';

/** Sends what waits of whoever this phone belongs to; throws when it must be tried again, as the browser expects. */
export async function sendFromWorker(): Promise<void> {
  const person = await readKept('person');
  if (!person) return;
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: {
        Accept: 'application/json',
        'Accept-Language': person.language,
        'Content-Type': 'application/json',
        'Idempotency-Key': newKey(),
      },
      body: JSON.stringify(body),
      credentials: 'same-origin',
    });
    if (!answer.ok) throw await problemOf(answer);
    return (await answer.json()) as T;
  };
  const ways: Post = {
    device: (body) => post('/devices', body),
    upload: (body) => post('/visits/uploads', body),
  };
  try {
    await sendWaiting(person.me.userId, ways);
  } catch (thrown) {
    // Who is not signed in any more sends after the next sign-in.
    if (!(thrown instanceof Problem && thrown.status === 401)) throw thrown;
  }
}
