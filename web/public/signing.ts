/** The ways to sign in, by better-auth's addresses; refusals come back as problem details like all others. */
import { callAuth, readIfThere } from '../parts/api.ts';
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
    return (await readIfThere<Page<DemoAccount>>('/demo/accounts')).items;
  } catch (thrown) {
    if (thrown instanceof Problem) return null;
    throw thrown;
  }
}
