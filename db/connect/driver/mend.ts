/**
 * Mends the database driver after every installation. A file is replaced by a changed copy, never written in place,
 * for the package manager may share it with other projects; a driver that is mended already stays as it is.
 */
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { edits, MENDED_VERSION } from './edits.ts';

/** The same code as it is imported and as it is required. */
const FOLDERS = ['src', 'cjs/src'];
const FILES = ['connection.js', 'index.js'] as const;

/** Mends the driver in this folder; returns how many files were changed. Throws when it is not the one it knows. */
export function mendDriver(driver: string): number {
  const { version } = JSON.parse(readFileSync(path.join(driver, 'package.json'), 'utf8')) as {
    version: string;
  };
  if (version !== MENDED_VERSION) {
    throw new Error(
      `postgres ${version} is installed, and db/connect/driver/edits.ts mends ${MENDED_VERSION}: see which of its edits the new version still needs (tests/db/connect/driver.test.ts tells), and change them.`,
    );
  }
  return FOLDERS.flatMap((folder) => FILES.filter((file) => mendFile(path.join(driver, folder), file)))
    .length;
}

function mendFile(folder: string, file: (typeof FILES)[number]): boolean {
  const place = path.join(folder, file);
  const found = readFileSync(place, 'utf8');
  const mended = edits
    .filter((edit) => edit.file === file)
    .reduce((text, edit) => {
      if (text.includes(edit.to)) return text;
      const [before, after, ...more] = text.split(edit.from);
      if (before === undefined || after === undefined || more.length > 0)
        throw new Error(
          `${place} is not as postgres ${MENDED_VERSION} has it: it cannot be seen to that ${edit.so}.`,
        );
      return before + edit.to + after;
    }, found);
  if (mended === found) return false;
  const draft = `${place}.${process.pid}`;
  writeFileSync(draft, mended);
  chmodSync(draft, statSync(place).mode);
  renameSync(draft, place);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const driver = path.dirname(path.dirname(fileURLToPath(import.meta.resolve('postgres'))));
  mendDriver(driver);
}
