// The words of a CAP document in French, for an alert that has words in French. Pure.

import { frenchCountryName } from '@tocsin/domain/space-time/country-names'
import { patternNames, reasonText } from '../alert/alert-words.ts'
import { nameCode } from '../incident/incident-names.ts'
import {
  type CapAlert,
  type CapWords,
  describeArea,
  isOver,
  markHeadline,
  toCapitalised
} from './cap-words.ts'

export const french: CapWords = {
  language: 'fr',
  event: ({ pattern }) => toCapitalised(nameCode(patternNames, pattern, 'fr')),
  headline: alert => markHeadline(alert, alert.inLanguages?.fr.headline ?? '', marks),
  description: alert =>
    [
      alert.drill ? 'Ceci est un exercice.' : '',
      alert.inLanguages?.fr.explanation ?? '',
      measureLine(alert),
      `Éléments : déclencheurs ${alert.evidenceCount.triggers}, à l’appui ${alert.evidenceCount.support}.`,
      formatDeaths(alert.fatalities),
      formatLevels(alert),
      `État : ${statuses[alert.status]}${alert.reason === null ? '' : `, ${reasonText(alert.reason, 'fr')}`}.`
    ]
      .filter(line => line !== '')
      .join('\n'),
  instruction: ({ status, severity }) => {
    if (isOver(status)) return null
    return severity === 'severe' || severity === 'extreme'
      ? 'Vérifiez cette alerte auprès de vos propres sources. Réexaminez les déplacements dans la zone et à proximité.'
      : 'Suivez les mises à jour de cette alerte.'
  },
  areaDesc: alert => describeArea(alert, frenchCountryName) || `Théâtre ${alert.theatre}`
}

const statuses: Readonly<Record<CapAlert['status'], string>> = {
  provisional: 'provisoire',
  confirmed: 'confirmée',
  retracted: 'annulée',
  resolved: 'close'
}

const marks = { drill: 'EXERCICE : ', retracted: 'Annulée : ', resolved: 'Close : ' }

function measureLine({ measure, inLanguages }: CapAlert): string {
  const { value, threshold, baseline, falseAlarmsPerYear } = measure
  const usual = baseline === null ? '' : `, habituellement ${baseline}`
  const chance =
    falseAlarmsPerYear === null
      ? ''
      : ` Aussi rare que cela par hasard ${falseAlarmsPerYear} fois par an.`
  return `Mesure : ${inLanguages?.fr.measure ?? ''} ${value}, seuil ${threshold}${usual}.${chance}`
}

function formatDeaths({ low, best, high }: CapAlert['fatalities']): string {
  const said = [
    low === null ? '' : `au moins ${low}`,
    best === null ? '' : `meilleure estimation ${best}`,
    high === null ? '' : `au plus ${high}`
  ]
  const known = said.filter(part => part !== '')
  return known.length === 0 || (low === 0 && best === null && high === null)
    ? ''
    : `Morts : ${known.join(', ')}.`
}

function formatLevels({ levels }: CapAlert): string {
  const last = levels.at(-1)
  return last === undefined ? '' : `Niveau ${last.level} depuis le ${last.at}.`
}
