// Backtest output for people: what was read, a table of rules and one of countries. Pure.

import { refusedRows, skippedRows } from '../import/import-tally.ts'
import { tableLines } from '../terminal/table.ts'
import type { BacktestFigures, CountryFigures, DayQuantiles, RuleFigures } from './alert-figures.ts'
import type { BacktestReport } from './backtest-report.ts'

/** Countries listed; the rest is counted. */
const countriesShownMax = 40

export function backtestLines(report: BacktestReport): readonly string[] {
  const { read, alerts, weeks, rules, countries, speed } = report
  return [
    ...readLines(read),
    '',
    `${number(alerts.raised)} alerts raised (${number(alerts.topLevel)} of them not part of another), ${number(sumOf(alerts.events))} events, ${number(alerts.paged)} of them paged; ${number(alerts.openAtEnd)} open at the end`,
    weeksLine(weeks),
    '',
    ...tableLines(ruleColumns, Object.entries(rules).map(ruleRow)),
    ...(report.silentRules.length === 0 ? [] : [`never fired: ${report.silentRules.join(', ')}`]),
    ...report.tooCoarse.map(
      ({ rule, reports, needs }) =>
        `too coarse for ${rule}: the places of ${number(reports)} of ${number(read.reports)} reports; it needs ${needs}`
    ),
    ...(report.rulesLeftOut.length === 0
      ? []
      : [
          `not run: ${report.rulesLeftOut.join(', ')}: they need live reporters, and an archive of events shows no silence`
        ]),
    '',
    ...countryLines(countries),
    '',
    ...countryRuleLines(countries, Object.keys(rules)),
    '',
    `${speed.seconds.toFixed(1)} s: ${speed.readSeconds.toFixed(1)} s reading, ${speed.foldSeconds.toFixed(1)} s folding ${number(speed.reportsPerSecond)} reports/s`
  ]
}

function readLines({
  tally,
  reports,
  from,
  to,
  knownBy
}: BacktestReport['read']): readonly string[] {
  const [refused, left] = [refusedRows(tally), skippedRows(tally)]
  const others = [
    ...(tally.duplicates > 0 ? [`${number(tally.duplicates)} duplicates`] : []),
    ...(tally.withdrawn > 0 ? [`${number(tally.withdrawn)} withdrawals`] : []),
    ...(left > 0 ? [`${number(left)} left out`] : []),
    `${number(refused)} refused`
  ]
  const slips =
    knownBy['event-later'] === 0
      ? ''
      : `; ${number(knownBy['event-later'])} state a time before their own end, which is used instead`
  return [
    `${number(tally.rows)} rows: ${number(reports)} reports, ${others.join(', ')}`,
    ...(from === null ? [] : [`known from ${from.slice(0, 10)} to ${(to as string).slice(0, 10)}`]),
    `time of knowledge: ${number(knownBy.stated)} stated, ${number(knownBy.event)} from the last day of the event${slips}`
  ]
}

const ruleColumns = [
  'rule',
  'raised',
  'top',
  'escalated',
  'reopened',
  'retracted',
  'fromFirstIncident',
  'fromReport',
  'years'
] as const

function ruleRow([id, figures]: readonly [string, RuleFigures]): readonly string[] {
  const {
    raised,
    topLevel,
    escalated,
    flicker,
    byYear,
    delayFromFirstIncidentDays,
    delayFromReportDays
  } = figures
  return [
    id,
    number(raised),
    number(topLevel),
    number(escalated),
    number(flicker.reopened),
    number(flicker.retracted),
    days(delayFromFirstIncidentDays),
    days(delayFromReportDays),
    Object.entries(byYear)
      .map(([year, count]) => `${year}: ${count}`)
      .join(', ')
  ]
}

const countryColumns = [
  'country',
  'reports',
  'raised',
  'top',
  'weeksOverThree',
  'most',
  'worstYear',
  'perWeek',
  'mostThen'
] as const

/** Weeks count alerts that were part of no other: the workload of an operations centre. */
function countryLines(countries: BacktestFigures['countries']): readonly string[] {
  const more = Object.keys(countries).length - countriesShownMax
  return [
    ...tableLines(countryColumns, shown(countries).map(countryRow)),
    ...(more > 0 ? [`and ${more} more countries`] : [])
  ]
}

/** Most alerts first. */
function shown(
  countries: BacktestFigures['countries']
): readonly (readonly [string, CountryFigures])[] {
  return Object.entries(countries)
    .sort((a, b) => b[1].raised - a[1].raised)
    .slice(0, countriesShownMax)
}

function countryRow([country, { reports, raised, topLevel, topLevelWeeks, worstYear }]: readonly [
  string,
  CountryFigures
]): readonly string[] {
  return [
    country,
    number(reports),
    number(raised),
    number(topLevel),
    number(topLevelWeeks.withMoreThanThree),
    most(topLevelWeeks.most),
    worstYear === null ? '-' : `${worstYear.year}: ${worstYear.topLevel}`,
    worstYear === null ? '-' : String(worstYear.topLevelPerWeek),
    worstYear === null ? '-' : most(worstYear.topLevelMost)
  ]
}

function most(week: CountryFigures['weeks']['most']): string {
  return week === null ? '-' : `${week.raised} (${week.weekOf})`
}

/** Alerts by country and rule, and the maximum in one week. */
function countryRuleLines(
  countries: BacktestFigures['countries'],
  rules: readonly string[]
): readonly string[] {
  const rows = shown(countries).filter(([, { raised }]) => raised > 0)
  if (rows.length === 0) return []
  const cell = ({ byRule, byWeekAndRule }: CountryFigures, rule: string) => {
    if (byRule[rule] === undefined) return '-'
    const weeks = Object.values(byWeekAndRule).map(week => week[rule]?.raised ?? 0)
    return `${number(byRule[rule])} (${weeks.reduce((a, b) => Math.max(a, b), 0)})`
  }
  return [
    'alerts raised by rule, and the maximum in one week:',
    ...tableLines(
      ['country', ...rules],
      rows.map(([country, figures]) => [country, ...rules.map(rule => cell(figures, rule))])
    )
  ]
}

function weeksLine({ weeks, withMoreThanTwo, most }: BacktestFigures['weeks']): string {
  const worst = most === null ? '' : `; most ${number(most.raised)}, in the week of ${most.weekOf}`
  return `${number(withMoreThanTwo)} of ${number(weeks)} weeks have more than two${worst}`
}

function days(quantiles: DayQuantiles | null): string {
  return quantiles === null ? '-' : `${quantiles.median} d (90 %: ${quantiles.p90})`
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
