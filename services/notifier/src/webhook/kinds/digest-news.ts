// The digest of a week, in words of people. Pure.

import type { Digest, DigestAlert, DigestArea } from '@tocsin/contracts/alert/digest'
import { formatDate, formatNumber } from '@tocsin/engine/render/formats'

export interface DigestNews {
  readonly eventId: string
  readonly digest: Digest
  /** Where people reach the suite; empty: nowhere. */
  readonly publicUrl: string
}

type Figures = Pick<Digest, 'attacks' | 'usual' | 'chance'>

export function writeDigestTitle({ theatre, from, to, areas }: Digest): string {
  const count = areas.length === 0 ? 'no area' : plural(areas.length, 'area', 'areas')
  return `Week of ${writeDay(from)} to ${writeDay(to)} in ${theatre}: ${count} above the usual`
}

/** Where people find it in the console. `publicUrl`: without a slash at its end. */
export function formatDigestUrl(publicUrl: string, { theatre, from }: Digest): string {
  const query = new URLSearchParams({ view: 'digest', item: theatre, week: from })
  return `${publicUrl}/?${query}`
}

/** Plain text, one thing a line. */
export function writeDigest(digest: Digest, publicUrl: string): string {
  const { areas, areasOmitted, situations, budget, trend } = digest
  const omitted =
    areasOmitted === 0 ? [] : [`and ${plural(areasOmitted, 'more area', 'more areas')}`]
  return [
    [
      writeDigestTitle(digest),
      `In all ${writeFigures(digest)}`,
      `Last 8 weeks: ${trend.join(', ')}`
    ],
    areas.length === 0 ? [] : ['Areas', ...areas.map(writeArea), ...omitted],
    situations.length === 0 ? [] : ['Situations', ...situations.map(writeAlert)],
    budget === null
      ? []
      : [
          `False alarms: ${formatNumber(budget.declared, 'en')} a year allowed; about ${formatNumber(budget.spent, 'en')} in the last year by what the alerts state, ${budget.falseAlarms} as officers judged them`
        ],
    publicUrl === '' ? [] : [`Open in Tocsin: ${formatDigestUrl(publicUrl, digest)}`]
  ]
    .filter(part => part.length > 0)
    .map(part => part.join('\n'))
    .join('\n\n')
}

function writeArea({ name, trend, alerts, ...figures }: DigestArea): string {
  return [
    `- ${name}: ${writeFigures(figures)}; last 8 weeks: ${trend.join(', ')}`,
    ...alerts.map(alert => `  ${writeAlert(alert)}`)
  ].join('\n')
}

function writeFigures({ attacks, usual, chance }: Figures): string {
  const counted = plural(attacks, 'attack', 'attacks')
  if (usual === null || chance === null) return `${counted}; too little is known of a usual week`
  return `${counted}, ${formatNumber(usual, 'en')} in a usual week; ${writeChance(chance)}`
}

/** How often a usual week has so many. */
function writeChance(chance: number): string {
  if (chance >= 0.1) return 'nothing unusual'
  return `as many by chance in one of ${formatNumber(Number((1 / chance).toPrecision(2)), 'en')} weeks`
}

function plural(number: number, one: string, many: string): string {
  return `${formatNumber(number, 'en')} ${number === 1 ? one : many}`
}

function writeAlert({ headline, severity, status, from }: DigestAlert): string {
  return `- ${headline} (${severity}, ${status}, since ${writeDay(from)})`
}

function writeDay(moment: string): string {
  return formatDate(moment.slice(0, 'YYYY-MM-DD'.length), 'en')
}
