import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDataKey } from '../../../db/connect/seal.ts';
import { doorSteps, judgeCode, phoneCode, tileAddress, tileDigits } from '../../../db/visits/doorCodes.ts';
import { ids, later, monday } from '../../support/smallCity.ts';

const steps = { doorStepSeconds: 30, doorToleranceSeconds: 90 };
const door = { elderId: ids.wang, version: 1 };

beforeAll(() => useDataKey(Buffer.alloc(32, 7).toString('base64')));

const shownAt = (at: Date) => doorSteps(door, at, 1, steps)[0]?.text as string;

describe('the code at the door (S7)', () => {
  it('proves that somebody was there when it was shown, and a photograph of it proves nothing later', () => {
    const code = shownAt(monday);
    expect(judgeCode(code, door, monday, steps)).toBe('fresh');
    expect(judgeCode(code, door, later(monday, 1), steps)).toBe('fresh');
    expect(judgeCode(code, door, later(monday, 3), steps)).toBe('stale');
    expect(judgeCode(code, door, later(monday, -3), steps)).toBe('stale');
  });

  it('is worth nothing at another door, under an earlier key, or made up', () => {
    const code = shownAt(monday);
    expect(judgeCode(code, { ...door, elderId: ids.li }, monday, steps)).toBe('wrong');
    expect(judgeCode(code, { ...door, version: 2 }, monday, steps)).toBe('wrong');
    expect(judgeCode(`${code.slice(0, -1)}!`, door, monday, steps)).toBe('wrong');
    expect(judgeCode(code.replace(/:\d+:/, ':1:'), door, monday, steps)).toBe('wrong');
    expect(judgeCode('', door, monday, steps)).toBe('wrong');
  });

  it('changes every half minute, one text following the other without a gap', () => {
    const shown = doorSteps(door, later(monday, 0.1), 40, steps);
    expect(new Set(shown.map(({ text }) => text)).size).toBe(40);
    expect(shown[0]?.validFrom.getTime()).toBe(monday.getTime());
    for (const [i, step] of shown.entries())
      expect(step.validUntil).toEqual(shown[i + 1]?.validFrom ?? step.validUntil);
  });

  it('is told by a tile as any token of RFC 6238 tells it', () => {
    const secret = new URL(tileAddress(door, steps)).searchParams.get('secret') as string;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
    const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
    const step = Math.floor(monday.getTime() / 30_000);
    const counter = Buffer.alloc(8);
    counter.writeUInt32BE(step, 4);
    const mac = createHmac('sha1', key).update(counter).digest();
    const at = (mac.at(-1) as number) & 15;
    const digits = String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
    expect(tileDigits(door, step)).toBe(digits);
    expect(judgeCode(digits, door, monday, steps)).toBe('fresh');
    expect(judgeCode(digits, door, later(monday, 10), steps)).toBe('wrong');
  });

  it('differs from the number for the telephone, which is one for coming and another for going', () => {
    const codes = [
      phoneCode(ids.near, 'check_in'),
      phoneCode(ids.near, 'check_out'),
      phoneCode(ids.far, 'check_in'),
    ];
    expect(new Set(codes).size).toBe(3);
    for (const code of codes) expect(code).toMatch(/^\d{6}$/);
  });
});
