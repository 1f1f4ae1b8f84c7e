/** The live desk: for dispatchers to act on, for regulators to look at. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const care = {
  roles: ['dispatcher'] as Role[],
  words: ['staff', 'desk', 'care'],
  frame: 'desk' as const,
};

export const deskRoutes: RouteRecordRaw[] = [
  {
    path: '/desk',
    component: () => import('./DeskPage.vue'),
    meta: {
      roles: ['dispatcher', 'regulator'],
      words: ['staff', 'desk', 'care'],
      title: 'desk.title',
      frame: 'desk',
    },
  },
  {
    path: '/desk/alerts',
    component: () => import('./care/AlertsPage.vue'),
    meta: { ...care, title: 'care.alerts.title' },
  },
  {
    path: '/desk/call-backs',
    component: () => import('./care/CallBacksPage.vue'),
    meta: { ...care, title: 'care.calls.title' },
  },
  {
    path: '/desk/disputes',
    component: () => import('./care/DisputesPage.vue'),
    meta: { ...care, title: 'care.disputes.title' },
  },
  {
    path: '/desk/disputes/:id',
    component: () => import('./care/DisputePage.vue'),
    props: true,
    meta: { ...care, title: 'care.disputes.title' },
  },
  {
    path: '/desk/complaints',
    component: () => import('./care/ComplaintsPage.vue'),
    meta: { ...care, title: 'care.complaints.title' },
  },
  {
    path: '/desk/complaints/:id',
    component: () => import('./care/ComplaintPage.vue'),
    props: true,
    meta: { ...care, title: 'care.complaints.title' },
  },
  {
    path: '/desk/beds',
    component: () => import('./care/BedsPage.vue'),
    meta: { ...care, words: [...care.words, 'respite', 'bedcare'], title: 'bedcare.city.title' },
  },
  {
    path: '/desk/asking',
    component: () => import('./care/AskingPage.vue'),
    meta: { ...care, words: [...care.words, 'asking'], title: 'asking.title' },
  },
  {
    path: '/desk/visit-corrections',
    component: () => import('./care/CorrectionsPage.vue'),
    meta: { ...care, words: [...care.words, 'record'], title: 'staff.corrections.title' },
  },
  {
    path: '/desk/visits/:id',
    component: () => import('./care/VisitRecordPage.vue'),
    props: true,
    meta: { ...care, words: [...care.words, 'visit', 'record'], title: 'record.title' },
  },
];
