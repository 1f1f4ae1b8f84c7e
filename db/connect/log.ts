/** Structured logs to standard error, one JSON object a line; quiet by default, without personal data. */
import pino, { type Logger } from 'pino';

const personal = [
  'name',
  'phone',
  'phoneNumber',
  'address',
  'identity',
  'identityNumber',
  'password',
  'token',
];

/** The log of one part of the product, at the level of LOG_LEVEL. */
export function logger(part: string): Logger {
  return pino(
    {
      level: process.env.LOG_LEVEL?.trim() || 'warn',
      base: { part, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: personal.flatMap((field) => [field, `*.${field}`]), censor: '[personal]' },
      serializers: { err: describeError, error: describeError },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

interface SeenError {
  name?: string;
  message?: string;
  stack?: string;
  code?: string;
  cause?: unknown;
  query?: string;
  constraint_name?: string;
  table_name?: string;
}

/** What may be logged of an error: messages of the database repeat its parameters, so only their kind is kept. */
function describeError(thrown: unknown): Record<string, unknown> {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const error = thrown as SeenError;
  const ofDatabase = (error.cause ?? error) as SeenError;
  const stack = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
  if (ofDatabase.name === 'PostgresError') {
    return {
      type: ofDatabase.name,
      sqlState: ofDatabase.code,
      constraint: ofDatabase.constraint_name,
      table: ofDatabase.table_name,
      query: error.query,
      stack,
    };
  }
  if (typeof error.query === 'string') {
    return { type: error.name, code: ofDatabase.code, cause: ofDatabase.name, query: error.query, stack };
  }
  return {
    type: error.name,
    code: error.code,
    message: error.message,
    stack,
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}
