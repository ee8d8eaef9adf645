// The shift report as last made: a document that does not change until it is made again.

import { computed, signal } from '@preact/signals'
import { type Answer, clockAheadMs, pageNow, sameClockMs } from '../http/answers.ts'
import { type Page, silences, suite, watches, wholeList } from '../http/requests.ts'
import { type Around, type AroundPart, listAround, sinceIn } from '../records/shift-report.ts'
import type { ShiftReport } from '../shown/answers.ts'
import { isNewer, type ShownAlert } from '../shown/shown-alert.ts'
import { ageWords, timeWords } from '../words/time-words.ts'
import { words } from '../words/words.ts'
import { address } from './address.ts'
import {
  behindSinceMs,
  freshness,
  isLive,
  nowIn,
  nowMs,
  openedAtMs,
  picture
} from './console-state.ts'
import { openViews } from './current-view.ts'
import { holdTyped } from './forms.ts'

/** When the report was opened, ms: without a time in the address it covers the shift before. */
const shownAtMs = signal(openedAtMs)
export function openReport(): void {
  shownAtMs.value = pageNow()
}

/** By the suite's clock, with its tolerance; it does not move until the address changes. */
export const since = computed(() =>
  sinceIn(address.value, shownAtMs.value, nowMs.peek() + sameClockMs)
)

/** What the next shift should know; part of the report. */
export const shiftNote = signal('')
holdTyped(() => shiftNote.value.trim() !== '')

export interface MadeReport {
  readonly report: ShiftReport
  /** By the suite's clock, as all its times. */
  readonly sinceMs: number
  readonly atMs: number
  /** What it lacks, for who reads it here and for whom it is sent to. */
  readonly caveats: readonly string[]
  /** In addition to the alerts, what this key may see. */
  readonly around: readonly AroundPart[]
  /** Revision of each alert when the report was made: in a stopped replay, times do not show later changes. */
  readonly seen: ReadonlyMap<string, ShownAlert>
}

/** Null: it is not made yet. */
export const madeReport = signal<MadeReport | null>(null)
/** The suite did not answer, or refused. */
export const hasFailed = signal(false)

/** In a replay, the same length in the replay's own time. */
function computeSince({ theatre }: ShownAlert, fromMs: number): number {
  return nowIn(theatre) - (nowMs.peek() - fromMs)
}

let turn = 0

/** Makes it again. */
export async function makeReport(): Promise<void> {
  turn += 1
  const own = turn
  madeReport.value = null
  hasFailed.value = false
  const { ms: sinceMs } = since.peek()
  const seen = new Map(picture.alerts)
  const [{ lists, notTold }, answer] = await Promise.all([
    askAround(),
    suite.shiftReport(new Date(sinceMs).toISOString())
  ])
  if (own !== turn) return
  hasFailed.value = answer.kind !== 'ok'
  if (answer.kind !== 'ok') return
  const atMs = pageNow()
  madeReport.value = {
    report: answer.body,
    sinceMs,
    atMs,
    caveats: caveatsNow(atMs, notTold),
    around: listAround(lists, { sinceMs, atMs, nowIn }),
    seen
  }
}

type AroundKind = AroundPart['kind']

/** A view that is not open to this key is neither requested nor mentioned. */
async function askAround(): Promise<{
  readonly lists: Around
  readonly notTold: readonly AroundKind[]
}> {
  const notTold = new Set<AroundKind>()
  const of = async <T>(kind: AroundKind, ask: () => Promise<Answer<Page<T>>>) => {
    if (!openViews.peek().includes(kind)) return null
    const answer = await ask()
    if (answer.kind === 'ok') return answer.body.items
    notTold.add(kind)
    return null
  }
  const [standing, over, watching, sources] = await Promise.all([
    of('silences', () => wholeList(cursor => silences.list('standing', cursor))),
    of('silences', () => wholeList(cursor => silences.list('over', cursor))),
    of('watches', () => watches.list()),
    of('sources', () => suite.sources())
  ])
  // Half of the silences would look like all silences.
  const both = standing === null || over === null ? null : [...standing, ...over]
  return { lists: { silences: both, watches: watching, sources }, notTold: [...notTold] }
}

/** How many alerts changed since it was made: counted each second, however many come in one. */
export const newer = computed(() => {
  nowMs.value
  const made = madeReport.value
  if (made === null || !isLive.value) return 0
  let count = 0
  for (const alert of picture.alerts.values()) {
    const then = made.seen.get(alert.alertId)
    const isLater = Date.parse(alert.times.detectedAt) >= computeSince(alert, made.atMs)
    if (then === undefined ? isLater : isNewer(alert, then)) count += 1
  }
  return count
})

/** Once for each beginning: it must not change under its reader. Another key makes it again. */
export function makeOnce(sinceMs: number): void {
  if (madeReport.peek()?.sinceMs !== sinceMs) void makeReport()
}

/** What a report that is made now lacks. */
function caveatsNow(atMs: number, notTold: readonly AroundKind[]): readonly string[] {
  const { shiftReport: told } = words
  const [aheadMs, state, behindMs] = [clockAheadMs.peek(), freshness.peek(), behindSinceMs.peek()]
  const at = (ms: number) => timeWords(new Date(ms).toISOString())
  const staleSinceMs = state.kind !== 'stale' ? null : (state.sinceMs ?? atMs)
  const all = [
    aheadMs === 0
      ? null
      : told.machineClock[aheadMs > 0 ? 'slow' : 'fast'](ageWords(Math.abs(aheadMs))),
    staleSinceMs === null ? null : told.stale(at(staleSinceMs)),
    behindMs === null ? null : told.behind(at(behindMs)),
    notTold.length > 0 ? told.aroundNotTold(notTold.map(kind => told.aroundParts[kind])) : null
  ]
  return all.filter(caveat => caveat !== null)
}
