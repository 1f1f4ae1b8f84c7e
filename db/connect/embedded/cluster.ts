/**
 * The folder of the embedded server: binaries, data, passwords and log below `<state folder>/postgres`. The data
 * folder is made aside and renamed when complete, so an interrupted first start leaves nothing half made.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Account, asAccount, serverAccount } from './account.ts';
import { type Binaries, installBinaries } from './binaries.ts';

/** The owner and the database of the embedded server. */
export const SERVER_NAME = 'huzhu';

export interface Cluster {
  account: Account | null;
  binaries: Binaries;
  dataDir: string;
  logFile: string;
  /** The owner's. */
  password: string;
  /** The application's. */
  loginPassword: string;
}

const run = promisify(execFile);

/** The folders of a state folder's server. */
export function placesIn(stateDir: string): {
  home: string;
  dataDir: string;
  passwordFile: string;
  loginPasswordFile: string;
  logFile: string;
} {
  const home = path.join(stateDir, 'postgres');
  return {
    home,
    dataDir: path.join(home, 'data'),
    passwordFile: path.join(home, 'password'),
    loginPasswordFile: path.join(home, 'password-of-login'),
    logFile: path.join(home, 'server.log'),
  };
}

/** Makes the state folder, passable for the server's user, and returns its real path. */
export function makeStateDir(stateDir: string): string {
  mkdirSync(stateDir, { recursive: true, mode: 0o711 });
  const real = realpathSync(stateDir);
  mkdirSync(placesIn(real).home, { recursive: true });
  chmodSync(placesIn(real).home, 0o711);
  return real;
}

/** Brings binaries and data folder into place; the first time this runs initdb. */
export async function prepareCluster(stateDir: string): Promise<Cluster> {
  const { home, dataDir, passwordFile, loginPasswordFile, logFile } = placesIn(stateDir);
  const account = serverAccount();
  const binaries = installBinaries(home);
  await mustReach(binaries, account, stateDir);
  if (!existsSync(path.join(dataDir, 'PG_VERSION'))) await initialise(stateDir, binaries, account);
  const major = Number.parseInt(readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8'), 10);
  if (major !== binaries.major) {
    throw new Error(
      `The data in ${dataDir} was written by PostgreSQL ${major}, this version brings ${binaries.major}. Export it with the old version, or move the folder away to begin anew.`,
    );
  }
  if (!existsSync(loginPasswordFile)) keepPassword(loginPasswordFile, newPassword());
  return {
    account,
    binaries,
    dataDir,
    logFile,
    password: readPassword(passwordFile),
    loginPassword: readPassword(loginPasswordFile),
  };
}

/** What one of the password files says. */
export function readPassword(file: string): string {
  return readFileSync(file, 'utf8').trim();
}

function keepPassword(file: string, password: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, `${password}\n`, { mode: 0o600 });
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

async function mustReach(binaries: Binaries, account: Account | null, stateDir: string): Promise<void> {
  try {
    await run(binaries.postgres, ['--version'], { ...asAccount(account), cwd: '/', env: serverEnv() });
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code !== 'EACCES') throw new Error(`PostgreSQL does not run here: ${stderr?.trim() || code}`);
    throw new Error(
      `The user ${account?.name ?? 'of this process'} cannot run programs in ${stateDir}: a folder above it is closed to others, or it is mounted without the right to run programs. Set HUZHU_STATE_DIR to another folder.`,
    );
  }
}

/** `C.UTF-8` from PostgreSQL's own provider: with the locale `C` trigrams find nothing in Chinese. */
async function initialise(stateDir: string, binaries: Binaries, account: Account | null): Promise<void> {
  const { home, dataDir, passwordFile } = placesIn(stateDir);
  const draft = `${dataDir}.new`;
  const password = newPassword();
  const told = path.join(home, 'password.new');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(told, password, { mode: 0o600 });
  if (account) for (const place of [draft, told]) chownSync(place, account.uid, account.gid);
  try {
    const flags = [
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--auth=scram-sha-256',
      `--username=${SERVER_NAME}`,
      `--pwfile=${told}`,
      '--no-instructions',
    ];
    await run(binaries.initdb, ['-D', draft, ...flags], {
      ...asAccount(account),
      cwd: '/',
      env: serverEnv(),
    });
  } catch (error) {
    throw new Error(
      `The database could not be initialised: ${(error as { stderr?: string }).stderr?.trim()}`,
    );
  } finally {
    rmSync(told, { force: true });
  }
  keepPassword(passwordFile, password);
  renameSync(draft, dataDir);
}

/** Nothing of the caller's environment may steer the server. */
export function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
}
