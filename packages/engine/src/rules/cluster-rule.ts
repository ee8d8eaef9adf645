// Interface of a cluster rule. Its findings are clusters of linked incidents, and depend on the set
// of incidents alone: a rule needs no code for reports that come late, are corrected or withdrawn.
// The executor is fold/clusters.ts.

import type { Incidents } from '../data/incidents.ts'
import { type Certainty, type Facts, type Group, type Measure, nameLevelKinds } from './finding.ts'
import type { RuleBase } from './rule-base.ts'

/** Result of `getLink`: the two incidents are not linked. */
export const notLinked = -1
/** Result of `getLink`: linked, but neither adds to the density of the other. */
export const linkedOnly = 0
/** More linked incidents than any place has: a hot cell with this has no core points. */
export const neverCore = 1e9

/** A place with many incidents in its past needs more for a core point: they are usual there. */
export interface HotCell {
  readonly pastDays: number
  /** The past ends this many days before an incident. */
  readonly gapDays: number
  /** Number of incidents in the past from which the cell is hot for an incident. */
  readonly getHotCount: (incidents: Incidents, row: number) => number
  /** Replaces each number of `minPoints` in a hot cell. */
  readonly minPoints: number
}

/** `A`: what it assesses. */
export interface ClusterRule<A extends Assessment = Assessment> extends RuleBase {
  readonly includes: (incidents: Incidents, row: number) => boolean
  /**
   * A number of the rule's own about an incident: an integer of 32 bits. The executor stores it, as
   * fields of a report may have changed by the time its incident is removed.
   */
  readonly getMark?: (incidents: Incidents, row: number) => number
  /** Groups of an incident: only incidents with a common one are linked, and those without are left out. */
  readonly listGroups?: (incidents: Incidents, row: number) => readonly number[]
  /** Incidents within this distance and time of each other are candidates for a link. */
  readonly linkKm: number
  readonly linkDays: number
  /** Points known less precisely than this are not used. Default: `linkKm`. */
  readonly getPointKm?: (incidents: Incidents, row: number) => number
  /** Incidents with a common key are candidates too, within a number of days. */
  readonly listKeys?: (incidents: Incidents, row: number, into: number[]) => void
  readonly getKeyLinkDays?: (key: number) => number
  /**
   * Whether two candidates are linked: `notLinked`, `linkedOnly`, or a mask of the kinds of density
   * that `b` adds to for `a`. Left out: all candidates are linked, and of kind 0.
   */
  readonly getLink?: (candidates: Candidates) => number
  /**
   * By kind of density: the number that makes an incident a core point, itself included. Linked core
   * points are one cluster; what is linked to a core point without being one is a border point.
   */
  readonly minPoints: readonly number[]
  /** What an incident adds to its own density of a kind. Default: 1. */
  readonly countOwn?: (incidents: Incidents, row: number, kind: number) => number
  /** False for an incident that can only be a border point. */
  readonly canBeCore?: (mark: number) => boolean
  readonly hotCell?: HotCell
  /** Days after the last incident on which a cluster ends. */
  readonly quietDays: number
  /** A cluster ends at this age. */
  readonly maxDays?: number
  /** What a cluster amounts to; null if it is no finding. */
  assess(cluster: ClusterView): A | null
  /** Left out: the number of members against `minPoints`. */
  measure?(cluster: ClusterView, found: A): Measure
  listFacts?(cluster: ClusterView, found: A): Facts
  computeCertainty?(cluster: ClusterView, found: A): Certainty
  readGroup(cluster: ClusterView, found: A): Group
}

/** Two incidents that may be linked. One object is used again and again. */
export interface Candidates {
  readonly incidents: Incidents
  readonly a: number
  readonly b: number
  /** Days between their intervals; 0 if they overlap. */
  readonly daysApart: number
  /** The common key that made them candidates; -1 if points near each other did. */
  readonly key: number
  readonly markA: number
  readonly markB: number
}

/** A cluster as its rule sees it. */
export interface ClusterView {
  readonly incidents: Incidents
  /** Number of members, those beyond retention included. */
  readonly size: number
  readonly startDay: number
  readonly lastDay: number
  readonly firstRow: number
  /** The members, in no particular order. */
  listMembers(): readonly number[]
  /** The members by time, then by id. */
  listByTime(): readonly number[]
  /** True if a member is dense enough of this kind to be a core point. */
  isDenseIn(row: number, kind: number): boolean
  getMark(row: number): number
  /** The groups of a member, if the rule has some. */
  listGroups(row: number): readonly number[]
  /** The day of the nth member by time, from 1. */
  getMemberDay(nth: number): number
  /** The first day with a core point. */
  findEntryDay(): number
  /** The days on which two clusters became one, in order, from the first members. */
  findMergeDays(): readonly number[]
}

/** The number of first members that are looked at: later mergers, of a larger cluster, are not found. */
export const historySizeMax = 32

export interface Assessment {
  /** The day on which each level was reached, level 1 first. */
  readonly levelDays: readonly number[]
  /** As `nameLevelKinds` gives them. */
  readonly levelKinds?: string | null
  /** A further level is reached on this day, once the watermark has passed it. */
  readonly absenceDay?: number
  /** The day on which a member ended it. Left out: quiet or age ends it. */
  readonly overDay?: number
  /** The members that count, by time. Left out: all. */
  readonly rows?: readonly number[]
  /** No level can be added before the cluster has this many members. Default: any incident can. */
  readonly nextLevelSize?: number
}

/**
 * The levels of a cluster: the entry, then one for each of these days, which are listed in the order
 * of the rule's texts; 0: not reached.
 */
export function orderLevels(entryDay: number, days: readonly number[]): Assessment {
  const later = days.map(day => (day === 0 ? 0 : Math.max(day, entryDay)))
  const reached = later.filter(day => day !== 0).sort((a, b) => a - b)
  return {
    levelDays: [entryDay, ...reached],
    levelKinds: nameLevelKinds(later, reached.length)
  }
}
