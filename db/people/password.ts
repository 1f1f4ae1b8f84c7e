/** Passwords: argon2id, one way. The same function serves the sign-in and the bulk loading of accounts. */
import { hash, verify } from '@node-rs/argon2';

/** OWASP's second argon2id profile: 19 MiB, 2 passes, 1 lane; about 25 ms here. */
const profile = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** A PHC string of argon2id with a salt of its own. */
export async function hashPassword(plain: string): Promise<string> {
  return hash(plain.normalize('NFKC'), profile);
}

/** Whether the password is the one that was hashed; a hash of another kind is simply not it. */
export async function verifyPassword(hashed: string, plain: string): Promise<boolean> {
  return verify(hashed, plain.normalize('NFKC')).catch(() => false);
}
