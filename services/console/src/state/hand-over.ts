// The hand-over as it was last made: a document that stands still until it is asked for again.

import { computed, effect, signal } from '@preact/signals'
import {
  type AroundPart,
  type HandOver,
  handOverOf,
  isNobodys,
  type KnownAlert,
  sinceIn
} from '../change/hand-over.ts'
import type { Answer } from '../http/answers.ts'
import { pageNow } from '../http/page-time.ts'
import { silences } from '../http/silences.ts'
import { type Page, suite, wholeList } from '../http/suite.ts'
import { watches } from '../http/watches.ts'
import type { ClosedStanding } from '../live/closed-standing.ts'
import { closedMax } from '../live/picture.ts'
import { isNewer, isOpen, type ShownAlert, severityRank } from '../shown/shown-alert.ts'
import { type Around, aroundOf } from '../upkeep/hand-over/around.ts'
import { ageWords, timeWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import {
  behindSinceMs,
  bySuite,
  closedList,
  closedStanding,
  freshness,
  isLive,
  machineAheadMs,
  nowIn,
  nowMs,
  openedAtMs,
  picture,
  pictureAge,
  sameClockMs,
  suiteNowMs
} from './console-state.ts'
import { openViews } from './current-view.ts'
import { ofKey } from './session/of-key.ts'
import { isUnanswered, unansweredCount } from './unanswered.ts'

/**
 * Alerts whose events are asked for, one request each: more than change in a shift. Of the rest it
 * is said that they changed.
 */
export const toldMax = 2_000
const atOnce = 8

/**
 * When the hand-over was last opened, ms: without a time in the address it is of the shift before
 * that.
 */
const shownAtMs = signal(openedAtMs)
export function openHandOver(): void {
  shownAtMs.value = pageNow()
}

/**
 * By the suite's clock, as the link of another officer is, whose machine may differ by as much as
 * counts for the same. As of the last change of the address: what begins at a time does not move on
 * with the clock.
 */
export const since = computed(() =>
  sinceIn(address.value, bySuite(shownAtMs.value), bySuite(nowMs.peek()) + sameClockMs)
)

/** Whether all that is open has come. */
export const isPictureWhole = computed(() => {
  pictureAge.value
  return picture.isWhole
})

export interface MadeHandOver {
  readonly handOver: HandOver
  /** By the suite's clock, as all times of it. */
  readonly sinceMs: number
  readonly atMs: number
  /** By how much that was ahead of this machine's, ms; 0: it is right. */
  readonly machineAheadMs: number
  /** All that changed; more than were asked for, if beyond the maximum. */
  readonly changed: number
  /** Of these the events could not be loaded. */
  readonly failed: number
  /** What is known of closed alerts, of which some may have closed in this time. */
  readonly closed: ClosedStanding
  /** Whether the suite has told what nobody answered. */
  readonly areAnswersKnown: boolean
  readonly staleSinceMs: number | null
  /** Since when the suite may not have looked at what it took in; null: it was not behind. */
  readonly behindSinceMs: number | null
  /** Beside the alerts, as far as this key may know of it. */
  readonly around: readonly AroundPart[]
  /** What of that was not answered. */
  readonly notTold: readonly AroundPart['kind'][]
  /**
   * The revisions of each alert as it was made: of a replay that stands still, time does not say
   * what came later.
   */
  readonly seen: ReadonlyMap<string, Revisions>
}

type Revisions = Pick<ShownAlert, 'revision' | 'operatorRevision'>

export type HandOverState =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly done: number; readonly all: number }
  | { readonly kind: 'made'; readonly made: MadeHandOver }

export const handOver = ofKey(signal<HandOverState>({ kind: 'none' }))

/** In a replay, the same length of its own time. */
function sinceOf({ theatre }: ShownAlert, fromMs: number): number {
  return nowIn(theatre) - (suiteNowMs.peek() - fromMs)
}

function hasChanged(alert: ShownAlert, fromMs: number): boolean {
  return Date.parse(alert.times.detectedAt) >= sinceOf(alert, fromMs)
}

function hasChangedAfter(alert: ShownAlert, { seen, atMs }: MadeHandOver): boolean {
  const then = seen.get(alert.alertId)
  return then === undefined ? hasChanged(alert, atMs) : isNewer(alert, then)
}

const waits = (alert: ShownAlert): boolean => isOpen(alert) && isUnanswered(alert)

function changedSince(fromMs: number): readonly ShownAlert[] {
  return [...picture.alerts.values()]
    .filter(alert => hasChanged(alert, fromMs))
    .sort((a, b) => severityRank(b.severity) - severityRank(a.severity))
}

let asking = new AbortController()

/** Makes it anew. */
export async function makeHandOver(): Promise<void> {
  asking.abort()
  asking = new AbortController()
  const { signal: ended } = asking
  handOver.value = { kind: 'loading', done: 0, all: 0 }
  // It may be asked for before the page knows what has closed.
  if (closedStanding.peek() === 'unknown') await closedList.load()
  await answersTold()
  if (ended.aborted) return
  const [fromMs, state, behindMs] = [since.peek().ms, freshness.peek(), behindSinceMs.peek()]
  const atMs = bySuite(pageNow())
  const changed = changedSince(fromMs)
  const seen = new Map(
    [...picture.alerts].map(
      ([id, { revision, operatorRevision }]) => [id, { revision, operatorRevision }] as const
    )
  )
  const asked = changed.slice(0, toldMax)
  const known = new Map<string, KnownAlert>()
  let failed = 0
  let done = 0
  handOver.value = { kind: 'loading', done, all: asked.length }
  const queue = asked.values()
  const work = async () => {
    for (const alert of queue) {
      const answer = await suite.alert(alert.alertId, ended)
      if (ended.aborted) return
      const ownMs = sinceOf(alert, fromMs)
      const revisions = answer.kind === 'ok' ? answer.body.revisions : null
      const omitted = answer.kind === 'ok' ? answer.body.revisionsOmitted : 0
      known.set(alert.alertId, {
        alert,
        revisions,
        omitted,
        sinceMs: ownMs,
        isUnanswered: waits(alert)
      })
      if (answer.kind !== 'ok') failed += 1
      done += 1
      handOver.value = { kind: 'loading', done, all: asked.length }
    }
  }
  const askingAround = askAround()
  await Promise.all(Array.from({ length: atOnce }, work))
  const { lists, notTold } = await askingAround
  if (ended.aborted) return
  for (const alert of changed.slice(toldMax))
    known.set(alert.alertId, {
      alert,
      revisions: null,
      omitted: 0,
      sinceMs: sinceOf(alert, fromMs),
      isUnanswered: waits(alert)
    })
  // What nobody has or answered is told whether it changed or not.
  for (const alert of picture.alerts.values())
    if (isOpen(alert) && (isNobodys(alert) || waits(alert)) && !known.has(alert.alertId))
      known.set(alert.alertId, {
        alert,
        revisions: [],
        omitted: 0,
        sinceMs: 0,
        isUnanswered: waits(alert)
      })
  const staleSinceMs =
    state.kind !== 'stale' ? null : state.sinceMs === null ? atMs : bySuite(state.sinceMs)
  const told = {
    handOver: handOverOf([...known.values()]),
    sinceMs: fromMs,
    atMs,
    machineAheadMs: machineAheadMs.peek(),
    changed: changed.length
  }
  const { count, unknownSinceMs } = unansweredCount.peek()
  const areAnswersKnown = count !== null && unknownSinceMs === null
  const around = aroundOf(lists, { sinceMs: fromMs, atMs, nowIn })
  const made = {
    ...told,
    around,
    notTold,
    failed,
    closed: closedStanding.peek(),
    areAnswersKnown,
    staleSinceMs,
    behindSinceMs: behindMs === null ? null : bySuite(behindMs),
    seen
  }
  handOver.value = { kind: 'made', made }
}

/**
 * What nobody answered comes first: whoever opens the page here would make a hand-over without it.
 */
const answersWaitMs = 3_000

function answersTold(): Promise<void> {
  const told = Promise.withResolvers<void>()
  const timer = setTimeout(told.resolve, isLive.peek() ? answersWaitMs : 0)
  const end = effect(() => {
    if (unansweredCount.value.count !== null) told.resolve()
  })
  return told.promise.finally(() => {
    clearTimeout(timer)
    end()
  })
}

/** Of a view that is not open to this key nothing is asked, and nothing said. */
async function askAround(): Promise<{
  readonly lists: Around
  readonly notTold: readonly AroundPart['kind'][]
}> {
  const notTold: AroundPart['kind'][] = []
  const of = async <T>(
    kind: AroundPart['kind'],
    ask: () => Promise<Answer<Page<T>>>
  ): Promise<readonly T[] | null> => {
    if (!openViews.peek().includes(kind)) return null
    const answer = await ask()
    if (answer.kind === 'ok') return answer.body.items
    notTold.push(kind)
    return null
  }
  const [standing, over, watching, sources] = await Promise.all([
    of('silences', () => wholeList(cursor => silences.list('standing', cursor))),
    of('silences', () => wholeList(cursor => silences.list('over', cursor))),
    of('watches', () => watches.list()),
    of('sources', () => suite.sources())
  ])
  // Half of the silences would look like all of them.
  const both = standing === null || over === null ? null : [...standing, ...over]
  return { lists: { silences: both, watches: watching, sources }, notTold: [...new Set(notTold)] }
}

/** How many alerts changed since it was made: counted each second, however many come in one. */
export const newer = computed(() => {
  nowMs.value
  const state = handOver.value
  if (state.kind !== 'made' || !isLive.value) return 0
  let count = 0
  for (const alert of picture.alerts.values()) if (hasChangedAfter(alert, state.made)) count += 1
  return count
})

/**
 * Makes it for a beginning where it is not made yet: it stands still under its reader while all
 * that is open comes anew after a gap. Another key's is made.
 */
export function makeOnce(sinceMs: number, madeSinceMs: number | null): boolean {
  if (!isPictureWhole.peek() || (madeSinceMs === sinceMs && handOver.peek().kind !== 'none'))
    return false
  void makeHandOver()
  return true
}

/** What it lacks, for who reads it here and for whom it is sent to. */
export function caveatsOf({
  machineAheadMs: aheadMs,
  changed,
  failed,
  closed,
  areAnswersKnown,
  staleSinceMs,
  behindSinceMs: behindMs,
  notTold
}: MadeHandOver): readonly string[] {
  const { handOver: texts } = words
  return [
    aheadMs === 0
      ? ''
      : texts.machineClock[aheadMs > 0 ? 'slow' : 'fast'](ageWords(Math.abs(aheadMs))),
    staleSinceMs === null ? '' : texts.stale(timeWords(new Date(staleSinceMs).toISOString())),
    behindMs === null ? '' : texts.behind(timeWords(new Date(behindMs).toISOString())),
    changed > toldMax ? texts.tooMany(toldMax, changed) : '',
    closed === 'failed' ? texts.closedUnknown : closed === 'cut' ? texts.closedCut(closedMax) : '',
    areAnswersKnown ? '' : texts.answersUnknown,
    failed > 0 ? texts.notTold(failed) : '',
    notTold.length > 0 ? texts.aroundNotTold(notTold.map(kind => texts.aroundParts[kind])) : ''
  ].filter(caveat => caveat !== '')
}
