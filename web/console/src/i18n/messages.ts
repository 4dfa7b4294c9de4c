import * as shell from './messages/shell'
import * as login from './messages/login'
import * as problem from './messages/problem'
import * as seat from './messages/seat'
import * as phone from './messages/phone'
import * as keys from './messages/keys'
import * as ticket from './messages/ticket'
import * as desk from './messages/desk'
import * as calls from './messages/calls'
import * as board from './messages/board'
import * as reveal from './messages/reveal'
import * as welcome from './messages/welcome'

// One file for each area, both languages side by side, so that neither is forgotten.
export const zh = {
  shell: shell.zh,
  login: login.zh,
  problem: problem.zh,
  seat: seat.zh,
  phone: phone.zh,
  keys: keys.zh,
  ticket: ticket.zh,
  desk: desk.zh,
  calls: calls.zh,
  board: board.zh,
  reveal: reveal.zh,
  welcome: welcome.zh,
}

export const en: typeof zh = {
  shell: shell.en,
  login: login.en,
  problem: problem.en,
  seat: seat.en,
  phone: phone.en,
  keys: keys.en,
  ticket: ticket.en,
  desk: desk.en,
  calls: calls.en,
  board: board.en,
  reveal: reveal.en,
  welcome: welcome.en,
}
