// Which alert an alert is part of, so that lists and notification policies can fold a busy area into one line. By place and by evidence alone: what an
// operator did with an alert changes nothing here, but that what is closed gathers nothing.

import { compareText } from '../incident/incident.ts'
import { severities } from '../record/severity.ts'
import type { AlertState } from './alert.ts'

/** What grouping sees of an alert. */
export interface Grouped {
  readonly state: Pick<AlertState, 'alertId' | 'pattern' | 'status' | 'severity' | 'group' | 'area' | 'drill'>
  readonly firstSeq: number
}

/** Patterns that gather what others found in an area. */
const gathering: ReadonlySet<string> = new Set(['compound-crisis'])
/** Patterns that tell of one event: a group of a whole area says only that nothing is known of where in it that was. */
const ofOneEvent: ReadonlySet<string> = new Set(['mass-casualty'])

/**
 * How wide the story of an alert is, by what it is about: 0 a place, 1 a first-level area, 2 all that was found in one, 3 a country, 4 a theatre. An alert
 * is part of wider ones, and of elder ones as wide.
 */
export function breadthOf({ pattern, group }: Pick<AlertState, 'pattern' | 'group'>): number {
  if (gathering.has(pattern)) return 2
  if (ofOneEvent.has(pattern)) return 0
  // A group of more than its area (an actor there, a source there) is one thread of its story, not the whole of it.
  const about = Object.keys(group).filter(name => name !== 'drill')
  return about.length === 1 ? (breadths[about[0] as string] ?? 0) : 0
}

const breadths: Readonly<Record<string, number>> = { admin1: 1, country: 3, theatre: 4 }

/** In place of an area, where an alert is about the theatre: no area has this name. */
export const allGround = 'all'

/** Where other alerts look for one: the area that it is about or in which its one event lies, or all ground; undefined for none of them. */
export function groundOf({ pattern, group, area }: Pick<AlertState, 'pattern' | 'group' | 'area'>): string | undefined {
  if (ofOneEvent.has(pattern)) return area.admin1.length === 1 ? area.admin1[0] : undefined
  return group.admin1 ?? (group.theatre === undefined ? undefined : allGround)
}

/**
 * The open alert that one is part of; null for none. First what gathers its area, then a story of its area, then an event of the same kind there; then the
 * widest that has spread over its area, or that rests on its first or its last trigger: a massacre that four rules see is told once. Of several the more
 * severe, then the elder. `inArea` are alerts about the areas in which it lies or about the theatre, `sharing` those that share one of these triggers.
 */
export function partOf(of: Grouped, inArea: Iterable<Grouped>, sharing: Iterable<Grouped>): string | null {
  const mayHold = (other: Grouped) => isOpen(other) && other.state.drill === of.state.drill && isAbove(other, of)
  const around = [...inArea].filter(mayHold)
  const stories = around.filter(other => breadthOf(other.state) > 0 && covers(other, of)).sort(byWeight)
  const alike = around.filter(other => isAlike(other, of)).sort(byWeight)
  const wide = [...around.filter(other => reaches(other, of)), ...[...sharing].filter(mayHold)]
  const parent = stories[0] ?? alike[0] ?? wide.sort((a, b) => byBreadth(a, b) || byWeight(a, b))[0]
  return parent?.state.alertId ?? null
}

/**
 * A wider story; or, of two as wide, the elder, unless the later is worse: who folds what belongs together must not fold away the gravest of it. Nothing is
 * above itself, and no two are above each other.
 */
function isAbove(other: Grouped, of: Grouped): boolean {
  const [theirs, own] = [breadthOf(other.state), breadthOf(of.state)]
  if (theirs !== own) return theirs > own
  return other.firstSeq < of.firstSeq && severities.indexOf(other.state.severity) >= severities.indexOf(of.state.severity)
}

function isOpen({ state }: Grouped): boolean {
  return state.status === 'provisional' || state.status === 'confirmed'
}

/** All of an alert lies in the one area that another is about. */
function covers({ state }: Grouped, of: Grouped): boolean {
  const { admin1 } = of.state.area
  return admin1.length > 0 && admin1.every(code => code === state.group.admin1)
}

/** Two events of one kind in one area. */
function isAlike(other: Grouped, of: Grouped): boolean {
  const isOfKind = ofOneEvent.has(of.state.pattern) && other.state.pattern === of.state.pattern
  const ground = groundOf(of.state)
  return isOfKind && ground !== undefined && groundOf(other.state) === ground
}

/**
 * All areas of an alert are among those that a story of the theatre has reached. A spread of attacks may last for years: what is severe is then news of its
 * own, unless the spread is graver or the alert is part of what makes it.
 */
function reaches({ state }: Grouped, of: Grouped): boolean {
  const { admin1 } = of.state.area
  const [theirs, own] = [severities.indexOf(state.severity), severities.indexOf(of.state.severity)]
  const isGraver = theirs > own || (theirs === own && own <= severities.indexOf('moderate'))
  return (
    state.group.theatre !== undefined && isGraver && admin1.length > 0 && admin1.every(code => state.area.admin1.includes(code))
  )
}

function byBreadth(a: Grouped, b: Grouped): number {
  return breadthOf(b.state) - breadthOf(a.state)
}

function byWeight(a: Grouped, b: Grouped): number {
  return (
    Number(gathering.has(b.state.pattern)) - Number(gathering.has(a.state.pattern)) ||
    severities.indexOf(b.state.severity) - severities.indexOf(a.state.severity) ||
    a.firstSeq - b.firstSeq ||
    compareText(a.state.alertId, b.state.alertId)
  )
}
