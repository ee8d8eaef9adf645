// What these patterns have in common: an actor or tactic that is new in an area, how further
// sightings change that, and its finding.

import { layerOf } from '../../detection/layered.ts'
import {
  addEvidence,
  type ParameterTable,
  type PatternExample,
  type PatternWords
} from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import {
  type Incident,
  type IncidentPlace,
  independentOrigins,
  type Witness
} from '../../incident/incident.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { actorKey } from '../episode/actor-names.ts'
import { bySource, type Evidence, noEvidence, withWitnesses } from '../episode/episode-evidence.ts'
import { withSupport } from '../episode/named-support.ts'
import { countedText, momentWords, wholeIntervalNote } from '../episode/wording.ts'

export interface FirstSeenParameters {
  readonly absentDays: number
  readonly credibilityMax: number
  readonly sourcesMin: number
  readonly agesOutDays: number
}

export interface Shown {
  readonly key: string
  readonly name: string
}

/** The parts that differ between these patterns. */
export interface FirstSeenKind<P extends FirstSeenParameters> {
  readonly id: string
  readonly words: PatternWords
  /** Its name in a finding's group: `actor`, `tactic`. */
  readonly word: string
  readonly parameters: ParameterTable<Omit<P, keyof FirstSeenParameters>>
  readonly examples: readonly PatternExample[]
  /** What an incident shows; the key is the scope. */
  shownBy(incident: Incident, parameters: P): readonly Shown[]
  /** Its name at the beginning of a sentence. */
  nameOf(name: string): string
  /** The verb of the headline: `seen`, `reported`. */
  readonly verb: string
}

export interface FirstSeenEpisode {
  readonly admin1: string
  readonly name: string
  readonly enteredMs: number
  /** The day it was last seen there or in an area that touches it; null if never. */
  readonly before: number | null
  readonly neighbours: number
  readonly witnesses: readonly Witness[]
  /**
   * Some sighting is of known grade: any number of undeclared sources may be one reporter.
   */
  readonly isGraded: boolean
  readonly confirmedMs: number | null
  readonly triggers: Evidence
  readonly support: Evidence
}

/** What lies before the rows. Plain data. */
export interface FirstSeenState {
  readonly key: string
  /** By area, when it was last seen there; above the limit the oldest are dropped. */
  readonly seen: readonly (readonly [admin1: string, lastMs: number])[]
  /** In order of their beginning, which is also the order of their end. */
  readonly open: readonly FirstSeenEpisode[]
  readonly closed: readonly Finding[]
}

export type AreaPlace = IncidentPlace & { readonly admin1: string }

/** Begins at a sighting; `before`: when it was last seen there or in an area that touches it. */
export function entered<P extends FirstSeenParameters>(
  {
    place,
    key,
    before
  }: { readonly place: AreaPlace; readonly key: string; readonly before: number | null },
  incident: Incident,
  parameters: P,
  kind: FirstSeenKind<P>
): FirstSeenEpisode {
  const shown = kind.shownBy(incident, parameters).find(one => one.key === key)
  const isGraded = isGradedSighting(incident, key)
  return {
    admin1: place.admin1,
    name: shown?.name ?? key,
    enteredMs: incident.fromMs,
    before,
    neighbours: place.neighbours.length,
    witnesses: bySource(incident.witnesses),
    isGraded,
    confirmedMs:
      isGraded && incident.origins.length >= parameters.sourcesMin ? incident.fromMs : null,
    triggers: { kept: [incident], omitted: 0 },
    support: noEvidence
  }
}

/**
 * A further sighting in the same area: one that adds the second source or the known grade is a
 * trigger, all others support.
 */
export function grown(
  e: FirstSeenEpisode,
  incident: Incident,
  { sourcesMin }: FirstSeenParameters
): FirstSeenEpisode {
  if (e.confirmedMs !== null) return { ...e, support: withSupport(e.support, incident) }
  const witnesses = withWitnesses(e.witnesses, incident.witnesses)
  const isGraded = e.isGraded || isGradedSighting(incident, e.name)
  // A source that is known already adds no second one.
  const adds = isGraded !== e.isGraded || witnesses.length > e.witnesses.length
  return adds && isGraded && independentOrigins(witnesses).length >= sourcesMin
    ? {
        ...e,
        witnesses,
        isGraded,
        confirmedMs: incident.fromMs,
        triggers: addEvidence(e.triggers, incident)
      }
    : { ...e, witnesses, isGraded, support: withSupport(e.support, incident) }
}

/** True if a report of known grade names it. An incident has the names of all its reports. */
function isGradedSighting({ gradeKnown, gradedNames }: Incident, name: string): boolean {
  return gradedNames === undefined
    ? gradeKnown
    : gradedNames.some(graded => actorKey(graded) === actorKey(name))
}

export function closesAtMs(
  { enteredMs }: FirstSeenEpisode,
  { agesOutDays }: FirstSeenParameters
): number {
  return enteredMs + agesOutDays * dayMs
}

export function describe<P extends FirstSeenParameters>(
  e: FirstSeenEpisode,
  toMs: number | null,
  parameters: P,
  kind: FirstSeenKind<P>
): Finding {
  const { absentDays, sourcesMin, agesOutDays } = parameters
  const around =
    e.neighbours === 0
      ? ''
      : ` or in the ${e.neighbours === 1 ? 'neighbouring area' : `${e.neighbours} neighbouring areas`}`
  const unknown = e.neighbours === 0 ? '; its neighbouring areas are not known' : ''
  const first = e.triggers.kept[0]
  const fewer =
    sourcesMin === 2 ? 'One source reports' : `Fewer than ${sourcesMin} independent sources report`
  const escalating =
    sourcesMin === 2 ? 'a second independent source escalates' : `${sourcesMin} escalate`
  // By the first sighting alone: further ones that do not escalate it change no words.
  const waiting =
    first !== undefined && !isGradedSighting(first, e.name)
      ? `The grade of its source is unknown; ${countedText(sourcesMin, 'independent source')}, one of them of known grade, ${sourcesMin === 1 ? 'escalates' : 'escalate'} the alert. `
      : `${fewer} this; ${escalating} the alert. `
  const name = kind.nameOf(e.name)
  const where = areaInCountry(e.admin1)
  const when = momentWords(e.triggers.kept[0] ?? { fromMs: e.enteredMs, toMs: e.enteredMs })
  const span = absentDays === 365 ? 'a year' : countedText(absentDays, 'day')
  const confirmed =
    e.confirmedMs === null
      ? []
      : [{ atMs: e.confirmedMs, reason: countedText(sourcesMin, 'independent source') }]
  return {
    group: {
      [kind.word]: e.name,
      admin1: e.admin1,
      ...(e.triggers.kept[0]?.drill ? { drill: 'true' } : {})
    },
    // An area does not identify a situation: the actor or tactic may have been seen at the area's
    // other end.
    situation: null,
    fromMs: e.enteredMs,
    toMs,
    levels: numberLevels([{ atMs: e.enteredMs, reason: 'first seen' }, ...confirmed]),
    measure: {
      name: `${kind.word} first seen there in ${countedText(absentDays, 'day')}`,
      value: 1,
      threshold: 1,
      baseline: 0
    },
    triggers: e.triggers.kept,
    support: e.support.kept,
    omitted: e.triggers.omitted + e.support.omitted,
    layer: layerOf(e.triggers.kept),
    headline: `${name} ${kind.verb} in ${where} for the first time in ${span} or more, ${when}`,
    explanation:
      `${name}: ${kind.verb} in ${where} ${when}. Not ${kind.verb} there${around} in the ${countedText(absentDays, 'day')} before${unknown}.` +
      `${e.before === null ? '' : ` Last ${kind.verb} before that: ${formatDay(e.before)}.`} ` +
      (e.confirmedMs === null
        ? waiting
        : `${countedText(sourcesMin, 'independent source')} ${sourcesMin === 1 ? 'reports' : 'report'} this. `) +
      `It counts as new for ${countedText(agesOutDays, 'day')}.` +
      wholeIntervalNote(e.triggers.kept)
  }
}
