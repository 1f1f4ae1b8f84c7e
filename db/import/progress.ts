/** A bar on a terminal; nothing where the output goes elsewhere. */
import type { Language } from './arguments.ts';
import type { ImportOptions } from './importFile.ts';

const WIDTH = 30;
const words = {
  zh: { compare: '核对', check: '检查', write: '写入' },
  en: { compare: 'comparing', check: 'checking', write: 'writing' },
} as const;

interface Progress {
  tell: NonNullable<ImportOptions['progress']>;
  /** Clears the bar. */
  end(): void;
}

export function progressOn(stream: NodeJS.WriteStream, language: Language): Progress {
  if (!stream.isTTY) return { tell() {}, end() {} };
  return {
    tell(pass, share) {
      const full = Math.round(share * WIDTH);
      const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
      stream.write(`\r\u001b[K${words[language][pass]} ${bar} ${Math.floor(share * 100)}%`);
    },
    end() {
      stream.write('\r\u001b[K');
    },
  };
}
