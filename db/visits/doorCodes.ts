/**
 * What proves to have been at a door without the visitor's word: a code that changes every half minute, as a QR picture
 * on the elder's phone or six digits on a tile at the door, and a number to say on the home's telephone. All are derived
 * from the data key, so that nothing secret is stored; a home's door key is renewed by counting its version up.
 */
import { createHmac } from 'node:crypto';
import { digest } from '../connect/seal.ts';
import type { VisitsPolicy } from './rules.ts';

export interface DoorKey {
  elderId: string;
  /** Of the elder's row: the codes of earlier versions are worthless. */
  version: number;
}

type Steps = Pick<VisitsPolicy, 'doorStepSeconds' | 'doorToleranceSeconds'>;

const PREFIX = 'huzhu:v1';
const TILE_DIGITS = 6;
const PHONE_DIGITS = 6;

const secretOf = ({ elderId, version }: DoorKey): Buffer =>
  digest('door_key', `${elderId}:${version}`).subarray(0, 20);

const stepAt = (at: Date, seconds: number): number => Math.floor(at.getTime() / 1000 / seconds);

function macOf(door: DoorKey, step: number): string {
  return createHmac('sha256', secretOf(door)).update(`${PREFIX}:${step}`).digest('base64url').slice(0, 16);
}

export interface DoorStep {
  text: string;
  validFrom: Date;
  validUntil: Date;
}

/** The texts of the next `count` steps from an instant, so that a phone can show them without asking each time. */
export function doorSteps(door: DoorKey, at: Date, count: number, { doorStepSeconds }: Steps): DoorStep[] {
  const first = stepAt(at, doorStepSeconds);
  const beginOf = (step: number) => new Date(step * doorStepSeconds * 1000);
  return Array.from({ length: count }, (_, i) => {
    const step = first + i;
    return {
      text: `${PREFIX}:${step}:${macOf(door, step)}`,
      validFrom: beginOf(step),
      validUntil: beginOf(step + 1),
    };
  });
}

/** The six digits of an instant (RFC 6238, SHA-1), as tiles and any other token of that standard show them. */
export function tileDigits(door: DoorKey, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  return truncated(createHmac('sha1', secretOf(door)).update(counter).digest(), TILE_DIGITS);
}

/** RFC 4226, section 5.3. */
function truncated(mac: Buffer, digits: number): string {
  const offset = (mac.at(-1) as number) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** digits).padStart(digits, '0');
}

/** The address by which a tile or an app takes up a home's codes; shown once, to the station that sets it up. */
export function tileAddress(door: DoorKey, { doorStepSeconds }: Steps): string {
  const secret = base32(secretOf(door));
  return `otpauth://totp/Huzhu?secret=${secret}&algorithm=SHA1&digits=${TILE_DIGITS}&period=${doorStepSeconds}`;
}

function base32(bytes: Uint8Array): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

/**
 * What a code says about a check at `at`: `fresh` when it was shown then, `stale` when it is of this door but of another
 * time (a photograph), `wrong` when it is of no code of this door.
 */
export function judgeCode(code: string, door: DoorKey, at: Date, steps: Steps): 'fresh' | 'stale' | 'wrong' {
  const around = Math.ceil(steps.doorToleranceSeconds / steps.doorStepSeconds);
  const now = stepAt(at, steps.doorStepSeconds);
  const match = /^huzhu:v1:(\d{1,12}):([\w-]{16})$/.exec(code);
  if (match) {
    const step = Number(match[1]);
    if (macOf(door, step) !== match[2]) return 'wrong';
    return Math.abs(step - now) <= around ? 'fresh' : 'stale';
  }
  for (let step = now - around; step <= now + around; step++)
    if (tileDigits(door, step) === code) return 'fresh';
  return 'wrong';
}

/** The number that whoever is at the elder's home says on its telephone, one for coming and one for going. */
export function phoneCode(visitId: string, kind: 'check_in' | 'check_out'): string {
  return truncated(digest('phone_code', `${visitId}:${kind}`), PHONE_DIGITS);
}
