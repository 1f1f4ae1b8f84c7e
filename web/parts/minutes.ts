/** Minutes since midnight, as a time field writes them. */

/** 1290 → 21:30; beyond midnight it begins anew. */
export function clockOf(minute: number): string {
  const inDay = minute % 1440;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
}

/** What a time field says after a change; 0 where it says nothing. */
export function minuteOf(event: Event): number {
  const [hours = 0, minutes = 0] = (event.target as HTMLInputElement).value.split(':').map(Number);
  return hours * 60 + minutes;
}
