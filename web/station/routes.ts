/** Pages of a community station: its day, its elders, booking for who cannot, and its volunteers. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['station'] as Role[],
  words: ['staff', 'station'],
  frame: 'desk' as const,
};

export const stationRoutes: RouteRecordRaw[] = [
  {
    path: '/station',
    component: () => import('./TodayPage.vue'),
    meta: { ...meta, title: 'station.today.title' },
  },
  {
    path: '/station/elders',
    component: () => import('./EldersPage.vue'),
    meta: { ...meta, title: 'station.elders.title' },
  },
  {
    path: '/station/elders/:id',
    component: () => import('./ElderPage.vue'),
    props: true,
    meta: { ...meta, title: 'station.elder.title' },
  },
  {
    path: '/station/elders/:id/book',
    component: () => import('./BookPage.vue'),
    props: true,
    meta: { ...meta, words: ['staff', 'station', 'elder'], title: 'station.book.title' },
  },
  {
    path: '/station/volunteers',
    component: () => import('./VolunteersPage.vue'),
    meta: { ...meta, title: 'station.volunteers.title' },
  },
];
