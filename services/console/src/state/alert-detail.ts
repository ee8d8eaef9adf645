// The chosen alert with its revisions and evidence: asked for when it is chosen, whenever the list
// knows a newer state, and again until it matches the list. Until then the time since when it is
// outdated is known. Beside it the incidents of its area, and who was notified.

import { computed, effect, signal, untracked } from '@preact/signals'
import { computeSpan, dayMs, type Span } from '../change/picture.ts'
import type { Answer } from '../http/answers.ts'
import { suite, webhooks, wholeList } from '../http/requests.ts'
import {
  type AlertDetail,
  computeNamedCount,
  isCanary,
  isNewer,
  isOpen,
  type ShownAlert,
  type ShownIncident
} from '../shown/shown-alert.ts'
import { chosenId, isLive, nowIn, nowMs, picture, pictureAge, signedIn } from './console-state.ts'
import { resource } from './resource.ts'

export interface ShownDetail {
  readonly kind: 'shown'
  readonly id: string
  readonly alert: AlertDetail
  /** All evidence is here. */
  readonly isAll: boolean
}

export type DetailState =
  | { readonly kind: 'none' }
  | ShownDetail
  | { readonly kind: 'loading' | 'gone' | 'failed'; readonly id: string }

/** An answer takes a while: a wait shorter than this is not shown, ms. */
const awaitedMs = 2_000
/** Until an alert is asked for again that failed or does not match the list, ms. */
const askAgainMs = 5_000

/** The alert for which all evidence is wanted, however often it changes. */
const wholeId = signal<string | null>(null)
let askedMs = 0
/** The state in the list when the alert was last asked for. */
let askedFor: ShownAlert | undefined

const asked = resource(askDetail, { key: () => chosenId.value ?? '' })

async function askDetail(): Promise<Answer<AlertDetail>> {
  const id = chosenId.peek() ?? ''
  askedMs = nowMs.peek()
  askedFor = picture.alerts.get(id)
  const answer = await suite.alert(id)
  if (answer.kind !== 'ok') return answer
  const before = asked.state.peek().body
  // Of an instance of the suite that is behind.
  if (before !== null && isNewer(before, answer.body)) return { ...answer, body: before }
  if (wholeId.peek() !== id || isWhole(answer.body)) return answer
  const all = await wholeList(cursor => suite.evidence(id, cursor))
  return all.kind === 'ok'
    ? { ...answer, body: { ...answer.body, evidence: all.body.items, evidenceIsAll: true } }
    : all
}

/** What the log has lost can not be asked for either. */
function isWhole(alert: AlertDetail): boolean {
  const { evidence, evidenceLost, evidenceIsAll } = alert
  return (
    evidenceIsAll === true || evidenceLost === true || evidence.length >= computeNamedCount(alert)
  )
}

export const detail = computed<DetailState>(() => {
  const id = chosenId.value
  if (id === null) return { kind: 'none' }
  const { body, failure } = asked.state.value
  if (body !== null) return { kind: 'shown', id, alert: body, isAll: isWhole(body) }
  if (failure === null) return { kind: 'loading', id }
  return { kind: failure !== 'unreachable' && failure.status === 404 ? 'gone' : 'failed', id }
})

/** Whether all evidence of the chosen alert is being asked for. */
export const isGathering = computed(
  () =>
    detail.value.kind === 'shown' &&
    wholeId.value === detail.value.id &&
    !detail.value.isAll &&
    asked.state.value.failure === null
)

/** Whether the list knows a newer state, or that it may not be seen any more. */
function isBehind(): boolean {
  const shown = detail.value
  if (shown.kind !== 'shown') return shown.kind === 'failed'
  const known = picture.alerts.get(shown.id)
  if (known !== undefined) return isNewer(known, shown.alert)
  // A complete list has all open alerts except the canary.
  return isLive.value && picture.isWhole && isOpen(shown.alert) && !isCanary(shown.alert)
}

/** Since when what is shown differs from the list, ms; null: it does not. */
const behindSinceMs = signal<number | null>(null)

effect(() => {
  pictureAge.value
  const id = chosenId.value
  if (id === null || !isBehind()) behindSinceMs.value = null
  else {
    behindSinceMs.value ??= nowMs.peek()
    // However often others change, it is asked for at once only if it has changed itself.
    if (askedFor !== picture.alerts.get(id)) void asked.load()
  }
})

// No event reports a change of an alert outside the list: it is asked for when the link is back.
effect(() => {
  isLive.value
  if (chosenId.value !== null) void untracked(asked.load)
})

effect(() => {
  if (nowMs.value - askedMs < askAgainMs || signedIn.value.kind === 'none') return
  if (untracked(isBehind)) void untracked(asked.load)
})

/** When what is shown of the chosen alert was last known to be current, ms; null while it is. */
export const detailAsOf = computed(() => {
  const sinceMs = behindSinceMs.value
  if (sinceMs === null || detail.value.kind !== 'shown') return null
  const hasFailed = asked.state.value.failure !== null
  return hasFailed || nowMs.value - sinceMs >= awaitedMs ? sinceMs : null
})

/** Asks for the alert again if it is the chosen one, for example after a refused act. */
export async function load(id: string): Promise<void> {
  if (id === chosenId.peek()) await asked.load()
}

/** Loads all evidence, page by page, and again whenever the alert changes. */
export async function loadAllEvidence(): Promise<void> {
  wholeId.value = chosenId.peek()
  await asked.load()
}

export interface Look {
  /** Id of the newest entry that was shown. */
  readonly entryId: string | null
  /** By the clock of the theatre, ms. */
  readonly atMs: number
}

/** By alert: the last look that is over. */
const looks = signal<ReadonlyMap<string, Look>>(new Map())

let open: AlertDetail | null = null
effect(() => {
  const shown = detail.value
  const alert = shown.kind === 'shown' ? shown.alert : null
  const left = open
  open = alert
  if (left !== null && left.alertId !== alert?.alertId)
    looks.value = new Map(looks.peek()).set(left.alertId, {
      entryId: left.revisions.at(-1)?.id ?? null,
      atMs: untracked(() => nowIn(left.theatre))
    })
})

/** Null: they have not looked at it before. */
export function lastLookAt(alertId: string): Look | null {
  return looks.value.get(alertId) ?? null
}

/** More would be drawn as the same bars. */
export const areaIncidentsMax = 500

const picked = signal<{ readonly of: string; readonly span: Span } | null>(null)

export function ownIncidents({ evidence }: Pick<AlertDetail, 'evidence'>): ShownIncident[] {
  return evidence.flatMap(({ incident }) => (incident === null ? [] : [incident]))
}

/** By the day: it is not drawn again each second. */
export function pictureDay(theatre: string): number {
  return Math.floor(nowIn(theatre) / dayMs) * dayMs
}

/** As picked for this alert, else the shortest that has the whole situation. */
export const pictureSpan = computed<Span>(() => {
  if (detail.value.kind !== 'shown') return 0
  const { alert } = detail.value
  if (picked.value?.of === alert.alertId) return picked.value.span
  return computeSpan({ alert, own: ownIncidents(alert), nowMs: pictureDay(alert.theatre) })
})

export function pickSpan(of: string, span: Span): void {
  picked.value = { of, span }
}

/** Its first-level areas; where none is known, its countries. */
const query = computed(() => {
  if (detail.value.kind !== 'shown') return ''
  const { area, theatre } = detail.value.alert
  const asked = new URLSearchParams({ limit: String(areaIncidentsMax), theatre })
  if (area.admin1.length > 0) asked.set('admin1', area.admin1.join(','))
  else if (area.country.length > 0) asked.set('country', area.country.join(','))
  const span = pictureSpan.value
  if (span > 0) {
    // Bars of a week begin up to six days before.
    const fromMs = pictureDay(theatre) - (span + 6) * dayMs
    asked.set('from', new Date(fromMs).toISOString().slice(0, 10))
  }
  return asked.toString()
})

export const areaIncidents = resource(() => suite.incidents(query.peek()), {
  key: () => query.value
})

const key = () => chosenId.value ?? ''

export const toldToOfficers = resource(() => webhooks.toldToOfficers(key()), { key })
