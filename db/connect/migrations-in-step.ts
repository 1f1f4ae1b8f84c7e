/**
 * Fails when the tables in the code and the migrations have drifted apart: drizzle-kit is asked, on a copy of the
 * migrations, what it would still generate, and the right answer is nothing.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import drizzle from '../../drizzle.config.ts';
import { projectDir } from './config.ts';
import { migrationsFolder } from './migrate.ts';

const draft = mkdtempSync(path.join(tmpdir(), 'huzhu-migrations-'));
try {
  const out = path.join(draft, 'migrations');
  const config = path.join(draft, 'drizzle.config.json');
  cpSync(migrationsFolder, out, { recursive: true });
  writeFileSync(config, JSON.stringify({ ...drizzle, out: path.relative(projectDir, out) }));
  const drizzleKit = path.join(projectDir, 'node_modules/.bin/drizzle-kit');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [drizzleKit, 'generate', `--config=${config}`],
    {
      cwd: projectDir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const known = new Set(readdirSync(migrationsFolder));
  const news = readdirSync(out).filter((file) => !known.has(file));
  if (status !== 0 || !stdout.includes('nothing to migrate') || news.length > 0) {
    console.error('The tables in the code are not the tables of the migrations.');
    console.error(
      news.length > 0
        ? news.map((file) => readFileSync(path.join(out, file), 'utf8')).join('\n')
        : `${stdout}\n${stderr}`,
    );
    console.error('Run `npx drizzle-kit generate` and commit what it writes.');
    process.exitCode = 1;
  } else {
    console.log('The migrations are in step with the tables in the code.');
  }
} finally {
  rmSync(draft, { recursive: true, force: true });
}
