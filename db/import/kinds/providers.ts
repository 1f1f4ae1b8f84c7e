/** Care providers; one known by its credit code keeps its row. */
import type { Area } from '../../people/areas.ts';
import { providersByCreditCode } from '../../providers/known.ts';
import { registerProviders } from '../../providers/register.ts';
import { type Kind, needed } from '../columns.ts';
import { creditCode, districts, division, phone, services, text } from '../readers.ts';
import { areaHeaders, checkPlace, type PlaceRow, phoneHeaders, placeColumns, placeOf } from './person.ts';

type ProviderRow = {
  name: string;
  creditCode: string;
  area: Area;
  districts: string[];
  services: string[];
  phone: string;
} & PlaceRow;

export const providers: Kind<ProviderRow> = {
  columns: {
    name: needed('机构名称', 'name', text(100), ['名称', 'provider name']),
    creditCode: needed('统一社会信用代码', 'credit code', creditCode, [
      '信用代码',
      '机构信用代码',
      'unified social credit code',
    ]),
    area: needed('区划代码', 'division code', division(), areaHeaders),
    districts: needed('服务区', 'districts', districts, ['服务区域', 'licensed districts']),
    services: needed('服务项目', 'services', services, ['服务', 'service']),
    phone: needed('电话', 'phone', phone, phoneHeaders),
    ...placeColumns,
  },
  once: [['creditCode']],
  clerk: (db) => ({
    async check(lines) {
      const known = await providersByCreditCode(
        db,
        lines.map((line) => line.values.creditCode),
      );
      for (const line of lines) {
        line.known = known.has(line.values.creditCode);
        checkPlace(line);
      }
    },
    async write(tx, act, rows) {
      await registerProviders(
        tx,
        act,
        rows.map(({ area, ...row }) => ({ ...row, ...placeOf({ ...row, area }), areaCode: area.code })),
      );
    },
  }),
};
