// The attacks of some weeks that may still become neighbours of a new one, in order of the fold and
// in blocks, so that a step copies only the blocks that it changes. Each block also holds the
// points of its attacks as plain numbers, which makes the search for neighbours cheap. Attacks of
// one moment on the same points have the same neighbours: they are one member, so that a village's
// day costs as much as one attack.

import type { Incident } from '../../../src/incident/incident.ts'
import { isWithin, type Reach, reachAround } from '../../../src/patterns/episode/reach.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import type { Point } from '../../../src/space-time/geometry.ts'

export interface MemberBlock {
  /** Latest end of its members. */
  readonly untilMs: number
  /**
   * The attacks of each member, in order of the fold; of a core only the first, since all of them
   * are in its front.
   */
  readonly incidents: readonly (readonly Incident[])[]
  /** Number of attacks of each member. */
  readonly counts: readonly number[]
  /** Number of neighbours that each member needs to be a core, itself counted. */
  readonly needed: readonly number[]
  /**
   * Number of neighbours that each member has had, itself counted; it does not fall when neighbours
   * age out.
   */
  readonly neighbours: readonly number[]
  /** Id of the front of each member; null while it is in none. */
  readonly fronts: readonly (string | null)[]
  /**
   * Five numbers per point: latitude, longitude, begin and end of the attack, index of the member
   * in the block.
   */
  readonly points: readonly number[]
}

export type Members = readonly MemberBlock[]

/**
 * Position of a member: number of its block × `blockSize` + index in the block. Valid for one state
 * only.
 */
export type MemberAt = number

const blockSize = 16
const stride = 5

export interface Nearness {
  readonly epsilonKm: number
  readonly epsilonDays: number
}

/** Its attacks, in order of the fold; of a core the first. */
export function incidentsAt(all: Members, at: MemberAt): readonly Incident[] {
  return (all[blockOf(at)] as MemberBlock).incidents[at % blockSize] as readonly Incident[]
}

export function neededAt(all: Members, at: MemberAt): number {
  return (all[blockOf(at)] as MemberBlock).needed[at % blockSize] as number
}

export function neighboursAt(all: Members, at: MemberAt): number {
  return (all[blockOf(at)] as MemberBlock).neighbours[at % blockSize] as number
}

export function frontAt(all: Members, at: MemberAt): string | null {
  return (all[blockOf(at)] as MemberBlock).fronts[at % blockSize] as string | null
}

/**
 * Prepares for one more member: if it begins a block, members that ended at `endedAfterMs` or
 * before are removed, except some in blocks with younger ones. Pure; the same object if nothing is
 * removed.
 */
export function tidied(all: Members, endedAfterMs: number): Members {
  if ((all.at(-1)?.incidents.length ?? 0) < blockSize) return all
  return all.flatMap(block => {
    if (block.untilMs <= endedAfterMs) return []
    const young = block.incidents.reduce(
      (sum, some) => (endOf(some) > endedAfterMs ? sum + 1 : sum),
      0
    )
    // One attack of unknown day must not retain fifteen others for a year.
    return young * 2 > block.incidents.length ? block : thinned(block, endedAfterMs)
  })
}

function thinned({ untilMs, ...block }: MemberBlock, endedAfterMs: number): MemberBlock {
  const kept = block.incidents.flatMap((some, i) => (endOf(some) > endedAfterMs ? [i] : []))
  const points: number[] = []
  for (let p = 0; p < block.points.length; p += stride) {
    const place = kept.indexOf(block.points[p + 4] as number)
    if (place !== -1) points.push(...block.points.slice(p, p + 4), place)
  }
  return {
    untilMs,
    incidents: kept.map(i => block.incidents[i] as readonly Incident[]),
    counts: kept.map(i => block.counts[i] as number),
    needed: kept.map(i => block.needed[i] as number),
    neighbours: kept.map(i => block.neighbours[i] as number),
    fronts: kept.map(i => block.fronts[i] as string | null),
    points
  }
}

/** The attacks of one member have the same moment. */
function endOf([first]: readonly Incident[]): number {
  return (first as Incident).toMs
}

/** Members that ended after a moment, in order. */
export function membersAfter(all: Members, endedAfterMs: number): MemberAt[] {
  return all.flatMap((block, b) =>
    block.incidents.flatMap((some, i) => (endOf(some) > endedAfterMs ? [b * blockSize + i] : []))
  )
}

/**
 * Members that ended after a moment and are neighbours of an incident, itself included, in order.
 * Exact.
 */
export function neighboursOf(
  all: Members,
  { fromMs, toMs }: Incident,
  points: readonly Point[],
  endedAfterMs: number,
  { epsilonKm, epsilonDays }: Nearness
): MemberAt[] {
  const apartMs = epsilonDays * dayMs
  const reaches = points.map(point => reachAround(point, epsilonKm))
  const found: MemberAt[] = []
  for (let b = 0; b < all.length; b++) {
    const block = all[b] as MemberBlock
    if (block.untilMs <= endedAfterMs || fromMs - block.untilMs > apartMs) continue
    const numbers = block.points
    for (let p = 0; p < numbers.length; p += stride) {
      const untilMs = numbers[p + 3] as number
      if (
        untilMs <= endedAfterMs ||
        Math.max(numbers[p + 2] as number, fromMs) - Math.min(untilMs, toMs) > apartMs
      )
        continue
      if (!isNear(reaches, numbers[p] as number, numbers[p + 1] as number)) continue
      const at = b * blockSize + (numbers[p + 4] as number)
      // The points of one attack are consecutive.
      if (found.at(-1) !== at) found.push(at)
    }
  }
  return found
}

function isNear(reaches: readonly Reach[], lat: number, lon: number): boolean {
  for (const reach of reaches) if (isWithin(reach, lat, lon)) return true
  return false
}

/**
 * The members with one more attack at the end, which needs `needed` neighbours; each of `near` gets
 * one neighbour more. Pure.
 */
export function withMember(
  all: Members,
  incident: Incident,
  points: readonly Point[],
  needed: number,
  near: readonly MemberAt[]
): Members {
  const members = all.slice()
  let count = 1
  for (let n = 0; n < near.length; ) {
    const b = blockOf(near[n] as MemberAt)
    const block = all[b] as MemberBlock
    const neighbours = block.neighbours.slice()
    for (; n < near.length && blockOf(near[n] as MemberAt) === b; n++) {
      const i = (near[n] as MemberAt) % blockSize
      neighbours[i] = (neighbours[i] as number) + 1
      count += block.counts[i] as number
    }
    members[b] = { ...block, neighbours }
  }
  const last = members.at(-1) ?? noMembers
  const begins = last.incidents.length === 0 || last.incidents.length >= blockSize
  const block = begins ? noMembers : last
  members[begins ? members.length : members.length - 1] = {
    untilMs: Math.max(block.untilMs, incident.toMs),
    incidents: [...block.incidents, [incident]],
    counts: [...block.counts, 1],
    needed: [...block.needed, needed],
    neighbours: [...block.neighbours, count],
    fronts: [...block.fronts, null],
    points: [...block.points, ...numbersOf(points, incident, block.incidents.length)]
  }
  return members
}

const noMembers: MemberBlock = {
  untilMs: Number.NEGATIVE_INFINITY,
  incidents: [],
  counts: [],
  needed: [],
  neighbours: [],
  fronts: [],
  points: []
}

/**
 * Merges the last member with a member of `near` that has the same moment, the same points and the
 * same front, or none. Pure; the same object if there is no such member.
 */
export function together(all: Members, near: readonly MemberAt[]): Members {
  const last = lastAt(all)
  const twin = near.find(at => isLike(all, at, last))
  if (twin === undefined) return all
  const [b, i] = [blockOf(twin), twin % blockSize]
  const members = withoutLast(all)
  const block = members[b] as MemberBlock
  members[b] = {
    ...block,
    counts: block.counts.with(i, (block.counts[i] as number) + 1),
    incidents: isCore(members, twin)
      ? block.incidents
      : block.incidents.with(i, [...incidentsAt(all, twin), ...incidentsAt(all, last)])
  }
  return members
}

function isLike(all: Members, one: MemberAt, other: MemberAt): boolean {
  const [a, b] = [all[blockOf(one)] as MemberBlock, all[blockOf(other)] as MemberBlock]
  const [i, j] = [one % blockSize, other % blockSize]
  const [first, second] = [
    incidentsAt(all, one)[0] as Incident,
    incidentsAt(all, other)[0] as Incident
  ]
  return (
    first.fromMs === second.fromMs &&
    first.toMs === second.toMs &&
    a.fronts[i] === b.fronts[j] &&
    a.needed[i] === b.needed[j] &&
    a.neighbours[i] === b.neighbours[j] &&
    hasSamePoints(pointsIn(a, i), pointsIn(b, j))
  )
}

function hasSamePoints(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((value, i) => value === others[i])
}

/** Latitudes and longitudes of one member. */
function pointsIn({ points }: MemberBlock, place: number): number[] {
  const found: number[] = []
  for (let p = 0; p < points.length; p += stride) {
    if (points[p + 4] === place) found.push(points[p] as number, points[p + 1] as number)
  }
  return found
}

function withoutLast(all: Members): MemberBlock[] {
  const members = all.slice()
  const block = members.at(-1) as MemberBlock
  const place = block.incidents.length - 1
  if (place === 0) members.pop()
  else
    members[members.length - 1] = {
      untilMs: block.untilMs,
      incidents: block.incidents.slice(0, -1),
      counts: block.counts.slice(0, -1),
      needed: block.needed.slice(0, -1),
      neighbours: block.neighbours.slice(0, -1),
      fronts: block.fronts.slice(0, -1),
      points: block.points.slice(0, pointsBefore(block.points, place))
    }
  return members
}

/** Number of numbers before those of the member at an index. */
function pointsBefore(points: readonly number[], place: number): number {
  let p = points.length
  while (p > 0 && points[p - 1] === place) p -= stride
  return p
}

/** Position of the last member. */
export function lastAt(all: Members): MemberAt {
  return (all.length - 1) * blockSize + (all.at(-1) ?? noMembers).incidents.length - 1
}

export function isCore(all: Members, at: MemberAt): boolean {
  const { neighbours, needed } = all[blockOf(at)] as MemberBlock
  return (neighbours[at % blockSize] as number) >= (needed[at % blockSize] as number)
}

/**
 * Of the cores among some members and the last one: the first, those that became cores just now
 * (the last one always did), and the maximum of neighbours.
 */
export function coresOf(all: Members, near: readonly MemberAt[], last: MemberAt) {
  let first: MemberAt | null = null
  let densest = 0
  const fresh: MemberAt[] = []
  let [b, block] = [-1, noMembers]
  // A village may have thousands of them, and this runs for each new attack.
  for (let n = 0; n <= near.length; n++) {
    const at = n < near.length ? (near[n] as MemberAt) : last
    if (blockOf(at) !== b) [b, block] = [blockOf(at), all[blockOf(at)] as MemberBlock]
    const neighbours = block.neighbours[at % blockSize] as number
    const needed = block.needed[at % blockSize] as number
    if (neighbours < needed) continue
    first ??= at
    if (neighbours > densest) densest = neighbours
    if (at === last || neighbours === needed) fresh.push(at)
  }
  return { first, fresh, densest }
}

/** The fronts of the cores among some members, and those of the members that are in no front. */
export function claimsOn(all: Members, some: readonly MemberAt[]) {
  const fronts = new Set<string | null>()
  const unclaimed: MemberAt[] = []
  for (const at of some) {
    const { fronts: known, neighbours, needed } = all[blockOf(at)] as MemberBlock
    const i = at % blockSize
    const front = known[i] as string | null
    if (front === null) unclaimed.push(at)
    if ((neighbours[i] as number) >= (needed[i] as number)) fronts.add(front)
  }
  return { fronts, unclaimed }
}

/**
 * The members with `some` in the front `id`, and the members of `merged` fronts moved into it.
 * Pure.
 */
export function inFront(
  all: Members,
  some: readonly MemberAt[],
  id: string,
  merged: ReadonlySet<string>
): Members {
  const members = all.slice()
  for (const at of some) {
    const b = blockOf(at)
    const block = members[b] as MemberBlock
    const fronts = block === all[b] ? block.fronts.slice() : (block.fronts as (string | null)[])
    fronts[at % blockSize] = id
    if (block === all[b]) members[b] = { ...block, fronts }
  }
  const isMerged = (front: string | null) => front !== null && front !== id && merged.has(front)
  if (merged.size < 2) return members
  return members.map(block =>
    block.fronts.some(isMerged)
      ? { ...block, fronts: block.fronts.map(front => (isMerged(front) ? id : front)) }
      : block
  )
}

function blockOf(at: MemberAt): number {
  return Math.floor(at / blockSize)
}

function numbersOf(points: readonly Point[], { fromMs, toMs }: Incident, place: number): number[] {
  return points.flatMap(({ lat, lon }) => [lat, lon, fromMs, toMs, place])
}
