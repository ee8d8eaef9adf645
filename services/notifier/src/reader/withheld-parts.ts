// An event without the parts that a subscription is spared. What is left out is empty, so that
// receivers need no second schema. Ids, numbers of the chain, severity, times and counts stay.
// Pure.

import type { Withholdable } from '@tocsin/contracts/subscription/subscription-settings'
import { areaInCountry } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { statementIn, type VisibleAlert, type VisibleEvent } from './reader-view.ts'

/** The event as sent; the same object if nothing is withheld, or if it says nothing of an alert. */
export function withoutParts(
  event: VisibleEvent,
  parts: readonly Withholdable[] = []
): VisibleEvent {
  const statement = statementIn(event)
  return parts.length === 0 || statement === null
    ? event
    : { ...event, data: alertWithoutParts(statement, parts) }
}

/** The same of a statement alone. */
export function alertWithoutParts(
  alert: VisibleAlert,
  parts: readonly Withholdable[] = []
): VisibleAlert {
  const spared = new Set(parts)
  let data = alert
  if (spared.has('place')) data = withoutPlace(data)
  if (spared.has('words') || spared.has('place')) data = withoutWords(data)
  if (spared.has('evidence')) data = withoutEvidence(data)
  return data
}

/** Grouping names settlements and actors; the name of a measure may. */
function withoutWords(alert: VisibleAlert): VisibleAlert {
  const { area, drill, levels, action, operator } = alert
  const areas =
    area.admin1.length > 0 ? area.admin1.map(areaInCountry) : area.country.map(countryName)
  const [first, ...others] = areas
  const where =
    first === undefined
      ? ''
      : ` in ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`
  return {
    ...alert,
    headline: `${drill ? 'EXERCISE: ' : ''}Alert${where}, details withheld`,
    explanation: 'This subscription is sent no details.',
    group: {},
    levels: levels.map(level => ({ ...level, reason: '' })),
    measure: { ...alert.measure, name: '' },
    action: action === null ? null : { ...action, text: null },
    operator:
      operator.answers === undefined
        ? operator
        : { ...operator, answers: operator.answers.map(answer => ({ ...answer, note: null })) }
  }
}

function withoutPlace(alert: VisibleAlert): VisibleAlert {
  return { ...alert, area: { ...alert.area, circle: null, settlement: null } }
}

/** Incidents lead to places and reports, so levels do not name them either. */
function withoutEvidence(alert: VisibleAlert): VisibleAlert {
  return {
    ...alert,
    evidence: [],
    levels: alert.levels.map(({ incidentId: _incidentId, ...level }) => level)
  }
}
