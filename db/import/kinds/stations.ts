/** Time-bank stations, meal points and centres; one known by its code keeps its row. */
import type { Area } from '../../people/areas.ts';
import { stationsByCode } from '../../providers/known.ts';
import { registerStations } from '../../providers/register.ts';
import { type Kind, needed } from '../columns.ts';
import { choice, code, division, phone, text } from '../readers.ts';
import { areaHeaders, checkPlace, type PlaceRow, phoneHeaders, placeColumns, placeOf } from './person.ts';

type StationRow = {
  code: string;
  name: string;
  kind: 'station' | 'meal_point' | 'centre';
  area: Area;
  phone: string;
} & PlaceRow;

export const stations: Kind<StationRow> = {
  columns: {
    code: needed('站点编码', 'station code', code, ['站点代码', '编码', 'code']),
    name: needed('站点名称', 'name', text(100), ['名称', 'station name']),
    kind: needed(
      '类型',
      'kind',
      choice<StationRow['kind']>(
        new Map([
          ['station', ['时间银行站点', 'station', '站点']],
          ['meal_point', ['助餐点', 'meal point', 'meal_point']],
          ['centre', ['养老服务中心', 'centre', 'center']],
        ] as const),
      ),
      ['站点类型', 'type'],
    ),
    area: needed('区划代码', 'division code', division(), areaHeaders),
    phone: needed('电话', 'phone', phone, phoneHeaders),
    ...placeColumns,
  },
  once: [['code']],
  clerk: (db) => ({
    async check(lines) {
      const known = await stationsByCode(
        db,
        lines.map((line) => line.values.code),
      );
      for (const line of lines) {
        line.known = known.has(line.values.code);
        checkPlace(line);
      }
    },
    async write(tx, act, rows) {
      await registerStations(
        tx,
        act,
        rows.map(({ area, ...row }) => ({ ...row, ...placeOf({ ...row, area }), areaCode: area.code })),
      );
    },
  }),
};
