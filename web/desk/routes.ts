/** The live desk: for dispatchers to act on, for regulators to look at. */
import type { RouteRecordRaw } from 'vue-router';

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
];
