/** Pages of the elder, and of the family member who acts for one. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = { roles: ['elder', 'family'] as Role[], words: ['elder', 'hours'], frame: 'elder' as const };

export const elderRoutes: RouteRecordRaw[] = [
  {
    path: '/elder',
    component: () => import('./HomePage.vue'),
    meta: { ...meta, title: 'elder.home.title' },
  },
  {
    path: '/elder/book',
    component: () => import('./BookPage.vue'),
    meta: { ...meta, title: 'elder.book.title' },
  },
  {
    path: '/elder/visits',
    component: () => import('./VisitsPage.vue'),
    meta: { ...meta, title: 'elder.visits.title' },
  },
  {
    path: '/elder/visits/:id',
    component: () => import('./VisitPage.vue'),
    props: true,
    meta: { ...meta, title: 'elder.visit.title' },
  },
  {
    path: '/elder/hours',
    component: () => import('./HoursPage.vue'),
    meta: { ...meta, title: 'elder.hours.title' },
  },
];
