/**
 * The bytes of a file as text, piece by piece: UTF-8 with or without a byte order mark, else GBK; a doubtful byte is
 * never guessed. A file is read several times and must be the same each time.
 */
import { createHash } from 'node:crypto';
import { ImportFailure } from './failure.ts';

/** Reads a file from its beginning, as often as it is called. */
export type Source = () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const encodings = ['utf-8', 'gbk'] as const;
/** Neither is part of a longer character in these encodings. */
const [CR, LF] = [13, 10];

export interface TextFile {
  /** Lines as an editor shows them. */
  lines: number;
  /** The text in pieces, `\n` at the end of every line. Throws `ImportFailure` when the file has changed. */
  pieces(): AsyncGenerator<string>;
}

/** Reads a file once to know its encoding. Throws `ImportFailure` when it is neither UTF-8 nor GBK. */
export async function openText(source: Source): Promise<TextFile> {
  const hash = createHash('sha256');
  let possible = encodings.map((encoding) => ({
    encoding,
    decoder: new TextDecoder(encoding, { fatal: true }),
  }));
  let lines = 1;
  let last = 0;
  for await (const bytes of source()) {
    hash.update(bytes);
    if (bytes.includes(0)) throw neither();
    for (const byte of bytes) {
      if (byte === CR || (byte === LF && last !== CR)) lines++;
      last = byte;
    }
    possible = possible.filter(({ encoding, decoder }) =>
      isText(encoding, () => decoder.decode(bytes, { stream: true })),
    );
  }
  possible = possible.filter(({ encoding, decoder }) => isText(encoding, () => decoder.decode()));
  const encoding = possible[0]?.encoding;
  if (!encoding) throw neither();

  const digest = hash.digest('hex');
  return { lines, pieces: () => piecesOf(source, encoding, digest) };
}

async function* piecesOf(
  source: Source,
  encoding: (typeof encodings)[number],
  digest: string,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder(encoding);
  /** The first half of what may be `\r\n`. */
  let held = '';
  for await (const bytes of source()) {
    hash.update(bytes);
    const text = held + decoder.decode(bytes, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replace(/\r\n?/g, '\n');
  }
  yield (held + decoder.decode()).replace(/\r\n?/g, '\n');
  if (hash.digest('hex') !== digest)
    throw new ImportFailure(
      '文件在导入过程中被修改，没有写入任何内容。请再次导入。',
      'The file was changed while it was imported; nothing was written. Import it again.',
    );
}

function isText(encoding: (typeof encodings)[number], decode: () => string): boolean {
  try {
    const text = decode();
    // Bytes that no character has come out as characters for private use.
    return encoding !== 'gbk' || !/[\ue000-\uf8ff\ufffd]/.test(text);
  } catch {
    return false;
  }
}

const neither = (): ImportFailure =>
  new ImportFailure(
    '文件既不是 UTF-8 也不是 GBK 编码的文本。请在表格软件中另存为“CSV UTF-8”后再导入。',
    'The file is text neither in UTF-8 nor in GBK. Save it as “CSV UTF-8” in the spreadsheet and import that.',
  );
