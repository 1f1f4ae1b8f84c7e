/**
 * Reads JSON whose matrices are far larger than the rest. They are lifted out as they stream by, straight into typed arrays
 * in memory that threads share, and leave a null; only the rest becomes a string and objects. A day of 7,500 places is
 * 300 MB of digits: this holds 225 MB of numbers, and neither the text nor the length of a string is a limit.
 */
import { FOREVER } from './fields.ts';
import { FormatError } from './formatError.ts';

export interface Matrix {
  size: number;
  /** Row by row. */
  cells: Int32Array;
}

export interface JsonDocument {
  value: unknown;
  /** By path, as `matrices.car.durations`. */
  matrices: Map<string, Matrix>;
}

const [QUOTE, BACKSLASH, OPEN, CLOSE, BEGIN, END, COLON, COMMA] = Buffer.from('"\\[]{}:,');
const [ZERO, NINE] = Buffer.from('09');
const NULL = Buffer.from('null');
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Reads a document by pieces, in the order of the file; arrays at paths that are matrices are lifted out. */
export function readJson(pieces: Iterable<Uint8Array>, isMatrix: (path: string[]) => boolean): JsonDocument {
  const lifter = new Lifter(isMatrix);
  for (const piece of pieces) lifter.take(piece);
  return lifter.document();
}

class Lifter {
  readonly #isMatrix: (path: string[]) => boolean;
  readonly #rest: Uint8Array[] = [];
  readonly #matrices = new Map<string, Matrix>();
  /** The keys of the objects and, as null, the arrays around. */
  readonly #around: (string | null)[] = [];
  #isInText = false;
  #isEscaped = false;
  /** The bytes of the last text outside of matrices, which is a key when a colon follows. */
  #text: number[] = [];
  #cells: Cells | null = null;

  constructor(isMatrix: (path: string[]) => boolean) {
    this.#isMatrix = isMatrix;
  }

  take(piece: Uint8Array): void {
    let kept = 0;
    for (let i = 0; i < piece.length; i++) {
      if (this.#cells !== null) {
        i = this.#cells.take(piece, i);
        if (!this.#cells.isWhole) return;
        this.#matrices.set(this.#cells.path, this.#cells.matrix());
        this.#cells = null;
        kept = i + 1;
      } else if (this.#beginsMatrix(piece[i] as number)) {
        this.#rest.push(piece.slice(kept, i), NULL);
        this.#cells = new Cells(this.#around.join('.'));
      }
    }
    if (this.#cells === null) this.#rest.push(piece.slice(kept));
  }

  document(): JsonDocument {
    if (this.#cells) throw new FormatError(this.#cells.path, '没有结束', 'does not end');
    try {
      return { value: JSON.parse(Buffer.concat(this.#rest).toString('utf8')), matrices: this.#matrices };
    } catch (error) {
      // Positions are of the text without its matrices, so they would mislead.
      const why = (error as Error).message.replace(/ (in JSON )?at position \d+.*$/s, '');
      throw new FormatError('', `不是有效的 JSON（${why}）`, `is not JSON (${why})`);
    }
  }

  /** Follows where in the document a byte is; true when it opens a matrix. */
  #beginsMatrix(byte: number): boolean {
    if (this.#isInText) {
      if (byte === QUOTE && !this.#isEscaped) this.#isInText = false;
      else this.#text.push(byte);
      this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    } else if (byte === QUOTE) {
      this.#isInText = true;
      this.#text = [];
    } else if (byte === COLON) {
      if (this.#around.length > 0) this.#around[this.#around.length - 1] = this.#key();
    } else if (byte === BEGIN) this.#around.push('');
    else if (byte === OPEN) {
      const path = this.#around;
      if (path.every((key) => key !== null) && this.#isMatrix(path as string[])) return true;
      path.push(null);
    } else if (byte === END || byte === CLOSE) this.#around.pop();
    return false;
  }

  #key(): string {
    const raw = Buffer.from(this.#text).toString('utf8');
    try {
      return raw.includes('\\') ? JSON.parse(`"${raw}"`) : raw;
    } catch {
      return raw;
    }
  }
}

/** A matrix of whole numbers from 0, from behind its first bracket to its last. */
class Cells {
  readonly path: string;
  isWhole = false;
  #isInRow = false;
  /** What the next byte other than a space may be: a value (or the end), or a comma (or the end). */
  #isAfterValue = false;
  /** -1 between numbers. */
  #number = -1;
  #first: number[] = [];
  #cells: Int32Array | null = null;
  #size = 0;
  #row = 0;
  #column = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Reads on from a place in the piece; returns the place of the last byte it took. */
  take(piece: Uint8Array, from: number): number {
    let number = this.#number;
    for (let i = from; i < piece.length; i++) {
      const byte = piece[i] as number;
      if (
        byte >= (ZERO as number) &&
        byte <= (NINE as number) &&
        this.#isInRow &&
        (number >= 0 || !this.#isAfterValue)
      ) {
        number = number < 0 ? byte - 48 : number * 10 + byte - 48;
        if (number > FOREVER) throw this.#notWhole();
        this.#isAfterValue = true;
        continue;
      }
      if (number >= 0) {
        if (byte !== COMMA && byte !== CLOSE && !isSpace(byte)) throw this.#notWhole();
        this.#put(number);
        number = -1;
      }
      if (byte === COMMA && this.#isAfterValue) this.#isAfterValue = false;
      else if (byte === OPEN && !this.#isInRow && !this.#isAfterValue) this.#isInRow = true;
      else if (byte === CLOSE && this.#isInRow) this.#endRow();
      else if (byte === CLOSE) {
        this.#end();
        return i;
      } else if (!isSpace(byte)) throw this.#notWhole();
    }
    this.#number = number;
    return piece.length;
  }

  matrix(): Matrix {
    return { size: this.#size, cells: this.#cells as Int32Array };
  }

  #put(number: number): void {
    if (this.#cells === null) this.#first.push(number);
    else {
      if (this.#column >= this.#size || this.#row >= this.#size) throw this.#notSquare();
      this.#cells[this.#row * this.#size + this.#column] = number;
    }
    this.#column++;
  }

  #endRow(): void {
    if (this.#cells === null) {
      this.#size = this.#first.length;
      this.#cells = room(this.#size, this.path);
      this.#cells.set(this.#first);
    }
    if (this.#column !== this.#size) throw this.#notSquare();
    this.#row++;
    this.#column = 0;
    this.#isInRow = false;
    this.#isAfterValue = true;
  }

  #end(): void {
    if (this.#row !== this.#size || this.#size === 0) throw this.#notSquare();
    this.isWhole = true;
  }

  #notSquare(): FormatError {
    const path = `${this.path}[${this.#row}]`;
    return new FormatError(
      path,
      `应为方阵，每行与行数同为 ${this.#size}`,
      `must be of a square matrix: ${this.#size} rows of ${this.#size} numbers`,
    );
  }

  #notWhole(): FormatError {
    const path = `${this.path}[${this.#row}]${this.#isInRow ? `[${this.#column}]` : ''}`;
    return this.#isInRow
      ? new FormatError(path, `应为 0 到 ${FOREVER} 的整数`, `must be a whole number from 0 to ${FOREVER}`)
      : new FormatError(path, '应为一行数 […]', 'must be a row of numbers […]');
  }
}

function room(size: number, path: string): Int32Array {
  try {
    return new Int32Array(new SharedArrayBuffer(size * size * Int32Array.BYTES_PER_ELEMENT));
  } catch {
    throw new FormatError(
      path,
      `有 ${size} 个地点，内存容不下；请改用坐标`,
      `has ${size} places, more than fit in memory; give coordinates instead`,
    );
  }
}
