// Two rule packs over the same rows: of which alerts of one the other notifies nobody. Pure.

import { formatTime } from '@tocsin/domain/space-time/event-time'
import { type BacktestAlert, compareRaised } from './backtest-alerts.ts'
import type { LabelFigures } from './label-figures.ts'
import type { NotifiedFigures } from './notified-figures.ts'

/** What one pack did. */
export interface PackResult {
  readonly alerts: readonly BacktestAlert[]
  readonly told: NotifiedFigures
  readonly judged: LabelFigures | null
}

interface ComparedAlert {
  readonly id: string
  readonly theatre: string
  readonly rule: string
  readonly headline: string
  readonly raised: string
}

export interface PackComparison {
  /** The other pack: its path, or its name. */
  readonly pack: string
  readonly told: NotifiedFigures
  readonly judged: LabelFigures | null
  /** Alerts of this pack that the other notifies of too, and those that it does not. */
  readonly shared: number
  readonly onlyHere: readonly ComparedAlert[]
  readonly onlyThere: readonly ComparedAlert[]
  /** Ids of labels that only one of them found; null without labels. */
  readonly labelsOnlyHere: readonly string[] | null
  readonly labelsOnlyThere: readonly string[] | null
}

/** Two alerts are about the same if notices of theirs name a common trigger. */
export function comparePacks(pack: string, here: PackResult, there: PackResult): PackComparison {
  const [toldHere, toldThere] = [filterTold(here), filterTold(there)]
  const onlyHere = listAlone(toldHere, toldThere)
  const [foundHere, foundThere] = [listFound(here), listFound(there)]
  return {
    pack,
    told: there.told,
    judged: there.judged,
    shared: toldHere.length - onlyHere.length,
    onlyHere: onlyHere.map(describe),
    onlyThere: listAlone(toldThere, toldHere).map(describe),
    labelsOnlyHere: subtract(foundHere, foundThere),
    labelsOnlyThere: subtract(foundThere, foundHere)
  }
}

function filterTold({ alerts }: PackResult): readonly BacktestAlert[] {
  return alerts.filter(({ notices }) => notices.length > 0).sort(compareRaised)
}

function listAlone(
  alerts: readonly BacktestAlert[],
  others: readonly BacktestAlert[]
): readonly BacktestAlert[] {
  const named = new Set(others.flatMap(listTriggers))
  return alerts.filter(alert => !listTriggers(alert).some(id => named.has(id)))
}

function listTriggers({ notices }: BacktestAlert): readonly string[] {
  return notices.flatMap(({ triggers }) => triggers)
}

function describe({ alertId, theatre, ruleId, headline, atMs }: BacktestAlert): ComparedAlert {
  return { id: alertId, theatre, rule: ruleId, headline, raised: formatTime(atMs) }
}

function listFound({ judged }: PackResult): readonly string[] | null {
  if (judged === null) return null
  return judged.list.flatMap(({ id, alertId }) => (alertId === null ? [] : [id]))
}

function subtract(
  from: readonly string[] | null,
  others: readonly string[] | null
): readonly string[] | null {
  const known = new Set(others)
  return from?.filter(id => !known.has(id)) ?? null
}
