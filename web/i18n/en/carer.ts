/** The carer's pages. */
import type { messages as zh } from '../zh-CN/carer.ts';

export const messages: typeof zh = {
  round: {
    title: 'My round',
    before: 'Day before',
    after: 'Day after',
    none: 'Nothing planned for this day',
    noneText: 'What your provider assigns to you appears here; no need to reload.',
    count: '{planned} visits, {served} done',
  },
};
