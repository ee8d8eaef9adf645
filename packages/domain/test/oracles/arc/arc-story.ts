// The episode of a widening arc: how it grows, and its finding.

import { addEvidence } from '../../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { type Incident, placesOf } from '../../../src/incident/incident.ts'
import { evidenceOf, noEvidence } from '../../../src/patterns/episode/episode-evidence.ts'
import { alsoCounted, namesMore, withSupport } from '../../../src/patterns/episode/named-support.ts'
import { recentCache } from '../../../src/patterns/episode/recent-cache.ts'
import {
  capitalised,
  countedText,
  listOf,
  placeName,
  unlessTooLong,
  wholeIntervalNote
} from '../../../src/patterns/episode/wording.ts'
import { areaName } from '../../../src/space-time/area-names.ts'
import { dayMs, formatDay } from '../../../src/space-time/event-time.ts'
import { incidentCache } from '../incident-cache.ts'
import {
  firstStrictest,
  type Promoting,
  toldEvidence,
  withStrictestOf
} from '../strictest-counted.ts'

export interface ArcEpisode {
  readonly told: ArcStory
  /** Further supporting incidents that are only counted; they are reported with the next change. */
  readonly untold: number
  /** The maximum so far. */
  readonly reachKm: number
  /** Until when the last spread holds, if nothing more happens. */
  readonly spreadUntilMs: number
}

/** What the finding reports. */
export interface ArcStory extends Promoting {
  readonly drill: boolean
  readonly fromMs: number
  readonly enteredMs: number
  readonly countries: readonly string[]
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** The maximum so far. */
  readonly measure: Finding['measure']
  readonly reachKm: number
  /** Names of the places and codes of the areas of the triggers, each once, in order. */
  readonly places: readonly string[]
  readonly areas: readonly string[]
}

/** A new arc that begins with these attacks, in order of the fold. */
export function began(
  attacks: readonly Incident[],
  {
    spreadUntilMs,
    ...seen
  }: Pick<ArcStory, 'enteredMs' | 'countries' | 'marks' | 'measure' | 'reachKm'> & {
    readonly spreadUntilMs: number
  }
): ArcEpisode {
  const triggers = evidenceOf(attacks)
  const told = {
    ...seen,
    drill: attacks.some(i => i.drill),
    fromMs: Math.min(...attacks.map(i => i.fromMs)),
    triggers,
    support: noEvidence,
    promoted: [],
    places: uniqueTexts(triggers.kept.flatMap(placeNames)),
    areas: uniqueTexts(triggers.kept.flatMap(areaCodes))
  }
  return { told, untold: 0, reachKm: seen.reachKm, spreadUntilMs }
}

/** Parameters that the explanation names and that end it. */
export interface ArcTerms {
  readonly quietDays: number
  readonly growthFactor: number
  readonly leaveDays: number
}

/** What an attack adds to an arc. */
export interface ArcChange {
  readonly reasons: readonly string[]
  readonly countries: readonly string[]
  readonly measure: Finding['measure']
}

const toldAgain = incidentCache<ArcStory>()

/** The arc after an attack that widened it. */
export function widenedBy(
  open: ArcEpisode,
  incident: Incident,
  change: ArcChange,
  reachKm: number,
  counted: readonly Incident[]
): ArcStory {
  const told = widened(allTold(open), incident, change, reachKm)
  const now = withStrictestOf(told, firstStrictest(counted))
  if (now === told) return told
  const { kept } = now.triggers
  return {
    ...now,
    places: uniqueTexts(kept.flatMap(placeNames)),
    areas: uniqueTexts(kept.flatMap(areaCodes))
  }
}

function widened(
  told: ArcStory,
  incident: Incident,
  { reasons, countries, measure }: ArcChange,
  reachKm: number
): ArcStory {
  const triggers = addEvidence(told.triggers, incident)
  const isNamed = triggers.omitted === told.triggers.omitted
  return {
    ...told,
    marks:
      reasons.length === 0
        ? told.marks
        : [...told.marks, ...reasons.map(reason => ({ atMs: incident.fromMs, reason }))],
    countries: countries.length === 0 ? told.countries : [...told.countries, ...countries],
    measure,
    reachKm,
    triggers,
    places: isNamed ? withTexts(told.places, placeNames(incident)) : told.places,
    areas: isNamed ? withTexts(told.areas, areaCodes(incident)) : told.areas
  }
}

export function supported(open: ArcEpisode, incident: Incident): ArcEpisode {
  const { told } = open
  if (!namesMore(told.support, incident)) return { ...open, untold: open.untold + 1 }
  return {
    ...open,
    told: toldAgain(incident, [told], () => ({
      ...told,
      support: withSupport(told.support, incident)
    }))
  }
}

/** The story with everything that was only counted. */
export function allTold({ told, untold }: ArcEpisode): ArcStory {
  return untold === 0 ? told : { ...told, support: alsoCounted(told.support, untold) }
}

export function closesAtMs(open: ArcEpisode, parameters: ArcTerms): number {
  return open.spreadUntilMs + parameters.leaveDays * dayMs
}

const described = recentCache<ArcStory, Finding>(4)

/** The finding of an open arc; an unchanged arc gives the same object. */
export function describeOpen({ told }: ArcEpisode, parameters: ArcTerms): Finding {
  return described(told, () => describe(told, null, parameters))
}

export function describe(open: ArcStory, toMs: number | null, parameters: ArcTerms): Finding {
  const { places, areas } = open
  const where =
    places.length <= 4
      ? listOf(places)
      : `${places.slice(0, 3).join(', ')} and ${places.length - 3} more places`
  return {
    group: { theatre: open.drill ? 'drill' : 'all' },
    // A theatre does not identify a situation.
    situation: null,
    fromMs: open.fromMs,
    toMs,
    levels: numberLevels([{ atMs: open.enteredMs, reason: 'widened' }, ...open.marks]),
    measure: open.measure,
    ...toldEvidence(open),
    headline: `Attacks spread over ${Math.round(open.reachKm)} km: ${where}`,
    explanation:
      `Attacks since ${formatDay(open.fromMs)} hit ${countedText(areas.length, 'area')} (${listOf(areas.map(areaName), 8)}), up to ${Math.round(open.reachKm)} km apart. ` +
      `${capitalised(open.measure.name)}: ${open.measure.value}. Threshold: ${open.measure.threshold}, at least one of them quiet for the ${countedText(parameters.quietDays, 'day')} before, ` +
      `and ${parameters.growthFactor} times the reach of the window before.` +
      wholeIntervalNote(open.triggers.kept, unlessTooLong)
  }
}

function placeNames(incident: Incident): string[] {
  return placesOf(incident).map(p => placeName(p) ?? 'a place without a name')
}

function areaCodes(incident: Incident): string[] {
  return placesOf(incident).flatMap(p => p.admin1 ?? [])
}

function uniqueTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}

/** The texts with those that are new; the same list if none is. */
function withTexts(texts: readonly string[], more: readonly string[]): readonly string[] {
  const fresh = more.filter(text => !texts.includes(text))
  return fresh.length === 0 ? texts : uniqueTexts([...texts, ...fresh])
}
