import { verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountKey, freezeAccounts, openAccounts, thawAccounts } from '../../db/bank/post.ts';
import { newId } from '../../db/connect/ids.ts';
import { ids } from './support/city.ts';
import { type Hours, month, openHours, readers } from './support/hours.ts';

let hours: Hours;
beforeAll(async () => {
  hours = await openHours();
});
afterAll(() => hours.close());

describe('the statement of an account', () => {
  it('opens, lists every entry with the balance after it, closes, and adds up', async () => {
    await hours.earn('elder', 500);
    await hours.give(
      { debit: hours.of('elder'), credit: hours.of('pool'), amount: 50, cause: 'donation' },
      '给需要的人',
    );
    await hours.give(
      { debit: hours.of('elder'), credit: hours.of('relative'), amount: 20, cause: 'gift' },
      '谢谢你',
    );
    const mine = await hours.statement('elder', hours.of('elder'));
    expect(mine.account).toMatchObject({ id: hours.of('elder'), kind: 'personal', ownerName: '王秀英' });
    expect([mine.from.slice(0, 7), mine.to.slice(0, 7)]).toEqual([month(), month()]);
    expect(mine.items.map((line) => [line.cause, line.amount, line.balanceAfter])).toEqual([
      ['gift', -20, 430],
      ['donation', -50, 450],
      ['import', 500, 500],
    ]);
    expect(mine.opening + mine.items.reduce((sum, line) => sum + line.amount, 0)).toBe(mine.closing);
    expect([mine.closing, mine.balanceNow, mine.heldNow]).toEqual([430, 430, 0]);
    expect(mine.totals).toEqual([
      { cause: 'donation', in: 0, out: 50, entries: 1 },
      { cause: 'gift', in: 0, out: 20, entries: 1 },
      { cause: 'import', in: 500, out: 0, entries: 1 },
    ]);
    expect(mine.items.map((line) => [line.words, line.counterparty.name])).toEqual([
      ['谢谢你', '刘洋'],
      ['给需要的人', '玄武区'],
      [null, '南京市'],
    ]);

    const oldest = await hours.statement('elder', hours.of('elder'), '?order=oldest');
    expect(oldest.items.map((line) => line.id)).toEqual(mine.items.map((line) => line.id).reverse());
    const gifts = await hours.statement('elder', hours.of('elder'), '?cause=gift');
    expect([gifts.items.length, gifts.totals.length, gifts.closing]).toEqual([1, 3, 430]);
    const before = await hours.statement('elder', hours.of('elder'), '?from=2024-01&to=2024-02');
    expect(before).toMatchObject({ from: '2024-01-01', to: '2024-02-29', opening: 0, closing: 0, items: [] });
  });

  it('turns its pages onwards and back to the same entries, of a pool too', async () => {
    for (let n = 1; n <= 9; n++) {
      await hours.give({ debit: hours.of('elder'), credit: hours.of('pool'), amount: n, cause: 'donation' });
    }
    for (const [reader, name] of [
      ['elder', 'elder'],
      ['regulator', 'pool'],
    ] as const) {
      for (const order of ['newest', 'oldest']) {
        const whole = await hours.statement(reader, hours.of(name), `?order=${order}`);
        let page = await hours.statement(reader, hours.of(name), `?order=${order}&limit=4`);
        const first = page;
        expect(first.previousCursor).toBeNull();
        const seen = [...page.items];
        while (page.nextCursor) {
          page = await hours.statement(
            reader,
            hours.of(name),
            `?order=${order}&limit=4&cursor=${page.nextCursor}`,
          );
          seen.push(...page.items);
        }
        expect(seen).toEqual(whole.items);
        while (page.previousCursor) {
          page = await hours.statement(
            reader,
            hours.of(name),
            `?order=${order}&limit=4&cursor=${page.previousCursor}`,
          );
        }
        expect(page.items).toEqual(first.items);
        for (const line of whole.items) {
          const at = encodeURIComponent(line.at);
          const then = await hours
            .as(reader)
            .get<{ balance: number }>(`/api/v1/accounts/${hours.of(name)}/balance?at=${at}`);
          expect(then.body.balance).toBe(line.balanceAfter);
        }
      }
    }
    expect(
      (await hours.as('elder').get(`/api/v1/accounts/${hours.of('elder')}/statement?cursor=nonsense`)).status,
    ).toBe(400);
    const long = await hours.as('elder').get(`/api/v1/accounts/${hours.of('elder')}/statement?from=2015-01`);
    expect([long.status, long.body.field]).toEqual([422, 'from']);
  });

  it('is for the holder, family who may see, the station of the area and the regulator', async () => {
    const path = `/api/v1/accounts/${hours.of('elder')}/statement`;
    const seen: Record<string, number> = {};
    for (const name of readers) seen[name] = (await hours.as(name).get(path)).status;
    expect(seen).toEqual({
      elder: 200,
      elder2: 404,
      family: 200,
      volunteer: 404,
      station: 200,
      dispatcher: 403,
      regulator: 200,
      admin: 403,
      carer: 403,
    });
    expect((await hours.as('station').get(`/api/v1/accounts/${hours.of('far')}/statement`)).status).toBe(404);
    const theirs = await hours.statement('station', hours.of('elder'));
    expect(theirs.account.ownerName).toBe('王**');
    expect(theirs.items.find((line) => line.cause === 'gift')?.counterparty.name).toBe('刘*');
    const reads = await hours
      .as('elder')
      .get<{ items: { action: string; actorRole: string }[] }>('/api/v1/people/me/reads');
    const roles = reads.body.items.filter((one) => one.action === 'person.read').map((one) => one.actorRole);
    expect(new Set(roles)).toEqual(new Set(['family', 'station', 'regulator']));
  });

  it('of a team is for its leader, under the name of the team', async () => {
    const team = newId();
    await hours.front.database.sql`
      insert into teams (id, name, leader_id, station_id, created_at)
      values (${team}, '红马甲', ${ids.volunteer}, ${ids.station}, now())`;
    const name = { ownerId: team, kind: 'team', currency: 'min' } as const;
    const opened = await hours.front.act((tx, act) => openAccounts(tx, act, [name]));
    const account = opened.get(accountKey(name)) as string;
    await hours.give({ debit: hours.of('fund'), credit: account, amount: 60, cause: 'import' });
    const donation = await hours.give({
      debit: account,
      credit: hours.of('pool'),
      amount: 60,
      cause: 'donation',
    });
    expect(await hours.statement('volunteer', account)).toMatchObject({
      account: { ownerName: '红马甲' },
      closing: 0,
    });
    expect((await hours.as('elder').get(`/api/v1/accounts/${account}/statement`)).status).toBe(404);
    expect((await hours.as('station').get(`/api/v1/accounts/${account}/statement`)).status).toBe(200);
    const certificate = await hours.as('station').get(`/api/v1/transfers/${donation}/certificate`);
    expect(certificate.body).toMatchObject({ name: '红马甲', minutes: 60 });
  });

  it('stands beside the other accounts of a person, a debt and a freeze among them', async () => {
    await hours.front.act((tx, act) =>
      openAccounts(tx, act, [{ ownerId: ids.elder, kind: 'receivable', currency: 'min' }]),
    );
    await hours.front.act((tx, act) => freezeAccounts(tx, act, [hours.of('elder')]));
    const mine = await hours
      .as('elder')
      .get<{ items: { kind: string; frozen: boolean }[] }>('/api/v1/accounts/me?currency=min');
    const kinds = mine.body.items.map((one) => [one.kind, one.frozen]);
    expect(kinds).toContainEqual(['personal', true]);
    expect(kinds).toContainEqual(['receivable', false]);
    await hours.front.act((tx) => thawAccounts(tx, [hours.of('elder')]));
  });

  it('goes as CSV whose signature fails when one letter is changed', async () => {
    await hours.give(
      { debit: hours.of('elder'), credit: hours.of('relative'), amount: 3, cause: 'gift' },
      '=HYPERLINK("http://x", "看, 这里")',
    );
    const answer = await hours
      .as('elder')
      .get<string>(`/api/v1/accounts/${hours.of('elder')}/statement/file?language=en`);
    expect([answer.status, answer.type]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(answer.headers.get('content-disposition')).toMatch(/attachment; filename="statement-.+\.csv"/);
    const text = answer.body.replace(/^\uFEFF/, '');
    const lines = text.split('\r\n');
    const [header = '', ...rows] = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(header.split(',').slice(0, 3)).toEqual(['transfer_id', 'order_id', 'at']);
    const whole = await hours.statement('elder', hours.of('elder'), '?order=oldest&limit=200');
    expect(rows.map((row) => row.slice(0, 36))).toEqual(whole.items.map((line) => line.id));
    expect(text).toContain('"\'=HYPERLINK(""http://x"", ""看, 这里"")"');
    expect(text).toContain(`\r\n# opening,${whole.opening}\r\n`);
    expect(text).toContain(`\r\n# closing,${whole.closing}\r\n`);

    const [, mark, keyId, signature] = /# (huzhu-statement,v1),([\w-]+),([\w+/=]+)\r\n$/.exec(text) ?? [];
    expect(mark).toBe('huzhu-statement,v1');
    const [key] = await hours.front.database.sql<{ publicKey: Buffer }[]>`
      select public_key as "publicKey" from signing_keys where id = ${keyId as string}`;
    const publicKey = {
      key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key!.publicKey]),
      format: 'der',
      type: 'spki',
    } as const;
    const body = Buffer.from(`\uFEFF${text.slice(0, text.indexOf('# huzhu-statement'))}`, 'utf8');
    const signed = Buffer.from(signature as string, 'base64');
    expect(verify(null, body, publicKey, signed)).toBe(true);
    expect(verify(null, Buffer.from(body.toString().replace(',500,', ',501,')), publicKey, signed)).toBe(
      false,
    );
  });

  it('goes as a spreadsheet too', async () => {
    const answer = await hours.front.app.request(
      `/api/v1/accounts/${hours.of('elder')}/statement/file?format=xlsx`,
      {
        headers: { cookie: hours.as('elder').cookie },
      },
    );
    expect(answer.headers.get('content-type')).toContain('spreadsheetml');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(bytes.length).toBeGreaterThan(2000);
  });
});
