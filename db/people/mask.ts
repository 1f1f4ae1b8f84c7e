/** How identities are shown by default (PIPL): enough to recognise somebody one knows, not enough to find a stranger. */

/** The family name and a star for every other character. */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(rest.length);
}

/** The first three and the last four digits. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

/** The street, without the numbers of house, building and door. */
export function maskAddress(address: string): string {
  return address.replace(/\d+/g, '*');
}

/** Family names of two characters that are still met. */
const COMPOUND =
  /^(欧阳|司马|上官|诸葛|夏侯|尉迟|皇甫|令狐|慕容|司徒|东方|公孙|南宫|端木|轩辕|长孙|宇文|钟离|闻人|太史)/;

/** The family name alone: the first character of a Chinese name, or two; the last word of another. */
export function familyName(name: string): string {
  const words = name.trim().split(/\s+/);
  return words.length > 1 ? (words.at(-1) as string) : (COMPOUND.exec(name)?.[0] ?? [...name][0] ?? '');
}
