/** Pages for everybody, signed in or not. */
import type { RouteRecordRaw } from 'vue-router';
import { asProblem } from '../parts/problem.ts';
import { useSession } from '../parts/session.ts';
import UnreachablePage from './UnreachablePage.vue';

export const publicRoutes: RouteRecordRaw[] = [
  {
    path: '/',
    component: () => import('./HomePage.vue'),
    meta: { title: 'public.home.title', words: ['public'], frame: 'people' },
  },
  {
    // Where the installed app opens: everybody's own first page.
    path: '/start',
    component: () => import('./HomePage.vue'),
    beforeEnter: async () => {
      const session = useSession();
      await session.load().catch(asProblem);
      if (session.me) return session.home;
      return session.known ? { name: 'sign-in' } : { name: 'unreachable', query: { next: '/start' } };
    },
    meta: { title: 'public.home.title', words: ['public'], frame: 'people' },
  },
  {
    path: '/sign-in',
    name: 'sign-in',
    component: () => import('./SignInPage.vue'),
    meta: { title: 'public.signIn.title', words: ['public'], frame: 'people' },
  },
  {
    path: '/certificates',
    component: () => import('./CertificatePage.vue'),
    meta: { title: 'hours.checking.title', words: ['hours'], frame: 'people' },
  },
  {
    path: '/unreachable',
    name: 'unreachable',
    component: UnreachablePage,
    meta: { title: 'common.unreachable.title', frame: 'people' },
  },
  {
    path: '/:anything(.*)*',
    component: () => import('./NotFoundPage.vue'),
    meta: { title: 'public.notFound.title', words: ['public'], frame: 'people' },
  },
];
