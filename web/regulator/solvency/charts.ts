/** The page's charts, beside those of the quality page: bars. Loaded when a chart is seen. */
import { BarChart } from 'echarts/charts';
import { use } from 'echarts/core';

export { Chart, look } from '../../public/quality/charts.ts';

use([BarChart]);
