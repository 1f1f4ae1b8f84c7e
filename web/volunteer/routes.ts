/** Pages of the volunteer, made for a phone in one hand. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['volunteer'] as Role[],
  words: ['volunteer', 'visit', 'hours'],
  frame: 'people' as const,
};

export const volunteerRoutes: RouteRecordRaw[] = [
  {
    path: '/volunteer',
    component: () => import('./HomePage.vue'),
    meta: { ...meta, title: 'volunteer.home.title' },
  },
  {
    path: '/volunteer/visit/:id',
    component: () => import('./VisitPage.vue'),
    props: true,
    meta: { ...meta, title: 'visit.title' },
  },
  {
    path: '/volunteer/hours',
    component: () => import('./HoursPage.vue'),
    meta: { ...meta, title: 'volunteer.hours.title' },
  },
];
