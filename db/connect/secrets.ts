/** The secrets that were not configured: made once, kept in the state folder, readable by its owner only. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Secrets {
  /** 32 bytes in base64. */
  dataKey: string;
  authSecret: string;
}

/** The secrets kept in this folder; the first caller makes them, also when several come at once. */
export function keptSecrets(stateDir: string): Secrets {
  const file = path.join(stateDir, 'secrets.json');
  const found = readSecrets(file);
  if (found) return found;
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  const draft = `${file}.${process.pid}`;
  const made: Secrets = {
    dataKey: randomBytes(32).toString('base64'),
    authSecret: randomBytes(32).toString('base64url'),
  };
  writeFileSync(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readSecrets(file)!;
}

function readSecrets(file: string): Secrets | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
