// First seen: an actor or a tactic appears in an area where it was not seen for a year, nor in the areas that touch it. The scope
// is the actor or tactic, so that its fold covers all areas; a sighting with an uncertain area or a poor grade neither raises it
// nor makes it known there, and what is hidden from readers of a level makes it known to those alone who see it.

import { type Layers, layered, layerOf } from '../../../src/detection/layered.ts'
import {
  addEvidence,
  type ParameterTable,
  type Pattern,
  type PatternExample,
  type PatternWords
} from '../../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { type Incident, type IncidentPlace, independentOrigins, placesOf, type Witness } from '../../../src/incident/incident.ts'
import { actorKey } from '../../../src/patterns/episode/actor-names.ts'
import { bySource, type Evidence, noEvidence, withWitnesses } from '../../../src/patterns/episode/episode-evidence.ts'
import { tellsOnce } from '../../../src/patterns/episode/growing-support.ts'
import { withSupport } from '../../../src/patterns/episode/named-support.ts'
import { notEndedBefore } from '../../../src/patterns/episode/prune-ended.ts'
import { countedText, momentWords, wholeIntervalNote } from '../../../src/patterns/episode/wording.ts'
import { areaInCountry } from '../../../src/space-time/area-names.ts'
import { dayMs, formatDay } from '../../../src/space-time/event-time.ts'

const source = 'patterns.md#new-actor'

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

interface FirstSeenEpisode {
  readonly admin1: string
  readonly name: string
  readonly enteredMs: number
  /** The day it was last seen there or in an area that touches it; null if never. */
  readonly before: number | null
  readonly neighbours: number
  readonly witnesses: readonly Witness[]
  /** Some sighting is of known grade: any number of undeclared sources may be one reporter. Source: decision 0077. */
  readonly isGraded: boolean
  readonly confirmedMs: number | null
  readonly triggers: Evidence
  readonly support: Evidence
}

interface Listed {
  readonly open: readonly FirstSeenEpisode[]
  readonly list: readonly Finding[]
}

interface FirstSeenState {
  readonly key: string
  /** By area, when it was last seen there; above the limit the oldest are dropped. */
  readonly seen: readonly (readonly [admin1: string, lastMs: number])[]
  /** In order of their beginning, which is also the order of their end. */
  readonly open: readonly FirstSeenEpisode[]
  readonly closed: readonly Finding[]
}

/** Twice the number of first-level areas that ISO 3166-2 has for the whole world. */
const areasMax = 10_000

/** In layers: what is new to readers of a level does not depend on what is hidden from them. */
export function firstSeen<P extends FirstSeenParameters>(kind: FirstSeenKind<P>): Pattern<P, Layers<FirstSeenState>> {
  const told = tellsOnce()
  /** The last list for these closed findings: most of it is still valid. */
  const listed = new WeakMap<readonly Finding[], Listed>()
  const own: ParameterTable<FirstSeenParameters> = {
    absentDays: {
      default: 365,
      unit: 'days',
      meaning: 'time without a sighting, there and in the areas that touch it',
      source,
      min: 1
    },
    credibilityMax: {
      default: 3,
      unit: 'Admiralty credibility',
      meaning: 'worst credibility that raises it; 6, which cannot be judged, passes too',
      source,
      min: 1,
      max: 5
    },
    sourcesMin: {
      default: 2,
      unit: 'sources',
      meaning: 'independent sources, one of them of known grade, at which it escalates',
      source,
      min: 2
    },
    agesOutDays: { default: 365, unit: 'days', meaning: 'how long it counts as new', source, min: 1 }
  }
  return layered<P, FirstSeenState>({
    id: kind.id,
    words: kind.words,
    parameters: { ...own, ...kind.parameters } as ParameterTable<P>,
    examples: kind.examples,
    // A single sighting by one source is news and pages nobody.
    pagesFrom: 'severe',
    baselineDays: parameters => parameters.absentDays,
    placeNeeds: (incident, parameters) => (kind.shownBy(incident, parameters).length > 0 ? [{ area: true }] : []),
    scopesOf: (incident, parameters) =>
      incident.category === 'statistic' || placesOf(incident).every(place => place.admin1 === null)
        ? []
        : kind.shownBy(incident, parameters).map(({ key }) => (incident.drill ? `drill/${key}` : `seen/${key}`)),
    initial: scope => ({ key: scope.slice(scope.indexOf('/') + 1), seen: [], open: [], closed: [] }),
    step: (state, incident, parameters) => {
      let known = closeWhenDue(state, incident.fromMs, parameters, kind)
      const credible = incident.credibility <= parameters.credibilityMax || incident.credibility === 6
      for (const place of areasOf(incident)) {
        const mayTrigger = incident.passesGrade && credible && place.areaCertain
        known = mayTrigger ? sighted(known, place, incident, parameters, kind) : supported(known, place.admin1, incident)
      }
      return known
    },
    findings: ({ open, closed }, horizonMs, parameters) => {
      if (open.length === 0) return closed
      const before = listed.get(closed)
      const list = closed.slice()
      let isSame = before?.open.length === open.length
      // The order of findings stays when an episode ends.
      for (const [i, e] of open.entries()) {
        const toMs = closesAtMs(e, parameters) <= horizonMs ? closesAtMs(e, parameters) : null
        const known = before?.open[i] === e ? before.list[closed.length + i] : undefined
        if (known?.toMs === toMs) {
          list.push(known)
          continue
        }
        isSame = false
        const make = () => describe(e, toMs, parameters, kind)
        list.push(toMs === null ? told(e.triggers, e.support, make) : make())
      }
      if (isSame && before !== undefined) return before.list
      listed.set(closed, { open, list })
      return list
    },
    nextChangeMs: ({ open }, horizonMs, parameters) => {
      for (const e of open) if (closesAtMs(e, parameters) > horizonMs) return closesAtMs(e, parameters)
      return null
    },
    tellsTheSame: (a, b) => a.open === b.open && a.closed === b.closed,
    // The last sighting is stated however long ago it was: one date per area.
    remembersForGood: true,
    forget: (state, beforeMs) => {
      const closed = notEndedBefore(state.closed, beforeMs)
      return closed === state.closed ? state : { ...state, closed }
    }
  })
}

type AreaPlace = IncidentPlace & { readonly admin1: string }

/** One place per area, a certain one if there are several. */
function areasOf(incident: Incident): readonly AreaPlace[] {
  if (incident.alsoAt.length === 0) return liesInArea(incident.place) ? [incident.place] : []
  const byArea = new Map<string, AreaPlace>()
  for (const place of placesOf(incident)) {
    if (liesInArea(place) && !byArea.get(place.admin1)?.areaCertain) byArea.set(place.admin1, place)
  }
  return [...byArea.values()]
}

function liesInArea(place: IncidentPlace): place is AreaPlace {
  return place.admin1 !== null
}

function supported(state: FirstSeenState, admin1: string, incident: Incident): FirstSeenState {
  const at = openIn(state, admin1)
  const episode = state.open[at]
  return episode === undefined
    ? state
    : { ...state, open: state.open.with(at, { ...episode, support: withSupport(episode.support, incident) }) }
}

function openIn({ open }: FirstSeenState, admin1: string): number {
  for (let i = 0; i < open.length; i++) if (open[i]?.admin1 === admin1) return i
  return -1
}

function sighted<P extends FirstSeenParameters>(
  state: FirstSeenState,
  place: AreaPlace,
  incident: Incident,
  parameters: P,
  kind: FirstSeenKind<P>
): FirstSeenState {
  const { admin1 } = place
  const seen = withArea(state.seen, admin1, incident.toMs)
  const at = openIn(state, admin1)
  if (at !== -1)
    return { ...state, seen, open: state.open.with(at, grown(state.open[at] as FirstSeenEpisode, incident, parameters)) }
  const last = lastSeen(state.seen, place)
  if (last !== null && last > incident.fromMs - parameters.absentDays * dayMs) return { ...state, seen }
  const shown = kind.shownBy(incident, parameters).find(({ key }) => key === state.key)
  const isGraded = isGradedSighting(incident, state.key)
  const fresh: FirstSeenEpisode = {
    admin1,
    name: shown?.name ?? state.key,
    enteredMs: incident.fromMs,
    before: last,
    neighbours: place.neighbours.length,
    witnesses: bySource(incident.witnesses),
    isGraded,
    confirmedMs: isGraded && incident.origins.length >= parameters.sourcesMin ? incident.fromMs : null,
    triggers: { kept: [incident], omitted: 0 },
    support: noEvidence
  }
  return { ...state, seen, open: [...state.open, fresh] }
}

function withArea(seen: FirstSeenState['seen'], admin1: string, toMs: number): FirstSeenState['seen'] {
  let at = seen.length - 1
  while (at >= 0 && seen[at]?.[0] !== admin1) at -= 1
  if (at === -1) return [...seen, [admin1, toMs] as const].slice(-areasMax)
  return (seen[at]?.[1] ?? 0) >= toMs ? seen : seen.with(at, [admin1, toMs])
}

/** When it was last seen there or in an area that touches it; null if never. */
function lastSeen(seen: FirstSeenState['seen'], { admin1, neighbours }: AreaPlace): number | null {
  let last: number | null = null
  for (const sighting of seen) {
    const area = sighting[0]
    const lastMs = sighting[1]
    if ((area === admin1 || neighbours.includes(area)) && (last === null || lastMs > last)) last = lastMs
  }
  return last
}

/** A further sighting in the same area: one that adds the second source or the known grade is a trigger, all others support. */
function grown(e: FirstSeenEpisode, incident: Incident, { sourcesMin }: FirstSeenParameters): FirstSeenEpisode {
  if (e.confirmedMs !== null) return { ...e, support: withSupport(e.support, incident) }
  const witnesses = withWitnesses(e.witnesses, incident.witnesses)
  const isGraded = e.isGraded || isGradedSighting(incident, e.name)
  // A source that is known already adds no second one.
  const adds = isGraded !== e.isGraded || witnesses.length > e.witnesses.length
  return adds && isGraded && independentOrigins(witnesses).length >= sourcesMin
    ? { ...e, witnesses, isGraded, confirmedMs: incident.fromMs, triggers: addEvidence(e.triggers, incident) }
    : { ...e, witnesses, isGraded, support: withSupport(e.support, incident) }
}

/** True if a report of known grade names it. An incident has the names of all its reports. */
function isGradedSighting({ gradeKnown, gradedNames }: Incident, name: string): boolean {
  return gradedNames === undefined ? gradeKnown : gradedNames.some(graded => actorKey(graded) === actorKey(name))
}

function closeWhenDue<P extends FirstSeenParameters>(
  state: FirstSeenState,
  nowMs: number,
  parameters: P,
  kind: FirstSeenKind<P>
): FirstSeenState {
  const [eldest] = state.open
  if (eldest === undefined || closesAtMs(eldest, parameters) > nowMs) return state
  const due = state.open.filter(e => closesAtMs(e, parameters) <= nowMs)
  const ended = due.map(e => describe(e, closesAtMs(e, parameters), parameters, kind))
  return { ...state, open: state.open.slice(due.length), closed: [...state.closed, ...ended] }
}

function closesAtMs({ enteredMs }: FirstSeenEpisode, { agesOutDays }: FirstSeenParameters): number {
  return enteredMs + agesOutDays * dayMs
}

function describe<P extends FirstSeenParameters>(
  e: FirstSeenEpisode,
  toMs: number | null,
  parameters: P,
  kind: FirstSeenKind<P>
): Finding {
  const { absentDays, sourcesMin, agesOutDays } = parameters
  const around =
    e.neighbours === 0 ? '' : ` or in the ${e.neighbours === 1 ? 'neighbouring area' : `${e.neighbours} neighbouring areas`}`
  const unknown = e.neighbours === 0 ? '; its neighbouring areas are not known' : ''
  const first = e.triggers.kept[0]
  const fewer = sourcesMin === 2 ? 'One source reports' : `Fewer than ${sourcesMin} independent sources report`
  const escalating = sourcesMin === 2 ? 'a second independent source escalates' : `${sourcesMin} escalate`
  // By the first sighting alone: further ones that do not escalate it change no words.
  const waiting =
    first !== undefined && !isGradedSighting(first, e.name)
      ? `The grade of its source is unknown; ${countedText(sourcesMin, 'independent source')}, one of them of known grade, ${sourcesMin === 1 ? 'escalates' : 'escalate'} the alert. `
      : `${fewer} this; ${escalating} the alert. `
  const name = kind.nameOf(e.name)
  const where = areaInCountry(e.admin1)
  const when = momentWords(e.triggers.kept[0] ?? { fromMs: e.enteredMs, toMs: e.enteredMs })
  const span = absentDays === 365 ? 'a year' : countedText(absentDays, 'day')
  const confirmed = e.confirmedMs === null ? [] : [{ atMs: e.confirmedMs, reason: countedText(sourcesMin, 'independent source') }]
  return {
    group: { [kind.word]: e.name, admin1: e.admin1, ...(e.triggers.kept[0]?.drill ? { drill: 'true' } : {}) },
    // An area does not identify a situation: the actor or tactic may have been seen at the area's other end.
    situation: null,
    fromMs: e.enteredMs,
    toMs,
    levels: numberLevels([{ atMs: e.enteredMs, reason: 'first seen' }, ...confirmed]),
    measure: { name: `${kind.word} first seen there in ${countedText(absentDays, 'day')}`, value: 1, threshold: 1, baseline: 0 },
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
