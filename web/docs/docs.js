// Renders /openapi.json for people. It uses nothing from outside and writes
// text only as text, so that no description can become markup.
'use strict'

const en = !navigator.language.toLowerCase().startsWith('zh')
const say = (zh, english) => (en ? english : zh)
const words = {
  parameters: say('参数', 'Parameters'), body: say('请求内容', 'Body'), answers: say('应答', 'Answers'),
  name: say('名称', 'Name'), kind: say('类型', 'Type'), about: say('说明', 'About'), must: say('必填', 'required'),
  none: say('没有找到，换个词试试。', 'Nothing found. Try another word.'), fields: say('字段', 'fields'),
  failed: say('接口说明读取失败，请稍后刷新。', 'The description cannot be read. Please reload later.'),
  open: say('无需登录', 'no log-in'), in: say('位置', 'In'),
}
const groups = {
  session: say('登录', 'Session'), desk: say('座席', 'Desk'), calls: say('通话', 'Calls'), tickets: say('工单', 'Tickets'),
  board: say('运行监控', 'Board'), categories: say('业务分类', 'Categories'), regions: say('行政区划', 'Regions'),
  people: say('人员', 'People'), live: say('实时推送', 'Live push'),
}

/** Makes an element: its class, and texts or elements to put into it. */
function el(tag, cls, ...inside) {
  const e = document.createElement(tag)
  if (cls) e.className = cls
  e.append(...inside.filter((x) => x !== null && x !== undefined))
  return e
}

let schemas = {}

const resolve = (s) => (s && s.$ref ? schemas[s.$ref.split('/').pop()] || {} : s || {})

/** Names a type as one would say it. */
function typeName(s) {
  if (!s) return ''
  if (s.$ref) return s.$ref.split('/').pop()
  const kinds = [].concat(s.type || 'any')
  const kind = kinds.filter((k) => k !== 'null').join(' | ')
  const base = kind === 'array' ? typeName(s.items) + '[]' : s.format ? `${kind} (${s.format})` : kind
  return kinds.includes('null') ? base + ' | null' : base
}

function limits(s) {
  const out = []
  if (s.enum) out.push(s.enum.join(' · '))
  if (s.minimum !== undefined || s.maximum !== undefined) out.push(`${s.minimum ?? ''} … ${s.maximum ?? ''}`)
  if (s.maxLength !== undefined) out.push('≤ ' + s.maxLength)
  if (s.default !== undefined) out.push('= ' + JSON.stringify(s.default))
  return out.join(', ')
}

/** Shows the fields of a schema; inner ones can be unfolded. */
function fieldTable(schema, depth = 0) {
  const s = resolve(schema)
  if ([].concat(s.type || []).includes('array')) return fieldTable(s.items, depth)
  if (!s.properties || depth > 6) return null
  const table = el('table')
  for (const [name, p] of Object.entries(s.properties)) {
    if (name === '$schema') continue
    const inner = fieldTable(p, depth + 1)
    const about = [p.description || resolve(p).description, limits(p)].filter(Boolean).join(' — ')
    const cell = el('td', '', about)
    if (inner) {
      const fold = el('details', '', el('summary', '', words.fields), inner)
      cell.append(fold)
    }
    const must = (s.required || []).includes(name) ? el('span', 'must', ' *') : null
    table.append(el('tr', '', el('td', '', el('code', '', name), must), el('td', 'type', typeName(p)), cell))
  }
  return table
}

function parameterTable(parameters) {
  const head = el('tr', '', el('th', '', words.name), el('th', '', words.in), el('th', '', words.kind), el('th', '', words.about))
  const table = el('table', '', head)
  for (const p of parameters) {
    const about = [p.required ? words.must : '', p.description, limits(p.schema || {})].filter(Boolean).join(' — ')
    table.append(el('tr', '', el('td', '', el('code', '', p.name)), el('td', '', p.in), el('td', 'type', typeName(p.schema)), el('td', '', about)))
  }
  return table
}

function content(c) {
  const [kind, media] = Object.entries(c || {})[0] || []
  if (!kind) return []
  return [el('span', 'type', `${kind}  ${typeName(media.schema)}`), fieldTable(media.schema)]
}

function operation(o) {
  const needs = o.security ? o.description : words.open
  const a = el('article', '', el('h3', '', el('span', 'method ' + o.method, o.method), el('span', 'path', o.path), el('span', 'needs', needs)), el('div', '', o.summary))
  a.id = o.operationId
  if (o.parameters && o.parameters.length) a.append(el('h4', '', words.parameters), parameterTable(o.parameters))
  if (o.requestBody) a.append(el('h4', '', words.body), ...content(o.requestBody.content).filter(Boolean))
  for (const [status, r] of Object.entries(o.responses || {})) {
    const fold = el('details', '', el('summary', '', `${status} ${r.description || ''}`), ...content(r.content).filter(Boolean))
    if (status === '200') fold.open = true
    if (!a.querySelector('.answers')) a.append(el('h4', 'answers', words.answers))
    a.append(fold)
  }
  return a
}

/** Everything somebody might look an operation up by. */
function haystack(o) {
  return JSON.stringify([o.method, o.path, o.summary, o.description, o.parameters, o.requestBody, groups[o.tag]]).toLowerCase()
}

function show(all, query) {
  const contents = document.getElementById('contents')
  const reference = document.getElementById('reference')
  contents.replaceChildren()
  reference.replaceChildren()
  const wanted = query.toLowerCase().split(/\s+/).filter(Boolean)
  const found = all.filter((o) => wanted.every((w) => o.haystack.includes(w)))
  let group = null
  for (const o of found) {
    if (o.tag !== group) {
      group = o.tag
      contents.append(el('h2', '', groups[group] || group))
      reference.append(el('h2', '', groups[group] || group))
    }
    const link = el('a', '', el('span', 'method ' + o.method, o.method), o.path.replace('/api/', ''))
    link.href = '#' + o.operationId
    link.title = o.summary
    contents.append(link)
    reference.append(operation(o))
  }
  if (!found.length) reference.append(el('p', 'nothing', words.none))
}

async function main() {
  const answer = await fetch('../openapi.json')
  if (!answer.ok) throw new Error(answer.statusText)
  const doc = await answer.json()
  schemas = doc.components.schemas
  document.documentElement.lang = en ? 'en' : 'zh-CN'
  document.title = say('一号通 接口说明', 'Yihaotong API')
  document.getElementById('title').textContent = `${document.title}  ${doc.info.version}`
  const all = []
  for (const [path, methods] of Object.entries(doc.paths)) {
    for (const [method, o] of Object.entries(methods)) {
      const whole = { ...o, path, method: method.toUpperCase(), tag: (o.tags || [''])[0] }
      whole.haystack = haystack(whole)
      all.push(whole)
    }
  }
  const order = Object.keys(groups)
  const verbs = ['GET', 'POST', 'PUT', 'DELETE']
  all.sort((a, b) => order.indexOf(a.tag) - order.indexOf(b.tag) || a.path.localeCompare(b.path) || verbs.indexOf(a.method) - verbs.indexOf(b.method))
  const search = document.getElementById('search')
  search.addEventListener('input', () => show(all, search.value))
  document.addEventListener('keydown', (e) => {
    if (e.key === '/' && document.activeElement !== search) {
      e.preventDefault()
      search.focus()
    }
  })
  show(all, '')
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView()
}

main().catch((e) => {
  document.getElementById('reference').replaceChildren(el('p', 'nothing', `${words.failed} ${e.message}`))
})
