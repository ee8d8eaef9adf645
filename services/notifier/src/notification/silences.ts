// Silences: for a time, subscribers are not notified of alerts that match. Notifications are
// delayed, not dropped: what is still current at the end is sent then.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { holdsToken, mayReadTheatre } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { isOpen } from '@tocsin/contracts/alert/alert'
import { type FilterFacts, matchesFilter } from '@tocsin/contracts/alert/alert-filter'
import { maySee } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import type { AlertKind } from '@tocsin/read-model/alerts/kind-table'
import type { ControlState } from '@tocsin/service/control/control-state'
import {
  computeEnd,
  computeStanding,
  type SilenceState
} from '@tocsin/service/control/silence-state'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import { type AlertIndex, splitArea } from '../alerts/alert-index.ts'
import { findOpen } from '../alerts/record-judging.ts'

type SilenceDeps = Pick<ServiceDeps, 'control' | 'clock'>

/** Longest time of a silence, ms: one that is forgotten must not last. */
export const silenceMaxMs = 30 * 86_400_000

/** Whether a key is known and neither revoked nor expired. The owner's always is. */
export function isKeyValid({ control, clock }: SilenceDeps, keyId: string): boolean {
  const key = control.state.keys.get(keyId)
  // The owner has no key in the control log; nor have its sessions: earlier versions stored their
  // ids.
  if (key === undefined) return keyId === 'owner' || keyId.startsWith('session:')
  return (
    key.revokedAt === null && (key.expiresAt === null || clock.nowMs() < Date.parse(key.expiresAt))
  )
}

/**
 * Whether it is active now. It must not outlive the authority behind it; that of a token is bounded
 * by its own time.
 */
export function isHolding(deps: SilenceDeps, silence: SilenceState): boolean {
  const { ownerKeyId: id } = silence
  const isBacked = holdsToken({ id }) || isKeyValid(deps, id)
  return isBacked && computeStanding(silence, deps.clock.nowMs()) === 'holding'
}

/** When it ends or ended, with the key behind it if that is sooner; ISO 8601. */
export function endIn({ control }: SilenceDeps, silence: SilenceState): string {
  const { ownerKeyId: id } = silence
  const key = holdsToken({ id }) ? undefined : control.state.keys.get(id)
  const ends = [computeEnd(silence), key?.revokedAt, key?.expiresAt].filter(each => each != null)
  return ends.reduce((least, each) => (Date.parse(each) < Date.parse(least) ? each : least))
}

interface SilencedAlert {
  readonly alertId: string
  readonly facts: FilterFacts
}

/** Whether a silence is for an alert, active or not: for none that its author may not see. */
export function covers(silence: SilenceState, { alertId, facts }: SilencedAlert): boolean {
  return (
    (silence.alertId === null || silence.alertId === alertId) &&
    (silence.theatres === '*' || silence.theatres.includes(facts.theatre)) &&
    maySee(silence.handling, facts.handling) &&
    matchesFilter(silence.filter, facts)
  )
}

/** Whether it would delay an alert while it is active: most let extreme ones through. */
export function holdsBack(silence: SilenceState, alert: SilencedAlert): boolean {
  return mayHold(silence, alert.facts.severity) && covers(silence, alert)
}

function mayHold({ includesExtreme }: SilenceState, severity: Severity): boolean {
  return severity !== 'extreme' || includesExtreme
}

/**
 * The silence that delays an alert longest: of the active ones the one that ends last. Null: none
 * delays it. Evaluates no filter.
 */
export function findLongest(
  silences: Iterable<SilenceState>,
  asked: { readonly severity: Severity; readonly subscriptionId: string; readonly atMs: number }
): { readonly id: string; readonly endsMs: number } | null {
  let longest = { id: '', endsMs: asked.atMs }
  for (const each of silences) {
    const endsMs = Date.parse(computeEnd(each))
    if (endsMs <= longest.endsMs || asked.atMs < Date.parse(each.startsAt)) continue
    if ((each.subscriptionId ?? asked.subscriptionId) !== asked.subscriptionId) continue
    if (mayHold(each, asked.severity)) longest = { id: each.silenceId, endsMs }
  }
  return longest.id === '' ? null : longest
}

/** What is active is read again after this time at the latest, ms. */
const readEveryMs = 1_000

/** The active silences, as the control log has them now. */
export class ActiveSilences {
  readonly #deps: SilenceDeps
  #read: ControlState | null = null
  #readAt = 0
  #holding: readonly SilenceState[] = []
  /**
   * The active silences for an alert, by its state as readers of a clearance see it, for as long as
   * that state is in memory: each filter is evaluated once, whoever asks.
   */
  #over = new WeakMap<FilterFacts, readonly SilenceState[]>()

  constructor(deps: SilenceDeps) {
    this.#deps = deps
  }

  /** As they were less than a second ago, or after their last change. */
  list(): readonly SilenceState[] {
    const { control, clock } = this.#deps
    const { silences, keys } = control.state
    const readAt = Math.floor(clock.nowMs() / readEveryMs)
    if (this.#read?.silences !== silences || this.#read.keys !== keys || this.#readAt !== readAt) {
      this.#read = control.state
      this.#readAt = readAt
      this.#holding = [...silences.values()].filter(each => isHolding(this.#deps, each))
      this.#over = new WeakMap()
    }
    return this.#holding
  }

  /** Those for an alert, of any subscription. `facts`: the one object of its state. */
  over(alert: SilencedAlert): readonly SilenceState[] {
    const holding = this.list()
    const known = this.#over.get(alert.facts) ?? holding.filter(each => covers(each, alert))
    this.#over.set(alert.facts, known)
    return known
  }
}

/**
 * How many of the open alerts that a reader sees a silence can delay. Of the alerts that `isTold`
 * names; of all where it is left out. It yields to other work.
 */
export async function countSilenced(
  alerts: AlertIndex,
  view: ReaderView,
  silence: SilenceState,
  isTold?: (alertId: string) => boolean
): Promise<number> {
  const { alertId, filter } = silence
  if (alertId !== null) {
    const open = isTold?.(alertId) === false ? null : findOpen(alerts, view, alertId)
    return open !== null && holdsBack(silence, { alertId, facts: open.state }) ? 1 : 0
  }
  const { area, ofKinds } = splitArea(filter)
  const wantsKind = ({ facts }: AlertKind) =>
    isOpen(facts) &&
    mayReadTheatre(view, facts.theatre) &&
    holdsBack({ ...silence, filter: ofKinds }, { alertId: '', facts })
  let count = 0
  if (Object.keys(area).length === 0 && isTold === undefined) {
    for (const [kind, rows] of alerts.table.countKinds(view.level))
      if (wantsKind(kind)) count += rows
    return count
  }
  for (const chunk of alerts.search(view, { filter: area, wantsKind })) {
    for (const each of chunk) if (isTold?.(each.alertId) !== false) count++
    await nextTurn()
  }
  return count
}
