// What the page tells somebody who does not look at it: texts for screen readers, notices of the
// browser, and what another officer took from or assigned to who is signed in.

import { type Signal, signal } from '@preact/signals'
import { burstWords, type CallingAlert } from '../change/alert-changes.ts'
import {
  findOwner,
  isOpen,
  type Severity,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'
import { readHeadline } from '../words/alert-words.ts'
import { words } from '../words/words.ts'
import { caller } from './console-state.ts'
import { openAlert } from './current-view.ts'

/** Announced when the reader pauses, and announced immediately. */
export const politely = signal('')
export const atOnce = signal('')

const gatherMs = 1_500
/** An unchanged text would not be read: a space that no reader speaks makes it a change. */
const unheardSpace = '\u00a0'

function say(region: Signal<string>, text: string): void {
  region.value = region.peek() === text ? text + unheardSpace : text
}

/** Tells together what comes within a moment. */
function gathered<T>(tell: (all: readonly T[]) => void): (one: T) => void {
  let all: T[] = []
  return one => {
    all.push(one)
    if (all.length > 1) return
    setTimeout(() => {
      const told = all
      all = []
      tell(told)
    }, gatherMs)
  }
}

/** Alerts that come together become one sentence; everything else is announced as it is. */
const announcePolitely = gathered<string | CallingAlert>(all => {
  const calls = all.filter(each => typeof each !== 'string')
  const texts = all.filter(each => typeof each === 'string')
  say(politely, inTurn(calls.length === 0 ? texts : [burstWords(calls), ...texts]))
})

/** Announces the outcome of an act, a form or a question, after other recent ones. */
export const announce: (text: string) => void = announcePolitely

/** What is to be announced immediately, but came during another announcement; null: none. */
let gravest: CallingAlert[] | null = null

/** The gravest are announced at once: the first alone, those that follow closely as one. */
export function announceAlert(call: CallingAlert): void {
  if (call.severity !== 'extreme') announcePolitely(call)
  else if (gravest === null) sayAtOnce([call])
  else gravest.push(call)
}

function sayAtOnce(calls: readonly CallingAlert[]): void {
  const waiting: CallingAlert[] = []
  gravest = waiting
  say(atOnce, burstWords(calls))
  setTimeout(() => {
    gravest = null
    if (waiting.length > 0) sayAtOnce(waiting)
  }, gatherMs)
}

/** Several texts are separated by a full stop: a reader would run one into the other. */
function inTurn(texts: readonly string[]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 || /[.!?…]$/.test(text) ? text : `${text}.`))
    .join(' ')
}

type Permission = NotificationPermission | 'unsupported'

const isSupported = typeof Notification === 'function'
/** Whether the browser shows notices; `default`: it asks when somebody presses. */
export const noticePermission = signal<Permission>(
  isSupported ? Notification.permission : 'unsupported'
)

/** By a press, as browsers demand. */
export async function allowNotices(): Promise<void> {
  if (isSupported) noticePermission.value = await Notification.requestPermission()
}

interface Notice {
  readonly alertId: string
  readonly title: string
  readonly body?: string
}

export function notifyInBrowser({ alertId, title, body = '' }: Notice): void {
  if (noticePermission.peek() !== 'granted' || document.hasFocus()) return
  try {
    // One of an alert replaces the one before.
    const notice = new Notification(title, { body, tag: alertId })
    notice.onclick = () => {
      window.focus()
      openAlert(alertId)
      notice.close()
    }
  } catch {
    // Phones have the constructor, and refuse every use of it.
    noticePermission.value = 'unsupported'
  }
}

/** Alerts that page together are one notice, of the gravest. */
export const notifyOnPage = gathered<CallingAlert>(calls => {
  const gravestOnes = calls.toSorted((a, b) => severityRank(b.severity) - severityRank(a.severity))
  const alertId = gravestOnes[0]?.alertId
  if (alertId !== undefined) notifyInBrowser({ alertId, title: burstWords(calls) })
})

const icons = {
  plain: new URL('../style/icon.svg', import.meta.url).href,
  marked: new URL('../style/icon-marked.svg', import.meta.url).href
} as const

/** The mark of the tab, and of an installed page: that something is unacknowledged. */
export function markPage(count: number): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (icon !== null) icon.href = count > 0 ? icons.marked : icons.plain
  if ('setAppBadge' in navigator) void navigator.setAppBadge(count)
}

export interface TakenAway {
  readonly alertId: string
  readonly headline: string
  readonly severity: Severity
  /** Present owner; null: unassigned. */
  readonly holder: string | null
  readonly by: string
  readonly at: string
}

/** Only the last ones: whoever reads none has the list. */
const keptMax = 20

/** The last first, each alert once, until somebody confirms having read it. */
export const takenAway = signal<readonly TakenAway[]>([])

/** For every event: an officer whose alert another takes or releases, or assigns, is told. */
export function noteTakenAway(before: ShownAlert | null, after: ShownAlert, at: string): void {
  const me = caller.peek()?.name
  const holder = findOwner(after.operator)
  const { alertId, severity, action } = after
  const headline = readHeadline(after)
  if (me === undefined || before === null) return
  const isAssigned = before.operator.assignedTo !== me && after.operator.assignedTo === me
  if (!isAssigned && (findOwner(before.operator) !== me || holder === me)) return
  // What lapses or escalates pages again by itself, and what is closed needs no owner.
  if (action === undefined || action === null || action.by === me || !isOpen(after)) return
  const told: TakenAway = { alertId, headline, severity, holder, by: action.by, at }
  takenAway.value = [told, ...takenAway.peek().filter(each => each.alertId !== alertId)].slice(
    0,
    keptMax
  )
  announce(`${takenAwayWords(told)} ${headline}`)
  notifyInBrowser({ alertId, title: takenAwayWords(told), body: headline })
}

export function takenAwayWords({ holder, by }: TakenAway): string {
  const told = words.acts.takenAway
  if (holder === caller.peek()?.name) return told.assigned(by)
  return holder === null
    ? told.givenBack(by)
    : holder === by
      ? told.taken(by)
      : told.given(holder, by)
}

export function readTakenAway(): void {
  takenAway.value = []
}
