import { send } from './http'

export interface StoryLane {
  key: string
  kind: 'customer' | 'agent' | 'outside' | 'supervisor' | 'recording' | 'routing'
  agent: string
  name: string
  number: string
}

/** A moment of a call, or a stretch of time in it. */
export interface StoryEntry {
  kind: string
  lane: string
  at: string
  until: string | null
  open: boolean
  agent: string
  /** A sentence in the reader's language. */
  text: string
  why: string[]
  mode: string
  good: boolean
  /** The call in which this one was asked for. */
  call: string
}

export interface SoundPiece {
  from: string
  to: string
}

export interface Story {
  startedAt: string
  endedAt: string | null
  lanes: StoryLane[]
  entries: StoryEntry[]
  /** What the recording holds, one piece after the other. */
  sound: SoundPiece[]
  soundHeld: SoundPiece[]
}

export const readStory = (call: string) => send<Story>('GET', `/api/calls/${encodeURIComponent(call)}/story`)
