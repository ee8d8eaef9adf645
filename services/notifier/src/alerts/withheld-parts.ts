// An event without the parts that a subscription is spared. What is left out is empty, so that
// receivers need no second schema. Ids, numbers of the chain, severity, times and counts stay.
// Pure.

import type { Withholdable } from '@tocsin/contracts/subscription/subscription-settings'
import { findAreaName } from '@tocsin/engine/render/area'
import { statementIn, type VisibleAlert, type VisibleEvent } from './reader-view.ts'

/**
 * The event as sent; the same object if no part is withheld, or if it has no content about an
 * alert.
 */
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
  const { levels, action, operator, inLanguages } = alert
  const fr = {
    headline: writeHeadline(alert, 'fr'),
    explanation: 'Cet abonnement ne reçoit pas de détails.',
    measure: '',
    levels: levels.map(() => '')
  }
  const answers = operator.answers?.map(answer => ({ ...answer, note: null }))
  return {
    ...alert,
    headline: writeHeadline(alert, 'en'),
    explanation: 'This subscription is sent no details.',
    ...(inLanguages === undefined ? {} : { inLanguages: { fr } }),
    group: {},
    levels: levels.map(level => ({ ...level, reason: '' })),
    measure: { ...alert.measure, name: '' },
    action: action === null ? null : { ...action, text: null },
    operator: answers === undefined ? operator : { ...operator, answers }
  }
}

/** Where it is in first-level areas, and that it is a drill. */
function writeHeadline({ area, drill }: VisibleAlert, language: 'en' | 'fr'): string {
  const [first, ...others] = area.admin1.length > 0 ? area.admin1 : area.country
  const name = first === undefined ? '' : findAreaName(first, language)
  const more = others.length
  if (language === 'en') {
    const where = `${name === '' ? '' : ` in ${name}`}${more === 0 ? '' : ` and ${more} more`}`
    return `${drill ? 'EXERCISE: ' : ''}Alert${where}, details withheld`
  }
  const where = `${name === '' ? '' : ` : ${name}`}${more === 0 ? '' : ` et ${more} de plus`}`
  return `${drill ? 'EXERCICE : ' : ''}Alerte${where}, détails non communiqués`
}

function withoutPlace(alert: VisibleAlert): VisibleAlert {
  return { ...alert, area: { ...alert.area, circle: null, settlement: null } }
}

/** Incidents lead to places and reports, so levels do not name them either. */
function withoutEvidence(alert: VisibleAlert): VisibleAlert {
  const levels = alert.levels.map(({ incidentId: _incidentId, ...level }) => level)
  return { ...alert, evidence: [], levels }
}
