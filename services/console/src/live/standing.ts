// Whether what is shown is known to be the suite’s own state, whether reports become alerts, and which
// sources are heard. Pure: times are passed in.

import type { ClientState } from '@tocsin/client'
import { type Asked, isRefusedWith, type Readiness, type Source } from '../shown/answers.ts'
import { closedMax } from './picture.ts'

/** The suite states its age in steps of 5 s and looks every 2.5 s: such a pause is no news. */
export const behindToldMs = 30_000
/** Once shown, the state stays until this age: a label that comes and goes is not read, ms. */
export const caughtUpMs = 15_000

/** Since when, ms, reports may be unprocessed; null: not behind, or not known. */
export function behindSince(
  asOfMs: number | null,
  nowMs: number,
  wasBehind: boolean
): number | null {
  return asOfMs !== null && nowMs - asOfMs >= (wasBehind ? caughtUpMs : behindToldMs)
    ? asOfMs
    : null
}

export type Freshness =
  /** The page is still empty. */
  | { readonly kind: 'beginning' }
  | { readonly kind: 'live' }
  /** `sinceMs`: the last time at which it was known to be complete; null: never. */
  | {
      readonly kind: 'stale'
      readonly sinceMs: number | null
      readonly isCutOff: boolean
      readonly retryAtMs: number | null
      readonly isOver: boolean
      /** The link is good, and what happened meanwhile is on its way. */
      readonly isCatchingUp: boolean
    }

/** What the console asks of the stream, s. */
export const heartbeatSeconds = 2
/** Two heartbeats, ms: a link silent for so long is not live, and a cut is shown within 5 s. */
export const silenceMs = 4_000
/** How long the first connection may take before the page is shown as not live, ms. */
const firstWaitMs = 5_000

/** `openedAtMs`: of the page. `completeAtMs`: when the server was last heard and all had come. */
export function computeFreshness(
  state: ClientState,
  heardAtMs: number | null,
  openedAtMs: number,
  nowMs: number,
  completeAtMs = heardAtMs
): Freshness {
  // A clock that was set back would make the last word lie in the future, and every age right.
  const isHeard = heardAtMs !== null && Math.abs(nowMs - heardAtMs) < silenceMs
  const isLinked = state.kind === 'live' && isHeard
  if (isLinked && state.isCaughtUp) return { kind: 'live' }
  const hasBegun = heardAtMs !== null && !(isLinked && completeAtMs === null)
  if (!hasBegun && (state.kind === 'connecting' || isLinked) && nowMs - openedAtMs < firstWaitMs)
    return { kind: 'beginning' }
  // A link that existed and no longer asks has failed in this page.
  if (state.kind === 'idle' && heardAtMs === null) return { kind: 'beginning' }
  const staleSince =
    state.kind === 'waiting' && state.staleSince !== null ? Date.parse(state.staleSince) : null
  const known = [completeAtMs, staleSince].filter(at => at !== null)
  return {
    kind: 'stale',
    sinceMs: known.length === 0 ? null : Math.min(...known),
    isCutOff: staleSince !== null,
    retryAtMs: state.kind === 'waiting' ? state.retryAt : null,
    isOver: state.kind === 'ended',
    isCatchingUp: isLinked
  }
}

const shortestMs = 100
/** What is new is seen within this time, however slow the machine is, ms. */
const longestMs = 1_000
/** Pauses are this many times as long as the work between them. */
const pausesPerWork = 30

export function pauseAfter(workMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, workMs * pausesPerWork))
}

/** `failed`: only what closed since is there. `cut`: older ones are missing. */
export function readClosedStanding(
  { body, failure }: Asked<{ readonly next: string | null }>,
  held: number
) {
  if (body === null) return failure === null ? 'unknown' : 'failed'
  return body.next !== null || held >= closedMax ? 'cut' : 'whole'
}

/** The canary corrects its report every eight minutes; two missing are a fault, ms. */
export const overdueMs = 15 * 60_000

export type Pipeline =
  | { readonly kind: 'unknown' | 'hidden' | 'none' }
  | { readonly kind: 'faults'; readonly names: readonly string[] }
  | { readonly kind: 'through' | 'overdue' | 'behind'; readonly ageMs: number }

export interface PipelineSigns {
  /** Null: it did not answer; undefined: it was not asked yet. */
  readonly ready: Readiness | null | undefined
  /** When the last canary that came through was reported, ms; null for none. */
  readonly canaryAtMs: number | null
  readonly mayReadAlerts: boolean
  readonly isLive: boolean
  /** For how long reports may not have been looked at, ms; null: it is not behind. */
  readonly behindMs: number | null
  readonly nowMs: number
}

/** Good is only what a canary shows, and only on a page that would have heard of the next one. */
export function createPipeline({
  ready,
  canaryAtMs,
  mayReadAlerts,
  isLive,
  behindMs,
  nowMs
}: PipelineSigns): Pipeline {
  if (ready?.ready === false) return { kind: 'faults', names: listFaults(ready) }
  // The stream shows how far it is behind, whether or not the other checks answer. A canary proves
  // nothing about reports after it. An overdue canary is the graver state.
  const ageMs = canaryAtMs === null ? null : nowMs - canaryAtMs
  const isOverdue = ageMs !== null && ageMs > overdueMs
  if (behindMs !== null && !isOverdue) return { kind: 'behind', ageMs: behindMs }
  if (ready === undefined || ready === null) return { kind: 'unknown' }
  if (!mayReadAlerts) return { kind: 'hidden' }
  if (!isLive) return { kind: 'unknown' }
  if (ageMs === null) return { kind: 'none' }
  return { kind: isOverdue ? 'overdue' : 'through', ageMs: Math.max(0, ageMs) }
}

function listFaults({ log, checks }: Readiness): readonly string[] {
  const faults = Object.entries(checks).flatMap(([service, states]) =>
    Object.entries(states).flatMap(([check, state]) =>
      state === 'ok' ? [] : [`${service} ${check}`]
    )
  )
  return log === 'ok' ? faults : [log, ...faults]
}

/** Sources and theatres are asked for this often, and when they change, ms. */
export const askEveryMs = 60_000
/** An answer is current for three questions, ms: one or two may be lost on a bad link. */
export const currentForMs = 3 * askEveryMs

/** `atMs`: when it was received; null: never. */
export function isCurrent(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs <= currentForMs
}

export interface Heard {
  readonly live: number
  readonly all: number
  /** Ids, with the theatres where one is heard elsewhere. */
  readonly silent: readonly string[]
  /** Ids of the sources without any report that this key may see. */
  readonly unheard: readonly string[]
}

export type SourcesStanding =
  | { readonly kind: 'asking' | 'hidden' | 'none' }
  | ({ readonly kind: 'heard' } & Heard)
  /** Not known now: `atMs` is when `was` was received; null: never. */
  | { readonly kind: 'unknown'; readonly atMs: number | null; readonly was: Heard | null }

/** `asked`: the list as it was answered last. */
export function assessSources(
  { body, failure, toldAtMs }: Asked<{ readonly items: readonly Source[] }>,
  isLive: boolean,
  nowMs: number
): SourcesStanding {
  if (isRefusedWith(403, failure)) return { kind: 'hidden' }
  if (body === null)
    return failure === null ? { kind: 'asking' } : { kind: 'unknown', atMs: null, was: null }
  const isTold = body.items.every(({ heard }) => heard !== undefined)
  const was = isTold ? readHeard(body.items) : null
  if (!isLive || !isCurrent(toldAtMs, nowMs)) return { kind: 'unknown', atMs: toldAtMs, was }
  if (was === null) return { kind: 'hidden' }
  return was.all === 0 ? { kind: 'none' } : { kind: 'heard', ...was }
}

/** Archives are never missed. A source that is silent in one theatre counts as silent. */
function readHeard(sources: readonly Source[]): Heard {
  const awaited = sources.filter(({ archive }) => !archive)
  const silent = awaited.flatMap(({ id, heard = [] }) => {
    const where = heard.filter(({ state }) => state !== 'live').map(({ theatre }) => theatre)
    if (where.length === 0) return []
    return [where.length === heard.length ? id : `${id} (${where.join(', ')})`]
  })
  const unheard = awaited.filter(({ heard = [] }) => heard.length === 0).map(({ id }) => id)
  return {
    live: awaited.length - silent.length - unheard.length,
    all: awaited.length,
    silent,
    unheard
  }
}

export type SourceState = 'silent' | 'live' | 'unheard' | 'archive'

export interface SourceRow {
  readonly source: Source
  /** Null: heard nowhere yet, or not visible to this caller. */
  readonly theatre: string | null
  readonly state: SourceState
  readonly lastAt: string | null
  /** How long it has been quiet by the theatre's time, ms. */
  readonly quietMs: number | null
  /** How far that is beyond its usual rhythm, ms; 0 within it. */
  readonly overdueMs: number
  /** For the last days, today's last; none where they are not visible. */
  readonly reportsADay: readonly number[]
}

const dayMs = 86_400_000
const order: readonly SourceState[] = ['silent', 'live', 'unheard', 'archive']

/** A row for each theatre in which a source was heard: the silent ones first, longest first. */
export function sourceRows(
  sources: readonly Source[],
  nowIn: (theatre: string) => number
): readonly SourceRow[] {
  return sources
    .flatMap(source => listRows(source, nowIn))
    .sort(
      (a, b) =>
        order.indexOf(a.state) - order.indexOf(b.state) ||
        b.overdueMs - a.overdueMs ||
        (a.source.id < b.source.id ? -1 : a.source.id > b.source.id ? 1 : 0)
    )
}

function listRows(source: Source, nowIn: (theatre: string) => number): readonly SourceRow[] {
  const { heard = [], archive, cadenceDays = 0 } = source
  if (heard.length === 0) {
    const state = archive ? 'archive' : 'unheard'
    const none = { theatre: null, lastAt: null, quietMs: null, overdueMs: 0, reportsADay: [] }
    return [{ source, state, ...none }]
  }
  return heard.map(({ theatre, lastReportedAt, state, reportsADay }) => {
    const quietMs = Math.max(0, nowIn(theatre) - Date.parse(lastReportedAt))
    const overdueMs = state === 'archive' ? 0 : Math.max(0, quietMs - cadenceDays * dayMs)
    return { source, theatre, state, lastAt: lastReportedAt, quietMs, overdueMs, reportsADay }
  })
}

/** How many are silent (anywhere), live, never heard, and archives, by source. */
export function sourceCounts(sources: readonly Source[]): Readonly<Record<SourceState, number>> {
  const counts = { silent: 0, live: 0, unheard: 0, archive: 0 }
  for (const { archive, heard = [] } of sources) {
    if (archive) counts.archive += 1
    else if (heard.length === 0) counts.unheard += 1
    else if (heard.every(({ state }) => state === 'live')) counts.live += 1
    else counts.silent += 1
  }
  return counts
}
