/** `npm run dispatch -- --input problem.json --output plan.json`: the engine as a command, without a database. */
import { terminalLanguage } from '../../db/connect/language.ts';
import { DispatchFailure, languageAsked, readArguments, usage } from './arguments.ts';
import { dispatch } from './command.ts';
import { plan } from './engine/plan.ts';
import { FormatError } from './formats/formatError.ts';

/** What a shell tells of a command that Ctrl-C ended. */
const ENDED = 130;
/** npm passes on a Ctrl-C that the terminal has told this process already: that is one wish, not two. */
const SAME_WISH_MS = 1_000;

const args = process.argv.slice(2);
const ending = new AbortController();
let askedToEndAt: number | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (askedToEndAt !== null && performance.now() - askedToEndAt > SAME_WISH_MS) process.exit(ENDED);
    askedToEndAt ??= performance.now();
    ending.abort();
  });

let language = terminalLanguage(process.env);
try {
  language = languageAsked(args) ?? language;
  const asked = readArguments(args);
  if (asked === null) console.log(usage[language]);
  else
    await dispatch(asked, {
      makePlan: plan,
      language,
      out: process.stdout,
      err: process.stderr,
      signal: ending.signal,
    });
} catch (error) {
  process.exitCode = ending.signal.aborted ? ENDED : 1;
  if (error instanceof DispatchFailure || error instanceof FormatError) console.error(error.said[language]);
  else if (!ending.signal.aborted) throw error;
}
