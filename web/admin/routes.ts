/** Pages of the administrator: the system's health, its switches and policies; no personal record. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['admin'] as Role[],
  words: ['staff', 'admin'],
  frame: 'desk' as const,
};

export const adminRoutes: RouteRecordRaw[] = [
  {
    path: '/admin',
    component: () => import('./SystemPage.vue'),
    meta: { ...meta, title: 'admin.system.title' },
  },
  {
    path: '/admin/policies',
    component: () => import('./PoliciesPage.vue'),
    meta: { ...meta, title: 'admin.policies.title' },
  },
];
