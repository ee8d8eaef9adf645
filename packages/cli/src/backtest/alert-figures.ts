// Figures of a backtest: alerts raised by rule and year and by country and week, delays,
// retractions. Pure. Years and weeks are those of publication; weeks begin on Monday, UTC.

import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { type AlertsPart, type BacktestAlert, noCountry } from './backtest-alerts.ts'
import {
  computeQuantiles,
  computeWeekNumber,
  type DayQuantiles,
  roundHundredths
} from './figure-math.ts'
import type { KnownItem } from './known-items.ts'

export interface RuleFigures {
  readonly pattern: string
  readonly raised: number
  /** Those not part of another alert at the end of the day on which they were raised. */
  readonly topLevel: number
  readonly byYear: Readonly<Record<string, number>>
  /** Events by kind. */
  readonly events: Readonly<Record<string, number>>
  readonly escalated: number
  /** From the start of the first triggering incident to publication; null without alerts. */
  readonly delayFromFirstIncidentDays: DayQuantiles | null
  /** From when the last triggering incident was known to publication. */
  readonly delayFromReportDays: DayQuantiles | null
  /** Alerts reopened after they were over, and retracted ones. */
  readonly flicker: {
    readonly reopened: number
    readonly retracted: number
    readonly share: number
  }
}

export interface WeekFigures {
  /** Weeks from the first report to the last. */
  readonly weeks: number
  /** Weeks with more than two and more than three alerts raised, and the busiest week. */
  readonly withMoreThanTwo: number
  readonly withMoreThanThree: number
  readonly most: MostInAWeek | null
}

interface MostInAWeek {
  /** Its Monday. */
  readonly weekOf: string
  readonly raised: number
}

/** Alerts by rule, country and week: all, and those not part of another. */
export interface RaisedCounts {
  readonly raised: number
  readonly topLevel: number
}

export interface CountryFigures {
  readonly reports: number
  readonly raised: number
  readonly topLevel: number
  readonly weeks: WeekFigures
  /** The same, for alerts that were part of no other. */
  readonly topLevelWeeks: WeekFigures
  readonly worstYear: {
    readonly year: string
    readonly raised: number
    readonly topLevel: number
    readonly topLevelPerWeek: number
    /** The week of that year with most alerts that are part of no other. */
    readonly topLevelMost: MostInAWeek | null
  } | null
  readonly byRule: Readonly<Record<string, number>>
  /** By Monday of the week, then by rule; weeks without alerts are omitted. */
  readonly byWeekAndRule: Readonly<Record<string, Readonly<Record<string, RaisedCounts>>>>
}

export interface BacktestFigures {
  readonly alerts: {
    readonly raised: number
    readonly topLevel: number
    /** Of the events. */
    readonly paged: number
    readonly events: Readonly<Record<string, number>>
    readonly openAtEnd: number
  }
  readonly rules: Readonly<Record<string, RuleFigures>>
  readonly weeks: WeekFigures
  /** An alert that concerns several countries is counted in each; `unknown` if none is known. */
  readonly countries: Readonly<Record<string, CountryFigures>>
}

/**
 * Figures over a whole run, from its theatres in any order; `items` counts what was
 * replayed.
 */
export function computeFigures(
  parts: readonly AlertsPart[],
  items: readonly KnownItem[]
): BacktestFigures {
  const all = parts.flatMap(({ alerts }) => alerts)
  const events = Map.groupBy(
    parts.flatMap(({ eventsByRule }) => eventsByRule),
    ([ruleId]) => ruleId
  )
  const sumEvents = (ruleId: string) =>
    sumCounts((events.get(ruleId) ?? []).map(([, counts]) => counts))
  const span = computeSpan(items)
  const byRule = Map.groupBy(all, ({ ruleId }) => ruleId)
  const byCountry = new Map<string, BacktestAlert[]>()
  for (const alert of all)
    for (const country of alert.countries) listIn(byCountry, country).push(alert)
  const reports = countReportsByCountry(items)
  return {
    alerts: {
      raised: all.length,
      topLevel: filterTopLevel(all).length,
      paged: parts.reduce((sum, { paged }) => sum + paged, 0),
      events: sumCounts([...events.keys()].map(sumEvents)),
      openAtEnd: all.filter(({ endedMs }) => endedMs === null).length
    },
    rules: sortEntries(
      [...byRule].map(([id, alerts]) => [id, computeRuleFigures(alerts, sumEvents(id))])
    ),
    weeks: computeWeekFigures(all, span),
    countries: sortEntries(
      [...new Set([...reports.keys(), ...byCountry.keys()])].map(country => [
        country,
        computeCountryFigures(byCountry.get(country) ?? [], reports.get(country) ?? 0, span)
      ])
    )
  }
}

function computeRuleFigures(
  alerts: readonly BacktestAlert[],
  events: Readonly<Record<string, number>>
): RuleFigures {
  const flickered = alerts.filter(({ reopened, retracted }) => reopened || retracted).length
  return {
    pattern: (alerts[0] as BacktestAlert).pattern,
    raised: alerts.length,
    topLevel: filterTopLevel(alerts).length,
    byYear: sortEntries(
      [...Map.groupBy(alerts, formatYear)].map(([year, of]) => [year, of.length])
    ),
    events: sortEntries(Object.entries(events)),
    escalated: alerts.filter(({ escalated }) => escalated).length,
    delayFromFirstIncidentDays: computeQuantiles(
      alerts.map(({ firstIncidentDays }) => firstIncidentDays)
    ),
    delayFromReportDays: computeQuantiles(alerts.map(({ reportDays }) => reportDays)),
    flicker: {
      reopened: alerts.filter(({ reopened }) => reopened).length,
      retracted: alerts.filter(({ retracted }) => retracted).length,
      share: roundHundredths(flickered / alerts.length)
    }
  }
}

function computeCountryFigures(
  alerts: readonly BacktestAlert[],
  reports: number,
  span: Span
): CountryFigures {
  const byRule = Map.groupBy(alerts, ({ ruleId }) => ruleId)
  return {
    reports,
    raised: alerts.length,
    topLevel: filterTopLevel(alerts).length,
    weeks: computeWeekFigures(alerts, span),
    topLevelWeeks: computeWeekFigures(filterTopLevel(alerts), span),
    worstYear: findWorstYear(alerts),
    byRule: sortEntries([...byRule].map(([id, of]) => [id, of.length])),
    byWeekAndRule: sortEntries(
      [...Map.groupBy(alerts, ({ atMs }) => formatMonday(computeWeekNumber(atMs)))].map(
        ([week, of]) => [week, countByRule(of)]
      )
    )
  }
}

function countByRule(alerts: readonly BacktestAlert[]): Record<string, RaisedCounts> {
  const byRule = Map.groupBy(alerts, ({ ruleId }) => ruleId)
  return sortEntries(
    [...byRule].map(([id, of]) => [id, { raised: of.length, topLevel: filterTopLevel(of).length }])
  )
}

/** The year with most top-level alerts. */
function findWorstYear(alerts: readonly BacktestAlert[]): CountryFigures['worstYear'] {
  const years = [...Map.groupBy(alerts, formatYear)].map(([year, of]) => ({
    year,
    raised: of.length,
    topLevel: filterTopLevel(of).length,
    topLevelMost: findBusiestWeek(filterTopLevel(of))
  }))
  const [worst] = years.sort(
    (a, b) => b.topLevel - a.topLevel || b.raised - a.raised || Number(a.year) - Number(b.year)
  )
  return worst === undefined
    ? null
    : { ...worst, topLevelPerWeek: roundHundredths(worst.topLevel / weeksPerYear) }
}

const weeksPerYear = 52

/** From the first known report to the last, ms. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

function computeSpan(items: readonly KnownItem[]): Span {
  return { fromMs: items[0]?.knownMs ?? 0, toMs: items.at(-1)?.knownMs ?? 0 }
}

function computeWeekFigures(alerts: readonly BacktestAlert[], { fromMs, toMs }: Span): WeekFigures {
  const counts = [...Map.groupBy(alerts, ({ atMs }) => computeWeekNumber(atMs)).values()].map(
    ({ length }) => length
  )
  return {
    weeks: toMs === 0 ? 0 : computeWeekNumber(toMs) - computeWeekNumber(fromMs) + 1,
    withMoreThanTwo: counts.filter(count => count > 2).length,
    withMoreThanThree: counts.filter(count => count > 3).length,
    most: findBusiestWeek(alerts)
  }
}

/** The first of the weeks with most. */
function findBusiestWeek(alerts: readonly BacktestAlert[]): MostInAWeek | null {
  const weeks = [...Map.groupBy(alerts, ({ atMs }) => computeWeekNumber(atMs))]
  const [most] = weeks.sort(([a, of], [b, others]) => others.length - of.length || a - b)
  return most === undefined ? null : { weekOf: formatMonday(most[0]), raised: most[1].length }
}

function formatMonday(week: number): string {
  return formatTime((week * 7 - 3) * dayMs).slice(0, 10)
}

function formatYear({ atMs }: BacktestAlert): string {
  return formatTime(atMs).slice(0, 4)
}

function filterTopLevel(alerts: readonly BacktestAlert[]): readonly BacktestAlert[] {
  return alerts.filter(({ isTopLevel }) => isTopLevel)
}

function countReportsByCountry(items: readonly KnownItem[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) {
    if (item.kind !== 'report') continue
    const country = item.revision.place.country ?? noCountry
    counts.set(country, (counts.get(country) ?? 0) + 1)
  }
  return counts
}

function sumCounts(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const one of counts)
    for (const [name, value] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + value
  return sortEntries(Object.entries(sums))
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key) ?? []
  lists.set(key, known)
  return known
}

function sortEntries<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries.toSorted((a, b) => (a[0] < b[0] ? -1 : 1)))
}
