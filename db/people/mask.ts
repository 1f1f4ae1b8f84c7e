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
