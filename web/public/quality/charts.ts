/** The parts of ECharts that the page draws with, and the page's colours for them; loaded when a chart is seen. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

export { default as Chart } from 'vue-echarts';

use([
  CustomChart,
  LineChart,
  ScatterChart,
  AriaComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  SVGRenderer,
]);

/** Colours and type of the page, read where they are defined. */
export function look() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'),
    soft: colour('ink-soft'),
    line: colour('line'),
    teal: colour('teal'),
    wash: colour('teal-wash'),
    plum: colour('plum'),
    plumWash: colour('plum-wash'),
    paper: colour('paper-raised'),
    font: getComputedStyle(document.body).fontFamily,
    /** Pixels of small text at the reader's size. */
    small: Math.round(Number.parseFloat(style.fontSize) * 0.78),
  };
}
