/** Agreements with other cities are the city's: a district's regulator reads them and changes nothing. */
import { computed } from 'vue';
import { useSession } from '../../parts/session.ts';

const CITY_CODE_LENGTH = 4;

export function useCityWord() {
  const session = useSession();
  return computed(() => (session.me?.areaCode?.length ?? CITY_CODE_LENGTH) <= CITY_CODE_LENGTH);
}
