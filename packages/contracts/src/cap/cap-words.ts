// The words of a CAP document in each language. Headlines and explanations come with the alert. Pure.

import { findPlaceName } from '@tocsin/domain/place-name'
import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName, frenchCountryName } from '@tocsin/domain/space-time/country-names'
import type { AlertState, StatementTexts } from '../alert/alert.ts'
import { patternNames, reasonText } from '../alert/alert-words.ts'
import { nameCode } from '../incident/incident-names.ts'

/** An alert as a reader sees it, where a document shows it. */
export type CapAlert = Omit<
  AlertState,
  | ('evidence' | 'evidenceOmitted' | 'evidenceLost' | 'partOf' | 'partOfFor' | 'references')
  | ('seq' | 'concerns' | 'category' | 'operatorRevision' | 'describes' | 'action')
> & { readonly evidenceCount: { readonly triggers: number; readonly support: number } }

/** True if nothing more is asked of readers. */
export function isOver(status: CapAlert['status']): boolean {
  return status === 'resolved' || status === 'retracted'
}

type Value = number | string

/** What one language has for each part of a document. A language is added here. */
export interface CapWords {
  /** RFC 3066. */
  readonly language: string
  readonly code: 'en' | 'fr'
  readonly texts: (alert: CapAlert) => Omit<StatementTexts, 'levels'>
  readonly marks: Readonly<Record<'drill' | 'retracted' | 'resolved', string>>
  readonly drill: string
  readonly measure: (name: string, value: Value, threshold: Value) => string
  readonly usual: (value: Value) => string
  readonly chance: (perYear: Value) => string
  readonly evidence: (triggers: Value, support: Value) => string
  readonly deaths: Readonly<Record<'low' | 'best' | 'high', string>> & { readonly all: string }
  readonly level: (level: Value, since: string) => string
  readonly status: string
  readonly statuses: Readonly<Record<CapAlert['status'], string>>
  readonly check: string
  readonly follow: string
  readonly theatre: string
  readonly nameCountry: (code: string) => string
}

export const english: CapWords = {
  language: 'en-US',
  code: 'en',
  texts: ({ headline, explanation, measure }) => ({ headline, explanation, measure: measure.name }),
  marks: { drill: 'EXERCISE: ', retracted: 'Retracted: ', resolved: 'Over: ' },
  drill: 'This is a drill.',
  measure: (name, value, threshold) => `Measure: ${name} ${value}, threshold ${threshold}`,
  usual: value => `, usually ${value}`,
  chance: perYear => ` As rare as this by chance ${perYear} times a year.`,
  evidence: (triggers, support) => `Evidence: triggers ${triggers}, in support ${support}.`,
  deaths: { all: 'Deaths: ', low: 'at least', best: 'best', high: 'at most' },
  level: (level, since) => `Level ${level} since ${since}.`,
  status: 'Status: ',
  statuses: {
    ...{ provisional: 'provisional', confirmed: 'confirmed' },
    ...{ retracted: 'retracted', resolved: 'resolved' }
  },
  // Software wrote the alert: it does not know what its readers have in the area.
  check: 'Check this alert with your own sources. Review movements in and near the area.',
  follow: 'Follow the updates of this alert.',
  theatre: 'Theatre',
  nameCountry: countryName
}

export const french: CapWords = {
  language: 'fr',
  code: 'fr',
  texts: ({ inLanguages }) => inLanguages?.fr ?? { headline: '', explanation: '', measure: '' },
  marks: { drill: 'EXERCICE : ', retracted: 'Annulée : ', resolved: 'Close : ' },
  drill: 'Ceci est un exercice.',
  measure: (name, value, threshold) => `Mesure : ${name} ${value}, seuil ${threshold}`,
  usual: value => `, habituellement ${value}`,
  chance: perYear => ` Aussi rare que cela par hasard ${perYear} fois par an.`,
  evidence: (triggers, support) => `Éléments : déclencheurs ${triggers}, à l’appui ${support}.`,
  deaths: { all: 'Morts : ', low: 'au moins', best: 'meilleure estimation', high: 'au plus' },
  level: (level, since) => `Niveau ${level} depuis le ${since}.`,
  status: 'État : ',
  statuses: {
    ...{ provisional: 'provisoire', confirmed: 'confirmée' },
    ...{ retracted: 'annulée', resolved: 'close' }
  },
  check:
    'Vérifiez cette alerte auprès de vos propres sources. Réexaminez les déplacements dans la zone et à proximité.',
  follow: 'Suivez les mises à jour de cette alerte.',
  theatre: 'Théâtre',
  nameCountry: frenchCountryName
}

export function formatEvent({ pattern }: CapAlert, { code }: CapWords): string {
  return toCapitalised(nameCode(patternNames, pattern, code))
}

/** A display may show it alone. What an alert's own headline marks is not marked twice. */
export function formatHeadline(alert: CapAlert, { texts, marks }: CapWords): string {
  const { headline } = texts(alert)
  const { drill, status } = alert
  const end = status === 'retracted' || status === 'resolved' ? marks[status] : ''
  const missing = [drill ? marks.drill : '', end].filter(mark => !headline.includes(mark))
  return missing.join('') + headline
}

/** What readers are asked to do; null for an alert that is over. */
export function formatInstruction({ status, severity }: CapAlert, words: CapWords): string | null {
  if (isOver(status)) return null
  return severity === 'severe' || severity === 'extreme' ? words.check : words.follow
}

export function formatDescription(alert: CapAlert, phrases: CapWords): string {
  const { measure: name, explanation } = phrases.texts(alert)
  const { value, threshold, baseline, falseAlarmsPerYear } = alert.measure
  const usual = baseline === null ? '' : phrases.usual(baseline)
  const chance = falseAlarmsPerYear === null ? '' : phrases.chance(falseAlarmsPerYear)
  const { triggers, support } = alert.evidenceCount
  const { low, best, high } = alert.fatalities
  const isNone = low === 0 && best === null && high === null
  const deaths = (['low', 'best', 'high'] as const).flatMap(each => {
    const known = alert.fatalities[each]
    return known === null || isNone ? [] : [`${phrases.deaths[each]} ${known}`]
  })
  const last = alert.levels.at(-1)
  const reason = alert.reason === null ? '' : `, ${reasonText(alert.reason, phrases.code)}`
  const lines = [
    alert.drill ? phrases.drill : '',
    explanation,
    `${phrases.measure(name, value, threshold)}${usual}.${chance}`,
    phrases.evidence(triggers, support),
    deaths.length === 0 ? '' : `${phrases.deaths.all}${deaths.join(', ')}.`,
    last === undefined ? '' : phrases.level(last.level, last.at),
    `${phrases.status}${phrases.statuses[alert.status]}${reason}.`
  ]
  return lines.filter(line => line !== '').join('\n')
}

/** The places of an alert, the smallest first; its theatre if it names none. */
export function formatArea({ area, group, theatre }: CapAlert, words: CapWords): string {
  const place = findPlaceName(group) ?? area.settlement
  const areas = [...area.admin1.map(areaName), ...area.country.map(words.nameCountry)]
  const names = [...new Set([...(place === null ? [] : [place]), ...areas])]
  return names.join(', ') || `${words.theatre} ${theatre}`
}

export function formatAcknowledgement({ operator }: CapAlert): string {
  const by =
    operator.acknowledgedBy === null ? 'Acknowledged' : `Acknowledged by ${operator.acknowledgedBy}`
  return operator.acknowledgedUntil === null
    ? `${by}.`
    : `${by} until ${operator.acknowledgedUntil}.`
}

export function formatCancellation({ reason }: CapAlert): string {
  return reason === null ? 'Retracted.' : `Retracted: ${reasonText(reason)}.`
}

/** The note of an update that states what was stated before. */
export const unchangedNote = 'Only the record of the operators changed: the warning is as it was.'

export function toCapitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
