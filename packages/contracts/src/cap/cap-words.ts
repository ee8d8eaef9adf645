// The words of a CAP document in English. Headlines and explanations come with the alert. Pure.

import { findPlaceName } from '@tocsin/domain/place-name'
import { areaName } from '@tocsin/domain/space-time/area-names'
import { countryName } from '@tocsin/domain/space-time/country-names'
import type { AlertState } from '../alert/alert.ts'
import { reasonText } from '../alert/alert-words.ts'
import { formatCode } from '../incident/incident-names.ts'

/** An alert as a reader sees it, where a document shows it. */
export type CapAlert = Pick<
  AlertState,
  | 'alertId'
  | 'revision'
  | 'theatre'
  | 'status'
  | 'notify'
  | 'ruleId'
  | 'ruleVersion'
  | 'pattern'
  | 'group'
  | 'headline'
  | 'explanation'
  | 'inLanguages'
  | 'severity'
  | 'urgency'
  | 'certainty'
  | 'levels'
  | 'area'
  | 'window'
  | 'measure'
  | 'fatalities'
  | 'times'
  | 'handling'
  | 'operator'
  | 'drill'
  | 'reason'
> & { readonly evidenceCount: { readonly triggers: number; readonly support: number } }

export interface CapWords {
  /** RFC 3066. */
  readonly language: string
  event(alert: CapAlert): string
  headline(alert: CapAlert): string
  description(alert: CapAlert): string
  areaDesc(alert: CapAlert): string
  /** Null for an alert that is over. */
  instruction(alert: CapAlert): string | null
}

/** True if nothing more is asked of readers. */
export function isOver(status: CapAlert['status']): boolean {
  return status === 'resolved' || status === 'retracted'
}

export const english: CapWords = {
  language: 'en-US',
  event: ({ pattern }) => toCapitalised(formatCode(pattern)),
  headline: alert => markHeadline(alert, alert.headline, englishMarks),
  description: alert =>
    [
      alert.drill ? 'This is a drill.' : '',
      alert.explanation,
      measureLine(alert.measure),
      `Evidence: triggers ${alert.evidenceCount.triggers}, in support ${alert.evidenceCount.support}.`,
      formatDeaths(alert.fatalities),
      formatLevels(alert),
      `Status: ${alert.status}${alert.reason === null ? '' : `, ${reasonText(alert.reason)}`}.`
    ]
      .filter(line => line !== '')
      .join('\n'),
  // Software wrote the alert: it does not know what its readers have in the area.
  instruction: ({ status, severity }) => {
    if (isOver(status)) return null
    return severity === 'severe' || severity === 'extreme'
      ? 'Check this alert with your own sources. Review movements in and near the area.'
      : 'Follow the updates of this alert.'
  },
  areaDesc: alert => describeArea(alert, countryName) || `Theatre ${alert.theatre}`
}

/** The places of an alert, the smallest first; empty if it names none. */
export function describeArea(
  { area, group }: CapAlert,
  nameCountry: (code: string) => string
): string {
  const place = findPlaceName(group) ?? area.settlement
  const areas = [...area.admin1.map(areaName), ...area.country.map(nameCountry)]
  return [...new Set([...(place === null ? [] : [place]), ...areas])].join(', ')
}

/** The note of an acknowledgement, for people. */
export function formatAcknowledgement({ operator }: Pick<CapAlert, 'operator'>): string {
  const by =
    operator.acknowledgedBy === null ? 'Acknowledged' : `Acknowledged by ${operator.acknowledgedBy}`
  return operator.acknowledgedUntil === null
    ? `${by}.`
    : `${by} until ${operator.acknowledgedUntil}.`
}

/** The note of a cancellation, for people. */
export function formatCancellation({ reason }: Pick<CapAlert, 'reason'>): string {
  return reason === null ? 'Retracted.' : `Retracted: ${reasonText(reason)}.`
}

/** The note of an update that states what was stated before. */
export const unchangedNote = 'Only the record of the operators changed: the warning is as it was.'

export interface HeadlineMarks {
  readonly drill: string
  readonly retracted: string
  readonly resolved: string
}

const englishMarks = { drill: 'EXERCISE: ', retracted: 'Retracted: ', resolved: 'Over: ' }

/** A display may show the headline alone. What an alert's own headline marks is not marked twice. */
export function markHeadline(
  { drill, status }: CapAlert,
  headline: string,
  marks: HeadlineMarks
): string {
  const end = status === 'retracted' || status === 'resolved' ? marks[status] : ''
  const missing = [drill ? marks.drill : '', end].filter(mark => !headline.includes(mark))
  return missing.join('') + headline
}

function measureLine({
  name,
  value,
  threshold,
  baseline,
  falseAlarmsPerYear
}: CapAlert['measure']): string {
  const usual = baseline === null ? '' : `, usually ${baseline}`
  const chance =
    falseAlarmsPerYear === null
      ? ''
      : ` As rare as this by chance ${falseAlarmsPerYear} times a year.`
  return `Measure: ${name} ${value}, threshold ${threshold}${usual}.${chance}`
}

function formatDeaths({ low, best, high }: CapAlert['fatalities']): string {
  const said = [
    low === null ? '' : `at least ${low}`,
    best === null ? '' : `best ${best}`,
    high === null ? '' : `at most ${high}`
  ]
  const known = said.filter(part => part !== '')
  return known.length === 0 || (low === 0 && best === null && high === null)
    ? ''
    : `Deaths: ${known.join(', ')}.`
}

function formatLevels({ levels }: CapAlert): string {
  const last = levels.at(-1)
  return last === undefined ? '' : `Level ${last.level} since ${last.at}.`
}

export function toCapitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
