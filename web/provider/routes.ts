/** Pages of a care provider: what it is asked, where its carers are, who they are, how well it does. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['provider'] as Role[],
  words: ['staff', 'provider'],
  frame: 'desk' as const,
};

const care = { ...meta, words: [...meta.words, 'respite', 'bedcare'] };
const beds = { ...care, title: 'bedcare.beds.title' };
const complaints = { ...meta, words: [...meta.words, 'care'], title: 'care.complaints.title' };
const contracts = { ...care, title: 'bedcare.contracts.title' };

export const providerRoutes: RouteRecordRaw[] = [
  {
    path: '/provider',
    component: () => import('./TodayPage.vue'),
    meta: { ...meta, title: 'provider.today.title' },
  },
  {
    path: '/provider/carers',
    component: () => import('./CarersPage.vue'),
    meta: { ...meta, title: 'provider.carers.title' },
  },
  {
    path: '/provider/carers/:id',
    component: () => import('./CarerPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'availability'], title: 'provider.carers.title' },
  },
  { path: '/provider/beds', component: () => import('./beds/BedsPage.vue'), meta: beds },
  { path: '/provider/stays/:id', component: () => import('./beds/StayPage.vue'), props: true, meta: beds },
  { path: '/provider/contracts', component: () => import('./ContractsPage.vue'), meta: contracts },
  {
    path: '/provider/contracts/new',
    component: () => import('./ContractDraftPage.vue'),
    meta: { ...care, title: 'bedcare.draft.title' },
  },
  {
    path: '/provider/contracts/:id',
    component: () => import('./ContractPage.vue'),
    props: true,
    meta: contracts,
  },
  {
    path: '/provider/complaints',
    component: () => import('./ComplaintsPage.vue'),
    meta: complaints,
  },
  {
    path: '/provider/complaints/:id',
    component: () => import('./ComplaintPage.vue'),
    props: true,
    meta: complaints,
  },
  {
    path: '/provider/visits/:id',
    component: () => import('./VisitRecordPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'visit', 'record'], title: 'record.title' },
  },
  {
    path: '/provider/visit-corrections',
    component: () => import('./CorrectionsPage.vue'),
    meta: { ...meta, words: [...meta.words, 'record'], title: 'staff.corrections.title' },
  },
  {
    path: '/provider/scores',
    component: () => import('./ScoresPage.vue'),
    meta: { ...meta, title: 'provider.scores.title' },
  },
];
