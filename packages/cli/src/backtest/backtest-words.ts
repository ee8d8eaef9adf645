// Backtest output for people: what was read, a table of rules and one of countries. Pure.

import { countRefused, countSkipped } from '../import/import-tally.ts'
import { formatTable, toOneLine } from '../terminal/table.ts'
import type { BacktestFigures, CountryFigures, RuleFigures } from './alert-figures.ts'
import type { BacktestReport } from './backtest-report.ts'
import type { DayQuantiles } from './figure-math.ts'
import type { LabelFigures } from './label-figures.ts'
import type { PackComparison } from './pack-comparison.ts'
import type { ToldFigures } from './told-figures.ts'

/** Countries listed; the rest is counted. */
const countriesShownMax = 40

export function formatBacktest(report: BacktestReport): readonly string[] {
  const { read, alerts, weeks, rules, countries, speed, told } = report
  return [
    ...readLines(read),
    '',
    `${formatNumber(alerts.raised)} alerts raised (${formatNumber(alerts.topLevel)} of them not part of another), ${formatNumber(sumCounts(alerts.events))} events, ${formatNumber(alerts.paged)} of them paged; ${formatNumber(alerts.openAtEnd)} open at the end`,
    formatWeeks(weeks),
    ...formatTold(told),
    ...(report.judged === null ? [] : ['', ...formatJudged(report.judged)]),
    ...(report.compared === null ? [] : ['', ...formatCompared(report, report.compared)]),
    '',
    ...formatTable(ruleColumns, Object.entries(rules).map(formatRuleRow)),
    ...(report.silentRules.length === 0 ? [] : [`never fired: ${report.silentRules.join(', ')}`]),
    ...report.tooCoarse.map(
      ({ rule, reports, needs }) =>
        `too coarse for ${rule}: the places of ${formatNumber(reports)} of ${formatNumber(read.reports)} reports; it needs ${needs}`
    ),
    ...(report.rulesLeftOut.length === 0
      ? []
      : [
          `not run: ${report.rulesLeftOut.join(', ')}: they need live reporters, and an archive of events shows no silence`
        ]),
    '',
    ...formatCountries(countries),
    '',
    ...formatCountriesByRule(countries, Object.keys(rules)),
    '',
    `${speed.seconds.toFixed(1)} s: ${speed.readSeconds.toFixed(1)} s reading, ${speed.foldSeconds.toFixed(1)} s folding ${formatNumber(speed.reportsPerSecond)} reports/s`
  ]
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
    ...notes.map(toOneLine)
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
function formatCountries(countries: BacktestFigures['countries']): readonly string[] {
  const more = Object.keys(countries).length - countriesShownMax
  return [
    ...formatTable(countryColumns, selectCountries(countries).map(formatCountryRow)),
    ...(more > 0 ? [`and ${more} more countries`] : [])
  ]
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
function formatCountriesByRule(
  countries: BacktestFigures['countries'],
  rules: readonly string[]
): readonly string[] {
  const rows = selectCountries(countries).filter(([, { raised }]) => raised > 0)
  if (rows.length === 0) return []
  const cell = ({ byRule, byWeekAndRule }: CountryFigures, rule: string) => {
    if (byRule[rule] === undefined) return '-'
    const weeks = Object.values(byWeekAndRule).map(week => week[rule]?.raised ?? 0)
    return `${formatNumber(byRule[rule])} (${weeks.reduce((a, b) => Math.max(a, b), 0)})`
  }
  return [
    'alerts raised by rule, and the maximum in one week:',
    ...formatTable(
      ['country', ...rules],
      rows.map(([country, figures]) => [country, ...rules.map(rule => cell(figures, rule))])
    )
  ]
}

function formatWeeks({ weeks, withMoreThanTwo, most }: BacktestFigures['weeks']): string {
  const worst =
    most === null ? '' : `; most ${formatNumber(most.raised)}, in the week of ${most.weekOf}`
  return `${formatNumber(withMoreThanTwo)} of ${formatNumber(weeks)} weeks have more than two${worst}`
}

/** What people were notified of. */
function formatTold(told: ToldFigures): readonly string[] {
  const { alerts, notices, noticesAWeek, shareOfWeeksWithMoreThanTwo, updatesAnAlert } = told
  if (noticesAWeek === null) return []
  const share = `${percent(shareOfWeeksWithMoreThanTwo)} %`
  return [
    `people notified of ${formatNumber(alerts)} alerts, ${formatNumber(notices)} times: ${noticesAWeek} a week in the median theatre; more than two new alerts in ${share} of the weeks of a theatre; ${updatesAnAlert ?? 0} updates in the median alert`
  ]
}

/** Alerts that only one of two packs has: as many are listed. */
const aloneShownMax = 10

/** A table of two packs, and what only one of them notifies people of. */
function formatCompared(
  { pack, told, judged }: BacktestReport,
  compared: PackComparison
): readonly string[] {
  const { onlyHere, onlyThere, labelsOnlyHere, labelsOnlyThere } = compared
  const [ownName, otherName] = [pack ?? 'the rules of a new suite', compared.pack]
  const row = (name: string, read: (told: ToldFigures, judged: LabelFigures | null) => string) => [
    name,
    read(told, judged),
    read(compared.told, compared.judged)
  ]
  const rows = [
    ['pack', ownName, otherName],
    row('alerts with a notice', ({ alerts }) => formatNumber(alerts)),
    ['alerts that the other lacks', formatNumber(onlyHere.length), formatNumber(onlyThere.length)],
    row('notices a week, median theatre', one => String(one.noticesAWeek ?? '-')),
    row(
      'weeks with more than two new alerts',
      one => `${percent(one.shareOfWeeksWithMoreThanTwo)} %`
    ),
    row('updates in the median alert', one => String(one.updatesAnAlert ?? '-')),
    ...(judged === null
      ? []
      : [
          row('labels found', (_, one) => `${one?.found} of ${one?.labels}`),
          row('delay from the first day', (_, one) => formatDays(one?.delayDays ?? null)),
          row('false alarms a year of a theatre', (_, one) => String(one?.falseAlarmsAYear)),
          ['labels that the other missed', labelsOnlyHere, labelsOnlyThere].map(cell =>
            Array.isArray(cell) ? formatNumber(cell.length) : String(cell)
          )
        ])
  ]
  return [
    ...formatTable(['compared', 'thisPack', 'otherPack'], rows),
    ...listAlone('this pack', onlyHere),
    ...listAlone('the other pack', onlyThere)
  ]
}

function listAlone(pack: string, alerts: PackComparison['onlyHere']): readonly string[] {
  const more = alerts.length - aloneShownMax
  return [
    ...(alerts.length === 0 ? [] : [`only by ${pack}:`]),
    ...alerts
      .slice(0, aloneShownMax)
      .map(({ raised, rule, headline }) =>
        toOneLine(`  ${raised.slice(0, 10)}  ${rule}  ${headline}`)
      ),
    ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])
  ]
}

/** Missed labels listed; the rest is counted. */
const missedShownMax = 20

/** A table of what was found, by kind, and what was missed. */
function formatJudged(judged: LabelFigures): readonly string[] {
  const { share, shareFrom, shareTo, inTime, delayDays, falseAlarms, byKind, list } = judged
  const missed = list.flatMap(({ id, alertId }) => (alertId === null ? [id] : []))
  const rows = [
    ['labels found', `${judged.found} of ${judged.labels}`],
    ['share found', `${percent(share)} % (95 %: ${percent(shareFrom)} to ${percent(shareTo)})`],
    ...(inTime === null ? [] : [['found by their day', `${inTime.found} of ${inTime.labels}`]]),
    ['delay from the first day', formatDays(delayDays)],
    ['false alarms', formatNumber(falseAlarms)],
    ['false alarms a year of a theatre', String(judged.falseAlarmsAYear)],
    ...Object.entries(byKind).flatMap(([kind, { labels, found }]) =>
      kind === '' ? [] : [[`found: ${kind}`, `${found} of ${labels}`]]
    )
  ]
  const more = missed.length - missedShownMax
  return [
    ...formatTable(['judged', 'by the labels'], rows),
    ...(missed.length === 0
      ? []
      : [
          toOneLine(
            `missed: ${missed.slice(0, missedShownMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
          )
        ])
  ]
}

function percent(share: number): string {
  return String(Math.round(share * 1000) / 10)
}

function formatDays(quantiles: DayQuantiles | null): string {
  return quantiles === null ? '-' : `${quantiles.median} d (90 %: ${quantiles.p90})`
}

function sumCounts(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
