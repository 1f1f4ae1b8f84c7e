/// <reference lib="dom" />
/** Small settings kept on the device (text size, language). A browser that forbids storage only forgets them. */

const prefix = 'huzhu.';

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // Private windows may refuse; the setting then lasts until the page closes.
  }
}
