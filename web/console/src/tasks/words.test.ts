import { describe, expect, it } from 'vitest'
import { about, statesOf } from './words'

describe('items', () => {
  it('say what happened', () => {
    const task = { kind: 'missed' as const, queueName: '综合受理', waitedSeconds: 75, agentName: '' }
    expect(about(task)).toEqual({ key: 'tasks.abouts.missed', holes: { queue: '“综合受理”', waited: '01:15', agent: '—' } })
    expect(about({ ...task, queueName: '' }).key).toBe('tasks.abouts.missedFlow')
    expect(about({ ...task, kind: 'low_rating', agentName: '王秀英' }).holes.agent).toBe('王秀英')
  })
  it('are asked for by state', () => {
    expect(statesOf('pending')).toBe('open,taken')
    expect(statesOf('done')).toBe('done')
    expect(statesOf('')).toBe('')
  })
})
