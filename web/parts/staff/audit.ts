/** What the audit book tells: who did what, when and why. */
import { call } from '../api.ts';
import type { AnswerOf } from '../endpoints.ts';

export type AuditEntry = AnswerOf<'GET', '/audit'>['items'][number];
type AuditPage = AnswerOf<'GET', '/audit'>;

/** Acts that concern a person; acts on the configuration where none is named. Newest first. */
export function readAudit(personId: string | null, cursor: string | null = null): Promise<AuditPage> {
  return call('GET', '/audit', { query: { personId, cursor, limit: 50 } });
}
