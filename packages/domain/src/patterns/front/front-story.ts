// The episode of a front: its beginning, growth and merging, and its finding.

import { addEvidence } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { situationAt } from '../../finding/situation.ts'
import { placeAfter } from '../../fold/sorted.ts'
import { compareIncidents, type Incident } from '../../incident/incident.ts'
import { type Handling, maySee, stricter } from '../../report/handling.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { cellOf, type Point } from '../../space-time/geometry.ts'
import { strictestSince, triggersWith } from '../episode/counted-handling.ts'
import { type Evidence, evidenceOf, noEvidence, upToLimit } from '../episode/episode-evidence.ts'
import { alsoCounted, mergedSupport, namesMore, withSupport } from '../episode/named-support.ts'
import { besidePlace, countedText, pointName, wholeIntervalNote } from '../episode/wording.ts'

/** An episode at one moment of its life. Plain data. */
export interface Front {
  /** Id of the incident that completed it. */
  readonly id: string
  readonly told: FrontStory
  readonly lastMs: number
  readonly size: number
  /** Size at which it next escalates. */
  readonly nextSize: number
  /** The first of its strictest members: its size counts them all. */
  readonly strictest: Incident
  /** Further supporting incidents that are only counted; they are reported with the next change. */
  readonly untold: number
}

/** What the finding reports. */
export interface FrontStory {
  /** Cell of the incident that made it a front. */
  readonly cell: string
  readonly place: string
  readonly drill: boolean
  readonly fromMs: number
  readonly bornMs: number
  /** Its size at the last trigger. */
  readonly size: number
  readonly threshold: number
  readonly densest: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Cells that its triggers hit. */
  readonly cells: readonly string[]
  readonly triggers: Evidence
  /** The strictest of the triggers. */
  readonly handling: Handling
  readonly support: Evidence
}

/** A member of a front, with its points that are precise enough. */
export interface Attack {
  readonly incident: Incident
  readonly points: readonly Point[]
}

export interface FrontReach {
  readonly epsilonKm: number
  readonly epsilonDays: number
  readonly holdDays: number
}

export const cellDegrees = 0.2

/** What is told when a front is born or grows. */
export interface Density {
  /** The most attacks near one, itself included. */
  readonly densest: number
  /**
   * The first of the strictest of those; null if they are no more than was told, or none is
   * stricter than the triggers.
   */
  readonly hidden: Incident | null
}

/** A front that an incident completed. `members` are in order of the fold. */
export function born(
  members: readonly Attack[],
  incident: Incident,
  threshold: number,
  { densest, hidden }: Density
): Front {
  const [first] = members as readonly [Attack, ...Attack[]]
  const incidents = members.map(m => m.incident)
  const strictest = strictestOf(incidents)
  const told = {
    ...spotOf(first),
    fromMs: first.incident.fromMs,
    bornMs: incident.fromMs,
    size: members.length,
    threshold,
    densest,
    marks: [],
    cells: [...new Set(members.flatMap(cellsOf))],
    triggers: evidenceOf(incidents),
    handling: strictest.handling,
    support: noEvidence
  }
  const lastMs = Math.max(...incidents.map(i => i.toMs))
  return {
    id: incident.id,
    told: withHidden(told, hidden),
    lastMs,
    size: members.length,
    nextSize: members.length * 2,
    strictest,
    untold: 0
  }
}

/** The first of the strictest. */
export function strictestOf(incidents: readonly Incident[]): Incident {
  return strictestSince(incidents, Number.NEGATIVE_INFINITY) as Incident
}

type Spot = Pick<FrontStory, 'cell' | 'place' | 'drill'>

function spotOf({ incident: { place, drill }, points }: Attack): Spot {
  const point = points[0] ?? { lat: 0, lon: 0 }
  return {
    cell: cellOf(point, cellDegrees),
    place: pointName(place) ?? `${point.lat.toFixed(2)}, ${point.lon.toFixed(2)}`,
    drill
  }
}

function groupFor({ cell, place, drill }: Spot): Finding['group'] {
  return { cell, near: place, ...(drill ? { drill: 'true' } : {}) }
}

/** The group of a front that would begin with this attack. */
export function groupOf(attack: Attack): Finding['group'] {
  return groupFor(spotOf(attack))
}

function cellsOf({ points }: Attack): string[] {
  return points.map(point => cellOf(point, cellDegrees))
}

/** Merges fronts, the oldest first, and further members into one front; all by one incident. */
export function joined(
  touched: readonly Front[],
  fresh: readonly Attack[],
  incident: Incident,
  density: Density
): Front {
  const [eldest, ...others] = touched as [Front, ...Front[]]
  let { size, lastMs, strictest } = eldest
  for (const other of others) {
    size += other.size
    lastMs = Math.max(lastMs, other.lastMs)
    strictest = stricterOf(strictest, other.strictest)
  }
  let isWider = false
  for (const attack of fresh) {
    size += 1
    lastMs = Math.max(lastMs, attack.incident.toMs)
    strictest = stricterOf(strictest, attack.incident)
    isWider ||= attack.incident.fromMs < eldest.told.fromMs || !isInCells(eldest.told, attack)
  }
  const doubled = size >= eldest.nextSize
  let { told, untold } = eldest
  // Members are triggers if they make the front denser, wider, or larger by a level; else they
  // support.
  if (others.length === 0 && !doubled && density.densest <= told.densest && !isWider) {
    for (const { incident: one } of fresh)
      if (namesMore(told.support, one)) told = { ...told, support: withSupport(told.support, one) }
      else untold += 1
  } else {
    const cells = [...others.flatMap(f => f.told.cells), ...fresh.flatMap(cellsOf)].filter(
      cell => !told.cells.includes(cell)
    )
    const more = fresh.map(attack => attack.incident)
    const story = grown(touched.map(allTold), more, incident, {
      cells,
      densest: density.densest,
      size,
      doubled
    })
    told = withHidden(withMember(story, strictest), density.hidden)
    untold = 0
  }
  return {
    id: eldest.id,
    told,
    lastMs,
    size,
    nextSize: doubled ? size * 2 : eldest.nextSize,
    strictest,
    untold
  }
}

function isInCells({ cells }: FrontStory, attack: Attack): boolean {
  return attack.points.every(point => cells.includes(cellOf(point, cellDegrees)))
}

/** The first of the stricter ones. */
function stricterOf(a: Incident, b: Incident): Incident {
  return maySee(a.handling, b.handling) ? a : b
}

/**
 * Whoever reads the size may read of all members: the strictest is a trigger, and no more support.
 */
function withMember(story: FrontStory, member: Incident): FrontStory {
  if (maySee(story.handling, member.handling)) return story
  const { kept, omitted } = story.support
  const others = kept.filter(({ id }) => id !== member.id)
  const support = { kept: others, omitted: others.length < kept.length ? omitted : omitted - 1 }
  return withHidden({ ...story, support }, member)
}

/** With what a number counts among the triggers, if it is stricter than they are. */
function withHidden(story: FrontStory, hidden: Incident | null): FrontStory {
  if (hidden === null || maySee(story.handling, hidden.handling)) return story
  return { ...story, triggers: triggersWith(story.triggers, hidden), handling: hidden.handling }
}

/** What members add to a front. */
interface Growth extends Pick<Density, 'densest'> {
  readonly cells: readonly string[]
  readonly size: number
  readonly doubled: boolean
}

function grown(
  stories: readonly FrontStory[],
  more: readonly Incident[],
  incident: Incident,
  { cells, densest, size, doubled }: Growth
): FrontStory {
  const [eldest, ...others] = stories as [FrontStory, ...FrontStory[]]
  return {
    ...eldest,
    fromMs: Math.min(...stories.map(f => f.fromMs), ...more.map(i => i.fromMs)),
    size,
    densest: Math.max(eldest.densest, densest),
    marks: [
      ...eldest.marks,
      ...others.flatMap(f => [
        ...f.marks,
        { atMs: incident.fromMs, reason: `merged with the front at ${f.place}` }
      ]),
      ...(doubled ? [{ atMs: incident.fromMs, reason: `${size} incidents` }] : [])
    ],
    cells: [...eldest.cells, ...new Set(cells)],
    triggers: withTriggers(stories, more),
    handling: [...stories, ...more].map(({ handling }) => handling).reduce(stricter),
    support: others.length === 0 ? eldest.support : mergedSupport(stories.map(f => f.support))
  }
}

/** The story with everything that was only counted. */
function allTold({ told, untold }: Front): FrontStory {
  return untold === 0 ? told : { ...told, support: alsoCounted(told.support, untold) }
}

function withTriggers(touched: readonly FrontStory[], more: readonly Incident[]): Evidence {
  const [only] = touched
  const [newest] = more
  // Most fronts grow by one member at the end: no need to sort five hundred.
  if (only !== undefined && newest !== undefined && touched.length === 1 && more.length === 1) {
    const { kept, omitted } = only.triggers
    const last = kept.at(-1)
    if (last === undefined || compareIncidents(last, newest) <= 0)
      return addEvidence(only.triggers, newest)
    return upToLimit(kept.toSpliced(placeAfter(kept, newest, compareIncidents), 0, newest), omitted)
  }
  const named = [...touched.flatMap(f => f.triggers.kept), ...more].sort(compareIncidents)
  const omitted = touched.reduce((sum, f) => sum + f.triggers.omitted, 0)
  return upToLimit(named, omitted)
}

export function closesAtMs(open: Front, { epsilonDays, holdDays }: FrontReach): number {
  return open.lastMs + (epsilonDays + holdDays) * dayMs
}

/** The finding of an open front: the same as long as its story is the same object. */
export function describeOpen({ told }: Front, parameters: FrontReach): Finding {
  return describe(told, null, parameters)
}

/** The finding of a front that has ended. */
export function describeEnded(f: Front, parameters: FrontReach): Finding {
  return describe(allTold(f), closesAtMs(f, parameters), parameters)
}

function describe(
  f: FrontStory,
  toMs: number | null,
  { epsilonKm, epsilonDays, holdDays }: FrontReach
): Finding {
  const untilMs =
    toMs ?? (f.triggers.kept.at(-1)?.toMs ?? f.bornMs) + (epsilonDays + holdDays) * dayMs
  return {
    group: groupFor(f),
    situation: situationAt(f.triggers.kept[0], epsilonKm, untilMs),
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([{ atMs: f.bornMs, reason: 'formed' }, ...f.marks]),
    measure: {
      name: `incidents within ${epsilonKm} km and ${epsilonDays} days`,
      value: f.densest,
      threshold: f.threshold,
      baseline: null
    },
    triggers: f.triggers.kept,
    support: f.support.kept,
    omitted: f.triggers.omitted + f.support.omitted,
    headline: `${countedText(f.size, 'attack')} close together ${besidePlace(f.place)}`,
    explanation:
      `${countedText(f.size, 'attack')} since ${formatDay(f.fromMs)}${f.size === 1 ? '' : `, each within ${epsilonKm} km and ${countedText(epsilonDays, 'day')} of another`}. ` +
      `At the densest point: ${f.densest} within that distance and time. Threshold for a front: ${f.threshold}. ` +
      `The alert ends after ${countedText(epsilonDays + holdDays, 'day')} without another attack.` +
      wholeIntervalNote(f.triggers.kept)
  }
}
