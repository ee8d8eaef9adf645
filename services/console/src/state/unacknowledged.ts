// Unacknowledged alerts: listed by the suite when the page has gone live, updated by the events of
// the stream, and requested again where events do not decide.

import { computed, effect, signal } from '@preact/signals'
import { Unacknowledged } from '../derived/unacknowledged.ts'
import { suite } from '../http/suite.ts'
import {
  isOpen,
  knownFromMs,
  type Severity,
  type ShownAlert,
  severityRank
} from '../shown/shown-alert.ts'
import {
  caller,
  filter,
  isLive,
  mayUse,
  nowIn,
  nowMs,
  picture,
  pictureAge
} from './console-state.ts'
import { currentView } from './current-view.ts'
import { onOtherKey } from './session/of-key.ts'

/**
 * Pages of the list that are read, the gravest first: officers do not get through more than this.
 */
const pagesMax = 4
/** Fewer than this of a list that was cut: the next ones are read. */
const fewMin = 1_000
/** The list is requested at most this often, ms: many acknowledgements may lapse together. */
const everyMs = 1_000
/** After an answer that did not come, ms. */
const againMs = 5_000

const held = new Unacknowledged()

/** Set by the sound: it goes by the list. */
export const isSoundOn = signal(false)
/** From when on the list is asked for, ms; null: it is as it should be. */
const dueMs = signal<number | null>(0)
/**
 * Since when events left open whether the local list is right, ms; null: it is as the suite has it.
 */
const unsureSinceMs = signal<number | null>(null)
/**
 * A list that is requested again is shown as known for this long, ms: most answers come within a
 * second.
 */
const sureForMs = 5_000
let turn = 0
let isAsking = false

onOtherKey(() => {
  held.clear()
  turn += 1
  isAsking = false
  dueMs.value = 0
  unsureSinceMs.value = null
})

/**
 * Who can acknowledge alerts sees how many wait; others do when they look at what names them, or
 * listen.
 */
const isLookedAt = computed(
  () => filter.value.unacknowledged || currentView.value === 'hand-over' || isSoundOn.value
)
const isWanted = computed(
  () => caller.value !== null && (mayUse('alerts:operate') || isLookedAt.value)
)

effect(() => {
  const due = dueMs.value
  // A clock that was set back makes it ask rather than wait.
  if (due === null || (due > nowMs.value && due - nowMs.value <= againMs)) return
  if (isWanted.value && isLive.value && !isAsking) void ask()
})

async function ask(): Promise<void> {
  turn += 1
  const own = turn
  isAsking = true
  dueMs.value = null
  held.ask()
  const ids: string[] = []
  let cursor: string | null = null
  for (let page = 0; page < pagesMax && (page === 0 || cursor !== null); page += 1) {
    const answer = await suite.unacknowledged(cursor)
    if (own !== turn) return
    if (answer.kind !== 'ok') {
      held.fail()
      isAsking = false
      dueMs.value = nowMs.peek() + againMs
      return
    }
    ids.push(...answer.body.items.map(({ alertId }) => alertId))
    cursor = answer.body.next
  }
  isAsking = false
  unsureSinceMs.value = null
  if (held.take(ids, cursor !== null)) askSoon()
  pictureAge.value += 1
}

function askSoon(): void {
  unsureSinceMs.value ??= nowMs.peek()
  dueMs.value ??= nowMs.peek() + everyMs
}

/** All open alerts arrived again: no event has reported what was acknowledged meanwhile. */
export function askUnacknowledged(): void {
  // The answer to a pending question may be older.
  turn += 1
  isAsking = false
  unsureSinceMs.value ??= nowMs.peek()
  dueMs.value = 0
}

/** Called for every event. */
export function noteAnswer(
  before: ShownAlert | null,
  after: ShownAlert | null,
  id: string,
  type: string
): void {
  if (held.takeEvent(before, after, id, type) || (held.isCut && held.ids.size < fewMin)) askSoon()
}

/** The ids, as `pictureAge` counts. */
export function unacknowledgedIds(): ReadonlySet<string> {
  return held.ids
}

export function isUnacknowledged({ alertId }: ShownAlert): boolean {
  return held.ids.has(alertId)
}

/** Ids for which an answer has brought a different state since the last call. */
export function takeAnswered(): ReadonlySet<string> {
  return held.takeTouched()
}

export interface UnacknowledgedCount {
  /** Null: not received yet. */
  readonly count: number | null
  /** There are more. */
  readonly isCut: boolean
  readonly worst: Severity | null
  /** Longest wait of any of them, by the clock of its theatre, ms. */
  readonly oldestMs: number
  /**
   * Since when the count may be wrong, because the suite has not sent the list again, ms; null: it
   * is right.
   */
  readonly unknownSinceMs: number | null
}

const unknownSinceMs = computed(() => {
  const since = unsureSinceMs.value
  // A clock that was set back does not show how long it has been.
  return since === null || Math.abs(nowMs.value - since) < sureForMs ? null : since
})

export const unacknowledgedCount = computed<UnacknowledgedCount>(() => {
  pictureAge.value
  let count = 0
  let worst: Severity | null = null
  let oldestMs = 0
  for (const id of held.ids) {
    const alert = picture.alerts.get(id)
    if (alert === undefined || !isOpen(alert)) continue
    count += 1
    oldestMs = Math.max(oldestMs, nowIn(alert.theatre) - knownFromMs(alert))
    if (worst === null || severityRank(alert.severity) > severityRank(worst)) worst = alert.severity
  }
  return {
    count: held.isKnown ? count : null,
    isCut: held.isCut,
    worst,
    oldestMs,
    unknownSinceMs: unknownSinceMs.value
  }
})
