/**
 * Which page answers which address. Each desk names its own pages in `<desk>/routes.ts`; the guard lets a person
 * into their role's pages only, and loads a page's words before showing it. The API checks every right again.
 */
import { nextTick } from 'vue';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { adminRoutes } from '../admin/routes.ts';
import { carerRoutes } from '../carer/routes.ts';
import { deskRoutes } from '../desk/routes.ts';
import { elderRoutes } from '../elder/routes.ts';
import { loadWords } from '../i18n/index.ts';
import { messageRoutes } from '../messages/routes.ts';
import { asProblem } from '../parts/problem.ts';
import type { Role } from '../parts/records.ts';
import { useSession } from '../parts/session.ts';
import { providerRoutes } from '../provider/routes.ts';
import { qualityRoutes } from '../public/quality/routes.ts';
import { publicRoutes } from '../public/routes.ts';
import { regulatorRoutes } from '../regulator/routes.ts';
import { stationRoutes } from '../station/routes.ts';
import { volunteerRoutes } from '../volunteer/routes.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Who may enter; left out for public pages. */
    roles?: readonly Role[];
    /** Files of words the page needs besides `common`. */
    words?: readonly string[];
    /** Key of the page's title. */
    title: string;
    /** `elder`: largest type and targets; `people`: scalable type; `desk`: dense, full width. */
    frame: 'elder' | 'people' | 'desk';
  }
}

const routes: RouteRecordRaw[] = [
  ...publicRoutes,
  ...qualityRoutes,
  ...elderRoutes,
  ...messageRoutes,
  ...volunteerRoutes,
  ...carerRoutes,
  ...providerRoutes,
  ...stationRoutes,
  ...deskRoutes,
  ...regulatorRoutes,
  ...adminRoutes,
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(async (to) => {
  await loadWords(['common', ...(to.meta.words ?? [])]);
  const session = useSession();
  const asking = session.load().catch(asProblem);
  if (!to.meta.roles) return true;
  await asking;
  if (!session.known && !session.me) return { name: 'unreachable', query: { next: to.fullPath } };
  if (!session.me) return { name: 'sign-in', query: { next: to.fullPath } };
  return to.meta.roles.includes(session.me.role) ? true : session.home;
});

// A page whose files cannot be fetched must say so; otherwise the press would seem to do nothing.
router.onError((error, to) => {
  asProblem(error);
  if (to.name !== 'unreachable') void router.replace({ name: 'unreachable', query: { next: to.fullPath } });
});

router.afterEach(async (to, from) => {
  const root = document.documentElement;
  root.dataset.frame = to.meta.frame;
  // A screen reader and the keyboard go on at the new page's heading.
  if (from.matched.length > 0 && to.path !== from.path) {
    await nextTick();
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }
});
