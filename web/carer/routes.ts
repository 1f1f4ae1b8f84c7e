/** Pages of the carer: the round of the day and one visit at a time. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = { roles: ['carer'] as Role[], words: ['carer', 'visit'], frame: 'people' as const };

export const carerRoutes: RouteRecordRaw[] = [
  {
    path: '/carer',
    component: () => import('./RoundPage.vue'),
    meta: { ...meta, title: 'carer.round.title' },
  },
  {
    path: '/carer/visit/:id',
    component: () => import('./VisitPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'respite'], title: 'visit.title' },
  },
];
