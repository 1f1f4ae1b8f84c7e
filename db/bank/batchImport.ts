/** The partner's batch beside this city's (M2): every difference is listed, nothing is posted, and the audit book keeps what came of it. */
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import {
  type Batch,
  type BatchTotal,
  type Difference,
  differenceKinds,
  differencesOf,
  isWhole,
} from './batchRules.ts';
import { batchFor } from './batchViews.ts';
import { cityCode } from './post.ts';
import type { Period } from './statement.ts';

export interface Compared {
  month: string;
  /** How many lines each has, and how many agree in all. */
  ours: { lines: number; totals: BatchTotal[]; digest: string };
  theirs: { lines: number; totals: BatchTotal[]; digest: string };
  agreed: number;
  differences: Difference[];
}

/**
 * Compares a partner's file with this city's own of the same month. Refuses with `other_file` what another city sent or
 * what was sent to another, and with `file_altered` a file whose digest or totals are not those of its lines.
 */
export async function compareBatch(
  tx: Tx,
  act: Act,
  code: string,
  theirs: Batch,
  period: Period,
): Promise<Compared> {
  const { month, sender, receiver } = theirs;
  if (sender.code !== code || receiver.code !== cityCode) {
    const params = { sender: sender.code, receiver: receiver.code, partner: code };
    refuse('other_file', sender.code === code ? 'receiver' : 'sender', params);
  }
  if (!isWhole(theirs)) refuse('file_altered', 'digest');
  const ours = await batchFor(tx, code, month, period);
  if (ours === 'none') refuse('not_found', 'code');
  if (ours === 'too_many') refuse('invalid', 'month');
  const { differences, agreed } = differencesOf(ours.lines, theirs.lines);
  const counts = differenceKinds.map((kind) => [kind, differences.filter((one) => one.kind === kind).length]);
  await writeAudit(tx, act, [
    {
      action: 'partner.batch_compared',
      recordId: code,
      detail: {
        month,
        digest: theirs.digest,
        ourDigest: ours.digest,
        lines: theirs.lines.length,
        agreed,
        differences: differences.length,
        ...(Object.fromEntries(counts) as Record<string, number>),
      },
    },
  ]);
  const told = ({ lines, totals, digest }: Batch) => ({ lines: lines.length, totals, digest });
  return { month, ours: told(ours), theirs: told(theirs), agreed, differences };
}
