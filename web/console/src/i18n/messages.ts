import * as shell from './messages/shell'
import * as login from './messages/login'
import * as problem from './messages/problem'
import * as seat from './messages/seat'
import * as talk from './messages/talk'
import * as picker from './messages/picker'
import * as phone from './messages/phone'
import * as keys from './messages/keys'
import * as ticket from './messages/ticket'
import * as desk from './messages/desk'
import * as calls from './messages/calls'
import * as board from './messages/board'
import * as tasks from './messages/tasks'
import * as alarm from './messages/alarm'
import * as wall from './messages/wall'
import * as roster from './messages/roster'
import * as staffing from './messages/staffing'
import * as recordings from './messages/recordings'
import * as quality from './messages/quality'
import * as reveal from './messages/reveal'
import * as system from './messages/system'
import * as welcome from './messages/welcome'

// One file for each area, both languages side by side, so that neither is forgotten.
export const zh = {
  shell: shell.zh,
  login: login.zh,
  problem: problem.zh,
  seat: seat.zh,
  talk: talk.zh,
  picker: picker.zh,
  phone: phone.zh,
  keys: keys.zh,
  ticket: ticket.zh,
  desk: desk.zh,
  calls: calls.zh,
  board: board.zh,
  tasks: tasks.zh,
  alarm: alarm.zh,
  wall: wall.zh,
  roster: roster.zh,
  staffing: staffing.zh,
  recordings: recordings.zh,
  quality: quality.zh,
  reveal: reveal.zh,
  system: system.zh,
  welcome: welcome.zh,
}

export const en: typeof zh = {
  shell: shell.en,
  login: login.en,
  problem: problem.en,
  seat: seat.en,
  talk: talk.en,
  picker: picker.en,
  phone: phone.en,
  keys: keys.en,
  ticket: ticket.en,
  desk: desk.en,
  calls: calls.en,
  board: board.en,
  tasks: tasks.en,
  alarm: alarm.en,
  wall: wall.en,
  roster: roster.en,
  staffing: staffing.en,
  recordings: recordings.en,
  quality: quality.en,
  reveal: reveal.en,
  system: system.en,
  welcome: welcome.en,
}
