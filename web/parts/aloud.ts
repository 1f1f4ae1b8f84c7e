/** Reads the page's main text aloud with the device's own voice; absent where the device has none. */
import { onScopeDispose, ref } from 'vue';
import { language } from '../i18n/language.ts';

export function useAloud() {
  const able = 'speechSynthesis' in window;
  const reading = ref(false);

  function start(): void {
    // biome-ignore lint/performance/useDomNodeTextContent: hidden words must not be read out, and innerText leaves them away
    const text = document.querySelector('main')?.innerText.trim();
    if (!text) return;
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = language.value;
    speech.rate = 0.9;
    speech.onend = () => {
      reading.value = false;
    };
    speech.onerror = speech.onend;
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
    reading.value = true;
  }

  function stop(): void {
    if (able) speechSynthesis.cancel();
    reading.value = false;
  }

  onScopeDispose(stop);
  return { able, reading, start, stop };
}
