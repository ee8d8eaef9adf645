// The announcement for alerts that come and change together: forty sirens in ten seconds are no use
// to anybody, one sentence with the gravest is. Pure.

import { type Severity, severityRank } from '../shown/shown-alert.ts'
import { words } from '../words/words.ts'

/** An alert that calls people. `isNew`: it was not open before. */
export interface CallingAlert {
  readonly alertId: string
  readonly severity: Severity
  readonly headline: string
  readonly isNew: boolean
}

/**
 * One that comes and changes within the moment is one alert, as it is by then, and new. At least
 * one is given.
 */
export function burstWords(calls: readonly CallingAlert[]): string {
  const byId = new Map<string, CallingAlert>()
  for (const call of calls) {
    const { alertId, isNew } = call
    byId.set(alertId, { ...call, isNew: isNew || byId.get(alertId)?.isNew === true })
  }
  const alerts = [...byId.values()]
  // Of equals the new one is named: it is heard of for the first time.
  const gravest = alerts.reduce((a, b) => (computeRank(b) > computeRank(a) ? b : a))
  const [severity, { headline, isNew }] = [words.severities[gravest.severity], gravest]
  if (alerts.length === 1)
    return isNew ? words.say.raised(severity, headline) : words.say.changed(severity, headline)
  const raised = alerts.filter(alert => alert.isNew).length
  return words.say.many(raised, alerts.length - raised, severity, headline)
}

function computeRank({ severity, isNew }: CallingAlert): number {
  return severityRank(severity) * 2 + (isNew ? 1 : 0)
}
