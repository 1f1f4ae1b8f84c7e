/** Pages of a community station: its day, its elders, booking for who cannot, and its volunteers. */
import type { RouteRecordRaw } from 'vue-router';
import type { Role } from '../parts/records.ts';

const meta = {
  roles: ['station'] as Role[],
  words: ['staff', 'station', 'counter', 'care'],
  frame: 'desk' as const,
};

const atDesk = (title: string) => ({
  meta: {
    ...meta,
    words: ['staff', 'station', 'hours', 'giving', 'kin', 'counter', 'closing', 'care'],
    title,
  },
});

/** A person's hours on their behalf. */
const hoursRoutes: RouteRecordRaw[] = [
  {
    path: '/station/people/:person/hours',
    component: () => import('./HoursPage.vue'),
    ...atDesk('hours.moves'),
  },
  {
    path: '/station/people/:person/hours/moves/:id',
    component: () => import('../parts/hours/MovePage.vue'),
    props: true,
    ...atDesk('hours.move.title'),
  },
  {
    path: '/station/people/:person/hours/receipt/:id',
    component: () => import('../parts/hours/ReceiptPage.vue'),
    props: true,
    ...atDesk('hours.receipt.title'),
  },
  {
    path: '/station/people/:person/hours/certificate/:id',
    component: () => import('../parts/hours/CertificatePage.vue'),
    props: true,
    ...atDesk('hours.certificate.title'),
  },
  {
    path: '/station/people/:person/hours/statement',
    component: () => import('../parts/hours/StatementPage.vue'),
    ...atDesk('hours.statement.title'),
  },
  {
    path: '/station/people/:person/hours/statement/print',
    component: () => import('../parts/hours/StatementPrint.vue'),
    ...atDesk('hours.statement.print'),
  },
  {
    path: '/station/people/:person/hours/give',
    component: () => import('../parts/hours/GivePage.vue'),
    ...atDesk('giving.give.title'),
  },
  {
    path: '/station/people/:person/hours/donate',
    component: () => import('../parts/hours/DonatePage.vue'),
    ...atDesk('giving.donate.title'),
  },
  {
    path: '/station/people/:person/hours/relatives',
    component: () => import('../parts/hours/RelativesPage.vue'),
    ...atDesk('kin.titles.desk'),
  },
  {
    path: '/station/people/:person/hours/relatives/ask',
    component: () => import('../parts/hours/AskKinPage.vue'),
    ...atDesk('kin.add'),
  },
  {
    path: '/station/people/:person/hours/closing/death',
    component: () => import('./closing/DeathPage.vue'),
    ...atDesk('closing.death.title'),
  },
  {
    path: '/station/people/:person/hours/closing/move',
    component: () => import('./closing/MovePage.vue'),
    ...atDesk('closing.move.title'),
  },
];

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
    meta: { ...meta, words: [...meta.words, 'elder', 'bedcare'], title: 'station.elder.title' },
  },
  {
    path: '/station/elders/:id/book',
    component: () => import('./BookPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'elder', 'kin'], title: 'station.book.title' },
  },
  {
    path: '/station/alerts',
    component: () => import('./AlertsPage.vue'),
    meta: { ...meta, title: 'care.alerts.title' },
  },
  {
    path: '/station/call-backs',
    component: () => import('./CallBacksPage.vue'),
    meta: { ...meta, title: 'care.calls.title' },
  },
  {
    path: '/station/contracts/:id',
    component: () => import('./ContractPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'bedcare'], title: 'bedcare.read.title' },
  },
  {
    path: '/station/complaints',
    component: () => import('./ComplaintsPage.vue'),
    meta: { ...meta, title: 'care.complaints.title' },
  },
  {
    path: '/station/complaints/:id',
    component: () => import('./ComplaintPage.vue'),
    props: true,
    meta: { ...meta, title: 'care.complaints.title' },
  },
  {
    path: '/station/visits/:id',
    component: () => import('./VisitRecordPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'visit', 'record'], title: 'record.title' },
  },
  {
    path: '/station/visit-corrections',
    component: () => import('./CorrectionsPage.vue'),
    meta: { ...meta, words: [...meta.words, 'record'], title: 'staff.corrections.title' },
  },
  {
    path: '/station/volunteers',
    component: () => import('./VolunteersPage.vue'),
    meta: { ...meta, title: 'station.volunteers.title' },
  },
  {
    path: '/station/volunteers/:id',
    component: () => import('./VolunteerPage.vue'),
    props: true,
    meta: { ...meta, words: [...meta.words, 'availability'], title: 'station.volunteers.time' },
  },
  {
    path: '/station/elders/:id/profile',
    component: () => import('./HoursProfilePage.vue'),
    props: true,
    ...atDesk('counter.profile.title'),
  },
  {
    path: '/station/relatives',
    component: () => import('./HoursKinPage.vue'),
    ...atDesk('counter.kin.title'),
  },
  {
    path: '/station/corrections',
    component: () => import('./HoursCorrectionsPage.vue'),
    ...atDesk('counter.corrections.title'),
  },
  {
    path: '/station/people/:person/hours',
    component: () => import('./HoursFrame.vue'),
    ...atDesk('hours.moves'),
    children: hoursRoutes,
  },
];
