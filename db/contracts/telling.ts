/** The elder's side is told that a contract waits for its signature. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { sendMessages } from '../messages/send.ts';
import { elderSideOf } from '../people/elderSideOf.ts';
import type { ContractRow } from './contract.ts';

/** Tells elders' sides that contracts were drawn up for them. */
export async function tellOfDrafts(tx: Tx, act: Act, rows: readonly ContractRow[]): Promise<void> {
  const sides = await elderSideOf(
    tx,
    rows.map((row) => row.elderId),
    act.at,
  );
  await sendMessages(
    tx,
    act,
    rows.flatMap(({ id, elderId, startsOn }) => {
      const side = sides.get(elderId);
      return (side?.personIds ?? []).map((personId) => ({
        personId,
        template: 'contract_drafted' as const,
        key: id,
        params: { elder: side?.name ?? '', on: startsOn },
      }));
    }),
  );
}
