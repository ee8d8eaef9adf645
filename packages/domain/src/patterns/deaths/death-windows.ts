// Episodes in which attacks in a country have killed a number of people within a month, or within a
// year: the windows and what is told of them. Their words: cumulative-deaths.ts.

import { type NearMiss, nearShare } from '../../detection/near-miss.ts'
import { addEvidence } from '../../detection/pattern.ts'
import { type Finding, numberLevels, roundMeasure } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { stricter } from '../../report/handling.ts'
import { type DaySums, dayOf, reachedAtMs, wholeIncident } from '../episode/day-sums.ts'
import {
  type Evidence,
  evidenceOf,
  isSameEvidence,
  noEvidence
} from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import type { WindowRows } from '../episode/window-rows.ts'
import type { WindowRule } from '../machine/window-rule.ts'
import { baselineOf, type DeathBaseline, latestOfEach } from './death-baseline.ts'
import {
  best,
  deathAmounts,
  deathSumsCount,
  deathsOn,
  high,
  tollOn,
  ungradedBest
} from './death-sums.ts'
import {
  certaintyOf,
  deathsText,
  type Measured,
  reasonOf,
  statedDeaths
} from './measured-deaths.ts'

export interface CumulativeDeathsParameters {
  readonly windowDays: number
  readonly limit: number
  readonly yearDays: number
  readonly yearLimit: number
  readonly leaveShare: number
}

/** What the words of an episode rest on. */
export interface DeathsTold {
  readonly country: string
  readonly told: Measured
  readonly baseline: DeathBaseline | null
  readonly triggers: readonly Incident[]
}

export interface DeathsWords {
  readonly headline: string
  readonly explanation: string
}

interface DeathsEpisode {
  readonly fromMs: number
  readonly enteredMs: number
  readonly walkedDay: number
  readonly isOver: boolean
  readonly isOfYear: boolean
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** What was last reported. */
  readonly told: Measured
  readonly baseline: DeathBaseline | null
  readonly triggers: Evidence
  readonly support: Evidence
}

/** The windows that end with one day and contain an incident, if they reach their limits. */
interface Look {
  readonly lastDay: number
  readonly atMs: number
  readonly month: Measured | null
  readonly year: Measured | null
}

export const windowDaysMax = 90
export const yearDaysMax = 730
/** The measure of an open episode is updated when it is this many times the last reported one. */
const tellAgainFactor = 2
export const drillMark = '|drill'
/**
 * How far ahead its end is computed, days: while an episode is open, the theatre ticks at least
 * this often.
 */
const lookAheadDays = 14
/** Sums are rounded to six digits before they are compared. */
const rounding = 1e-6

const noCountry: readonly string[] = []

export function countriesOf(incident: Incident): readonly string[] {
  const { country } = incident.place
  if (incident.alsoAt.length === 0) return country === null ? noCountry : [country]
  return [...new Set(placesOf(incident).flatMap(p => p.country ?? []))]
}

export class DeathWindows implements WindowRule<DeathsEpisode> {
  readonly #group: { readonly country: string; readonly drill?: 'true' }
  readonly #parameters: CumulativeDeathsParameters
  readonly #words: (told: DeathsTold) => DeathsWords
  readonly windowDays: number
  readonly reachDays: number
  readonly sumDays: number
  readonly keptDays = { sums: yearDaysMax, recent: windowDaysMax, marked: yearDaysMax }
  readonly sumsCount = deathSumsCount
  readonly besideKept = latestOfEach

  constructor(
    scope: string,
    parameters: CumulativeDeathsParameters,
    words: (told: DeathsTold) => DeathsWords
  ) {
    this.#group = scope.endsWith(drillMark)
      ? { country: scope.slice(0, -drillMark.length), drill: 'true' }
      : { country: scope }
    this.#parameters = parameters
    this.#words = words
    this.windowDays = parameters.windowDays
    this.sumDays = Math.max(parameters.windowDays, parameters.yearDays)
    this.reachDays = this.sumDays
  }

  amountsOf(incident: Incident): readonly number[] {
    return deathAmounts(incident)
  }

  /** Deaths in two countries together cannot be separated. */
  counts(incident: Incident): boolean {
    if (this.isBeside(incident)) return false
    return (
      incident.passesGrade && (incident.alsoAt.length === 0 || countriesOf(incident).length <= 1)
    )
  }

  /** Statistics of the country: they set a baseline and nothing else. */
  isBeside({ category }: Incident): boolean {
    return category === 'statistic'
  }

  mayEnter(sums: readonly DaySums[], fromDay: number, toDay: number): boolean {
    const { limit, yearDays, yearLimit } = this.#parameters
    return (
      mayHold(sums[high] as DaySums, this.windowDays, limit, fromDay, toDay) ||
      mayHold(sums[best] as DaySums, yearDays, yearLimit, fromDay, toDay)
    )
  }

  enter(rows: WindowRows): DeathsEpisode | null {
    const { lastDay, atMs, month, year } = this.#worst(rows)
    const told = year ?? month
    if (told === null) return null
    const inWindow = rows.inWindow(lastDay - this.windowDays + 1, lastDay)
    const triggers = withCounted(rows, evidenceOf(inWindow), told)
    const baseline = baselineFor(rows, told, triggers.kept)
    return {
      fromMs: (inWindow[0] as Incident).fromMs,
      enteredMs: atMs,
      walkedDay: lastDay - 1,
      isOver: false,
      isOfYear: year !== null,
      marks: [
        { atMs, reason: month === null ? 'yearly threshold alone' : reasonOf(month) },
        ...(year === null ? [] : [{ atMs, reason: reasonOf(year) }])
      ],
      told,
      baseline,
      triggers,
      support: baseline === null ? noEvidence : evidenceOf([baseline.statistic])
    }
  }

  grow(open: DeathsEpisode, rows: WindowRows): DeathsEpisode {
    const { incident } = rows
    if (!this.#mayTell(open, rows)) return this.support(open, incident)
    const { atMs, month, year } = this.#worst(rows)
    const isNewStep = year !== null && !open.isOfYear
    const now = open.isOfYear || isNewStep ? year : month
    const isFirmer =
      now !== null && certaintyOf(open.told) === 'possible' && certaintyOf(now) !== 'possible'
    const isTold =
      isNewStep || isFirmer || (now !== null && now.value >= open.told.value * tellAgainFactor)
    if (now === null || !isTold) return this.support(open, incident)
    const triggers = withCounted(rows, addEvidence(open.triggers, incident), now)
    const baseline = baselineFor(rows, now, triggers.kept)
    const isNamed = baseline === null || open.support.kept.some(i => i.id === baseline.statistic.id)
    return {
      ...(isNamed ? open : this.support(open, baseline.statistic)),
      fromMs: Math.min(open.fromMs, incident.fromMs),
      isOfYear: open.isOfYear || isNewStep,
      // With an interval, the entry may be later than this incident: no level comes before the
      // first.
      marks: isNewStep
        ? [...open.marks, { atMs: Math.max(atMs, open.enteredMs), reason: reasonOf(now) }]
        : open.marks,
      told: now,
      baseline,
      triggers
    }
  }

  support(open: DeathsEpisode, incident: Incident): DeathsEpisode {
    return { ...open, support: withSupport(open.support, incident) }
  }

  walk(open: DeathsEpisode, sums: readonly DaySums[], throughDay: number): DeathsEpisode {
    if (open.walkedDay >= throughDay) return open
    const overDay = this.#overDay(open, sums, throughDay)
    return { ...open, walkedDay: overDay ?? throughDay, isOver: overDay !== null }
  }

  isOver({ isOver }: DeathsEpisode): boolean {
    return isOver
  }

  /** The day on which it is over if nothing more comes; or a day on which to evaluate again. */
  nextDay(open: DeathsEpisode, sums: readonly DaySums[]): number {
    const lastDay = open.walkedDay + lookAheadDays
    return this.#overDay(open, sums, lastDay - 1) ?? lastDay
  }

  /** Its words are made when they are read. */
  describe(open: DeathsEpisode, toMs: number | null): Finding {
    const { told, baseline, triggers, support } = open
    const plain = {
      group: this.#group,
      // A country does not identify a situation.
      situation: null,
      fromMs: open.fromMs,
      toMs,
      levels: numberLevels(open.marks),
      measure: {
        name: `deaths in ${told.days} days`,
        value: told.value,
        threshold: told.limit,
        // A baseline above the limit is explained in words only: the limit does not depend on it.
        baseline: baseline === null || baseline.deaths > told.limit ? null : baseline.deaths
      },
      // Of the whole window: not every incident in it is a trigger.
      deaths: statedDeaths(told.toll),
      certainty: certaintyOf(told),
      triggers: triggers.kept,
      support: support.kept,
      omitted: triggers.omitted + support.omitted
    }
    return new ToldFinding(plain, () => this.#said(open))
  }

  isSame(a: DeathsEpisode, b: DeathsEpisode): boolean {
    if (a === b) return true
    return (
      a.fromMs === b.fromMs &&
      isSameToll(a.told, b.told) &&
      a.baseline?.deaths === b.baseline?.deaths &&
      a.baseline?.statistic === b.baseline?.statistic &&
      isSameEvidence(a.triggers, b.triggers) &&
      isSameEvidence(a.support, b.support) &&
      a.marks.length === b.marks.length &&
      a.marks.every(
        ({ atMs, reason }, i) => atMs === b.marks[i]?.atMs && reason === b.marks[i]?.reason
      )
    )
  }

  /** The windows up to a day that hold most of their limits. */
  nearly(lastDay: number, rows: WindowRows): readonly NearMiss[] {
    const { windowDays, limit, yearDays, yearLimit } = this.#parameters
    const incidents = rows.inWindow(lastDay - windowDays + 1, lastDay)
    if (incidents.length === 0) return []
    const deaths = (which: number, days: number) => deathsOn(rows.sums, which, lastDay, days)
    const likely = deaths(best, windowDays)
    const windows = [
      {
        days: windowDays,
        limit,
        value: likely >= limit * nearShare ? likely : deaths(high, windowDays)
      },
      { days: yearDays, limit: yearLimit, value: deaths(best, yearDays) }
    ]
    return windows
      .filter(({ value, limit }) => value >= limit * nearShare && value < limit)
      .map(({ days, limit, value }) => ({
        group: this.#group,
        measure: { name: `deaths in ${days} days`, value, threshold: limit, baseline: null },
        lacks: `${deathsText(roundMeasure(limit - value))} more ${limit - value === 1 ? 'death' : 'deaths'}`,
        incidents
      }))
  }

  #said({ told, baseline, triggers }: DeathsEpisode): DeathsWords {
    const known = wordsMade.get(triggers)
    if (known !== undefined) return known
    const made = this.#words({ ...this.#group, told, baseline, triggers: triggers.kept })
    wordsMade.set(triggers, made)
    return made
  }

  /** False if no window that contains the incident tells more than was told. */
  #mayTell({ told, isOfYear }: DeathsEpisode, rows: WindowRows): boolean {
    const { yearDays, yearLimit } = this.#parameters
    const fromDay = dayOf(rows.incident.fromMs)
    const toDay = rows.lastEnd()
    if (certaintyOf(told) === 'possible' && mayBeFirmer(rows, told, fromDay, toDay)) return true
    const again = told.value * tellAgainFactor
    if (isOfYear) return mayHold(rows.sums[best] as DaySums, yearDays, again, fromDay, toDay)
    return (
      mayHold(rows.sums[high] as DaySums, this.windowDays, again, fromDay, toDay) ||
      mayHold(rows.sums[best] as DaySums, yearDays, yearLimit, fromDay, toDay)
    )
  }

  /**
   * Of the windows that contain the incident, those with the longer limit, then those that the best
   * estimate reaches, then the greatest; the first of equals. A condition that fails on the
   * incident's day may hold at the end of an interval.
   */
  #worst(rows: WindowRows): Look {
    const ends = rows.ends((fromDay, toDay) => this.mayEnter(rows.sums, fromDay, toDay))
    return ends.map(lastDay => this.#lookAt(rows, lastDay)).reduce(worse)
  }

  #lookAt({ sums, incident }: WindowRows, lastDay: number): Look {
    const { windowDays, limit, yearDays, yearLimit } = this.#parameters
    let [month, year]: (Measured | null)[] = [null, null]
    if (deathsOn(sums, high, lastDay, windowDays) >= limit) {
      const toll = tollOn(sums, lastDay, windowDays)
      month = {
        days: windowDays,
        limit,
        value: toll.best >= limit ? toll.best : toll.high,
        toll,
        lastDay
      }
    }
    // By the best estimate alone: nobody states the sum of a year's highest estimates.
    if (deathsOn(sums, best, lastDay, yearDays) >= yearLimit) {
      const toll = tollOn(sums, lastDay, yearDays)
      year = { days: yearDays, limit: yearLimit, value: toll.best, toll, lastDay }
    }
    return {
      lastDay,
      atMs: reachedAtMs(incident, lastDay),
      month: month ?? null,
      year: year ?? null
    }
  }

  /**
   * The first day on which it is over, of those after its last up to another; null if it is on
   * none.
   */
  #overDay(
    { isOfYear, walkedDay }: DeathsEpisode,
    sums: readonly DaySums[],
    throughDay: number
  ): number | null {
    const { windowDays, limit, yearDays, yearLimit, leaveShare } = this.#parameters
    const days = sums[high] as DaySums
    let sum = days.sum(walkedDay - windowDays + 1, walkedDay)
    for (let day = walkedDay + 1; day <= throughDay; day++) {
      sum += days.on(day) - days.on(day - windowDays)
      if (roundMeasure(sum / wholeIncident) >= leaveShare * limit) continue
      if (!isOfYear || deathsOn(sums, best, day, yearDays) < leaveShare * yearLimit) return day
    }
    return null
  }
}

/** Words by the triggers that they rest on, beside what does not change with support. */
const wordsMade = new WeakMap<Evidence, DeathsWords>()

/**
 * False if no window that ends with one of these days reaches a limit. The sums may be too high.
 */
function mayHold(
  sums: DaySums,
  days: number,
  limit: number,
  fromDay: number,
  toDay: number
): boolean {
  const least = (limit - rounding) * wholeIncident
  return sums.sum(fromDay - days + 1, toDay) >= least && sums.mostIn(days, fromDay, toDay) >= least
}

/**
 * False if no window of what was told becomes firmer than `possible` on one of these days. The sums
 * may be too high.
 */
function mayBeFirmer(
  { sums }: WindowRows,
  { days, limit }: Measured,
  fromDay: number,
  toDay: number
): boolean {
  // A toll subtracts one rounded sum from another.
  const least = (limit - 2 * rounding) * wholeIncident
  const graded = (firstDay: number, lastDay: number) =>
    (sums[best] as DaySums).sum(firstDay, lastDay) -
    (sums[ungradedBest] as DaySums).sum(firstDay, lastDay)
  if (graded(fromDay - days + 1, toDay) < least) return false
  for (let day = fromDay; day <= toDay; day++) if (graded(day - days + 1, day) >= least) return true
  return false
}

function worse(a: Look, b: Look): Look {
  const isOfYear = ({ year }: Look) => Number(year !== null)
  const isLikely = ({ month }: Look) => Number(month !== null && month.toll.best >= month.limit)
  const value = ({ month, year }: Look) => (year ?? month)?.value ?? 0
  return (isOfYear(b) - isOfYear(a) || isLikely(b) - isLikely(a) || value(b) - value(a)) > 0 ? b : a
}

/** Whoever reads a toll may read all that is in it. */
function withCounted(rows: WindowRows, triggers: Evidence, { lastDay, days }: Measured): Evidence {
  return rows.withStrictest(triggers, lastDay - days + 1)
}

function baselineFor(
  rows: WindowRows,
  told: Measured,
  triggers: readonly Incident[]
): DeathBaseline | null {
  const statistics = rows.beside()
  return statistics.length === 0
    ? null
    : baselineOf(statistics, told, triggers.map(i => i.handling).reduce(stricter))
}

function isSameToll(a: Measured, b: Measured): boolean {
  if (a === b) return true
  const one = Object.values(a.toll)
  const other = Object.values(b.toll)
  return (
    a.days === b.days &&
    a.value === b.value &&
    a.lastDay === b.lastDay &&
    one.every((figure, i) => figure === other[i])
  )
}
