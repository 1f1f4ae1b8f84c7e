/** What went wrong, as the API says it (RFC 9457): one error shape for every page. */

export interface FieldProblem {
  field: string;
  message: string;
}

interface ProblemDetails {
  code?: string;
  title?: string;
  detail?: string;
  field?: string;
  errors?: FieldProblem[];
  requestId?: string;
}

/**
 * A refusal or failure of the API. `status` 0 with code `unreachable` means that no answer came at all,
 * so that nobody knows whether the act was done; the same idempotency key may be sent again.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly field: string | null;
  readonly errors: FieldProblem[];
  readonly requestId: string | null;

  constructor(status: number, details: ProblemDetails) {
    super(details.detail ?? details.title ?? details.code ?? `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = details.code ?? (status === 0 ? 'unreachable' : 'unknown');
    this.title = details.title ?? '';
    this.detail = details.detail ?? '';
    this.field = details.field ?? null;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId ?? null;
  }

  /** True when the network, not the rules, stood in the way. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** Turns whatever was thrown into a Problem, so that a page shows it instead of losing it. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  console.error(thrown);
  return new Problem(500, { code: 'page_failed' });
}

/** Reads the answer's problem details; an answer that is not JSON still becomes a Problem. */
export async function problemOf(answer: Response): Promise<Problem> {
  const details = (await answer.json().catch(() => ({}))) as ProblemDetails;
  return new Problem(answer.status, details);
}
