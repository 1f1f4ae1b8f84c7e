import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creditOwnersOf, joinTeam, leaveTeam, registerTeams } from '../../../db/people/teams.ts';
import { listTeams, membersOf, teamWithin } from '../../../db/people/teamViews.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { ownReach, stationReach } from '../../support/family.ts';
import { ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave as checkOut } from '../../support/visits.ts';

let city: SmallCity;
let team = '';
beforeAll(async () => {
  city = await smallCity();
  const made = await city.do('station', (tx, act) =>
    registerTeams(tx, act, [{ name: '梅园志愿队', leaderId: ids.near, stationId: ids.station }]),
  );
  team = made[0] as string;
});
afterAll(() => city.close());

const join = (personId: string, teamId = team) =>
  city.try('station', (tx, act) => joinTeam(tx, act, stationReach, { teamId, personId }));
const leave = (personId: string) =>
  city.try('station', (tx, act) => leaveTeam(tx, act, stationReach, { teamId: team, personId }));
const owners = (...personIds: string[]) => city.db.transaction((tx) => creditOwnersOf(tx, personIds));

describe('a team of volunteers', () => {
  it('has an account, to which the visits of its members are paid while they are in it', async () => {
    expect(refusalOf(await join(ids.middle))).toBeNull();
    expect(Object.fromEntries(await owners(ids.near, ids.middle, ids.carer))).toEqual({
      [ids.near]: { ownerId: ids.near, kind: 'personal', currency: 'min' },
      [ids.middle]: { ownerId: team, kind: 'team', currency: 'min' },
      [ids.carer]: { ownerId: ids.carer, kind: 'personal', currency: 'min' },
    });
    expect(await teamWithin(city.db, stationReach, team)).toMatchObject({
      name: '梅园志愿队',
      leader: { id: ids.near },
      members: 1,
      balance: 0,
      available: 0,
    });
    expect(refusalOf(await leave(ids.middle))).toBeNull();
    expect((await owners(ids.middle)).get(ids.middle)).toMatchObject({ kind: 'personal' });
  });

  it('is one at a time for each volunteer, and only for volunteers of the area', async () => {
    await join(ids.middle);
    const [other] = await city.do('station', (tx, act) =>
      registerTeams(tx, act, [{ name: '第二队', leaderId: ids.far, stationId: ids.station }]),
    );
    expect(refusalOf(await join(ids.middle, other))).toMatchObject({ code: 'already_done' });
    expect(refusalOf(await join(ids.middle))).toMatchObject({ code: 'already_done' });
    expect(refusalOf(await leave(ids.far))).toMatchObject({ code: 'already_done' });
    expect(refusalOf(await join(ids.wang))).toMatchObject({ code: 'not_found' });
    expect(refusalOf(await join(ids.near, ids.wang))).toMatchObject({ code: 'not_found', field: 'id' });
    const far = await city.try('station', (tx, act) =>
      joinTeam(tx, act, { kind: 'area', areaCode: '320104' }, { teamId: team, personId: ids.near }),
    );
    expect(refusalOf(far)).toMatchObject({ code: 'not_found' });
    const led = await city.try('station', (tx, act) =>
      registerTeams(tx, act, [{ name: '第三队', leaderId: ids.wang, stationId: ids.station }]),
    );
    expect(refusalOf(led)).toMatchObject({ code: 'not_found', field: 'leaderId' });
  });

  it('is seen by its station, its leader and its members, and by nobody else', async () => {
    const names = async (...about: Parameters<typeof ownReach>) =>
      (await listTeams(city.db, ownReach(...about), 10, null)).map((one) => one.name);
    expect(await names(ids.near)).toEqual(['梅园志愿队']);
    expect(await names(ids.middle)).toEqual(['梅园志愿队']);
    expect(await names(ids.wang)).toEqual([]);
    expect(await listTeams(city.db, stationReach, 10, null)).toHaveLength(2);
    expect(await listTeams(city.db, { kind: 'area', areaCode: '320104' }, 10, null)).toEqual([]);
    expect(await membersOf(city.db, team, 10, null)).toEqual([{ personId: ids.middle, name: '刘洋' }]);
  });

  it('is paid for the visit of a member, and the member is not', async () => {
    expect(refusalOf(await join(ids.near))).toBeNull();
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(60);
    await checkOut(city, order.id);
    await city.do('elder', (tx, act) => confirmVisits(tx, act, [{ orderId: order.id }]));
    expect(await city.account(team, 'team')).toEqual({ balance: 60, held: 0 });
    expect(await city.account(ids.near)).toEqual({ balance: 0, held: 0 });
    expect(await teamWithin(city.db, stationReach, team)).toMatchObject({ members: 2, available: 60 });
  });
});
