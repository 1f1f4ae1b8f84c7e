/** Bytes of a file as text: UTF-8 with or without a byte order mark, else GBK; a doubtful byte is never guessed. */
import { ImportFailure } from './failure.ts';

/** The text with `\n` at the end of every line. Throws `ImportFailure` when it is neither UTF-8 nor GBK. */
export function decode(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const text = isUtf16 || bytes.includes(0) ? null : (strictly('utf-8', bytes) ?? strictly('gbk', bytes));
  if (text === null)
    throw new ImportFailure(
      '文件既不是 UTF-8 也不是 GBK 编码的文本。请在表格软件中另存为“CSV UTF-8”后再导入。',
      'The file is text neither in UTF-8 nor in GBK. Save it as “CSV UTF-8” in the spreadsheet and import that.',
    );
  return text.replace(/\r\n?/g, '\n');
}

function strictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // Bytes that no character has come out as characters for private use.
    return encoding === 'gbk' && /[\ue000-\uf8ff\ufffd]/.test(text) ? null : text;
  } catch {
    return null;
  }
}
