/**
 * Minutes that people have saved elsewhere. Each is a transfer out of the city's issuance, posted once by its
 * reference; what would lift an account over the cap (T4) is a bad line, for nobody meant it as a donation.
 */
import { accountKey, cityCode, openAccounts, type Posting, post } from '../../bank/post.ts';
import { postedUnder, standings } from '../../bank/standing.ts';
import { personsByIdentity } from '../../people/byIdentity.ts';
import type { Identity } from '../../people/identity.ts';
import { type Kind, needed, open } from '../columns.ts';
import { code, identity, whole } from '../readers.ts';
import { identityHeaders } from './person.ts';

type BalanceRow = { reference: string; identity: Identity; minutes: number };

const keyOf = (reference: string): string => `import:${reference}`;

export const openingBalances: Kind<BalanceRow> = {
  columns: {
    reference: needed('凭证号', 'reference', code, ['凭证', '外部编号', 'external reference']),
    identity: needed('身份证号', 'identity number', identity, identityHeaders),
    minutes: open(needed('分钟', 'minutes', whole(1, 1_000_000), ['分钟数', '期初分钟', 'opening minutes'])),
  },
  once: [['reference']],
  clerk: (db, city) => {
    const personIds = new Map<string, string>();
    /** Minutes of each account with those of the good lines so far. */
    const totals = new Map<string, number>();
    const hours = Math.floor(city.bank.capMinutes / 60);
    return {
      async check(lines) {
        const posted = await postedUnder(
          db,
          lines.map((line) => keyOf(line.values.reference)),
        );
        const persons = await personsByIdentity(
          db,
          lines.map((line) => line.values.identity.number),
        );
        const accounts = await standings(
          db,
          [...persons.values()].map((person) => person.id),
        );
        const closed = new Set<string>();
        for (const account of accounts) {
          if (account.kind !== 'personal' || account.currency !== 'min') continue;
          if (account.closed) closed.add(account.ownerId);
          if (!totals.has(account.ownerId)) totals.set(account.ownerId, account.balance);
        }
        for (const line of lines) {
          const { reference, identity, minutes } = line.values;
          const person = persons.get(identity.number);
          const before = posted.get(keyOf(reference));
          if (!person || !(person.isElder || person.isVolunteer)) {
            line.refuse('identity', {
              zh: '没有此身份证号的老人或志愿者，请先导入 people',
              en: 'no elder or volunteer has this identity number: import people first',
            });
            continue;
          }
          if (before) {
            line.known = before.ownerId === person.id && before.amount === minutes;
            if (!line.known)
              line.refuse('reference', {
                zh: '此凭证号已用于另一人或另一分钟数，请换一个',
                en: 'this reference was used for another person or amount: give another',
              });
            continue;
          }
          personIds.set(identity.number, person.id);
          const total = (totals.get(person.id) ?? 0) + minutes;
          if (closed.has(person.id))
            line.refuse('identity', { zh: '此人的账户已关闭', en: 'the account of this person is closed' });
          else if (total > city.bank.capMinutes)
            line.refuse('minutes', {
              zh: `账户将超过 ${hours} 小时的上限，最多还可存 ${Math.max(0, city.bank.capMinutes - total + minutes)} 分钟`,
              en: `the account would go over its cap of ${hours} hours: at most ${Math.max(0, city.bank.capMinutes - total + minutes)} minutes more`,
            });
          else totals.set(person.id, total);
        }
      },
      async write(tx, act, rows) {
        const issuance = { ownerId: cityCode, kind: 'issuance', currency: 'min' } as const;
        const nameOf = (row: BalanceRow) =>
          ({
            ownerId: personIds.get(row.identity.number) as string,
            kind: 'personal',
            currency: 'min',
          }) as const;
        const names = new Map(rows.map((row) => [row.identity.number, nameOf(row)]));
        const accounts = await openAccounts(tx, act, [issuance, ...names.values()]);
        const idOf = (name: Parameters<typeof accountKey>[0]) => accounts.get(accountKey(name)) as string;
        await post(
          tx,
          act,
          rows.map(
            (row): Posting => ({
              debit: idOf(issuance),
              credit: idOf(nameOf(row)),
              amount: row.minutes,
              currency: 'min',
              cause: 'import',
              key: keyOf(row.reference),
            }),
          ),
        );
      },
    };
  },
};
