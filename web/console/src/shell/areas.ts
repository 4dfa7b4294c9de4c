import type { Component } from 'vue'
import { Bell, Calendar, ChatLineRound, Clock, DataLine, Headset, List, Lock, Medal, Microphone, Notebook, Phone, PhoneFilled, Tickets, TrendCharts } from '@element-plus/icons-vue'
import type { Home, Me, Permission } from '../api/types'

/** One entry of the menu, for those who may. */
export interface Area {
  path: string
  label: string
  icon: Component
  permission: Permission
}

/** The areas that exist so far, in the order of a working day. */
export const areas: readonly Area[] = [
  { path: '/desk', label: 'shell.desk', icon: Headset, permission: 'desk' },
  { path: '/calls', label: 'shell.myCalls', icon: Phone, permission: 'calls' },
  { path: '/tasks', label: 'tasks.title', icon: ChatLineRound, permission: 'tasks' },
  { path: '/tickets', label: 'shell.tickets', icon: Tickets, permission: 'tickets' },
  { path: '/board', label: 'shell.board', icon: DataLine, permission: 'board' },
  { path: '/alarms', label: 'alarm.title', icon: Bell, permission: 'supervise' },
  { path: '/roster', label: 'roster.title', icon: Calendar, permission: 'supervise' },
  { path: '/staffing', label: 'staffing.title', icon: TrendCharts, permission: 'figures' },
  { path: '/calls/all', label: 'shell.allCalls', icon: PhoneFilled, permission: 'all_calls' },
  { path: '/recordings', label: 'recordings.title', icon: Microphone, permission: 'all_calls' },
  { path: '/quality', label: 'quality.title', icon: Medal, permission: 'quality' },
  { path: '/quality/mine', label: 'quality.mine', icon: Medal, permission: 'desk' },
  { path: '/lists', label: 'system.lists', icon: List, permission: 'supervise' },
  { path: '/contacts', label: 'system.contacts', icon: Notebook, permission: 'system' },
  { path: '/retention', label: 'recordings.retention', icon: Clock, permission: 'system' },
  { path: '/guard', label: 'system.guard', icon: Lock, permission: 'system' },
]

const homes: Partial<Record<Home, string>> = { desk: '/desk', board: '/board', tickets: '/tickets' }

/** The areas of a person's menu. “My calls” belongs to those who take calls. */
export function areasOf(me: Me | null): Area[] {
  if (!me) return []
  return areas.filter((a) => me.permissions.includes(a.permission) && (a.path !== '/calls' || me.permissions.includes('desk')) && (a.path !== '/quality/mine' || !me.permissions.includes('quality')))
}

/** The first page of a person's job, as far as they may see it. */
export function homeOf(me: Me): string {
  const mine = areasOf(me).map((a) => a.path)
  const home = homes[me.home] ?? '/welcome'
  return mine.includes(home) ? home : (mine[0] ?? '/welcome')
}
