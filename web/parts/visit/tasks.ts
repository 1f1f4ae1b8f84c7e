/** The names of what is ticked off in a visit; a code that the city has added later shows as it is. */
import { useI18n } from 'vue-i18n';

export function useTaskNames(): (code: string) => string {
  const { t, te } = useI18n();
  return (code) => (te(`visit.taskNames.${code}`) ? t(`visit.taskNames.${code}`) : code);
}
