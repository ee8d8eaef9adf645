// Episodes in which an area has far more attacks than its own past suggests: what `surge` and
// `sustained-threat` share. A window of days is compared with the days before it. An incident opens
// or raises an episode; days without incidents end it.

import { type NearMiss, nearShare } from '../../detection/near-miss.ts'
import { addEvidence, type PlaceNeed } from '../../detection/pattern.ts'
import type { MakeMachine } from '../../detection/scope-machine.ts'
import { type Finding, numberLevels, roundMeasure } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { attackCategories } from '../../report/report.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { type DaySums, dayEndMs, dayOf, reachedAtMs, wholeIncident } from '../episode/day-sums.ts'
import {
  type Evidence,
  evidenceOf,
  isSameEvidence,
  noEvidence
} from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import type { WindowRows } from '../episode/window-rows.ts'
import { countedText } from '../episode/wording.ts'
import { windowMachine } from '../machine/window-machine.ts'
import type { WindowRule } from '../machine/window-rule.ts'

/** Attacks in a window, and the mean of as many days before it. */
export interface Rate {
  readonly count: number
  readonly mean: number
}

/** An episode's conditions and words, from the parameters of its pattern. */
export interface RateRule {
  readonly windowDays: number
  readonly baseDays: number
  /**
   * Attacks that the window needs to enter, given the mean of as many days before it. Never falls
   * as the mean rises.
   */
  threshold(mean: number): number
  /**
   * Attacks from which the rate alone is a further level; infinity if it never is. Never falls as
   * the mean rises.
   */
  steepFrom(mean: number): number
  readonly steepReason: string
  /** True on a day that extends the run that escalates. */
  goesOn(rate: Rate): boolean
  readonly runDays: number
  readonly runReason: string
  isCalm(rate: Rate): boolean
  /** Number of calm days in a row that end it. */
  readonly calmDays: number
  readonly entryReason: string
  words(told: Omit<RateStory, 'support'>): RateWords
}

export interface RateWords {
  readonly headline: string
  readonly explanation: string
}

/** What a finding reports of an episode. */
export interface RateStory {
  readonly area: string
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** The maximum of the window, its day and its threshold. */
  readonly peak: Rate & { readonly day: number; readonly threshold: number }
  readonly triggers: Evidence
  readonly support: Evidence
}

interface RateEpisode {
  readonly told: RateStory
  readonly walkedDay: number
  /** Days of the current run, and calm days in a row. */
  readonly ran: number
  readonly calm: number
}

/** Maximum window and base that a rule may set; what left the rows is kept for as long. */
export const windowDaysMax = 90
export const baseDaysMax = 700
const drillMark = '|drill'
const wholeTheatre = 'theatre'
const wholeOnce = [wholeIncident]
/** Counts are rounded to six digits before they are compared. */
const rounding = 1e-6

/** An attack counts only if its area is certain. */
export function areaNeeds({ category }: Incident): readonly PlaceNeed[] {
  return attackCategories.has(category) ? [{ area: true }] : []
}

/**
 * Scopes are the first-level areas that an attack may lie in, drills kept apart. A statistic is not
 * an attack.
 */
export function areaScopesOf(incident: Incident): readonly string[] {
  if (!attackCategories.has(incident.category)) return []
  const mark = incident.drill ? drillMark : ''
  if (incident.alsoAt.length === 0)
    return incident.place.admin1 === null ? [] : [incident.place.admin1 + mark]
  return [...new Set(placesOf(incident).flatMap(p => (p.admin1 === null ? [] : [p.admin1 + mark])))]
}

/** The same and the whole theatre, drills kept apart. */
export function areaAndTheatreScopesOf(incident: Incident): readonly string[] {
  const areas = areaScopesOf(incident)
  return areas.length === 0 ? areas : [...areas, wholeTheatre + (incident.drill ? drillMark : '')]
}

/** The area of a story for people. */
export function areaName({ area }: Pick<RateStory, 'area'>): string {
  return area === wholeTheatre ? 'the theatre' : areaInCountry(area)
}

/** The machine of a pattern of rates. */
export function rateMachine<P>(ruleOf: (parameters: P) => RateRule): MakeMachine<P> {
  return windowMachine((scope, parameters) => new RateWindows(scope, ruleOf(parameters)))
}

/**
 * A number of incidents for people: whole, or with one decimal if it contains shares of intervals.
 */
export function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1)
}

/** The same for headlines, without decimals. */
export function roundedCountText(count: number): string {
  return Number.isInteger(count) ? String(count) : `about ${Math.round(count)}`
}

/** A window that contains an incident. */
interface Look extends Rate {
  readonly day: number
  readonly atMs: number
}

class RateWindows implements WindowRule<RateEpisode> {
  readonly #rule: RateRule
  readonly #area: Pick<RateStory, 'area' | 'drill'>
  readonly #measureName: string
  readonly windowDays: number
  readonly sumDays: number
  readonly reachDays: number
  readonly keptDays = {
    sums: windowDaysMax + baseDaysMax,
    recent: windowDaysMax,
    marked: windowDaysMax
  }
  readonly sumsCount = 1

  constructor(scope: string, rule: RateRule) {
    this.#rule = rule
    this.#area = areaOfScope(scope)
    this.#measureName = `attacks in ${rule.windowDays} days`
    this.windowDays = rule.windowDays
    this.sumDays = rule.windowDays
    this.reachDays = rule.windowDays + rule.baseDays
  }

  amountsOf(): readonly number[] {
    return wholeOnce
  }

  counts({ passesGrade, place, alsoAt }: Incident): boolean {
    return passesGrade && (this.#isIn(place) || alsoAt.some(p => this.#isIn(p)))
  }

  #isIn({ areaCertain, admin1 }: Incident['place']): boolean {
    return (
      areaCertain &&
      (this.#area.area === wholeTheatre ? admin1 !== null : admin1 === this.#area.area)
    )
  }

  mayEnter(all: readonly DaySums[], fromDay: number, toDay: number): boolean {
    const sums = all[0] as DaySums
    const { windowDays, baseDays } = this.#rule
    const least = (this.#rule.threshold(0) - rounding) * wholeIncident
    if (sums.sum(fromDay - windowDays + 1, toDay) < least) return false
    let count = sums.sum(fromDay - windowDays + 1, fromDay)
    let base = sums.sum(fromDay - this.reachDays + 1, fromDay - windowDays)
    for (let day = fromDay; ; day++) {
      if (count >= least) {
        const mean = (base / wholeIncident) * (windowDays / baseDays)
        if (count / wholeIncident >= this.#rule.threshold(mean - rounding) - 2 * rounding)
          return true
      }
      if (day >= toDay) return false
      const passed = sums.on(day + 1 - windowDays)
      count += sums.on(day + 1) - passed
      base += passed - sums.on(day + 1 - this.reachDays)
    }
  }

  enter(rows: WindowRows): RateEpisode | null {
    let most: Look | null = null
    for (const look of this.#looks(rows, (from, to) => this.mayEnter(rows.sums, from, to))) {
      if (look.count >= this.#thresholdOf(look) && (most === null || look.count > most.count))
        most = look
    }
    if (most === null) return null
    const { day, atMs, count, mean } = most
    const firstDay = day - this.windowDays + 1
    const inWindow = rows.inWindow(firstDay, day)
    const told = {
      ...this.#area,
      fromMs: (inWindow[0] as Incident).fromMs,
      enteredMs: atMs,
      marks: count >= this.#rule.steepFrom(mean) ? [{ atMs, reason: this.#rule.steepReason }] : [],
      peak: { count, mean, day, threshold: this.#thresholdOf(most) },
      triggers: rows.withStrictest(evidenceOf(inWindow), firstDay),
      support: noEvidence
    }
    return { told, walkedDay: day - 1, ran: 0, calm: 0 }
  }

  /** A trigger if it raises the measure above its maximum, or a level; else it supports. */
  grow(episode: RateEpisode, rows: WindowRows): RateEpisode {
    const { incident, sums } = rows
    const { told } = episode
    const { steepFrom, steepReason } = this.#rule
    const isSteep = hasMark(told, steepReason)
    const least =
      (Math.min(told.peak.count, isSteep ? Number.POSITIVE_INFINITY : steepFrom(0)) - rounding) *
      wholeIncident
    const looks = this.#looks(
      rows,
      (from, to) => (sums[0] as DaySums).mostIn(this.windowDays, from, to) >= least
    )
    let higher: Look | null = null
    let steeper: Look | null = null
    for (const look of looks) {
      if (look.count > told.peak.count && (higher === null || look.count > higher.count))
        higher = look
      if (!isSteep && steeper === null && look.count >= steepFrom(look.mean)) steeper = look
    }
    if (higher === null && steeper === null) return this.support(episode, incident)
    const raised = {
      ...told,
      fromMs: Math.min(told.fromMs, incident.fromMs),
      // With an interval, the entry may be later than this incident: no level comes before the
      // first.
      marks:
        steeper === null
          ? told.marks
          : [...told.marks, { atMs: Math.max(steeper.atMs, told.enteredMs), reason: steepReason }],
      peak:
        higher === null
          ? told.peak
          : {
              count: higher.count,
              mean: higher.mean,
              day: higher.day,
              threshold: this.#thresholdOf(higher)
            },
      // Whoever reads the measure may read all that is in it.
      triggers: rows.withStrictest(
        addEvidence(told.triggers, incident),
        dayOf(incident.fromMs) - this.windowDays + 1
      )
    }
    return { ...episode, told: raised }
  }

  support(episode: RateEpisode, incident: Incident): RateEpisode {
    return {
      ...episode,
      told: { ...episode.told, support: withSupport(episode.told.support, incident) }
    }
  }

  walk(episode: RateEpisode, all: readonly DaySums[], throughDay: number): RateEpisode {
    const { goesOn, isCalm, runDays, runReason, calmDays } = this.#rule
    let { told, walkedDay, ran, calm } = episode
    if (walkedDay >= throughDay) return episode
    let mayRun = !hasMark(told, runReason)
    while (walkedDay < throughDay && calm < calmDays) {
      walkedDay += 1
      const rate = this.#rateOn(all, walkedDay)
      ran = goesOn(rate) ? ran + 1 : 0
      calm = isCalm(rate) ? calm + 1 : 0
      if (!mayRun || ran < runDays) continue
      told = { ...told, marks: [...told.marks, { atMs: dayEndMs(walkedDay), reason: runReason }] }
      mayRun = false
    }
    return { told, walkedDay, ran, calm }
  }

  isOver({ calm }: RateEpisode): boolean {
    return calm >= this.#rule.calmDays
  }

  nextDay({ told, walkedDay, ran, calm }: RateEpisode): number {
    const { calmDays, runDays, runReason } = this.#rule
    const mayEndIn = calmDays - calm
    return (
      walkedDay +
      (hasMark(told, runReason) ? mayEndIn : Math.min(mayEndIn, Math.max(1, runDays - ran)))
    )
  }

  /** Its words are made when they are read. */
  describe({ told }: RateEpisode, toMs: number | null): Finding {
    const rule = this.#rule
    const { peak, triggers, support } = told
    const plain = {
      group: groupOf(told),
      // An area does not identify a situation.
      situation: null,
      fromMs: told.fromMs,
      toMs,
      levels: numberLevels([{ atMs: told.enteredMs, reason: rule.entryReason }, ...told.marks]),
      measure: {
        name: this.#measureName,
        value: peak.count,
        threshold: peak.threshold,
        baseline: peak.mean
      },
      triggers: triggers.kept,
      support: support.kept,
      omitted: triggers.omitted + support.omitted
    }
    return new ToldFinding(plain, () => said(rule, told))
  }

  isSame({ told: a }: RateEpisode, { told: b }: RateEpisode): boolean {
    if (a === b) return true
    return (
      a.fromMs === b.fromMs &&
      a.enteredMs === b.enteredMs &&
      a.peak.count === b.peak.count &&
      a.peak.mean === b.peak.mean &&
      a.peak.day === b.peak.day &&
      isSameEvidence(a.triggers, b.triggers) &&
      isSameEvidence(a.support, b.support) &&
      a.marks.length === b.marks.length &&
      a.marks.every(
        ({ atMs, reason }, i) => atMs === b.marks[i]?.atMs && reason === b.marks[i]?.reason
      )
    )
  }

  /** The window that ends with a day holds nearly enough. */
  nearly(lastDay: number, rows: WindowRows): readonly NearMiss[] {
    const { count, mean } = this.#rateOn(rows.sums, lastDay)
    const threshold = this.#thresholdOf({ mean })
    const incidents = rows.inWindow(lastDay - this.windowDays + 1, lastDay)
    if (incidents.length === 0 || (count < nearShare * threshold && count < threshold - 1))
      return []
    return [
      {
        group: groupOf(this.#area),
        measure: { name: this.#measureName, value: count, threshold, baseline: mean },
        lacks: countedText(Math.max(1, Math.ceil(threshold - count)), 'more attack'),
        incidents
      }
    ]
  }

  /**
   * A condition that fails on the incident's day may hold at the end of an interval, its own or
   * that of an earlier incident.
   */
  #looks(rows: WindowRows, mayMatter: (fromDay: number, toDay: number) => boolean): Look[] {
    const ends = rows.ends(mayMatter)
    return ends.map(day => ({
      day,
      atMs: reachedAtMs(rows.incident, day),
      ...this.#rateOn(rows.sums, day)
    }))
  }

  #thresholdOf({ mean }: Pick<Rate, 'mean'>): number {
    return roundMeasure(this.#rule.threshold(mean))
  }

  /**
   * The rate of the window that ends with a day. Rounded, since shares of an interval are
   * fractions.
   */
  #rateOn(all: readonly DaySums[], day: number): Rate {
    const sums = all[0] as DaySums
    const { windowDays, baseDays } = this.#rule
    const baseTo = day - windowDays
    return {
      count: roundMeasure(sums.sum(baseTo + 1, day) / wholeIncident),
      mean: roundMeasure(
        (sums.sum(baseTo - baseDays + 1, baseTo) / wholeIncident) * (windowDays / baseDays)
      )
    }
  }
}

/** Words by the triggers that they rest on, beside what does not change with support. */
const wordsMade = new WeakMap<Evidence, RateWords>()

function said(rule: RateRule, told: RateStory): RateWords {
  const known = wordsMade.get(told.triggers)
  if (known !== undefined) return known
  const made = rule.words(told)
  wordsMade.set(told.triggers, made)
  return made
}

function areaOfScope(scope: string): { readonly area: string; readonly drill: boolean } {
  return scope.endsWith(drillMark)
    ? { area: scope.slice(0, -drillMark.length), drill: true }
    : { area: scope, drill: false }
}

/** The group that people see: the area, or the theatre. */
function groupOf({ area, drill }: Pick<RateStory, 'area' | 'drill'>): Finding['group'] {
  if (area === wholeTheatre) return { theatre: drill ? 'drill' : 'all' }
  return { admin1: area, ...(drill ? { drill: 'true' } : {}) }
}

function hasMark({ marks }: RateStory, reason: string): boolean {
  return marks.some(m => m.reason === reason)
}
