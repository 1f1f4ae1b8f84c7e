/** To whom this phone belongs for now, so that the carer's and the volunteer's pages open without a network. */
import { language } from '../i18n/language.ts';
import type { Me, Role } from '../parts/records.ts';
import { forgetPerson, tidy } from './answers.ts';
import { installWorker } from './install.ts';
import { serveQueueOf } from './queue.ts';
import { keepOnPhone, readKept } from './store.ts';

/** Who makes visits, and so may need a page where there is no network. */
const outside: readonly Role[] = ['carer', 'volunteer'];

/** Who was signed in here last; null when nobody is to be known without asking. */
export async function keptPerson(): Promise<Me | null> {
  return (await orForget(readKept('person')))?.me ?? null;
}

/**
 * Somebody has signed in, or nobody is any more (null): what was kept for another goes, and what this account has
 * recorded is sent. A browser that keeps nothing only loses the pages without a network.
 */
export async function serve(me: Me | null): Promise<void> {
  const kept = await keptPerson();
  if (kept && kept.userId !== me?.userId) await orForget(forgetPerson());
  const mine = me && outside.includes(me.role) ? me : null;
  if (mine) {
    await orForget(keepOnPhone('person', { me: mine, language: language.value }));
    installWorker();
  }
  await orForget(tidy(Date.now()));
  await orForget(serveQueueOf(mine?.userId ?? null));
}

async function orForget<T>(doing: Promise<T>): Promise<T | undefined> {
  try {
    return await doing;
  } catch (reason) {
    console.warn('this browser keeps nothing', reason);
    return undefined;
  }
}
