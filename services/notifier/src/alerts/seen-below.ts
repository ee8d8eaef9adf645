// What readers of lower handling levels see of an alert. An alert that a hidden report began has
// another id for them, or they have none.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { AlertEntry } from './alert-entry.ts'
import type { AlertIndex } from './alert-index.ts'
import type { LevelAlert, VisibleAlert } from './reader-view.ts'
import { stateInView } from './record-judging.ts'

export interface SeenBelow {
  readonly handling: Handling
  /** Null: readers of the level have no such alert. */
  readonly alertId: string | null
  readonly status: AlertState['status'] | null
  /** How much of the evidence they see; null without an alert. */
  readonly evidenceCount: VisibleAlert['evidenceCount'] | null
}

/** For each handling level below one, the lowest first. */
export function listSeenBelow(
  alerts: AlertIndex,
  level: Handling,
  entry: AlertEntry
): readonly SeenBelow[] {
  return handlings
    .filter(lower => lower !== level && maySee(level, lower))
    .map(lower => {
      const seen = entry.at(lower) === null ? findSame(alerts, level, lower, entry) : entry
      const shown = seen?.at(lower) ?? null
      const view = { theatres: '*', level: lower } as const
      return {
        handling: lower,
        alertId: seen?.alertId ?? null,
        status: shown?.state.status ?? null,
        evidenceCount: shown === null ? null : stateInView(alerts, view, shown).evidenceCount
      }
    })
}

/** The open alert of the rule that shares most triggers; null if none does. */
function findSame(
  alerts: AlertIndex,
  level: Handling,
  lower: Handling,
  entry: AlertEntry
): AlertEntry | null {
  const shown = entry.at(level)
  if (shown === null) return null
  const own = alerts.restate(level, shown.state, shown.sum)
  const triggers = new Set(listTriggers(own))
  let [same, most] = [null as AlertEntry | null, 0]
  for (const other of alerts.listOpenAt(entry.theatre, lower)) {
    const seen = other.at(lower)
    if (seen?.state.ruleId !== own.ruleId) continue
    const shared = listTriggers(alerts.restate(lower, seen.state, seen.sum)).filter(id =>
      triggers.has(id)
    ).length
    if (shared > most) [same, most] = [other, shared]
  }
  return same
}

function listTriggers({ evidence }: Pick<LevelAlert, 'evidence'>): readonly string[] {
  return evidence.flatMap(({ role, incidentId }) => (role === 'trigger' ? [incidentId] : []))
}
