import type { Component } from 'vue'
import { DataLine, Headset, Microphone, Phone, Tickets } from '@element-plus/icons-vue'
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
  { path: '/tickets', label: 'shell.tickets', icon: Tickets, permission: 'tickets' },
  { path: '/board', label: 'shell.board', icon: DataLine, permission: 'board' },
  { path: '/recordings', label: 'shell.recordings', icon: Microphone, permission: 'all_calls' },
]

const homes: Partial<Record<Home, string>> = { desk: '/desk', board: '/board', tickets: '/tickets' }

/** The areas of a person's menu. “My calls” belongs to those who take calls. */
export function areasOf(me: Me | null): Area[] {
  if (!me) return []
  return areas.filter((a) => me.permissions.includes(a.permission) && (a.path !== '/calls' || me.permissions.includes('desk')))
}

/** The first page of a person's job, as far as they may see it. */
export function homeOf(me: Me): string {
  const mine = areasOf(me).map((a) => a.path)
  const home = homes[me.home] ?? '/welcome'
  return mine.includes(home) ? home : (mine[0] ?? '/welcome')
}
