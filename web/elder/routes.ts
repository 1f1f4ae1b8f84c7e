/** Pages of the elder, and of the family member who acts for one. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['elder', 'family'] as Role[],
  words: ['elder', 'hours', 'giving', 'kin'],
  frame: 'elder' as const,
};

const of = (title: string) => ({ meta: { ...meta, title } });

/** What stands below the frame that says whose hours they are. */
const hoursRoutes: RouteRecordRaw[] = [
  { path: '/elder/hours', component: () => import('./HoursPage.vue'), ...of('elder.hours.title') },
  {
    path: '/elder/hours/moves/:id',
    component: () => import('../parts/hours/MovePage.vue'),
    props: true,
    ...of('hours.move.title'),
  },
  {
    path: '/elder/hours/receipt/:id',
    component: () => import('../parts/hours/ReceiptPage.vue'),
    props: true,
    ...of('hours.receipt.title'),
  },
  {
    path: '/elder/hours/certificate/:id',
    component: () => import('../parts/hours/CertificatePage.vue'),
    props: true,
    ...of('hours.certificate.title'),
  },
  {
    path: '/elder/hours/statement',
    component: () => import('../parts/hours/StatementPage.vue'),
    ...of('hours.statement.title'),
  },
  {
    path: '/elder/hours/statement/print',
    component: () => import('../parts/hours/StatementPrint.vue'),
    ...of('hours.statement.print'),
  },
  {
    path: '/elder/hours/give',
    component: () => import('../parts/hours/GivePage.vue'),
    ...of('giving.give.title'),
  },
  {
    path: '/elder/hours/donate',
    component: () => import('../parts/hours/DonatePage.vue'),
    ...of('giving.donate.title'),
  },
  {
    path: '/elder/hours/redeem',
    component: () => import('../parts/hours/RedeemPage.vue'),
    ...of('giving.redeem.title'),
  },
  {
    path: '/elder/hours/redeem/:id',
    component: () => import('./HoursBookPage.vue'),
    props: true,
    ...of('giving.redeem.title'),
  },
  {
    path: '/elder/hours/relatives',
    component: () => import('../parts/hours/RelativesPage.vue'),
    ...of('kin.titles.self'),
  },
  {
    path: '/elder/hours/relatives/ask',
    component: () => import('../parts/hours/AskKinPage.vue'),
    ...of('kin.add'),
  },
];

const respite = { ...meta, words: ['elder', 'respite'] };

const contracts = { ...meta, words: ['elder', 'bedcare'] };

const respiteRoutes: RouteRecordRaw[] = [
  {
    path: '/elder/respite',
    component: () => import('./respite/RespitePage.vue'),
    meta: { ...respite, title: 'respite.title' },
  },
  {
    path: '/elder/respite/home',
    component: () => import('./respite/RespiteHomePage.vue'),
    meta: { ...respite, title: 'respite.block.title' },
  },
  {
    path: '/elder/respite/nights',
    component: () => import('./respite/RespiteNightsPage.vue'),
    meta: { ...respite, title: 'respite.nights.title' },
  },
  {
    path: '/elder/respite/stays/:id',
    component: () => import('./respite/StayPage.vue'),
    props: true,
    meta: { ...respite, title: 'respite.stay.title' },
  },
];

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
    meta: { ...meta, words: [...meta.words, 'visit', 'respite'], title: 'elder.visit.title' },
  },
  {
    path: '/elder/complaints',
    component: () => import('./ComplaintsPage.vue'),
    meta: { ...meta, title: 'elder.complaints.title' },
  },
  ...respiteRoutes,
  {
    path: '/elder/contracts',
    component: () => import('./contracts/ContractsPage.vue'),
    meta: { ...contracts, title: 'bedcare.read.list' },
  },
  {
    path: '/elder/contracts/:id',
    component: () => import('./contracts/ContractPage.vue'),
    props: true,
    meta: { ...contracts, title: 'bedcare.read.title' },
  },
  {
    path: '/elder/plans',
    component: () => import('./PlansPage.vue'),
    meta: { ...meta, title: 'elder.plans.title' },
  },
  {
    path: '/elder/hours',
    component: () => import('./HoursFrame.vue'),
    meta: { ...meta, title: 'elder.hours.title' },
    children: hoursRoutes,
  },
];
