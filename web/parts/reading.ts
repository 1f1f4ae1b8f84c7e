/** Text size for people's pages: 18 to 30 px, kept on the device. */
import { computed, ref } from 'vue';
import { keep, recall } from './keep.ts';

const sizesPx = [18, 20, 22, 26, 30];
const kept = Number(recall('text-size'));

const chosenPx = ref<number | null>(sizesPx.includes(kept) ? kept : null);
const usualPx = ref(18);

export function useReading() {
  const sizePx = computed(() => chosenPx.value ?? usualPx.value);
  const index = computed(() => sizesPx.indexOf(sizePx.value));
  const canShrink = computed(() => index.value > 0);
  const canGrow = computed(() => index.value < sizesPx.length - 1);

  function step(by: 1 | -1): void {
    const next = sizesPx[index.value + by];
    if (next === undefined) return;
    chosenPx.value = next;
    keep('text-size', String(next));
  }

  /** Elder pages begin one size larger than the others, unless the reader has chosen. */
  function setUsual(px: 18 | 20): void {
    usualPx.value = px;
  }

  return { sizePx, canShrink, canGrow, step, setUsual };
}
