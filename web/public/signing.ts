/** The ways to sign in, as better-auth answers them; what fails is told by a key of `public.signIn.failed`. */
import { call, callAuth } from '../parts/api.ts';
import { Problem } from '../parts/problem.ts';
import type { Page, Role } from '../parts/records.ts';

export interface DemoAccount {
  role: Role;
  username: string;
  name: string;
  password: string;
}

/** `in` when the session stands, `totp` when the second factor is still to come. */
export type Signing = 'in' | 'totp';

const failures: Record<string, string> = {
  INVALID_USERNAME_OR_PASSWORD: 'password',
  INVALID_EMAIL_OR_PASSWORD: 'password',
  INVALID_USERNAME: 'password',
  USERNAME_TOO_SHORT: 'password',
  USERNAME_TOO_LONG: 'password',
  INVALID_PHONE_NUMBER: 'phone',
  PHONE_NUMBER_NOT_EXIST: 'phone',
  PHONE_NUMBER_CANNOT_BE_UPDATED: 'phone',
  INVALID_OTP: 'code',
  OTP_EXPIRED: 'codeOld',
  OTP_NOT_FOUND: 'codeOld',
  TOO_MANY_ATTEMPTS: 'tooMany',
  INVALID_CODE: 'totp',
  INVALID_TWO_FACTOR_COOKIE: 'totpOld',
  BANNED_USER: 'closed',
};

/** The words for a failed sign-in, or null when the failure has nothing to do with what was typed. */
export function failureOf(problem: Problem): string | null {
  if (problem.status === 429) return 'tooMany';
  const known = failures[problem.code];
  if (known) return known;
  return problem.status === 401 ? 'password' : null;
}

export async function signInByPassword(username: string, password: string): Promise<Signing> {
  const answer = await callAuth<{ twoFactorRedirect?: boolean }>('/sign-in/username', { username, password });
  return answer?.twoFactorRedirect ? 'totp' : 'in';
}

export async function sendCode(phoneNumber: string): Promise<void> {
  await callAuth('/phone-number/send-otp', { phoneNumber });
}

export async function signInByCode(phoneNumber: string, code: string): Promise<Signing> {
  const answer = await callAuth<{ twoFactorRedirect?: boolean }>('/phone-number/verify', {
    phoneNumber,
    code,
  });
  return answer?.twoFactorRedirect ? 'totp' : 'in';
}

export async function confirmTotp(code: string): Promise<Signing> {
  await callAuth('/two-factor/verify-totp', { code });
  return 'in';
}

/** The accounts of a demo city; null when this is not one. */
export async function demoAccounts(): Promise<DemoAccount[] | null> {
  try {
    return (await call<Page<DemoAccount>>('GET', '/demo/accounts')).items;
  } catch (thrown) {
    if (thrown instanceof Problem) return null;
    throw thrown;
  }
}
