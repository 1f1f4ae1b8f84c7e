/** Reads a problem in whichever format it is written, told by its content. */
import { closeSync, openSync, readSync } from 'node:fs';
import { defaultModes, type Modes } from '../../../db/dispatch/travel.ts';
import { readCityDay } from './cityDay.ts';
import { FormatError } from './formatError.ts';
import { readHhcrsp } from './hhcrsp.ts';
import { readJson } from './json.ts';
import type { Reading } from './reading.ts';
import { readVroom } from './vroom.ts';
import { isVroomMatrix } from './vroomPlaces.ts';
import { readVrplib } from './vrplib.ts';

/** Bytes. */
const PIECE = 1 << 20;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** Reads a file; `modes` are the estimates for places that are coordinates only. Throws `FormatError`. */
export function readProblemFile(file: string, modes?: Modes): Reading {
  return readProblem(piecesOf(file), modes);
}

/** Reads the pieces of a file in their order. Throws `FormatError`. */
export function readProblem(pieces: Iterable<Uint8Array>, modes: Modes = defaultModes): Reading {
  const rest = pieces[Symbol.iterator]();
  const { value = new Uint8Array() } = rest.next() as { value?: Uint8Array };
  const first = BYTE_ORDER_MARK.equals(value.subarray(0, 3)) ? value.subarray(3) : value;
  const whole = together(first, rest);
  const begin = Buffer.from(first).toString('latin1').trimStart();
  if (/^[A-Z]/.test(begin)) return readVrplib(Buffer.concat([...whole]).toString('utf8'));
  const document = readJson(whole, isVroomMatrix);
  const { value: top } = document;
  const has = (name: string) => typeof top === 'object' && top !== null && name in top;
  if (has('vehicles')) return readVroom(document, modes);
  if (has('patients')) return readHhcrsp(top);
  if (has('carers') && has('visits')) return readCityDay(top);
  throw new FormatError(
    '',
    '无法识别：应为有 vehicles 和 jobs（VROOM）、carers 和 visits（城市日）或 patients 和 caregivers（HHCRSP）的 JSON，或 VRPLIB 文本',
    'is of no known format: it must be JSON with vehicles and jobs (VROOM), carers and visits (city day) or patients and caregivers (HHCRSP), or VRPLIB text',
  );
}

function* together(first: Uint8Array, rest: Iterator<Uint8Array>): Generator<Uint8Array> {
  yield first;
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value;
}

function* piecesOf(file: string): Generator<Uint8Array> {
  const open = openSync(file, 'r');
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE);
      const length = readSync(open, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(open);
  }
}
