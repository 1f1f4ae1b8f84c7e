/** Reading and acting, with their waiting and their failures: a component shows, these know. */
import { ref, type ShallowRef, shallowRef } from 'vue';
import { newKey } from './key.ts';
import { useMine } from './mine.ts';
import { asProblem, type Problem } from './problem.ts';

/** What a page reads. While it is read again the old value stays, so that nothing jumps. */
export function useLoad<T>(read: () => Promise<T>, options: { live?: boolean; now?: boolean } = {}) {
  const data: ShallowRef<T | null> = shallowRef(null);
  const problem = shallowRef<Problem | null>(null);
  const loading = ref(true);
  let latest = 0;

  async function reload(): Promise<void> {
    const mine = ++latest;
    loading.value = true;
    try {
      const fresh = await read();
      if (mine !== latest) return;
      data.value = fresh;
      problem.value = null;
    } catch (thrown) {
      if (mine !== latest) return;
      problem.value = asProblem(thrown);
    }
    loading.value = false;
  }

  if (options.now !== false) void reload();
  if (options.live) useMine(() => void reload());
  return { data, problem, loading, reload };
}

/**
 * An act of the person. It cannot run twice at once, and after a failure of the network the next press repeats it
 * under the same idempotency key, so that an act whose answer was lost is not done twice.
 */
export function useAct<In extends unknown[], Out>(act: (key: string, ...input: In) => Promise<Out>) {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  let unsure: { key: string; input: string } | null = null;

  async function run(...input: In): Promise<Out | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    problem.value = null;
    const written = JSON.stringify(input);
    const key = unsure?.input === written ? unsure.key : newKey();
    try {
      const done = await act(key, ...input);
      unsure = null;
      return done;
    } catch (thrown) {
      problem.value = asProblem(thrown);
      unsure = problem.value.unreachable ? { key, input: written } : null;
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { run, busy, problem };
}
