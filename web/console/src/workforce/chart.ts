import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import type { PlanRow } from './types'

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

export interface Words {
  arrivals: string
  people: string
  roster: string
  seats: string
  unit: string
  calls: string
}

/** A chart on the page. */
export interface Chart {
  show(rows: PlanRow[], words: Words): void
  remove(): void
}

const ink = '#4a5563'

/** Draws arrivals as bars, needed and rostered people as steps. */
export function drawPlan(box: HTMLElement): Chart {
  const chart = echarts.init(box)
  const watcher = new ResizeObserver(() => chart.resize())
  watcher.observe(box)
  const line = (name: string, data: number[], color: string, type: 'solid' | 'dashed') => ({
    name, type: 'line', yAxisIndex: 1, step: 'middle', symbol: 'none', data, itemStyle: { color }, lineStyle: { width: 2, type },
  })
  return {
    show(rows, w) {
      chart.setOption({
        animation: false,
        textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
        tooltip: { trigger: 'axis', confine: true },
        legend: { top: 4, right: 84, itemHeight: 8, itemWidth: 18, textStyle: { color: ink, fontSize: 12 } },
        grid: { left: 44, right: 44, top: 34, bottom: 24 },
        xAxis: { type: 'category', data: rows.map((r) => r.at), axisLabel: { color: ink, interval: 3 }, axisTick: { show: false } },
        yAxis: [
          { type: 'value', name: w.calls, nameTextStyle: { color: ink, align: 'left', padding: [0, 0, 0, -30] }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: '#eceff3' } } },
          { type: 'value', name: w.unit, minInterval: 1, nameTextStyle: { color: ink }, axisLabel: { color: ink }, splitLine: { show: false } },
        ],
        series: [
          { name: w.arrivals, type: 'bar', data: rows.map((r) => Number(r.arrivals.toFixed(1))), itemStyle: { color: '#a9c3e4' }, barCategoryGap: '20%' },
          line(w.people, rows.map((r) => r.people), '#0b4ea2', 'solid'),
          line(w.seats, rows.map((r) => r.seats), '#6b3fa0', 'dashed'),
          line(w.roster, rows.map((r) => r.roster), '#1a7f37', 'solid'),
        ],
      }, true)
    },
    remove() {
      watcher.disconnect()
      chart.dispose()
    },
  }
}
