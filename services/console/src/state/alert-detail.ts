// The chosen alert with its revisions and evidence: requested when it is chosen and whenever it
// changes, and again until it matches the list. Until then the time since when it is outdated is
// known.

import { computed, effect, signal } from '@preact/signals'
import { suite } from '../http/suite.ts'
import {
  type AlertDetail,
  computeNamedCount,
  isCanary,
  isNewer,
  isOpen,
  type ShownAlert,
  type ShownEvidence
} from '../shown/shown-alert.ts'
import { chosenId, isLive, nowMs, picture, pictureAge, signedIn } from './console-state.ts'

export interface ShownDetail {
  readonly kind: 'shown'
  readonly id: string
  readonly alert: AlertDetail
  /** All evidence is here, as it is now. */
  readonly isAll: boolean
  /** Some evidence is from before the last change: all was loaded, and is requested again. */
  readonly isMixed: boolean
}

export type DetailState =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading'; readonly id: string }
  | ShownDetail
  | { readonly kind: 'gone'; readonly id: string }
  | { readonly kind: 'failed'; readonly id: string }

export const detail = signal<DetailState>({ kind: 'none' })

/** An answer takes a while: a wait shorter than this is not shown, ms. */
const awaitedMs = 2_000
/** Waits before an alert is asked for again, ms: the last one again and again. */
const waitsMs = [2_000, 4_000, 8_000, 15_000] as const

/** Since when what is shown differs from the list, and whether a request failed. */
const behind = signal<{ readonly sinceMs: number; readonly hasFailed: boolean } | null>(null)

/** When what is shown of the chosen alert was last known to be current, ms; null while it is. */
export const detailAsOf = computed(() => {
  if (behind.value === null) return null
  const { sinceMs, hasFailed } = behind.value
  return hasFailed || nowMs.value - sinceMs >= awaitedMs ? sinceMs : null
})

let chosen: string | null = null
let wasLive = false
/** The pending question; `isDue`: the alert has changed meanwhile, and is requested again. */
let asking: {
  readonly ended: AbortController
  readonly done: Promise<void>
  isDue: boolean
} | null = null
/** The alert for which all evidence is wanted, however often it changes. */
let wanted: string | null = null
/** All evidence that is being asked for; `isDue`: the alert has changed meanwhile. */
let gathering: { readonly id: string; isDue: boolean } | null = null
/** Whether all evidence of the chosen alert is being asked for. */
export const isGathering = signal(false)
let failures = 0
let failedAtMs: number | null = null
/** The state in the list when the alert was last requested. */
let askedFor: ShownAlert | undefined

effect(() => {
  pictureAge.value
  const [id, isLiveNow] = [chosenId.value, isLive.value]
  const isBack = isLiveNow && !wasLive
  wasLive = isLiveNow
  if (id !== chosen) begin(id)
  // No event reports a change of an alert that is not in the list: request it when the link is
  // back.
  else if (
    id !== null &&
    ((isBehind(id) && !isPausing(id)) || (isBack && !picture.alerts.has(id)))
  ) {
    fallBehind()
    void ask(id)
  }
})

effect(() => {
  const waitMs = waitsMs[Math.min(failures, waitsMs.length) - 1] ?? 0
  const now = nowMs.value
  if (signedIn.value.kind === 'none') return
  if (chosen !== null && asking === null && failedAtMs !== null && now - failedAtMs >= waitMs)
    void ask(chosen)
})

function begin(id: string | null): void {
  asking?.ended.abort()
  asking = null
  chosen = id
  wanted = null
  endGathering()
  failures = 0
  failedAtMs = null
  askedFor = undefined
  behind.value = null
  detail.value = id === null ? { kind: 'none' } : { kind: 'loading', id }
  if (id !== null) void ask(id)
}

/** Requests the alert again if it is the chosen one, for example after a refused act. */
export async function load(id: string): Promise<void> {
  if (id === chosen) await ask(id)
}

/** One question at a time: each answer is shown, however fast the alert changes. */
function ask(id: string): Promise<void> {
  if (asking !== null) {
    asking.isDue = true
    return asking.done
  }
  const ended = new AbortController()
  const done = Promise.withResolvers<void>()
  const turn = { ended, done: done.promise, isDue: true }
  asking = turn
  void askUntilTold(id, turn).finally(() => {
    if (asking === turn) asking = null
    done.resolve()
  })
  return done.promise
}

async function askUntilTold(id: string, turn: NonNullable<typeof asking>): Promise<void> {
  while (turn.isDue) {
    turn.isDue = false
    askedFor = picture.alerts.get(id)
    const askedMs = nowMs.peek()
    const answer = await suite.alert(id, turn.ended.signal)
    if (turn.ended.signal.aborted) return
    if (answer.kind === 'ok') take(id, answer.body, askedMs)
    else if (answer.kind === 'refused' && answer.problem.status === 404) {
      behind.value = null
      failedAtMs = null
      detail.value = { kind: 'gone', id }
    } else fail(id)
  }
}

function take(id: string, alert: AlertDetail, askedMs: number): void {
  const before = detail.peek()
  const isOlder = before.kind === 'shown' && isNewer(before.alert, alert)
  if (!isOlder) show(id, alert, before)
  if (isBehind(id)) {
    // What came was current when it was asked for.
    behind.value = {
      sinceMs: isOlder ? (behind.peek()?.sinceMs ?? askedMs) : askedMs,
      hasFailed: false
    }
    failures += 1
    failedAtMs = nowMs.peek()
    return
  }
  behind.value = null
  failures = 0
  failedAtMs = null
}

function fail(id: string): void {
  failures += 1
  failedAtMs = nowMs.peek()
  // What is shown stays, with its age.
  if (detail.peek().kind !== 'shown') detail.value = { kind: 'failed', id }
  else behind.value = { sinceMs: behind.peek()?.sinceMs ?? failedAtMs, hasFailed: true }
}

function fallBehind(): void {
  if (detail.peek().kind === 'shown' && behind.peek() === null)
    behind.value = { sinceMs: nowMs.peek(), hasFailed: false }
}

/**
 * Whether the list knows a newer state than what is shown, or that it is not to be seen any more.
 */
function isBehind(id: string): boolean {
  const [shown, known] = [detail.peek(), picture.alerts.get(id)]
  if (known !== undefined) return shown.kind !== 'shown' || isNewer(known, shown.alert)
  // A complete list has all open alerts except the canary.
  return (
    isLive.peek() &&
    picture.isWhole &&
    shown.kind === 'shown' &&
    isOpen(shown.alert) &&
    !isCanary(shown.alert)
  )
}

/**
 * A request failed, and the list has no newer state: wait out the pause, however often others
 * change.
 */
function isPausing(id: string): boolean {
  return asking === null && failedAtMs !== null && askedFor === picture.alerts.get(id)
}

function show(id: string, alert: AlertDetail, before: DetailState): void {
  // What the log has lost can not be asked for either.
  const isAll = alert.evidence.length >= computeNamedCount(alert) || alert.evidenceLost === true
  // What was loaded stays until it was asked for again: somebody reads it, or types about it.
  const loaded = wanted === id && before.kind === 'shown' && !isAll ? before.alert.evidence : []
  const evidence = withLoaded(loaded, alert.evidence)
  const isMixed = evidence.length > alert.evidence.length
  detail.value = { kind: 'shown', id, alert: { ...alert, evidence }, isAll, isMixed }
  if (wanted === id && !isAll) void gather(id)
}

/** What was loaded where it was, as it is now if that is known, and what is new behind it. */
function withLoaded(
  loaded: readonly ShownEvidence[],
  now: readonly ShownEvidence[]
): readonly ShownEvidence[] {
  const byId = new Map(now.map(each => [each.incidentId, each]))
  const kept = new Set(loaded.map(({ incidentId }) => incidentId))
  return [
    ...loaded.map(each => byId.get(each.incidentId) ?? each),
    ...now.filter(({ incidentId }) => !kept.has(incidentId))
  ]
}

/** Loads all evidence, page by page, and again whenever the alert changes. */
export async function loadAllEvidence(): Promise<void> {
  const shown = detail.peek()
  if (shown.kind !== 'shown') return
  wanted = shown.id
  await gather(shown.id)
}

async function gather(id: string): Promise<void> {
  if (gathering !== null) {
    gathering.isDue = true
    return
  }
  const turn = { id, isDue: true }
  gathering = turn
  isGathering.value = true
  while (turn.isDue) {
    turn.isDue = false
    const all = await allEvidence(id, () => gathering === turn)
    const shown = detail.peek()
    if (gathering !== turn) return
    if (all === null || shown.kind !== 'shown') break
    // If it changed while pages were loading, some pages may be older.
    const evidence = turn.isDue ? withLoaded(all, shown.alert.evidence) : all
    detail.value = {
      ...shown,
      alert: { ...shown.alert, evidence },
      isAll: !turn.isDue,
      isMixed: turn.isDue
    }
  }
  endGathering()
}

function endGathering(): void {
  gathering = null
  isGathering.value = false
}

/** Null: it was not answered, or is wanted no more. */
async function allEvidence(
  id: string,
  isWanted: () => boolean
): Promise<readonly ShownEvidence[] | null> {
  const evidence: ShownEvidence[] = []
  for (
    let cursor: string | null = null, isFirst = true;
    isFirst || cursor !== null;
    isFirst = false
  ) {
    const answer = await suite.evidence(id, cursor)
    if (answer.kind !== 'ok' || !isWanted()) return null
    evidence.push(...answer.body.items)
    cursor = answer.body.next
  }
  return evidence
}
