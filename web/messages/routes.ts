/** What somebody was told, and how they want to be told: for everybody who is signed in, on elders' pages larger. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const words = ['messages'];
const elders = { roles: ['elder', 'family'] as Role[], words, frame: 'elder' as const };
const others = {
  roles: ['volunteer', 'carer', 'provider', 'station'] as Role[],
  words,
  frame: 'people' as const,
};
const persons = { ...others, roles: ['volunteer', 'carer'] as Role[] };
const list = () => import('./MessagesPage.vue');
const settings = () => import('./SettingsPage.vue');

export const messageRoutes: RouteRecordRaw[] = [
  { path: '/elder/messages', component: list, meta: { ...elders, title: 'messages.title' } },
  {
    path: '/elder/messages/settings',
    component: settings,
    meta: { ...elders, title: 'messages.settings.title' },
  },
  { path: '/messages', component: list, meta: { ...others, title: 'messages.title' } },
  { path: '/messages/settings', component: settings, meta: { ...persons, title: 'messages.settings.title' } },
];
