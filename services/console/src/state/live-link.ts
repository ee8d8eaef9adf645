// Keeps the picture equal to that of the suite: subscribes through the client, reports what was
// missed after a gap, and polls for what no stream sends.

import { batch, effect } from '@preact/signals'
import {
  type AlertEvent,
  type ClientState,
  type Listener,
  statesAlert,
  TocsinClient
} from '@tocsin/client'
import { gravestFirst, missedBetween } from '../change/alert-changes.ts'
import { pageNow } from '../http/answers.ts'
import { suite } from '../http/requests.ts'
import { letSessionGo } from '../http/session-renewal.ts'
import { askEveryMs, behindSince, heartbeatSeconds, silenceMs } from '../live/standing.ts'
import { isRefusedWith } from '../shown/answers.ts'
import { isCanary, isOpen, type ShownAlert } from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-words.ts'
import { codeNames } from '../words/code-names.ts'
import { language, words } from '../words/words.ts'
import { load } from './alert-detail.ts'
import {
  advance,
  behindSinceMs,
  caller,
  canaryAtMs,
  closedList,
  completeAtMs,
  completeUpTo,
  freshness,
  heardAtMs,
  isLive,
  lastGapMs,
  link,
  mayUse,
  missed,
  nowMs,
  openedAtMs,
  picture,
  pictureAge,
  readyState,
  sourceList,
  suiteAsOfMs,
  theatreList,
  theatres,
  unassignedCount,
  wasBehind
} from './console-state.ts'
import { currentView } from './current-view.ts'
import { leaveUnasked } from './forms.ts'
import { announce, announceAlert, noteTakenAway, notifyOnPage } from './notices.ts'
import { noteListChanged, noteListsMissed, onListChanged, resource } from './resource.ts'
import { resume, whenBegun } from './session.ts'
import { hear, hearSince } from './sound.ts'
import { removeStoredDraft } from './stored-draft.ts'

/** A gap shorter than this is not reported if no alert changed, ms. */
const gapToldMs = 10_000
/** Delay before everything is requested again after an event could not be applied, ms. */
const anewMs = 2_000

let client: TocsinClient | null = null
/** The picture when the page was last live, until what was missed has been reported. */
let beforeGap: { readonly alerts: ReadonlyMap<string, ShownAlert>; readonly atMs: number } | null =
  null
let liveSinceMs: number | null = null
/** An answer is awaited: which alerts are closed. */
let isClosedAsked = false
let silenceTimer: ReturnType<typeof setTimeout> | undefined
/** The picture before a snapshot that is coming; null before the first one, which is no news. */
let beforeSnapshot: ReadonlyMap<string, ShownAlert> | null = null

whenBegun(goLive)

function goLive(): void {
  client?.close()
  void askOthers()
  // Who may only report is shown no alerts, and needs no stream.
  if (!mayUse('alerts:read')) return
  const made = new TocsinClient({
    url: location.origin,
    ports: { nowMs: pageNow },
    onState: state => {
      if (client === made) onState(state)
    },
    onChanged: noteListChanged
  })
  client = made
  const { done } = client.subscribe(
    { heartbeatSeconds },
    { snapshot: onSnapshot, alert: onEvent, position: onPosition }
  )
  done.catch((error: unknown) => {
    if (client !== made || made.state.kind === 'ended') return
    // A fault of this page: a frozen picture must not look live, so request everything again.
    console.error('what came on the stream could not be taken; it is asked for anew', error)
    setTimeout(() => client === made && goLive(), anewMs)
  })
  void closedList.load()
}

export function retryNow(): void {
  client?.retryNow()
}

/** True once the session is over. What was typed is lost. */
export async function signOut(): Promise<boolean> {
  const answer = await suite.signOut()
  if (answer.kind !== 'ok') return false
  letSessionGo()
  client?.close()
  leaveUnasked()
  removeStoredDraft()
  // All but the draft of a report goes with the page; a Back key may show the old page.
  document.body.replaceChildren()
  location.replace(location.pathname)
  return true
}

function onState(state: ClientState): void {
  const isComplete = state.kind === 'live' && state.isCaughtUp
  if (!isComplete && state.kind !== 'connecting') beginGap()
  const wasLinked = link.peek().kind === 'live'
  batch(() => {
    link.value = state
    noteHeard()
  })
  if (isComplete) liveSinceMs = pageNow()
  if (state.kind === 'live') {
    if (!wasLinked) {
      void askClosed()
      noteListsMissed()
    }
  } else {
    if (state.kind === 'waiting' && picture.alerts.size === 0) void askLastKnown()
  }
  if (state.kind === 'ended' && (state.code === 4501 || state.code === 4504 || state.code === 401))
    void resume(true)
}

function beginGap(): void {
  const atMs = completeAtMs.peek()
  if (beforeGap === null && atMs !== null) beforeGap = { alerts: new Map(picture.alerts), atMs }
}

effect(() => {
  // A silent or blocked link may resume without a break: what arrives then was missed as well.
  if (freshness.value.kind === 'stale') beginGap()
})
effect(() => {
  if (isLive.value) liveSinceMs = pageNow()
})

async function askClosed(): Promise<void> {
  isClosedAsked = true
  await closedList.load()
  isClosedAsked = false
}

function onSnapshot(
  alerts: readonly ShownAlert[],
  part: { readonly isFirst: boolean; readonly isLast: boolean }
): void {
  // On a new link the suite sends this with its first heartbeat.
  if (part.isFirst) sayAs(null)
  if (part.isFirst) beforeSnapshot = picture.hasBeenWhole ? new Map(picture.alerts) : null
  picture.takePart(withoutCanary(alerts), part)
  if (part.isLast) askParents()
  if (!part.isLast || beforeSnapshot === null) return
  hearSince(beforeSnapshot)
  beforeSnapshot = null
}

/** The canary is excluded: it is no news. */
function withoutCanary(alerts: readonly ShownAlert[]): readonly ShownAlert[] {
  return alerts.filter(alert => !isCanary(alert))
}

function onPosition(
  _cursor: string,
  { ageSeconds, canaryAgeSeconds, complete }: Parameters<NonNullable<Listener['position']>>[1]
): void {
  sayAs(ageSeconds === null ? null : pageNow() - ageSeconds * 1_000)
  if (canaryAgeSeconds !== undefined)
    canaryAtMs.value = canaryAgeSeconds === null ? null : pageNow() - canaryAgeSeconds * 1_000
  if (complete !== undefined) completeUpTo.value = complete
  noteHeard()
}

function sayAs(asOfMs: number | null): void {
  batch(() => {
    wasBehind.value = behindSince(asOfMs, pageNow(), wasBehind.peek()) !== null
    suiteAsOfMs.value = asOfMs
  })
}

function noteHeard(): void {
  const wasMs = heardAtMs.peek()
  // The timers of a hidden page come once a minute: what was silent in between has to be seen here.
  if (wasMs !== null && pageNow() - wasMs >= silenceMs) beginGap()
  // The clock of the page looks each second: a second more would go by before silence shows.
  clearTimeout(silenceTimer)
  silenceTimer = setTimeout(advance, silenceMs)
  const state = link.peek()
  batch(() => {
    heardAtMs.value = client?.heardAt ?? heardAtMs.value
    if (state.kind === 'live' && state.isCaughtUp)
      completeAtMs.value =
        behindSince(suiteAsOfMs.peek(), pageNow(), wasBehind.peek()) ?? heardAtMs.value
    // With a stopped clock what was just heard would be in the future, and the page stale.
    if (document.hidden || pageNow() - nowMs.peek() >= silenceMs) advance()
  })
}

function onEvent(event: AlertEvent): void {
  noteHeard()
  moveClock(event)
  if (statesAlert(event) && isCanary(event.data)) return
  const { before, after } = picture.takeEvent(event)
  askParents()
  // The list does not report a closed alert that is open next to it.
  if (after === null) void load(event.data.alertId)
  // A refusal, and an alert that left the view, state none.
  if (after === null || !statesAlert(event)) return
  noteTakenAway(before, after, event.time)
  hear(after)
  if (after.notify !== 'page' || beforeGap !== null) return
  const { alertId, severity } = after
  const call = {
    alertId,
    severity,
    headline: readHeadline(after),
    isNew: before === null || !isOpen(before)
  }
  announceAlert(call)
  notifyOnPage(call)
}

/** Under which alert each open one is listed: it changes with events, also of other alerts. */
const parentList = resource(() => suite.parents())
effect(() => {
  const { body } = parentList.state.value
  if (body !== null)
    picture.takeParents(new Map(body.items.map(each => [each.alertId, each.partOf])))
})
/** What comes in one burst is asked about once, ms. */
const burstMs = 200
let areParentsDue = false

function askParents(): void {
  if (areParentsDue) return
  areParentsDue = true
  setTimeout(() => {
    areParentsDue = false
    void parentList.load()
  }, burstMs)
}

/** In a replay the events carry the time. */
function moveClock({ theatre, time }: AlertEvent): void {
  const known = theatres.value.find(({ id }) => id === theatre)
  if (known?.clock !== 'replay' || (known.now !== null && known.now >= time)) return
  theatres.value = theatres.value.map(each => (each === known ? { ...each, now: time } : each))
}

/** Reports what was missed, once all events of the gap have arrived. */
function tellMissed(): void {
  if (beforeGap === null || liveSinceMs === null || !isLive.value || !picture.isWhole) return
  // What was raised and closed meanwhile is only among the closed ones.
  if (isClosedAsked) return
  const toMs = liveSinceMs
  const { atMs: fromMs } = beforeGap
  const alerts = missedBetween(beforeGap.alerts, picture.alerts, fromMs)
  beforeGap = null
  if (alerts.length === 0 && toMs - fromMs < gapToldMs) return
  // Unread changes of an earlier gap are reported too.
  const told = missed.value
  const still = (told?.alerts ?? []).filter(
    ({ alert }) => !alerts.some(each => each.alert.alertId === alert.alertId)
  )
  const begunMs = told?.fromMs ?? fromMs
  missed.value = { fromMs: begunMs, toMs, alerts: gravestFirst([...still, ...alerts]) }
  lastGapMs.value = begunMs
  announce(words.missed.title(alerts.length))
}

async function askLastKnown(): Promise<void> {
  const answer = await suite.lastKnown()
  if (answer.kind === 'ok' && picture.alerts.size === 0)
    picture.addKnown(withoutCanary(answer.body.items))
}

async function askOthers(): Promise<void> {
  if (caller.value === null) return
  void readyState.load()
  void askTheatres()
  void askNames()
  if (mayUse('reports:read')) void unassignedCount.load()
  if (mayUse('alerts:read') && closedList.state.peek().failure !== null) void closedList.load()
  await sourceList.load()
  const { failure } = sourceList.state.peek()
  // Without a stream, only this answer shows that the session is over.
  if (isRefusedWith(401, failure)) void resume(true)
}

let namesAskedIn: string | null = null

/** Once they are there in a language they do not change; until then they are asked for repeatedly. */
async function askNames(): Promise<void> {
  const asked = language.peek()
  if (namesAskedIn === asked) return
  namesAskedIn = asked
  const answer = await suite.names(asked)
  if (namesAskedIn !== asked) return
  if (answer.kind === 'ok') codeNames.value = answer.body
  else namesAskedIn = null
}

language.subscribe(() => caller.peek() !== null && void askNames())

async function askTheatres(): Promise<void> {
  await theatreList.load()
  const { body, failure } = theatreList.state.peek()
  if (body !== null && failure === null) theatres.value = body.items
}

onListChanged('theatres', () => caller.peek() !== null && void askTheatres())
onListChanged('sources', () => caller.peek() !== null && void sourceList.load())

/** Starts the clock of the page: one timer for all that ages. Returns what ends it. */
export function startClock(): () => void {
  let askedMs = openedAtMs
  const timer = setInterval(() => {
    advance()
    tellMissed()
    if (nowMs.value - askedMs >= askEveryMs) {
      askedMs = nowMs.value
      void askOthers()
    }
  }, 1_000)
  return () => clearInterval(timer)
}

/** A tab in the background shows how many alerts are open, and must not look live either. */
effect(() => {
  const view = currentView.value
  const name =
    view === 'alerts' ? words.product : words.views.inTab(words.views.names[view], words.product)
  pictureAge.value
  const told = picture.openCount === 0 ? name : words.views.inTabWith(picture.openCount, name)
  document.title =
    freshness.value.kind === 'stale'
      ? words.stale.inTab(told)
      : behindSinceMs.value === null
        ? told
        : words.behind.inTab(told)
})
