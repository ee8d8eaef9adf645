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
  return {
    ...alert,
    headline: writeHeadline(alert, 'en'),
    explanation: 'This subscription is sent no details.',
    ...(inLanguages === undefined
      ? {}
      : {
          inLanguages: {
            fr: {
              headline: writeHeadline(alert, 'fr'),
              explanation: 'Cet abonnement ne reçoit pas de détails.',
              measure: '',
              levels: levels.map(() => '')
            }
          }
        }),
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

const headlineWords = {
  en: {
    drill: 'EXERCISE: ',
    alert: 'Alert',
    where: (area: string) => ` in ${area}`,
    more: (count: number) => ` and ${count} more`,
    withheld: ', details withheld'
  },
  fr: {
    drill: 'EXERCICE : ',
    alert: 'Alerte',
    where: (area: string) => ` : ${area}`,
    more: (count: number) => ` et ${count} de plus`,
    withheld: ', détails non communiqués'
  }
}

/** Where it is in first-level areas, and that it is a drill. */
function writeHeadline({ area, drill }: VisibleAlert, language: 'en' | 'fr'): string {
  const words = headlineWords[language]
  const codes = area.admin1.length > 0 ? area.admin1 : area.country
  const [first, ...others] = codes
  const where = first === undefined ? '' : words.where(findAreaName(first, language))
  const more = others.length === 0 ? '' : words.more(others.length)
  return `${drill ? words.drill : ''}${words.alert}${where}${more}${words.withheld}`
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
