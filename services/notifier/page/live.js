// The live page: open alerts, the chosen one with its evidence, and recent changes, updated by the stream. It says plainly when
// it is not live. Plain DOM; texts are in wording.js, the connection in stream.js.

import { evidenceList, factsTable, storyList } from './detail.js'
import { by, make } from './dom.js'
import { AlertRows } from './rows.js'
import { LiveStream, notLiveSinceMs, silenceMs } from './stream.js'
import {
  changesBetween,
  compareClosed,
  compareOpen,
  eventName,
  eventWords,
  evidenceCountOf,
  isOpen,
  learnNames,
  outcomeWords,
  reasonWords,
  severityMark,
  sinceWords,
  statusWords,
  tally,
  timeWords,
  waitWords,
  wrongClockWords
} from './wording.js'

const newsMax = 100
const closedMax = 50
const alerts = new Map()
const rows = new AlertRows({ choose, isChosen: id => id === chosenId, nowIn })
/** Clock and last known time per theatre. */
const theatres = new Map()
let chosenId = null
let chosenDetail = null
let outcomeText = ''
let openCount = 0
/** Some state of the open alerts is shown, live or not. */
let hasPicture = false

// State

function nowIn(theatre) {
  const known = theatres.get(theatre)
  return known?.clock === 'replay' && known.now !== null ? Date.parse(known.now) : Date.now()
}

async function loadTheatres() {
  const answer = await fetch('/v1/theatres').catch(() => null)
  if (!answer?.ok) return
  for (const theatre of (await answer.json()).items) theatres.set(theatre.id, theatre)
  showWrongClocks()
}

/** Without names the page shows codes, and is otherwise unaffected. */
async function loadNames() {
  const answer = await fetch('/page/names.json').catch(() => null)
  const told = answer?.ok ? await answer.json().catch(() => null) : null
  if (told !== null) learnNames(told)
}

async function loadClosed() {
  const answer = await fetch(`/v1/alerts?status=retracted,resolved&limit=${closedMax}`).catch(() => null)
  if (!answer?.ok) return
  for (const alert of (await answer.json()).items) if (!alerts.has(alert.alertId)) alerts.set(alert.alertId, alert)
  render()
}

/** If the page is opened while nothing is live, it shows the last known state, marked as such, until a live one replaces it. */
async function loadLastKnown() {
  const answer = await fetch('/v1/alerts?status=provisional,confirmed&limit=500').catch(() => null)
  if (!answer?.ok || hasPicture) return
  takeSnapshot((await answer.json()).items, false)
}

function takeSnapshot(open, isReturn) {
  hasPicture = true
  for (const [id, alert] of alerts) if (isOpen(alert)) alerts.delete(id)
  for (const alert of open) alerts.set(alert.alertId, alert)
  if (isReturn) say('The connection was lost for too long to resume. All open alerts were loaded again.')
  loadClosed()
  render()
  refreshDetail()
}

/** Further alerts of a snapshot. Changes that happened meanwhile arrived before them. */
function takePart(open) {
  for (const alert of open) alerts.set(alert.alertId, alert)
  renderSoon()
}

let isRenderDue = false

/** Parts can arrive faster than thousands of rows can be drawn: all parts of one animation frame are drawn together. */
function renderSoon() {
  if (isRenderDue) return
  isRenderDue = true
  setTimeout(() => {
    isRenderDue = false
    render()
  }, 50)
}

function takeEvent(event) {
  const name = eventName(event.type)
  const id = event.data.alertId
  const before = alerts.get(id) ?? null
  if (name === 'left-view') alerts.delete(id)
  else if (name !== 'action-refused') alerts.set(id, event.data)
  moveClock(event)
  addNews(event, before)
  if (name !== 'action-refused') render(id)
  if (id === chosenId) refreshDetail()
  if (event.data.notify === 'page')
    say(`${eventWords(event.type)}: ${event.data.severity}: ${event.data.headline}`, event.data.severity === 'extreme')
}

/** In a replay the events carry the time. */
function moveClock({ theatre, time }) {
  const known = theatres.get(theatre)
  if (known === undefined) loadTheatres()
  else if (known.clock === 'replay' && (known.now === null || known.now < time)) known.now = time
}

// Lists

function render(freshId = null) {
  const open = [...alerts.values()].filter(isOpen).sort(compareOpen)
  const closed = [...alerts.values()].filter(alert => !isOpen(alert)).sort(compareClosed)
  for (const alert of closed.splice(closedMax)) alerts.delete(alert.alertId)
  rows.arrange(by('open-list'), open, freshId)
  rows.arrange(by('closed-list'), closed, freshId)
  rows.keepOnly(alerts)
  by('open-count').textContent = stream.isWhole || !stream.isLive ? `(${open.length})` : `(${open.length}, more are loading)`
  by('closed-count').textContent = `(${closed.length})`
  by('open-empty').hidden = open.length > 0
  by('closed-empty').hidden = closed.length > 0
  by('tally').textContent = tally(open)
  openCount = open.length
  showTitle()
}

/** The tab shows it as well: a page in the background must not look live either. */
function showTitle() {
  const count = openCount === 0 ? '' : `(${openCount}) `
  document.title = document.body.classList.contains('is-stale') ? `⚠ not live · ${count}Tocsin` : `${count}Tocsin`
}

// The chosen alert

function choose(id) {
  chosenId = id
  chosenDetail = null
  outcomeText = ''
  document.body.classList.add('has-choice')
  rows.mark()
  refreshDetail().then(() => {
    const detail = by('detail')
    detail.focus({ preventScroll: true })
    // Scroll to the headline, wherever the previous alert was left and however narrow the screen is.
    detail.scrollTop = 0
    detail.scrollIntoView({ block: 'start' })
  })
}

async function refreshDetail() {
  const id = chosenId
  if (id === null) return
  const answer = await fetch(`/v1/alerts/${encodeURIComponent(id)}?revisions=200`).catch(() => null)
  if (id !== chosenId) return
  if (answer?.status === 404) chosenDetail = null
  else if (answer?.ok) chosenDetail = await answer.json()
  renderDetail()
}

/** Until the alert changes: then the newest evidence is shown again. */
async function showAllEvidence(alert) {
  const evidence = []
  for (let cursor = ''; cursor !== null; ) {
    const query = cursor === '' ? 'limit=100' : `limit=100&cursor=${encodeURIComponent(cursor)}`
    const answer = await fetch(`/v1/alerts/${encodeURIComponent(alert.alertId)}/evidence?${query}`).catch(() => null)
    if (!answer?.ok || chosenDetail !== alert) return
    const page = await answer.json()
    evidence.push(...page.items)
    cursor = page.next
  }
  if (chosenDetail !== alert) return
  chosenDetail = { ...alert, evidence }
  renderDetail()
}

function renderDetail() {
  const body = by('detail-body')
  by('detail-hint').hidden = chosenDetail !== null
  body.hidden = chosenDetail === null
  if (chosenDetail === null) {
    by('detail-hint').textContent =
      chosenId === null ? 'Choose an alert to see why it fired and what it rests on.' : 'This alert is no longer visible.'
    return
  }
  const typed = by('note')?.value ?? ''
  const hadFocus = body.contains(document.activeElement) ? document.activeElement.id : null
  const alert = chosenDetail
  body.className = `sev-${alert.severity}`
  const parts = [
    make('p', 'kicker', `${severityMark(alert.severity)} ${alert.severity} · ${statusWords(alert.status)} · ${alert.certainty}`),
    make('h2', '', alert.drill ? make('span', 'drill', 'DRILL') : null, alert.drill ? ' ' : null, alert.headline),
    make('p', 'why', alert.explanation),
    isOpen(alert)
      ? null
      : make(
          'p',
          'gone',
          `${statusWords(alert.status)} ${timeWords(alert.event.time)}${alert.reason ? `: ${reasonWords(alert.reason)}` : ''}.`
        ),
    factsTable(alert),
    isOpen(alert) ? takeForm(alert, typed) : make('p', 'outcome', outcomeText),
    make('h3', '', `Evidence (${evidenceCountOf(alert)})`),
    evidenceList(alert, () => showAllEvidence(alert)),
    make('h3', '', 'History'),
    storyList(alert)
  ]
  body.replaceChildren(...parts.filter(part => part !== null))
  if (hadFocus) by(hadFocus)?.focus()
}

function takeForm(alert, typed) {
  const note = make('textarea')
  note.id = 'note'
  note.rows = 1
  note.maxLength = 4000
  note.value = typed
  const label = make('label', '', 'Note for others (optional)')
  label.htmlFor = 'note'
  const button = make('button', '', alert.operator.acknowledgedBy === null ? 'Acknowledge' : 'Acknowledge (take over)')
  button.id = 'acknowledge'
  button.type = 'submit'
  button.disabled = !stream.isLive
  const outcome = make('p', 'outcome', outcomeText)
  outcome.setAttribute('role', 'status')
  const form = make('form', 'take', label, note, button, outcome)
  form.addEventListener('submit', event => {
    event.preventDefault()
    acknowledge(alert, note.value.trim())
  })
  return form
}

async function acknowledge(alert, note) {
  by('acknowledge').disabled = true
  outcomeText = 'Asking…'
  const answer = await fetch(`/v1/alerts/${encodeURIComponent(alert.alertId)}/acknowledgement`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': `"${alert.operatorRevision}"` },
    body: JSON.stringify(note === '' ? {} : { note })
  }).catch(() => null)
  const body = answer === null ? null : await answer.json().catch(() => null)
  if (alert.alertId !== chosenId) return
  outcomeText = outcomeWords(answer, body)
  if (answer?.status === 200 && by('note')) by('note').value = ''
  await refreshDetail()
}

// What has changed

function addNews(event, before) {
  const name = eventName(event.type)
  const headline = event.data.headline ?? before?.headline ?? event.data.alertId
  const changes = name === 'raised' || name === 'left-view' || name === 'action-refused' ? [] : changesBetween(before, event.data)
  const reason = name !== 'action-refused' && event.data.reason ? ` (${reasonWords(event.data.reason)})` : ''
  const now = new Date()
  const clock = `${String(now.getUTCHours()).padStart(2, '0')}:${String(now.getUTCMinutes()).padStart(2, '0')}:${String(now.getUTCSeconds()).padStart(2, '0')}`
  const when = make('span', 'when', clock)
  when.title = `in the theatre: ${timeWords(event.time)}`
  const text = `${headline}${reason}${changes.length > 0 ? `: ${changes.join('; ')}` : ''}`
  by('news').prepend(make('li', '', when, make('span', 'name', eventWords(event.type)), make('span', '', text)))
  while (by('news').childElementCount > newsMax) by('news').lastElementChild.remove()
  by('news-empty').hidden = true
}

function say(text, atOnce = false) {
  by(atOnce ? 'say-now' : 'say-polite').textContent = text
}

// Connection state

const stream = new LiveStream({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/stream`, 'tocsin.v1'),
  later: (ms, fn) => setTimeout(fn, ms),
  nowMs: () => performance.now(),
  chance: () => Math.random(),
  onState: showState,
  onWord: showState,
  onSnapshot: takeSnapshot,
  onPart: takePart,
  onEvent: takeEvent,
  onNotice: ({ staleSince }) => staleSince !== undefined && !hasPicture && loadLastKnown(),
  onGap: () => say('Events were missing. All open alerts are being loaded again.')
})

function showState() {
  const { state, isLive, silentMs } = stream
  const since = isLive ? null : notLiveSinceMs(stream, Date.now())
  document.body.classList.toggle('is-live', isLive)
  document.body.classList.toggle('is-stale', since !== null)
  document.body.classList.toggle('is-connecting', !isLive && since === null)
  by('link-mark').textContent = isLive ? '●' : state.kind === 'ended' ? '✕' : '◌'
  const words = linkWords(state, isLive, since)
  if (by('link-words').textContent !== words) by('link-words').textContent = words
  by('beat').textContent = silentMs === null ? '' : `last message ${waitWords(silentMs)} ago`
  showStale(state, isLive, since)
  showTitle()
  const button = by('acknowledge')
  if (button !== null && outcomeText !== 'Asking…') button.disabled = !isLive
}

function linkWords(state, isLive, since) {
  if (isLive) return stream.isWhole ? 'Live' : 'Live, loading the rest'
  if (state.kind === 'ended') return 'Ended'
  return since === null ? 'Connecting…' : `Not live since ${sinceWords(since, Date.now())}`
}

function showStale(state, isLive, since) {
  const banner = by('stale')
  banner.hidden = isLive || (since === null && state.kind === 'connecting')
  if (banner.hidden) return
  by('stale-title').textContent = state.kind === 'ended' ? 'This page is no longer live.' : 'This page is not live.'
  by('stale-words').replaceChildren(...staleWords(state, since))
}

function staleWords(state, since) {
  const cause =
    stream.staleSince === null ? '' : ' The server answers but is cut off from the event log, so new events are unknown.'
  const age =
    since === null
      ? 'The server has not answered yet.'
      : `It was live until ${sinceWords(since, Date.now())}, ${waitWords(Date.now() - since)} ago: what you see may be out of date.${cause}`
  if (state.kind === 'ended') {
    const link = make('a', '', 'Sign in again')
    link.href = '/'
    return [age, ' ', link, '.']
  }
  if (state.kind === 'waiting') return [age, ` Trying again in ${waitWords(Math.max(0, state.untilMs - performance.now()))}.`]
  if (state.kind === 'live')
    return [age, ` The connection is open but has been silent for more than ${Math.round(silenceMs / 1000)} s.`]
  return [age, ' Trying to connect.']
}

/** The time in replay theatres, beside the wall clock. */
function showClocks() {
  const replays = [...theatres.values()].filter(({ clock, now }) => clock === 'replay' && now !== null)
  by('replays').textContent = replays.map(({ id, now }) => `${id} (replay): ${timeWords(now)}  ·  `).join('')
  by('clock').textContent = timeWords(new Date().toISOString())
}

/** In a theatre whose time stands still, windows never end or today's reports do not count: the page must show that. */
function showWrongClocks() {
  const wrong = [...theatres.values()].filter(({ clockStanding = 'right' }) => clockStanding !== 'right')
  by('wrong-clock').hidden = wrong.length === 0
  const words = wrong.map(wrongClockWords).join(' ')
  if (by('wrong-clock-words').textContent !== words) by('wrong-clock-words').textContent = words
}

by('back').addEventListener('click', () => {
  document.body.classList.remove('has-choice')
  rows.focus(chosenId)
})
by('sign-out').addEventListener('click', async () => {
  const answer = await fetch('/sign-out', { method: 'POST' }).catch(() => null)
  // The user must know: until the record is written, the session is still valid elsewhere.
  if (!answer?.ok) {
    by('sign-out').textContent = 'Not signed out. Try again'
    return
  }
  stream.stop()
  location.assign('/')
})

setInterval(() => {
  showClocks()
  rows.tellAges()
  showState()
}, 1000)
setInterval(loadTheatres, 15_000)

await Promise.all([loadTheatres(), loadNames()])
stream.start()
