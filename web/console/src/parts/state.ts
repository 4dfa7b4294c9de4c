import type { Component } from 'vue'
import { CircleCheck, Coffee, Edit, MoreFilled, Phone, PhoneFilled, SwitchButton, WarningFilled } from '@element-plus/icons-vue'
import type { SeatState } from '../api/types'

/** Colour, ink and icon of each seat state; never colour alone. */
export const looks: Record<SeatState, { colour: string; ink: string; icon: Component }> = {
  signed_out: { colour: 'var(--s-not-ready)', ink: '#fff', icon: SwitchButton },
  ready: { colour: 'var(--s-ready)', ink: '#fff', icon: CircleCheck },
  ringing: { colour: 'var(--s-ringing)', ink: 'var(--s-ringing-ink)', icon: Phone },
  talking: { colour: 'var(--s-talking)', ink: '#fff', icon: PhoneFilled },
  wrap_up: { colour: 'var(--s-wrap)', ink: '#fff', icon: Edit },
  not_ready: { colour: 'var(--s-not-ready)', ink: '#fff', icon: Coffee },
  offline: { colour: 'var(--s-offline)', ink: '#fff', icon: WarningFilled },
}

/** The looks of a state, also of one this version does not know. */
export function look(state: string): { colour: string; ink: string; icon: Component } {
  return looks[state as SeatState] ?? { colour: 'var(--s-offline)', ink: '#fff', icon: MoreFilled }
}
