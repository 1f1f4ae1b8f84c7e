/** The catalogue, read once and kept for when there is no network; names in the reader's language. */
import { ref, shallowRef } from 'vue';
import { language } from '../i18n/language.ts';
import { keepOnPhone, readKept } from '../offline/store.ts';
import { call } from './api.ts';
import type { Service } from './records.ts';

const services = shallowRef<Service[]>([]);
const asked = ref(false);

export function useServices() {
  if (!asked.value) void load();

  async function load(): Promise<void> {
    asked.value = true;
    readKept('services').then(
      (kept) => {
        if (kept && services.value.length === 0) services.value = kept;
      },
      () => undefined,
    );
    try {
      const { items } = await call('GET', '/services');
      services.value = items;
      void keepOnPhone('services', items).catch(() => undefined);
    } catch {
      asked.value = false;
    }
  }

  function find(code: string): Service | undefined {
    return services.value.find((service) => service.code === code);
  }

  /** The service's name; its code only until the catalogue has come. */
  function nameOf(code: string): string {
    const service = find(code);
    if (!service) return services.value.length ? code : '…';
    return language.value === 'en' ? service.en : service.zh;
  }

  return { services, load, find, nameOf };
}
