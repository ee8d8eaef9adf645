// What the console shows, as signals: each is set in one place, and who reads one while drawing is
// drawn again when it changes.

import { computed, effect, signal } from '@preact/signals'
import type { ClientState } from '@tocsin/client'
import type { MissedAlert } from '../change/alert-changes.ts'
import { pageNow } from '../http/answers.ts'
import { readiness as askReadiness, reports, suite } from '../http/requests.ts'
import { Picture } from '../live/picture.ts'
import {
  assessSources,
  behindSince,
  computeFreshness,
  createPipeline,
  type Freshness,
  isCurrent,
  pauseAfter,
  readClosedStanding
} from '../live/standing.ts'
import { filterIn } from '../queue/queue-filter.ts'
import { type Caller, isRefusedWith, type Readiness, type Theatre } from '../shown/answers.ts'
import {
  isCanary,
  isUnacknowledged,
  knownFromMs,
  type Severity,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import { resource } from './resource.ts'

/** `unknown`: not asked yet. `none`: no user is signed in. */
export type SignedIn =
  /** `why`: what the suite answered instead, or that it did not; null: not asked yet. */
  | { readonly kind: 'unknown'; readonly why: 'unreachable' | { readonly detail: string } | null }
  | {
      readonly kind: 'none'
      readonly hasEnded: boolean
      /** Whether the session continues is not known yet. */
      readonly isAwaited: boolean
    }
  | { readonly kind: 'caller'; readonly caller: Caller }

export const signedIn = signal<SignedIn>({ kind: 'unknown', why: null })
export const caller = computed(() =>
  signedIn.value.kind === 'caller' ? signedIn.value.caller : null
)

/** Since when it is unknown whether an ended session continues, ms; null: it is known. */
export const doubtedSinceMs = signal<number | null>(null)

/** Whether the caller may: what is forbidden is not shown. */
export function mayUse(scope: Caller['scopes'][number]): boolean {
  const scopes = caller.value?.scopes ?? []
  return scopes.includes('admin') || scopes.includes(scope)
}

/** Who acts on alerts and may see what is internal. Only they see who was notified. */
export const isOfficer = computed(
  () =>
    mayUse('alerts:operate') && ['internal', 'restricted'].includes(caller.value?.handling ?? '')
)

/** The time by the suite's clock, ms; advanced each second. */
export const nowMs = signal(pageNow())
export const openedAtMs = nowMs.peek()

export function advance(): void {
  nowMs.value = pageNow()
}

/** Resolves once this clock has moved so far. */
export function passed(ms: number): Promise<void> {
  const fromMs = nowMs.peek()
  return new Promise(resolve => {
    const end = effect(() => {
      if (nowMs.value - fromMs < ms) return
      resolve()
      queueMicrotask(() => end())
    })
  })
}

export const link = signal<ClientState>({ kind: 'idle' })
export const heardAtMs = signal<number | null>(null)
/** When the server was last heard and all that had happened had come, ms; null: never. */
export const completeAtMs = signal<number | null>(null)
/** As of when the suite's data is complete, by its last message, ms; null: none came. */
export const suiteAsOfMs = signal<number | null>(null)
/** Whether it was behind by its latest message. */
export const wasBehind = signal(false)
/** Without the right to read alerts there is no stream: each view says what was not answered. */
export const hasNoStream = computed(() => caller.value !== null && !mayUse('alerts:read'))

export const freshness = computed<Freshness>(() => {
  if (hasNoStream.value && doubtedSinceMs.value === null) return { kind: 'live' }
  const state = hasNoStream.value ? sessionEnded : link.value
  return computeFreshness(state, heardAtMs.value, openedAtMs, nowMs.value, completeAtMs.value)
})
const sessionEnded = { kind: 'ended', why: '', code: 401, heardAt: null } as const
export const isLive = computed(() => freshness.value.kind === 'live')
/** Since when reports may be unprocessed though the link is live, ms; null: not behind. */
export const behindSinceMs = computed(() =>
  isLive.value ? behindSince(suiteAsOfMs.value, nowMs.value, wasBehind.value) : null
)

/** Counts changes of the picture, at most some a second: what is drawn from it reads this first. */
export const pictureAge = signal(0)

let waitMs = pauseAfter(0)
let isDue = false
export const picture = new Picture(() => {
  if (isDue) return
  isDue = true
  // Events come faster than lists can be drawn: draw all that came meanwhile together.
  setTimeout(() => {
    isDue = false
    const beganMs = performance.now()
    pictureAge.value += 1
    waitMs = pauseAfter(performance.now() - beganMs)
  }, waitMs)
})

/** Words that closed alerts are sought by; empty: any. */
export const closedWords = signal('')
/** Closed alerts with these words, those that changed last: the stream begins with open ones. */
export const closedList = resource(() => suite.closed(closedWords.peek()), {
  key: () => closedWords.value
})
let closedAddedMs: number | null = null
effect(() => {
  const { body, toldAtMs } = closedList.state.value
  // A failed question brings no new data: what has left the view since must not come back.
  if (body === null || toldAtMs === closedAddedMs) return
  closedAddedMs = toldAtMs
  picture.addKnown(body.items.filter(alert => !isCanary(alert)))
})
export const closedStanding = computed(() => {
  pictureAge.value
  const held = closedWords.value === '' ? picture.alerts.size - picture.openCount : 0
  return readClosedStanding(closedList.state.value, held)
})

export const theatreList = resource(() => suite.theatres())
/** As last received; in a replay events move their time. */
export const theatres = signal<readonly Theatre[]>([])
/** Since when no theatres came although asked for, ms: one may have stopped. Null: known. */
export const clocksUnknownSinceMs = computed(() => {
  const { failure, toldAtMs } = theatreList.state.value
  const sinceMs = toldAtMs ?? openedAtMs
  return !isLive.value || isRefusedWith(403, failure) || isCurrent(sinceMs, nowMs.value)
    ? null
    : sinceMs
})

export const sourceList = resource(() => suite.sources())
/** Null: not visible to this key, or not known yet. */
export const sources = computed(() => sourceList.state.value.body?.items ?? null)
export const sourcesStanding = computed(() =>
  assessSources(sourceList.state.value, isLive.value, nowMs.value)
)
/** How many reports lie in no theatre; the view asks for them. */
export const unassignedCount = resource(() => reports.unassigned(1))
export const readyState = resource(askReadiness)
/** Null: it did not answer; undefined: it was not asked yet. */
const readiness = computed<Readiness | null | undefined>(() => {
  const { body, failure } = readyState.state.value
  return failure === null ? (body ?? undefined) : null
})
/** When the last canary that came through was reported, ms; null: there is none. */
export const canaryAtMs = signal<number | null>(null)
/** Up to where the page has everything, as the suite last said; null: it did not. */
export const completeUpTo = signal<{
  readonly record: number
  readonly time: string | null
} | null>(null)
export const pipeline = computed(() =>
  createPipeline({
    ready: readiness.value,
    canaryAtMs: canaryAtMs.value,
    mayReadAlerts: mayUse('alerts:read'),
    isLive: isLive.value,
    behindMs: behindSinceMs.value === null ? null : nowMs.value - behindSinceMs.value,
    nowMs: nowMs.value
  })
)

/** What happened while the page was not live, the gravest first; null: no report. */
export const missed = signal<{
  readonly fromMs: number
  readonly toMs: number
  readonly alerts: readonly MissedAlert[]
} | null>(null)
/** When the last gap began, ms. It outlives the list of what was missed: the report links to it. */
export const lastGapMs = signal<number | null>(null)

export const filter = computed(() => filterIn(address.value))
export const chosenId = computed(() => address.value.get('alert'))
/** The time in a theatre, ms, as the suite has it: in a replay that of the replay. */
export function nowIn(theatre: string): number {
  const known = theatres.value.find(({ id }) => id === theatre)
  return known?.clock === 'replay' && known.now !== null ? Date.parse(known.now) : nowMs.value
}

/** The name of a theatre in texts: `world` covers no place once another is declared. */
export function theatreWords(id: string): string {
  const isFormer = id === 'world' && theatres.value.some(each => each.id !== id)
  return isFormer ? words.views.formerWorld : id
}

/** The latest time in any theatre, ms: in a replay, that of the replay. */
export function latestNow(): number {
  const replays = theatres.value.filter(({ clock }) => clock === 'replay')
  const times =
    replays.length === theatres.value.length ? replays.map(({ id }) => nowIn(id)) : [nowMs.value]
  return times.length === 0 ? nowMs.value : Math.max(...times)
}

/** In the order in which they came or changed. */
export const unacknowledged = computed<readonly ShownAlert[]>(() => {
  pictureAge.value
  const all: ShownAlert[] = []
  for (const alert of picture.alerts.values()) if (isUnacknowledged(alert)) all.push(alert)
  return all
})

/** `count`: null until all open alerts have come. `oldestMs`: the longest wait, by its theatre's clock. */
export const unacknowledgedCount = computed(() => {
  let worst = null as Severity | null
  let oldestMs = 0
  for (const alert of unacknowledged.value) {
    oldestMs = Math.max(oldestMs, nowIn(alert.theatre) - knownFromMs(alert))
    if (worst === null || severityRank(alert.severity) > severityRank(worst)) worst = alert.severity
  }
  const count = picture.hasBeenWhole ? unacknowledged.value.length : null
  return { count, worst, oldestMs }
})
