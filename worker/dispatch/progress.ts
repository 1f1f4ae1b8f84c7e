/** The search as one line of a terminal, rewritten in place; nothing where the output goes elsewhere. */
import type { SearchOptions } from './problem.ts';

const CLEAR = '\r\u001b[K';
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

interface ProgressLine {
  tell: NonNullable<SearchOptions['onProgress']>;
  /** Clears the line. */
  end(): void;
}

/** `scale` is how many units of the problem one of the file's is. */
export function progressOn(stream: NodeJS.WriteStream, language: 'zh' | 'en', scale: number): ProgressLine {
  if (!stream.isTTY) return { tell() {}, end() {} };
  return {
    tell({ seconds, iterations, unserved, cost }) {
      const [s, i, u, t] = [seconds, iterations, unserved, cost.travel / scale].map((one) =>
        grouped.format(one),
      );
      const line =
        language === 'zh'
          ? `${s} 秒 · ${i} 轮 · 未安排 ${u} · 路程 ${t}`
          : `${s} s · ${i} iterations · ${u} unserved · travel ${t}`;
      stream.write(CLEAR + line.slice(0, Math.max(20, (stream.columns || 80) - 1)));
    },
    end() {
      stream.write(CLEAR);
    },
  };
}
