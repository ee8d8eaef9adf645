// The case of people who were taken: who they are by the keys of their names, and what has become of them. Pure values; the pattern decides which are open.

import { addEvidence } from '../../detection/pattern.ts'
import { compareText, type Incident, type IncidentPlace, placesOf } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { distanceKm } from '../../space-time/geometry.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import type { PersonFate } from './person-fates.ts'
import { areAmong, haveAnyOf, type Victim, withVictims } from './victims.ts'

export interface AbductionCase {
  /** Least key that the first report gave; null where it named nobody. */
  readonly person: string | null
  readonly place: IncidentPlace
  readonly drill: boolean
  readonly victims: readonly Victim[]
  /** What kinds of people they are, as reports have it. */
  readonly kinds: readonly string[]
  readonly fromMs: number
  /** End of the last word of it. */
  readonly lastMs: number
  /** Until when they were known to live. */
  readonly aliveMs: number
  readonly isDead: boolean
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly end: { readonly atMs: number; readonly reason: CaseEnd } | null
  readonly triggers: Evidence
  readonly support: Evidence
}

export type CaseEnd = 'released' | 'found dead' | 'no more word' | 'too many cases'

/** How near two incidents without names must be to be of the same people. */
export interface Nearness {
  readonly nearKm: number
  readonly nearDays: number
  /** Kinds of targets, as `PersonFate.kinds` has them, that are no civilians. */
  readonly militaryKinds: readonly string[]
}

export function newCase(incident: Incident, taken: readonly PersonFate[]): AbductionCase {
  return {
    person: taken.flatMap(f => f.keys).sort(compareText)[0] ?? null,
    place: incident.place,
    drill: incident.drill,
    victims: [],
    kinds: [],
    fromMs: incident.fromMs,
    lastMs: incident.toMs,
    aliveMs: incident.toMs,
    isDead: false,
    marks: [],
    end: null,
    triggers: noEvidence,
    support: noEvidence
  }
}

/** True where this fate is one of the people of the case: a key in common, or, where neither names anybody, a place and time close by. */
export function isOfCase(open: AbductionCase, incident: Incident, { keys, kinds }: PersonFate, nearness: Nearness): boolean {
  if (keys.length > 0) return areAmong(open.victims, keys)
  if (!mayBeSameKind(open.kinds, kinds, nearness.militaryKinds)) return false
  const isInTime = incident.fromMs >= open.fromMs && incident.fromMs <= open.lastMs + nearness.nearDays * dayMs
  return open.person === null && isInTime && isNear(open, incident, nearness)
}

/** Tells of a case whether one of some fates, or several, is of its people, as `isOfCase` does of each. O(fates) once, then as `haveAnyOf`. */
export function isOfCaseOf(
  incident: Incident,
  fates: readonly PersonFate[],
  nearness: Nearness
): (open: AbductionCase) => boolean {
  const [only] = fates
  if (only !== undefined && fates.length === 1) return open => isOfCase(open, incident, only, nearness)
  const keys = new Set(fates.flatMap(fate => fate.keys))
  const nameless = fates.filter(fate => fate.keys.length === 0)
  // Of people whom nobody named only their kinds are known.
  const kinds = [...new Map(nameless.map(fate => [fate.kinds.join('|'), fate])).values()]
  return open => haveAnyOf(open.victims, keys) || kinds.some(fate => isOfCase(open, incident, fate, nearness))
}

/** A soldier who was killed is nobody of those who were taken from a village, nor the other way round. */
function mayBeSameKind(taken: readonly string[], others: readonly string[], militaryKinds: readonly string[]): boolean {
  const [ofTaken, ofOthers] = [taken, others].map(kinds => kinds.filter(kind => militaryKinds.includes(kind)).length)
  if (others.length === 0) return true
  if (ofOthers === others.length) return ofTaken !== 0
  return taken.length === 0 || ofTaken !== taken.length
}

function isNear({ place }: AbductionCase, incident: Incident, { nearKm }: Nearness): boolean {
  return placesOf(incident).some(p => {
    if (place.settlement !== null && place.settlement === p.settlement) return true
    const [a, b] = [pointOf(place, nearKm), pointOf(p, nearKm)]
    return a !== null && b !== null && distanceKm(a, b) <= nearKm
  })
}

function pointOf({ lat, lon, radiusKm }: IncidentPlace, precisionKm: number) {
  return lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= precisionKm ? { lat, lon } : null
}

/** The case after word that people were taken: of new people, or of the same. Kinds that escalate do so once. */
export function withTaken(
  open: AbductionCase,
  incident: Incident,
  taken: readonly PersonFate[],
  escalateKinds: readonly string[]
): AbductionCase {
  const kinds = [...new Set([...open.kinds, ...taken.flatMap(f => f.kinds)])]
  const grave = kinds.filter(kind => escalateKinds.includes(kind) && !open.kinds.includes(kind))
  return {
    ...open,
    kinds,
    victims: withVictims(
      open.victims,
      taken.map(({ keys }) => ({ keys, gone: false }))
    ),
    lastMs: Math.max(open.lastMs, incident.toMs),
    aliveMs: Math.max(open.aliveMs, incident.toMs),
    marks: [...open.marks, ...grave.map(kind => ({ atMs: incident.fromMs, reason: kind.replaceAll('-', ' ') }))],
    triggers: withIncident(open.triggers, incident)
  }
}

/** The case after word of what became of one of its people, at that moment. A death counts once. */
export function withFate(open: AbductionCase, incident: Incident, { fate, keys }: PersonFate, atMs: number): AbductionCase {
  const leaves = fate === 'freed' || fate === 'found-dead'
  const dies = (fate === 'killed' || fate === 'found-dead') && !open.isDead
  const death = fate === 'found-dead' ? 'body found' : incident.tactics.includes('execution') ? 'execution' : 'killing'
  const isTheirs = (v: Victim) => v.keys.some(key => keys.includes(key)) || (keys.length === 0 && v.keys.length === 0)
  const theirs = open.victims.filter(isTheirs)
  const told = theirs.map(v => ({ ...v, gone: v.gone || leaves }))
  const victims = withVictims(open.victims, keys.length === 0 ? told : [...told, { keys, gone: leaves }])
  const isOver = leaves && victims.every(v => v.gone)
  return {
    ...open,
    victims,
    lastMs: Math.max(open.lastMs, incident.toMs),
    aliveMs: fate === 'seen-alive' ? Math.max(open.aliveMs, incident.toMs) : open.aliveMs,
    isDead: open.isDead || dies,
    marks: dies ? [...open.marks, { atMs, reason: death }] : open.marks,
    end: isOver ? { atMs, reason: open.isDead || dies ? 'found dead' : 'released' } : null,
    triggers: withIncident(open.triggers, incident)
  }
}

/** The case with what can't move it. */
export function withSupport(open: AbductionCase, incident: Incident): AbductionCase {
  return { ...open, support: withIncident(open.support, incident) }
}

/** Cases that turn out to be of one person are one, the eldest. */
export function unitedCase(cases: readonly AbductionCase[]): AbductionCase {
  const [eldest, ...others] = cases as [AbductionCase, ...AbductionCase[]]
  if (others.length === 0) return eldest
  return {
    ...eldest,
    victims: withVictims(
      [],
      cases.flatMap(c => c.victims)
    ),
    kinds: [...new Set(cases.flatMap(c => c.kinds))],
    lastMs: Math.max(...cases.map(c => c.lastMs)),
    aliveMs: Math.max(...cases.map(c => c.aliveMs)),
    isDead: cases.some(c => c.isDead),
    marks: uniqueMarks(cases),
    triggers: unitedEvidence(cases.map(c => c.triggers)),
    support: unitedEvidence(cases.map(c => c.support))
  }
}

/** One mark for each reason; of several deaths the first. */
function uniqueMarks(cases: readonly AbductionCase[]): AbductionCase['marks'] {
  const inOrder = cases.flatMap(c => c.marks).toSorted((a, b) => a.atMs - b.atMs)
  const byReason = new Map(inOrder.toReversed().map(mark => [isDeath(mark.reason) ? 'death' : mark.reason, mark]))
  return [...byReason.values()].reverse()
}

/** True for the mark of a death, in whatever words. */
export function isDeath(reason: string): boolean {
  return reason === 'killing' || reason === 'execution' || reason === 'body found'
}

function unitedEvidence(all: readonly Evidence[]): Evidence {
  const { kept, omitted } = evidenceOf(all.flatMap(e => e.kept))
  return { kept, omitted: all.reduce((sum, e) => sum + e.omitted, omitted) }
}

function withIncident(evidence: Evidence, incident: Incident): Evidence {
  return evidence.kept.some(i => i.id === incident.id) ? evidence : addEvidence(evidence, incident)
}
