// The chosen alert with its revisions and evidence: asked for when it is chosen, whenever the list
// knows a newer state, and again until it matches the list. Until then the time since when it is
// outdated is known.

import { computed, effect, signal, untracked } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { suite, wholeList } from '../http/suite.ts'
import {
  type AlertDetail,
  computeNamedCount,
  isCanary,
  isNewer,
  isOpen,
  type ShownAlert
} from '../shown/shown-alert.ts'
import { chosenId, isLive, nowMs, picture, pictureAge, signedIn } from './console-state.ts'
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

/**
 * Whether the list knows a newer state than what is shown, or that it is not to be seen any more.
 */
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

// No event reports a change of an alert that is not in the list: it is asked for when the link is
// back.
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
