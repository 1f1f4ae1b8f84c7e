/** Words shared by the provider's, station's, regulator's and administrator's pages. */
import type { messages as zh } from '../zh-CN/staff.ts';

export const messages: typeof zh = {
  dark: 'Dark',
  pages: 'Pages of this desk',
  none: '—',
  cut: 'Only the first {count} are listed',
  genders: { female: 'Woman', male: 'Man' },
};
