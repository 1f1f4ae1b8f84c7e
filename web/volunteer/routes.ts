/** Pages of the volunteer, made for a phone in one hand. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['volunteer'] as Role[],
  words: ['volunteer', 'availability', 'visit', 'hours', 'giving', 'kin', 'elder'],
  frame: 'people' as const,
};

const of = (title: string) => ({ meta: { ...meta, title } });

/** What stands below the frame that says whose hours they are. */
const hoursRoutes: RouteRecordRaw[] = [
  { path: '/volunteer/hours', component: () => import('./HoursPage.vue'), ...of('volunteer.hours.title') },
  {
    path: '/volunteer/hours/moves/:id',
    component: () => import('../parts/hours/MovePage.vue'),
    props: true,
    ...of('hours.move.title'),
  },
  {
    path: '/volunteer/hours/receipt/:id',
    component: () => import('../parts/hours/ReceiptPage.vue'),
    props: true,
    ...of('hours.receipt.title'),
  },
  {
    path: '/volunteer/hours/certificate/:id',
    component: () => import('../parts/hours/CertificatePage.vue'),
    props: true,
    ...of('hours.certificate.title'),
  },
  {
    path: '/volunteer/hours/statement',
    component: () => import('../parts/hours/StatementPage.vue'),
    ...of('hours.statement.title'),
  },
  {
    path: '/volunteer/hours/statement/print',
    component: () => import('../parts/hours/StatementPrint.vue'),
    ...of('hours.statement.print'),
  },
  {
    path: '/volunteer/hours/give',
    component: () => import('../parts/hours/GivePage.vue'),
    ...of('giving.give.title'),
  },
  {
    path: '/volunteer/hours/donate',
    component: () => import('../parts/hours/DonatePage.vue'),
    ...of('giving.donate.title'),
  },
  {
    path: '/volunteer/hours/team/:id',
    component: () => import('./HoursTeamPage.vue'),
    props: true,
    ...of('giving.team.donate'),
  },
  {
    path: '/volunteer/hours/redeem',
    component: () => import('../parts/hours/RedeemPage.vue'),
    ...of('giving.redeem.title'),
  },
  {
    path: '/volunteer/hours/redeem/:id',
    component: () => import('../elder/HoursBookPage.vue'),
    props: true,
    ...of('giving.redeem.title'),
  },
  {
    path: '/volunteer/hours/relatives',
    component: () => import('../parts/hours/RelativesPage.vue'),
    ...of('kin.titles.self'),
  },
  {
    path: '/volunteer/hours/relatives/ask',
    component: () => import('../parts/hours/AskKinPage.vue'),
    ...of('kin.add'),
  },
];

export const volunteerRoutes: RouteRecordRaw[] = [
  {
    path: '/volunteer',
    component: () => import('./HomePage.vue'),
    meta: { ...meta, title: 'volunteer.home.title' },
  },
  {
    path: '/volunteer/availability',
    component: () => import('./AvailabilityPage.vue'),
    meta: { ...meta, words: ['availability', 'messages'], title: 'availability.title' },
  },
  {
    path: '/volunteer/visit/:id',
    component: () => import('./VisitPage.vue'),
    props: true,
    meta: { ...meta, title: 'visit.title' },
  },
  {
    path: '/volunteer/hours',
    component: () => import('./HoursFrame.vue'),
    meta: { ...meta, title: 'volunteer.hours.title' },
    children: hoursRoutes,
  },
];
