/** The live desk: for dispatchers to act on, for regulators to look at. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const pages = { roles: ['dispatcher'] as Role[], frame: 'desk' as const };

export const deskRoutes: RouteRecordRaw[] = [
  {
    path: '/desk',
    component: () => import('./DeskPage.vue'),
    meta: {
      roles: ['dispatcher', 'regulator'],
      words: ['staff', 'desk'],
      title: 'desk.title',
      frame: 'desk',
    },
  },
  {
    path: '/desk/care',
    component: () => import('./CarePage.vue'),
    meta: { ...pages, words: ['staff', 'desk', 'respite', 'care'], title: 'care.city.title' },
  },
  {
    path: '/desk/asking',
    component: () => import('./AskingPage.vue'),
    meta: { ...pages, words: ['staff', 'desk', 'asking'], title: 'asking.title' },
  },
  {
    path: '/desk/visits/:id',
    component: () => import('./VisitRecordPage.vue'),
    props: true,
    meta: { ...pages, words: ['staff', 'desk', 'visit', 'record'], title: 'record.title' },
  },
];
