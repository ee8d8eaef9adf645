// The case of abducted people: who they are, by the keys of their names, and what became of them.
// Pure values; the pattern decides which cases are open.

import { addEvidence } from '../../detection/pattern.ts'
import {
  compareText,
  type Incident,
  type IncidentPlace,
  placesOf
} from '../../incident/incident.ts'
import { areOneSettlement } from '../../report/one-settlement.ts'
import { dayMs } from '../../space-time/event-time.ts'
import { distanceKm } from '../../space-time/geometry.ts'
import { type Evidence, evidenceOf, noEvidence } from '../episode/episode-evidence.ts'
import type { PersonFate } from './person-fates.ts'
import { areAmong, haveAnyOf, type Victim, withVictims } from './victims.ts'

export interface AbductionCase {
  /** The least key in the first report; null if it named nobody. */
  readonly person: string | null
  readonly place: IncidentPlace
  readonly drill: boolean
  readonly victims: readonly Victim[]
  /** Kinds of people, as reports state them. */
  readonly kinds: readonly string[]
  readonly fromMs: number
  /** End of the last report of it. */
  readonly lastMs: number
  /** Until when they were known to be alive. */
  readonly aliveMs: number
  readonly isDead: boolean
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  readonly end: { readonly atMs: number; readonly reason: CaseEnd } | null
  readonly triggers: Evidence
  readonly support: Evidence
}

export type CaseEnd = 'released' | 'found dead' | 'no further reports' | 'too many cases'

/** How close two incidents without names must be to concern the same people. */
export interface Nearness {
  readonly nearKm: number
  readonly nearDays: number
  /** Kinds of targets, as in `PersonFate.kinds`, that are not civilian. */
  readonly militaryKinds: readonly string[]
}

export function newCase(incident: Incident, taken: readonly PersonFate[]): AbductionCase {
  return {
    person: leastKey(taken),
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

function leastKey(taken: readonly PersonFate[]): string | null {
  let least: string | null = null
  for (const { keys } of taken)
    for (const key of keys) if (least === null || compareText(key, least) < 0) least = key
  return least
}

/**
 * True if this fate concerns people of the case: a key in common or, if neither names anybody, a
 * place and time close by.
 */
export function isOfCase(
  open: AbductionCase,
  incident: Incident,
  { keys, kinds }: PersonFate,
  nearness: Nearness
): boolean {
  if (keys.length > 0) return areAmong(open.victims, keys)
  if (open.person !== null) return false
  const isInTime =
    incident.fromMs >= open.fromMs && incident.fromMs <= open.lastMs + nearness.nearDays * dayMs
  return (
    isInTime &&
    mayBeSameKind(open.kinds, kinds, nearness.militaryKinds) &&
    isNear(open, incident, nearness)
  )
}

/**
 * Returns a test of whether any of these fates concerns people of a case, as `isOfCase` would for
 * each. O(fates) once, then as `haveAnyOf`.
 */
export function isOfCaseOf(
  incident: Incident,
  fates: readonly PersonFate[],
  nearness: Nearness
): (open: AbductionCase) => boolean {
  const [only] = fates
  if (only !== undefined && fates.length === 1)
    return open => isOfCase(open, incident, only, nearness)
  const keys = new Set<string>()
  for (const fate of fates) for (const key of fate.keys) keys.add(key)
  const nameless = fates.filter(fate => fate.keys.length === 0)
  // Of people without names only the kinds are known.
  const kinds = [...new Map(nameless.map(fate => [fate.kinds.join('|'), fate])).values()]
  return open =>
    haveAnyOf(open.victims, keys) || kinds.some(fate => isOfCase(open, incident, fate, nearness))
}

/** A soldier who was killed is none of the people taken from a village, and vice versa. */
function mayBeSameKind(
  taken: readonly string[],
  others: readonly string[],
  militaryKinds: readonly string[]
): boolean {
  if (others.length === 0) return true
  const [ofTaken, ofOthers] = [taken, others].map(
    kinds => kinds.filter(kind => militaryKinds.includes(kind)).length
  )
  if (ofOthers === others.length) return ofTaken !== 0
  return taken.length === 0 || ofTaken !== taken.length
}

function isNear({ place }: AbductionCase, incident: Incident, { nearKm }: Nearness): boolean {
  return placesOf(incident).some(p => {
    if (areOneSettlement(place, p)) return true
    const [a, b] = [pointOf(place, nearKm), pointOf(p, nearKm)]
    return a !== null && b !== null && distanceKm(a, b) <= nearKm
  })
}

function pointOf({ lat, lon, radiusKm }: IncidentPlace, precisionKm: number) {
  return lat !== null && lon !== null && (radiusKm ?? Number.POSITIVE_INFINITY) <= precisionKm
    ? { lat, lon }
    : null
}

/**
 * The case after a report that people were taken, new ones or the same. Kinds that escalate do so
 * once.
 */
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
    marks: [
      ...open.marks,
      ...grave.map(kind => ({ atMs: incident.fromMs, reason: kind.replaceAll('-', ' ') }))
    ],
    triggers: withIncident(open.triggers, incident)
  }
}

/** The case after a report of the fate of one of its people at a moment. A death counts once. */
export function withFate(
  open: AbductionCase,
  incident: Incident,
  { fate, keys }: PersonFate,
  atMs: number
): AbductionCase {
  const leaves = fate === 'freed' || fate === 'found-dead'
  const dies = (fate === 'killed' || fate === 'found-dead') && !open.isDead
  const death =
    fate === 'found-dead'
      ? 'body found'
      : incident.tactics.includes('execution')
        ? 'execution'
        : 'killing'
  const isTheirs = (v: Victim) =>
    v.keys.some(key => keys.includes(key)) || (keys.length === 0 && v.keys.length === 0)
  const theirs = open.victims.filter(isTheirs)
  const told = theirs.map(v => ({ ...v, gone: v.gone || leaves }))
  const victims = withVictims(
    open.victims,
    keys.length === 0 ? told : [...told, { keys, gone: leaves }]
  )
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

/** The case with an incident that can only support. */
export function withSupport(open: AbductionCase, incident: Incident): AbductionCase {
  return { ...open, support: withIncident(open.support, incident) }
}

/** Cases that turn out to concern one person are merged into the oldest. */
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

/** One mark per reason; of several deaths the first. */
function uniqueMarks(cases: readonly AbductionCase[]): AbductionCase['marks'] {
  const inOrder = cases.flatMap(c => c.marks).toSorted((a, b) => a.atMs - b.atMs)
  const byReason = new Map(
    inOrder.toReversed().map(mark => [isDeath(mark.reason) ? 'death' : mark.reason, mark])
  )
  return [...byReason.values()].reverse()
}

/** True for the mark of a death, however it is worded. */
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
