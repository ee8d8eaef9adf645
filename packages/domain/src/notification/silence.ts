// A silence: for a time, alerts that match are not told to subscribers. They are held, not dropped: what still stands when it
// ends is told then. Pure.

import { type AlertFilter, type FilterFacts, matchesFilter } from '../alert/alert-filter.ts'
import { type Handling, maySee } from '../report/handling.ts'
import type { FilterWork } from '../space-time/asked-area.ts'

export interface Silence {
  readonly silenceId: string
  readonly filter: AlertFilter
  /** The only alert that it is for; null: all that match. */
  readonly alertId: string | null
  /** The only subscription that it is for; null: all. */
  readonly subscriptionId: string | null
  readonly startsMs: number
  readonly endsMs: number
  /** Without it what is extreme is told all the same. */
  readonly includesExtreme: boolean
  /** What its author may see: it holds back nothing else. */
  readonly handling: Handling
  /** Null: all. */
  readonly theatres: readonly string[] | null
}

/** Longest time of a silence, ms: one that is forgotten must not last. */
export const silenceMaxMs = 30 * 86_400_000

/** Whether a silence holds over an alert for a subscription at a time. */
export function isSilenced(
  silence: Silence,
  alert: { readonly alertId: string; readonly facts: FilterFacts },
  atMs: number
): boolean {
  return silence.startsMs <= atMs && atMs < silence.endsMs && covers(silence, alert)
}

/** Whether an alert is one that a silence is for, whenever it holds. `work` counts what its filter costs. */
export function covers(
  silence: Silence,
  { alertId, facts }: { readonly alertId: string; readonly facts: FilterFacts },
  work?: FilterWork
): boolean {
  return (
    (silence.alertId === null || silence.alertId === alertId) &&
    (silence.theatres === null || silence.theatres.includes(facts.theatre)) &&
    maySee(silence.handling, facts.handling) &&
    matchesFilter(silence.filter, facts, work)
  )
}

/**
 * The silence that holds an alert back longest: of those that hold now the one that ends last. One that does not include what is
 * extreme holds back nothing extreme.
 */
export function silenceOver(
  silences: Iterable<Silence>,
  alert: { readonly alertId: string; readonly facts: FilterFacts },
  { subscriptionId, atMs }: { readonly subscriptionId: string; readonly atMs: number }
): Silence | null {
  let longest: Silence | null = null
  for (const each of silences) {
    if (each.subscriptionId !== null && each.subscriptionId !== subscriptionId) continue
    if (alert.facts.severity === 'extreme' && !each.includesExtreme) continue
    if (!isSilenced(each, alert, atMs)) continue
    if (longest === null || each.endsMs > longest.endsMs) longest = each
  }
  return longest
}
