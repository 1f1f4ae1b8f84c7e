/** Recording an act at a visit from a page: it cannot run twice at once, and what stands in its way is shown. */
import { recordAct } from '../../offline/queue.ts';
import type { Said } from '../../offline/store.ts';
import { useAct } from '../load.ts';

/** `run(said)` records it at this instant of the phone's clock, or at the instant of an earlier press. */
export function useRecording(visitId: () => string) {
  return useAct(async (_key, said: Said, at: string = new Date().toISOString()) => {
    await recordAct(visitId(), said, at);
    return true;
  });
}
