// What must survive: a reload with the server away, a session that ends, two
// tabs that both want the telephone.

const has = (page, id, attribute, value) => page.locator(`[data-testid=${id}][data-${attribute}=${value}]`).waitFor()

export async function checkFaults({ page, base, mock, look, complain }) {
  const { world } = mock
  Object.assign(world, { who: null, mustChange: false, quiet: false, down: false, mute: false })
  world.seat.reset()
  const id = (s, p = page) => p.getByTestId(s)
  page.on('dialog', (d) => void d.accept())

  await page.goto(`${base}/?lang=zh`)
  await id('login-number').fill('8001')
  await id('login-password').fill('Demo-12328')
  await id('login-submit').click()
  await id('desk-signin-browser').click()
  await has(page, 'call-state', 'state', 'not_ready')
  await id('phone-trouble').waitFor({ state: 'detached' })

  // The newer tab asks for the telephone and gets it; the older one says so.
  const second = await page.context().newPage()
  await second.goto(`${base}/desk`)
  await id('phone-take', second).click()
  await id('phone-trouble', second).waitFor({ state: 'detached' })
  await id('phone-take').waitFor()
  await look('phone-elsewhere')
  await id('phone-take').click()
  await id('phone-trouble').waitFor({ state: 'detached' })

  // A tab with a call does not give it up.
  await page.keyboard.press('Alt+r')
  await has(page, 'call-state', 'state', 'ready')
  world.seat.ring()
  world.sip.invite()
  await id('call-answer').click()
  await has(page, 'call-state', 'state', 'talking')
  await id('phone-take', second).click()
  await second.getByRole('alert').filter({ hasText: '另一个标签页正在通话' }).first().waitFor()
  await second.close()

  // A change of the credentials at the switch is not the agent's problem.
  await id('ticket-content').fill('第一句。')
  await has(page, 'ticket-saved', 'status', 'clean')

  // The server goes away, the page is reloaded, everything typed comes back.
  world.down = true
  for (const l of world.lives) l.ws.terminate()
  await id('ticket-content').fill('第一句。第二句。')
  await id('ticket-reply').fill('请稍候。')
  await has(page, 'ticket-saved', 'status', 'failed')
  const reloaded = page.reload({ waitUntil: 'commit' })
  await new Promise((r) => setTimeout(r, 1500))
  world.down = false
  await reloaded
  await id('ticket-content').waitFor({ timeout: 15_000 })
  const text = await id('ticket-content').inputValue()
  if (text !== '第一句。第二句。') complain(`typing lost over a reload: ${text}`)
  await has(page, 'ticket-saved', 'status', 'clean')
  if (![...world.tickets.all.values()].some((t) => t.content === '第一句。第二句。')) complain('the recovered typing did not reach the server')

  // The session ends; the page stays, and goes on after a log-in.
  world.who = null
  await id('ticket-title').fill('会话过期时输入')
  await id('login-password').waitFor()
  await look('relogin')
  await id('login-password').fill('Demo-12328')
  await id('login-submit').click()
  await id('login-password').waitFor({ state: 'detached' })
  await has(page, 'ticket-saved', 'status', 'clean')
  if (![...world.tickets.all.values()].some((t) => t.title === '会话过期时输入')) complain('typing lost over the end of the session')

  // The server forgets the session without a good-bye: noticed by itself.
  world.who = null
  for (const l of world.lives) l.ws.terminate()
  await id('login-password').waitFor()
  await id('login-password').fill('Demo-12328')
  await id('login-submit').click()
  await id('login-password').waitFor({ state: 'detached' })
  await id('stale-banner').waitFor({ state: 'detached' })

  // Wrong credentials at the switch are renewed without anybody doing anything.
  if (world.sip.call) world.sip.hangUp()
  else world.seat.end()
  world.sipPassword = 'second'
  world.sip.socket.terminate()
  await id('phone-trouble').waitFor()
  await id('phone-trouble').waitFor({ state: 'detached', timeout: 15_000 })
}
