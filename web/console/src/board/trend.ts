import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { TrendPoint } from '../api/types'
import { hourMinute } from '../format/time'

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, CanvasRenderer])

export interface Words {
  offered: string
  answered: string
  abandoned: string
  ten: string
  perMinute: string
}

/** A chart on the page. */
export interface Trend {
  show(points: TrendPoint[], words: Words): void
  remove(): void
}

const ink = '#4a5563'

/** The share of one minute for the chart; a minute without calls leaves a gap. */
export function share(p: TrendPoint): number | null {
  return p.tenSecond.d > 0 ? Math.round((1000 * p.tenSecond.n) / p.tenSecond.d) / 10 : null
}

/** Draws the trend into a box and follows its size. */
export function drawTrend(box: HTMLElement): Trend {
  const chart = echarts.init(box)
  const watcher = new ResizeObserver(() => chart.resize())
  watcher.observe(box)
  const bar = (name: string, data: number[], color: string) => ({ name, type: 'bar', data, itemStyle: { color }, barMaxWidth: 8, barGap: '0%' })
  return {
    show(points, w) {
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        tooltip: { trigger: 'axis', confine: true },
        legend: { top: 4, right: 8, itemHeight: 8, itemWidth: 14, textStyle: { color: ink, fontSize: 12 } },
        grid: { left: 34, right: 40, top: 34, bottom: 24 },
        xAxis: { type: 'category', data: points.map((p) => hourMinute(p.at)), axisLabel: { color: ink }, axisTick: { show: false } },
        yAxis: [
          { type: 'value', name: w.perMinute, minInterval: 1, nameTextStyle: { color: ink, align: 'left', padding: [0, 0, 0, -24] }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: '#eceff3' } } },
          { type: 'value', min: 0, max: 100, interval: 50, axisLabel: { formatter: '{value}%', color: ink }, splitLine: { show: false } },
        ],
        series: [
          bar(w.offered, points.map((p) => p.offered), '#a9c3e4'),
          bar(w.answered, points.map((p) => p.answered), '#0b4ea2'),
          bar(w.abandoned, points.map((p) => p.abandoned), '#c94b41'),
          { name: w.ten, type: 'line', yAxisIndex: 1, data: points.map(share), connectNulls: false, symbolSize: 5, itemStyle: { color: '#1a7f37' }, lineStyle: { width: 2 },
            markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: '#1a7f37', type: 'dashed', opacity: 0.5 }, data: [{ yAxis: 80 }] } },
        ],
      }, true)
    },
    remove() {
      watcher.disconnect()
      chart.dispose()
    },
  }
}
