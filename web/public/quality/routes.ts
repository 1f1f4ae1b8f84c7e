/** The public quality page. */
import type { RouteRecordRaw } from 'vue-router';

export const qualityRoutes: RouteRecordRaw[] = [
  {
    path: '/quality',
    component: () => import('./QualityPage.vue'),
    meta: { title: 'quality.title', words: ['quality'], frame: 'people' },
  },
];
