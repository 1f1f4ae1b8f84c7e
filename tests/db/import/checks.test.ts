import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityCheck, readIdentity } from '../../../db/people/identity.ts';
import { creditCodeOf, isCreditCode } from '../../../db/providers/creditCode.ts';

const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10).replaceAll('-', ''));
const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const identity = fc
  .tuple(digits(6), day, digits(3))
  .map(([area, birth, sequence]) => area + birth + sequence)
  .map((first17) => first17 + identityCheck(first17));

const letters = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];
const credit = fc
  .array(fc.constantFrom(...letters), { minLength: 17, maxLength: 17 })
  .map((all) => creditCodeOf(all.join('')));

/** A character of a text replaced by another one. */
const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + 1);

describe('the check character of an identity number (GB 11643)', () => {
  it('fits what it was made for, and tells birth date and gender', () => {
    fc.assert(
      fc.property(identity, (number) => {
        const read = readIdentity(number);
        expect(read).toMatchObject({ number, gender: Number(number[16]) % 2 ? 'male' : 'female' });
        expect('birthDate' in read && read.birthDate.replaceAll('-', '')).toBe(number.slice(6, 14));
      }),
    );
  });

  it('notices every single wrong digit', () => {
    fc.assert(
      fc.property(identity, fc.nat(16), fc.nat(9), (number, at, digit) => {
        fc.pre(number[at] !== String(digit));
        expect(readIdentity(replaced(number, at, String(digit)))).toHaveProperty('fault');
      }),
    );
  });

  it('notices two digits in the wrong order', () => {
    fc.assert(
      fc.property(identity, fc.nat(15), (number, at) => {
        fc.pre(number[at] !== number[at + 1]);
        const swapped = replaced(
          replaced(number, at, number[at + 1] as string),
          at + 1,
          number[at] as string,
        );
        expect(readIdentity(swapped)).toHaveProperty('fault');
      }),
    );
  });
});

describe('the check character of a credit code (GB 32100)', () => {
  it('fits what it was made for', () => {
    fc.assert(
      fc.property(credit, (code) => {
        expect(isCreditCode(code)).toBe(true);
      }),
    );
  });

  it('notices every single wrong character', () => {
    fc.assert(
      fc.property(credit, fc.nat(17), fc.constantFrom(...letters), (code, at, letter) => {
        fc.pre(code[at] !== letter);
        expect(isCreditCode(replaced(code, at, letter))).toBe(false);
      }),
    );
  });

  it('is never right with letters the code does not have', () => {
    fc.assert(
      fc.property(credit, fc.nat(17), fc.constantFrom('I', 'O', 'S', 'V', 'Z'), (code, at, letter) => {
        expect(isCreditCode(replaced(code, at, letter))).toBe(false);
      }),
    );
  });
});
