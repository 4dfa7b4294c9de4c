import type { Component } from 'vue'
import { Calendar, CircleCheck, CircleClose, Clock, Coffee, Finished, Suitcase, Timer, WarningFilled } from '@element-plus/icons-vue'
import type { AttendanceState } from './types'

/** Ink and icon of each state of a shift; the word stands beside them. */
export const attendanceLooks: Record<AttendanceState, { ink: string; icon: Component }> = {
  planned: { ink: 'var(--ink-3)', icon: Calendar },
  due: { ink: 'var(--warn)', icon: Clock },
  here: { ink: 'var(--good)', icon: CircleCheck },
  break: { ink: 'var(--ink-2)', icon: Coffee },
  late: { ink: 'var(--bad)', icon: Timer },
  absent: { ink: 'var(--bad)', icon: CircleClose },
  left_early: { ink: 'var(--bad)', icon: WarningFilled },
  worked: { ink: 'var(--ink-2)', icon: Finished },
  leave: { ink: 'var(--ink-3)', icon: Suitcase },
}

export const isMissing = (s: AttendanceState) => s === 'late' || s === 'absent' || s === 'left_early'

/** Whole minutes of seconds. */
export const minutes = (seconds: number) => Math.round(seconds / 60)
