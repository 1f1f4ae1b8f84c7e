/** A value that cannot be taken: where it stands, what of it may be shown, and what would be right. */
import type { Said } from './columns.ts';

/** The files of one import beside the one that is imported. */
export type OtherFile = 'mapping' | 'transfers';

export interface BadValue {
  /** Null: the file that is imported. */
  file: OtherFile | null;
  line: number;
  /** As in the file; for a column the file has not, its name. Null: the whole line. */
  column: Said | null;
  /** Masked where it may be personal; null: nothing stands there. */
  value: string | null;
  reason: Said;
}

/**
 * A value as a list of errors may show it: its first character, unless its column is open (amounts, account codes)
 * and what stands there looks like it. Columns may have been swapped, so a long number is never shown.
 */
export function masked(text: string, isOpen: boolean): string {
  const looksOpen = /^(?:[-+()\d.,:\s]{1,24}|[A-Za-z]{0,6}\d{1,10})$/.test(text);
  if (isOpen && looksOpen && text.replace(/\D/g, '').length <= 10) return text;
  const [first = '', ...rest] = [...text];
  return rest.length > 0 ? `${first}***` : '*';
}
