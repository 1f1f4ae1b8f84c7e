/** A file cannot be read as a problem: one sentence in both languages that names the field and what would be right. */
export class FormatError extends Error {
  /** Where in the file, as `jobs[3].pickup`; empty when it is the file as a whole. */
  readonly path: string;
  readonly said: { zh: string; en: string };
  constructor(path: string, zh: string, en: string) {
    const said = { zh: `${path || '文件'}：${zh}。`, en: `${path || 'The file'} ${en}.` };
    super(said.en);
    this.name = 'FormatError';
    this.path = path;
    this.said = said;
  }
}

export const missing = (path: string): FormatError => new FormatError(path, '缺少此字段', 'is missing');

/** A field that the engine could not honour: refused, since a plan that ignores it would be wrong. */
export const unsupported = (path: string, zh: string, en: string): FormatError =>
  new FormatError(path, `不支持：${zh}`, `is not supported: ${en}`);

export const twice = (path: string, id: unknown): FormatError =>
  new FormatError(path, `${id} 重复出现，应各不相同`, `repeats ${id}; each must be different`);
