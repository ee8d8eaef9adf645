// A silence: for a time, subscribers are not notified of alerts that match. Notifications are
// delayed, not dropped: what is still current at the end is sent then. Pure.

import {
  type AlertFilter,
  type FilterFacts,
  matchesFilter
} from '@tocsin/contracts/alert/alert-filter'
import { type Handling, maySee } from '@tocsin/contracts/theatre/handling'
import type { Severity } from '@tocsin/contracts/theatre/severity'
import { computeEnd, type SilenceState } from '@tocsin/service/control/silence-state'

export interface Silence {
  readonly silenceId: string
  readonly filter: AlertFilter
  /** The only alert that it is for; null: all that match. */
  readonly alertId: string | null
  /** The only subscription that it is for; null: all. */
  readonly subscriptionId: string | null
  readonly startsMs: number
  readonly endsMs: number
  /** Without it extreme alerts are sent all the same. */
  readonly includesExtreme: boolean
  /** What its author may see: it delays no other alert. */
  readonly handling: Handling
  /** Null: all. */
  readonly theatres: readonly string[] | null
}

/** The part of an active silence that a decision needs. */
export interface HoldingSilence {
  readonly id: string
  readonly endsMs: number
  readonly includesExtreme: boolean
}

/** As decisions take it. */
export function makeSilence(state: SilenceState): Silence {
  const {
    silenceId,
    filter,
    alertId,
    subscriptionId,
    startsAt,
    includesExtreme,
    handling,
    theatres
  } = state
  return {
    ...{ silenceId, filter, alertId, subscriptionId, includesExtreme, handling },
    startsMs: Date.parse(startsAt),
    endsMs: Date.parse(computeEnd(state)),
    theatres: theatres === '*' ? null : theatres
  }
}

/** Longest time of a silence, ms: one that is forgotten must not last. */
export const silenceMaxMs = 30 * 86_400_000

/** Whether a silence is for an alert, active or not. */
export function covers(
  silence: Silence,
  { alertId, facts }: { readonly alertId: string; readonly facts: FilterFacts }
): boolean {
  return (
    (silence.alertId === null || silence.alertId === alertId) &&
    (silence.theatres === null || silence.theatres.includes(facts.theatre)) &&
    maySee(silence.handling, facts.handling) &&
    matchesFilter(silence.filter, facts)
  )
}

/** Whether it would delay an alert while it is active: most let extreme ones through. */
export function holdsBack(silence: Silence, alert: Parameters<typeof covers>[1]): boolean {
  return mayHold(silence, alert.facts.severity) && covers(silence, alert)
}

function mayHold({ includesExtreme }: Silence, severity: Severity): boolean {
  return severity !== 'extreme' || includesExtreme
}

/** A notification that may be delayed. */
export interface Telling {
  readonly severity: Severity
  readonly subscriptionId: string
  readonly atMs: number
}

/**
 * The silence that delays an alert longest: of the active ones the one that ends last. A silence
 * that does not include extreme alerts delays none that are extreme. The form is that of decisions;
 * null: none delays it. Evaluates no filter.
 */
export function findLongest(
  silences: Iterable<Silence>,
  { severity, subscriptionId, atMs }: Telling
): HoldingSilence | null {
  let longest: Silence | null = null
  for (const each of silences) {
    if (
      atMs < each.startsMs ||
      each.endsMs <= atMs ||
      (longest !== null && each.endsMs <= longest.endsMs)
    )
      continue
    if (each.subscriptionId !== null && each.subscriptionId !== subscriptionId) continue
    if (mayHold(each, severity)) longest = each
  }
  return longest === null
    ? null
    : { id: longest.silenceId, endsMs: longest.endsMs, includesExtreme: longest.includesExtreme }
}
