/** Pages of the regulator: the ledger's proof, the policies, and who looked at whose record. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['regulator'] as Role[],
  words: ['staff', 'regulator'],
  frame: 'desk' as const,
};

export const regulatorRoutes: RouteRecordRaw[] = [
  {
    path: '/regulator',
    component: () => import('./OverviewPage.vue'),
    meta: { ...meta, title: 'regulator.overview.title' },
  },
  {
    path: '/regulator/solvency',
    component: () => import('./SolvencyPage.vue'),
    meta: { ...meta, words: [...meta.words, 'solvency'], title: 'solvency.title' },
  },
  {
    path: '/regulator/policies',
    component: () => import('./PoliciesPage.vue'),
    meta: { ...meta, title: 'regulator.policies.title' },
  },
  {
    path: '/regulator/records',
    component: () => import('./RecordsPage.vue'),
    meta: { ...meta, title: 'regulator.records.title' },
  },
  {
    path: '/regulator/records/:id',
    component: () => import('./RecordPage.vue'),
    props: true,
    meta: { ...meta, title: 'regulator.record.title' },
  },
];
