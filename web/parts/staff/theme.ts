/** Light or dark on the staff's pages; the choice is kept on the device and ends with the page. */
import { onScopeDispose, ref, watchEffect } from 'vue';
import { keep, recall } from '../keep.ts';

const dark = ref(recall('theme') === 'dark');
let pages = 0;

export function useTheme() {
  const root = document.documentElement;
  pages += 1;
  watchEffect(() => {
    if (dark.value) root.dataset.theme = 'dark';
    else delete root.dataset.theme;
  });
  onScopeDispose(() => {
    pages -= 1;
    if (pages === 0) delete root.dataset.theme;
  });

  function turn(): void {
    dark.value = !dark.value;
    keep('theme', dark.value ? 'dark' : 'light');
  }

  return { dark, turn };
}
