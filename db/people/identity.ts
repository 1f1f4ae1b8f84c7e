/** Resident identity numbers by GB 11643: 17 digits and a check character. */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checks = '10X98765432';

/** The check character of the first 17 digits. */
export function identityCheck(first17: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return checks[sum % 11] as string;
}

export interface Identity {
  number: string;
  /** `YYYY-MM-DD`. */
  birthDate: string;
  gender: 'female' | 'male';
}

export type IdentityFault = 'length' | 'characters' | 'date' | 'checksum';

/** Reads an identity number, or says what is wrong with it. */
export function readIdentity(text: string): Identity | { fault: IdentityFault } {
  const number = text.trim().toUpperCase();
  if (number.length !== 18) return { fault: 'length' };
  if (!/^\d{17}[\dX]$/.test(number)) return { fault: 'characters' };
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isDate(birthDate)) return { fault: 'date' };
  if (identityCheck(number) !== number[17]) return { fault: 'checksum' };
  return { number, birthDate, gender: Number(number[16]) % 2 === 0 ? 'female' : 'male' };
}

/** Whether a text `YYYY-MM-DD` is a day of the calendar. */
export function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().slice(0, 10) === text
  );
}
