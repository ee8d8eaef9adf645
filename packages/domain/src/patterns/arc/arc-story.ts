// What the finding of a widening arc says.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { areaName } from '../../space-time/area-names.ts'
import { formatDay } from '../../space-time/event-time.ts'
import type { Evidence } from '../episode/episode-evidence.ts'
import type { HiddenCount } from '../episode/hidden-count.ts'
import { areSame } from '../episode/recent-cache.ts'
import {
  capitalised,
  countedText,
  listOf,
  placeName,
  unlessTooLong,
  wholeIntervalNote
} from '../episode/wording.ts'
import type { WideningArcParameters } from './arc-parameters.ts'

export interface Mark {
  readonly atMs: number
  readonly reason: string
}

/** What a row of the spread adds. */
export interface ArcChange {
  readonly reasons: readonly string[]
  readonly countries: readonly string[]
  /** Areas in a window, the most so far; null: only places far apart. */
  readonly areas: number | null
  /**
   * The greatest distance so far, in whole kilometres: only these are shown, and only these make it
   * wider.
   */
  readonly reachKm: number
  /**
   * The first of the strictest attacks that a greater number counts; null if no number is greater,
   * or all are public.
   */
  readonly strictest: Incident | null
}

/** An episode that began before the rows, as it was then. Plain data. */
export interface SavedArc extends Pick<ArcChange, 'areas' | 'reachKm'> {
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly closedMs: number | null
  readonly spreadUntilMs: number
  readonly countries: readonly string[]
  readonly marks: readonly Mark[]
  /** Areas of the triggers. */
  readonly areasTold: readonly string[]
  /** What its numbers count besides the triggers. */
  readonly hidden: HiddenCount
  readonly triggers: Evidence
  readonly support: readonly Incident[]
  /** Support that is only counted: all of it, and what of it the last row that widened it told. */
  readonly counted: number
  readonly told: number
}

export interface ArcStory
  extends Pick<Finding, 'fromMs' | 'toMs' | 'triggers' | 'support' | 'omitted'> {
  readonly drill: boolean
  readonly enteredMs: number
  readonly marks: readonly Mark[]
  readonly areas: number | null
  readonly reachKm: number
}

export function describeArc(story: ArcStory, terms: WideningArcParameters): Finding {
  const { drill, fromMs, toMs, enteredMs, marks, areas, reachKm, triggers, support, omitted } =
    story
  const measure = measureOf(areas, terms)
  const plain = {
    group: { theatre: drill ? 'drill' : 'all' },
    // A theatre does not identify a situation.
    situation: null,
    fromMs,
    toMs,
    levels: numberLevels([{ atMs: enteredMs, reason: 'widened' }, ...marks]),
    measure,
    triggers,
    support,
    omitted
  }
  return new ToldFinding(plain, () => {
    const places = [...new Set(triggers.flatMap(placeNames))]
    const where =
      places.length <= 4
        ? listOf(places)
        : `${places.slice(0, 3).join(', ')} and ${places.length - 3} more places`
    const hit = [...new Set(triggers.flatMap(areaCodes))]
    return {
      headline: `Attacks spread over ${reachKm} km: ${where}`,
      explanation:
        `Attacks since ${formatDay(fromMs)} hit ${countedText(hit.length, 'area')} (${listOf(hit.map(areaName), 8)}), up to ${reachKm} km apart. ` +
        `${capitalised(measure.name)}: ${measure.value}. Threshold: ${measure.threshold}, at least one of them quiet for the ${countedText(terms.quietDays, 'day')} before, ` +
        `and ${terms.growthFactor} times the reach of the window before.` +
        wholeIntervalNote(triggers, unlessTooLong)
    }
  })
}

function measureOf(areas: number | null, terms: WideningArcParameters): Finding['measure'] {
  const { areasMin, placesMin, placesApartKm, windowDays } = terms
  return areas === null
    ? {
        name: `places ${placesApartKm} km apart in ${windowDays} days`,
        value: placesMin,
        threshold: placesMin,
        baseline: null
      }
    : { name: `areas hit in ${windowDays} days`, value: areas, threshold: areasMin, baseline: null }
}

/** The reason of the level at which it escalates. */
export function manyOf({ escalateAreas }: WideningArcParameters): string {
  return `${escalateAreas} areas`
}

function placeNames(incident: Incident): string[] {
  return placesOf(incident).map(p => placeName(p) ?? 'a place without a name')
}

export function areaCodes(incident: Incident): string[] {
  return placesOf(incident).flatMap(p => p.admin1 ?? [])
}

/** True if two findings of one episode are equal: its words follow from the rest. */
export function areAlike(a: Finding, b: Finding): boolean {
  return (
    a.toMs === b.toMs &&
    a.omitted === b.omitted &&
    a.measure.name === b.measure.name &&
    a.measure.value === b.measure.value &&
    areSame(a.triggers, b.triggers) &&
    areSame(a.support, b.support) &&
    a.levels.length === b.levels.length &&
    a.levels.every(
      ({ atMs, reason }, i) => b.levels[i]?.atMs === atMs && b.levels[i]?.reason === reason
    )
  )
}
