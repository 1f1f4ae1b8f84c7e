/** Unified social credit codes by GB 32100: 17 characters and a check character. */

/** Digits and capital letters without those that are easily mistaken: I, O, S, V and Z. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The whole code of its first 17 characters. */
export function creditCodeOf(first17: string): string {
  let sum = 0;
  for (let i = 0, weight = 1; i < 17; i++, weight = (weight * 3) % 31)
    sum += weight * alphabet.indexOf(first17[i] as string);
  return first17.slice(0, 17) + alphabet[(31 - (sum % 31)) % 31];
}

/** Whether a text is a code of 18 allowed characters whose last is right. */
export function isCreditCode(text: string): boolean {
  return /^[0-9A-HJ-NPQRTUWXY]{18}$/.test(text) && creditCodeOf(text) === text;
}
