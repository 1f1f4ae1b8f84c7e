/** Pages of the regulator: the ledger's proof, partner cities, the policies, and who looked at whose record. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['regulator'] as Role[],
  words: ['staff', 'regulator', 'care'],
  frame: 'desk' as const,
};

const ledger = {
  ...meta,
  words: [...meta.words, 'ledger', 'hours', 'counter', 'station'],
  title: 'ledger.title',
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
    path: '/regulator/disputes',
    component: () => import('./DisputesPage.vue'),
    meta: { ...meta, title: 'care.disputes.title' },
  },
  {
    path: '/regulator/disputes/:id',
    component: () => import('./DisputePage.vue'),
    props: true,
    meta: { ...meta, title: 'care.disputes.title' },
  },
  {
    path: '/regulator/complaints',
    component: () => import('./ComplaintsPage.vue'),
    meta: { ...meta, title: 'care.complaints.title' },
  },
  {
    path: '/regulator/complaints/:id',
    component: () => import('./ComplaintPage.vue'),
    props: true,
    meta: { ...meta, title: 'care.complaints.title' },
  },
  { path: '/regulator/ledger', component: () => import('./ledger/CirculationPage.vue'), meta: ledger },
  { path: '/regulator/ledger/accounts', component: () => import('./ledger/AccountsPage.vue'), meta: ledger },
  { path: '/regulator/ledger/search', component: () => import('./ledger/SearchPage.vue'), meta: ledger },
  {
    path: '/regulator/ledger/transfers/:id',
    component: () => import('./ledger/TransferPage.vue'),
    props: true,
    meta: ledger,
  },
  { path: '/regulator/ledger/proof', component: () => import('./ledger/ProofPage.vue'), meta: ledger },
  {
    path: '/regulator/ledger/corrections',
    component: () => import('./ledger/CorrectionsPage.vue'),
    meta: ledger,
  },
  { path: '/regulator/ledger/debts', component: () => import('./ledger/DebtsPage.vue'), meta: ledger },
  {
    path: '/regulator/partners',
    component: () => import('./partners/PartnersPage.vue'),
    meta: { ...meta, words: [...meta.words, 'partners'], title: 'partners.title' },
  },
  {
    path: '/regulator/partners/:code',
    component: () => import('./partners/PartnerPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'partners'], title: 'partners.title' },
  },
  {
    path: '/regulator/partners/:code/print',
    component: () => import('./partners/StatementPrint.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'partners'], title: 'partners.statement.title' },
  },
  {
    path: '/regulator/beds',
    component: () => import('./BedsPage.vue'),
    meta: { ...meta, words: [...meta.words, 'respite', 'bedcare'], title: 'bedcare.city.title' },
  },
  {
    path: '/regulator/asking',
    component: () => import('./AskingPage.vue'),
    meta: { ...meta, words: [...meta.words, 'asking'], title: 'asking.title' },
  },
  {
    path: '/regulator/visits/:id',
    component: () => import('./VisitRecordPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'visit', 'record'], title: 'record.title' },
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
