// Backtest output for people: what was read, a table of rules and one of countries. Pure.

import { countRefused, countSkipped } from '@tocsin/intake/imports/import-tally'
import type { BacktestFigures, CountryFigures, RuleFigures } from './alert-figures.ts'
import type { BacktestReport } from './backtest-report.ts'
import { describeCompared, describeJudged } from './judgement-words.ts'
import type { NotifiedFigures } from './notified-figures.ts'
import { formatDays, formatNumber, formatPercent, formatSections, type Section } from './section.ts'

/** Countries listed; the rest is counted. */
const countriesShownMax = 40

export function formatBacktest(report: BacktestReport): readonly string[] {
  return formatSections(describeBacktest(report))
}

export function describeBacktest(report: BacktestReport): readonly Section[] {
  const { read, alerts, weeks, rules, countries, speed, told, judged, compared } = report
  const byRule = describeCountriesByRule(countries, Object.keys(rules))
  return [
    { before: readLines(read) },
    {
      before: [
        `${formatNumber(alerts.raised)} alerts raised (${formatNumber(alerts.topLevel)} of them not part of another), ${formatNumber(sumCounts(alerts.events))} events, ${formatNumber(alerts.paged)} of them paged; ${formatNumber(alerts.openAtEnd)} open at the end`,
        formatWeeks(weeks),
        ...formatTold(told)
      ]
    },
    ...(judged === null ? [] : [describeJudged(judged)]),
    ...(compared === null ? [] : [describeCompared(report, compared)]),
    describeRules(report),
    describeCountries(countries),
    ...(byRule === null ? [] : [byRule]),
    {
      before: [
        `${speed.seconds.toFixed(1)} s: ${speed.readSeconds.toFixed(1)} s reading, ${speed.foldSeconds.toFixed(1)} s folding ${formatNumber(speed.reportsPerSecond)} reports/s`
      ]
    }
  ]
}

function describeRules({
  rules,
  read,
  silentRules,
  tooCoarse,
  rulesLeftOut
}: BacktestReport): Section {
  return {
    table: { columns: ruleColumns, rows: Object.entries(rules).map(formatRuleRow) },
    after: [
      ...(silentRules.length === 0 ? [] : [`never fired: ${silentRules.join(', ')}`]),
      ...tooCoarse.map(
        ({ rule, reports, needs }) =>
          `too coarse for ${rule}: the places of ${formatNumber(reports)} of ${formatNumber(read.reports)} reports; it needs ${needs}`
      ),
      ...(rulesLeftOut.length === 0
        ? []
        : [
            `not run: ${rulesLeftOut.join(', ')}: they need live reporters, and an archive of events shows no silence`
          ])
    ]
  }
}

function readLines({
  tally,
  reports,
  from,
  to,
  knownBy,
  notes,
  releases
}: BacktestReport['read']): readonly string[] {
  const [refused, left] = [countRefused(tally), countSkipped(tally)]
  const others = [
    ...(tally.duplicates > 0 ? [`${formatNumber(tally.duplicates)} duplicates`] : []),
    ...(tally.withdrawn > 0 ? [`${formatNumber(tally.withdrawn)} withdrawals`] : []),
    ...(left > 0 ? [`${formatNumber(left)} left out`] : []),
    `${formatNumber(refused)} refused`
  ]
  const slips =
    knownBy['event-later'] === 0
      ? ''
      : `; ${formatNumber(knownBy['event-later'])} state a time before their own end, which is used instead`
  return [
    `${formatNumber(tally.rows)} rows: ${formatNumber(reports)} reports, ${others.join(', ')}`,
    ...(from === null ? [] : [`known from ${from.slice(0, 10)} to ${(to as string).slice(0, 10)}`]),
    `time of knowledge: ${formatNumber(knownBy.stated)} from the report time of the row, ${formatNumber(knownBy.event)} from the last day of the event${slips}`,
    ...releases.map(
      ({ knownFrom, rows, changed, withdrawn }) =>
        `release of ${knownFrom}: ${formatNumber(rows)} rows, ${formatNumber(changed)} of them new or changed; ${formatNumber(withdrawn)} rows of earlier releases withdrawn`
    ),
    ...(releases.length === 0
      ? []
      : [
          'what a release makes known more than 30 days later is raised quietly: nobody is notified of it'
        ]),
    ...notes
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

function formatRuleRow([id, figures]: readonly [string, RuleFigures]): readonly string[] {
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
    formatNumber(raised),
    formatNumber(topLevel),
    formatNumber(escalated),
    formatNumber(flicker.reopened),
    formatNumber(flicker.retracted),
    formatDays(delayFromFirstIncidentDays),
    formatDays(delayFromReportDays),
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
function describeCountries(countries: BacktestFigures['countries']): Section {
  const more = Object.keys(countries).length - countriesShownMax
  return {
    table: { columns: countryColumns, rows: selectCountries(countries).map(formatCountryRow) },
    after: more > 0 ? [`and ${more} more countries`] : []
  }
}

/** Most alerts first. */
function selectCountries(
  countries: BacktestFigures['countries']
): readonly (readonly [string, CountryFigures])[] {
  return Object.entries(countries)
    .sort((a, b) => b[1].raised - a[1].raised)
    .slice(0, countriesShownMax)
}

function formatCountryRow([
  country,
  { reports, raised, topLevel, topLevelWeeks, worstYear }
]: readonly [string, CountryFigures]): readonly string[] {
  return [
    country,
    formatNumber(reports),
    formatNumber(raised),
    formatNumber(topLevel),
    formatNumber(topLevelWeeks.withMoreThanThree),
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
function describeCountriesByRule(
  countries: BacktestFigures['countries'],
  rules: readonly string[]
): Section | null {
  const rows = selectCountries(countries).filter(([, { raised }]) => raised > 0)
  if (rows.length === 0) return null
  const cell = ({ byRule, byWeekAndRule }: CountryFigures, rule: string) => {
    if (byRule[rule] === undefined) return '-'
    const weeks = Object.values(byWeekAndRule).map(week => week[rule]?.raised ?? 0)
    return `${formatNumber(byRule[rule])} (${weeks.reduce((a, b) => Math.max(a, b), 0)})`
  }
  return {
    before: ['alerts raised by rule, and the maximum in one week:'],
    table: {
      columns: ['country', ...rules],
      rows: rows.map(([country, figures]) => [country, ...rules.map(rule => cell(figures, rule))])
    }
  }
}

function formatWeeks({ weeks, withMoreThanTwo, most }: BacktestFigures['weeks']): string {
  const worst =
    most === null ? '' : `; most ${formatNumber(most.raised)}, in the week of ${most.weekOf}`
  return `${formatNumber(withMoreThanTwo)} of ${formatNumber(weeks)} weeks have more than two${worst}`
}

/** What people were notified of. */
function formatTold(told: NotifiedFigures): readonly string[] {
  const { alerts, notices, noticesAWeek, shareOfWeeksWithMoreThanTwo } = told
  if (noticesAWeek === null) return []
  const share = `${formatPercent(shareOfWeeksWithMoreThanTwo)} %`
  return [
    `people notified of ${formatNumber(alerts)} alerts, ${formatNumber(notices)} times: ${noticesAWeek} a week in the median theatre; more than two new alerts in ${share} of the weeks of a theatre; notices of the median alert: ${told.noticesAnAlert ?? 0}, updates: ${told.updatesAnAlert ?? 0}`
  ]
}

function sumCounts(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}
