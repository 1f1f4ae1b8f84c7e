/** Care providers; one known by its credit code keeps its row. */
import type { Area } from '../../people/areas.ts';
import { providersByCreditCode } from '../../providers/known.ts';
import { registerProviders } from '../../providers/register.ts';
import { type Kind, needed } from '../columns.ts';
import { creditCode, districts, division, phone, services, text } from '../readers.ts';
import { checkPlace, type PlaceRow, placeColumns, placeOf } from './person.ts';

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
    name: needed('机构名称', 'name', text(100)),
    creditCode: needed('统一社会信用代码', 'credit code', creditCode),
    area: needed('区划代码', 'division code', division()),
    districts: needed('服务区', 'districts', districts),
    services: needed('服务项目', 'services', services),
    phone: needed('电话', 'phone', phone),
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
