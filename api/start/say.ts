/** What a start tells the person at the terminal: few lines, each with the seconds since the beginning. */

const began = performance.now();

/** One step, with the time at which it was reached. */
export function say(line: string): void {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${seconds.padStart(6)} s  ${line}\n`);
}

/** A line or a block without a time. */
export function sayPlain(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Something went wrong. */
export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Rows in columns; Chinese characters take two places on a terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows
    .map((row) =>
      `  ${row.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell))).join('   ')}`.trimEnd(),
    )
    .join('\n');
}

function widthOf(text: string): number {
  return [...text].reduce(
    (width, sign) =>
      width +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        sign,
      )
        ? 2
        : 1),
    0,
  );
}
