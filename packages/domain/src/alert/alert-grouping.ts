// Which alert is the parent of another, so that lists and notification policies can fold a busy
// area into one line. By place and evidence only: operators' actions change nothing, except that a
// closed alert is no parent.

import { compareText } from '../incident/incident.ts'
import { severities } from '../record/severity.ts'
import { type Handling, handlings, maySee, strictest } from '../report/handling.ts'
import type { AlertState } from './alert.ts'

/** The parts of an alert that grouping reads. */
export interface Grouped {
  readonly state: Pick<
    AlertState,
    'alertId' | 'pattern' | 'status' | 'severity' | 'group' | 'area' | 'drill' | 'handling'
  >
  readonly firstSeq: number
}

/** Patterns whose alerts gather all others of an area. */
const gathering: ReadonlySet<string> = new Set(['compound-crisis'])
/**
 * Patterns about one event: a group that is a whole area only means that its place within the area
 * is unknown.
 */
const ofOneEvent: ReadonlySet<string> = new Set(['mass-casualty'])

/**
 * The breadth of an alert's subject: 0 a place, 1 a first-level area, 2 everything found in one, 3
 * a country, 4 a theatre. An alert's parent is broader, or as broad and older.
 */
export function breadthOf({ pattern, group }: Pick<AlertState, 'pattern' | 'group'>): number {
  if (gathering.has(pattern)) return 2
  if (ofOneEvent.has(pattern)) return 0
  let about: string | null = null
  for (const name in group) {
    if (name === 'drill') continue
    // A group of more than its area (with an actor or a source) is one aspect of the area, not the
    // whole.
    if (about !== null) return 0
    about = name
  }
  return about === null ? 0 : (breadths[about] ?? 0)
}

const breadths: Readonly<Record<string, number>> = { admin1: 1, country: 3, theatre: 4 }

/** Stands for an area if an alert is about the whole theatre: no area has this name. */
export const allGround = 'all'

/**
 * The ground under which an alert is found as a parent: its area, the area of its one event, or all
 * ground; undefined for none.
 */
export function groundOf({
  pattern,
  group,
  area
}: Pick<AlertState, 'pattern' | 'group' | 'area'>): string | undefined {
  if (ofOneEvent.has(pattern)) return area.admin1.length === 1 ? area.admin1[0] : undefined
  return group.admin1 ?? (group.theatre === undefined ? undefined : allGround)
}

/**
 * The open parent of an alert; null for none. In order: what gathers its area, a story about its
 * area, an event of the same kind there, then the broadest that has spread over its area or rests
 * on its first or last trigger, so that a massacre seen by four rules is listed once. Among several
 * the more severe, then the older. `inArea`: alerts about its areas or the theatre; `sharing`:
 * alerts that share one of these triggers, asked for last. Both may have it itself, which is no
 * parent of its own, and alerts that readers of the level may not see, which count for nothing.
 */
export function partOf(
  of: Grouped,
  inArea: readonly Grouped[],
  sharing: Iterable<Grouped>,
  level: Handling = strictest
): string | null {
  let story: Grouped | null = null
  let alike: Grouped | null = null
  let wide: Grouped | null = null
  const own = breadthOf(of.state)
  for (const other of inArea) {
    if (!isBeside(other, of, level)) continue
    const theirs = breadthOf(other.state)
    if (!isAbove(other, theirs, of, own)) continue
    if (theirs > 0 && covers(other, of)) story = firstOf(story, other, byWeight)
    if (isAlike(other, of)) alike = firstOf(alike, other, byWeight)
    if (reaches(other, of)) wide = firstOf(wide, other, byBreadth)
  }
  if (story === null && alike === null)
    for (const other of sharing)
      if (isBeside(other, of, level) && isAbove(other, breadthOf(other.state), of, own))
        wide = firstOf(wide, other, byBreadth)
  return (story ?? alike ?? wide)?.state.alertId ?? null
}

function isBeside({ state: other }: Grouped, { state }: Grouped, level: Handling): boolean {
  return (
    isOpen(other) &&
    other.drill === state.drill &&
    other.alertId !== state.alertId &&
    maySee(level, other.handling)
  )
}

/** The one that comes first in an order that is total. */
function firstOf(
  first: Grouped | null,
  other: Grouped,
  compare: (a: Grouped, b: Grouped) => number
): Grouped {
  return first !== null && compare(first, other) <= 0 ? first : other
}

/**
 * A broader story; or, of two equally broad, the older, unless the later is more severe: a fold
 * must not hide the gravest alert. The relation is irreflexive and asymmetric.
 */
function isAbove(other: Grouped, theirs: number, of: Grouped, own: number): boolean {
  if (theirs !== own) return theirs > own
  return (
    other.firstSeq < of.firstSeq &&
    severities.indexOf(other.state.severity) >= severities.indexOf(of.state.severity)
  )
}

function isOpen({ status }: Grouped['state']): boolean {
  return status === 'provisional' || status === 'confirmed'
}

/** True if the alert lies completely in the one area that another is about. */
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
 * True if a theatre-wide story has reached all areas of an alert. Attacks may spread for years: a
 * severe alert is then news of its own, unless the spread is more severe or the alert is part of
 * its evidence.
 */
function reaches({ state }: Grouped, of: Grouped): boolean {
  const { admin1 } = of.state.area
  const theirs = severities.indexOf(state.severity)
  const own = severities.indexOf(of.state.severity)
  const isGraver = theirs > own || (theirs === own && own <= severities.indexOf('moderate'))
  return (
    state.group.theatre !== undefined &&
    isGraver &&
    admin1.length > 0 &&
    admin1.every(code => state.area.admin1.includes(code))
  )
}

function byBreadth(a: Grouped, b: Grouped): number {
  return breadthOf(b.state) - breadthOf(a.state) || byWeight(a, b)
}

function byWeight(a: Grouped, b: Grouped): number {
  return (
    Number(gathering.has(b.state.pattern)) - Number(gathering.has(a.state.pattern)) ||
    severities.indexOf(b.state.severity) - severities.indexOf(a.state.severity) ||
    a.firstSeq - b.firstSeq ||
    compareText(a.state.alertId, b.state.alertId)
  )
}

/** The parent for readers who may see everything, and the others for whom it is another. */
export type Parents = Pick<AlertState, 'partOf' | 'partOfFor'>

/** The parent that an alert states for readers of a level; null for none. */
export function parentAt({ partOf, partOfFor }: Parents, level: Handling): string | null {
  const own = level === 'restricted' ? undefined : partOfFor?.[level]
  return own === undefined ? partOf : own
}

/** All parents that an alert states. */
export function allParents({ partOf, partOfFor }: Parents): readonly string[] {
  if (partOfFor === undefined) return partOf === null ? [] : [partOf]
  const all = handlings.map(level => parentAt({ partOf, partOfFor }, level))
  return [...new Set(all)].filter(id => id !== null)
}

/** Parents by level, of an alert with a handling: readers below it are told of none. */
export function parentsOf(
  handling: Handling,
  parentOf: (level: Handling) => string | null
): Parents {
  const partOf = parentOf(strictest)
  const others = handlings.filter(level => level !== strictest && maySee(level, handling))
  const differing = others
    .map(level => [level, parentOf(level)] as const)
    .filter(([, parent]) => parent !== partOf)
  return differing.length === 0 ? { partOf } : { partOf, partOfFor: Object.fromEntries(differing) }
}

/** A state that `partOfFor` was not stated in, with these parents. */
export function withParents(state: AlertState, parents: Parents): AlertState {
  if (parents.partOfFor !== undefined) return { ...state, ...parents }
  return parents.partOf === state.partOf ? state : { ...state, partOf: parents.partOf }
}
