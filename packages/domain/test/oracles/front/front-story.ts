// The episode of a front: its beginning, growth and merging, and its finding.

import { addEvidence } from '../../../src/detection/pattern.ts'
import { evidenceMax, type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { situationAt } from '../../../src/finding/situation.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import {
  type Evidence,
  evidenceOf,
  noEvidence
} from '../../../src/patterns/episode/episode-evidence.ts'
import {
  alsoCounted,
  mergedSupport,
  namesMore,
  withSupport
} from '../../../src/patterns/episode/named-support.ts'
import { countedText, wholeIntervalNote } from '../../../src/patterns/episode/wording.ts'
import { dayMs, formatDay } from '../../../src/space-time/event-time.ts'
import { cellOf, type Point } from '../../../src/space-time/geometry.ts'
import { incidentCache } from '../incident-cache.ts'
import { firstStrictest, withStrictest } from '../strictest-counted.ts'
import type { Nearness } from './front-members.ts'

export interface Front {
  /** Id of the incident that completed it. */
  readonly id: string
  readonly told: FrontStory
  readonly lastMs: number
  readonly size: number
  readonly members: readonly Incident[]
  /** Size at which it next escalates. */
  readonly nextSize: number
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
  readonly support: Evidence
}

/** A member of a front, with its points that are precise enough. */
export interface Attack {
  readonly incident: Incident
  readonly points: readonly Point[]
}

export interface FrontTimes extends Nearness {
  readonly holdDays: number
}

export const cellDegrees = 0.2

/** The most attacks near one, and all of them. */
interface Density {
  readonly densest: number
  readonly counted: () => readonly Incident[]
}

/** A front that an incident completed. `members` are in order of the fold. */
export function born(
  members: readonly Attack[],
  incident: Incident,
  threshold: number,
  density: Density
): Front {
  const [first] = members as readonly [Attack, ...Attack[]]
  const incidents = members.map(m => m.incident)
  const { densest, counted } = density
  const told = {
    ...spotOf(first),
    fromMs: first.incident.fromMs,
    bornMs: incident.fromMs,
    size: members.length,
    threshold,
    densest,
    marks: [],
    cells: [...new Set(members.flatMap(cellsOf))],
    triggers: withStrictest(
      { triggers: evidenceOf(incidents), support: noEvidence },
      firstStrictest(counted())
    ).triggers,
    support: noEvidence
  }
  const lastMs = Math.max(...incidents.map(i => i.toMs))
  return {
    id: incident.id,
    told,
    lastMs,
    size: members.length,
    members: incidents,
    nextSize: members.length * 2,
    untold: 0
  }
}

type Spot = Pick<FrontStory, 'cell' | 'place' | 'drill'>

function spotOf({ incident: { place, drill }, points }: Attack): Spot {
  const point = points[0] ?? { lat: 0, lon: 0 }
  return {
    cell: cellOf(point, cellDegrees),
    place: place.settlementName ?? place.name ?? `${point.lat.toFixed(2)}, ${point.lon.toFixed(2)}`,
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
  const size = touched.reduce((sum, f) => sum + f.size, 0) + fresh.length
  const doubled = size >= eldest.nextSize
  const more = fresh.map(attack => attack.incident)
  const next = {
    ...eldest,
    lastMs: Math.max(...touched.map(f => f.lastMs), ...more.map(i => i.toMs)),
    size,
    members: [...touched.flatMap(f => f.members), ...more],
    nextSize: doubled ? size * 2 : eldest.nextSize
  }
  const { told } = eldest
  const { densest } = density
  const cells = [...others.flatMap(f => f.told.cells), ...fresh.flatMap(cellsOf)].filter(
    cell => !told.cells.includes(cell)
  )
  const isWider = cells.length > 0 || more.some(i => i.fromMs < told.fromMs)
  // Members are triggers if they make the front denser, wider, or larger by a level; else they
  // support.
  if (others.length === 0 && !doubled && densest <= told.densest && !isWider)
    return more.reduce(supported, next)
  const story = grown(touched.map(allTold), more, incident, { cells, densest, size, doubled })
  const ofMembers = withStrictest(story, firstStrictest(next.members))
  const near = densest > told.densest ? density.counted() : []
  const triggers = withStrictest(
    { ...ofMembers, support: noEvidence },
    firstStrictest(near)
  ).triggers
  return { ...next, told: { ...story, ...ofMembers, triggers }, untold: 0 }
}

const toldAgain = incidentCache<FrontStory>()

/** What members add to a front. */
interface Growth {
  readonly cells: readonly string[]
  readonly densest: number
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
    support: others.length === 0 ? eldest.support : mergedSupport(stories.map(f => f.support))
  }
}

function supported(f: Front, incident: Incident): Front {
  const { told } = f
  if (!namesMore(told.support, incident)) return { ...f, untold: f.untold + 1 }
  return {
    ...f,
    told: toldAgain(incident, [told], () => ({
      ...told,
      support: withSupport(told.support, incident)
    }))
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
    return upTo(evidenceMax, insertedInto(kept, newest), omitted)
  }
  const named = [...touched.flatMap(f => f.triggers.kept), ...more].sort(compareIncidents)
  const omitted = touched.reduce((sum, f) => sum + f.triggers.omitted, 0)
  return upTo(evidenceMax, named, omitted)
}

/** The list with one more incident in order of the fold, after its equals. */
function insertedInto(list: readonly Incident[], incident: Incident): Incident[] {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIncidents(list[middle] as Incident, incident) <= 0) low = middle + 1
    else high = middle
  }
  return list.toSpliced(low, 0, incident)
}

function upTo(most: number, named: readonly Incident[], omitted: number): Evidence {
  return { kept: named.slice(0, most), omitted: omitted + Math.max(0, named.length - most) }
}

export function closesAtMs(open: Front, { epsilonDays, holdDays }: FrontTimes): number {
  return open.lastMs + (epsilonDays + holdDays) * dayMs
}

const described = new WeakMap<FrontStory, Finding>()

/** The finding of an open front; an unchanged front gives the same object. */
export function describeOpen({ told }: Front, parameters: FrontTimes): Finding {
  const known = described.get(told)
  if (known !== undefined) return known
  const fresh = describe(told, null, parameters)
  described.set(told, fresh)
  return fresh
}

/** The finding of a front that has ended. */
export function describeEnded(f: Front, parameters: FrontTimes): Finding {
  return describe(allTold(f), closesAtMs(f, parameters), parameters)
}

function describe(f: FrontStory, toMs: number | null, parameters: FrontTimes): Finding {
  const untilMs =
    toMs ??
    (f.triggers.kept.at(-1)?.toMs ?? f.bornMs) +
      (parameters.epsilonDays + parameters.holdDays) * dayMs
  return {
    group: groupFor(f),
    situation: situationAt(f.triggers.kept[0], parameters.epsilonKm, untilMs),
    fromMs: f.fromMs,
    toMs,
    levels: numberLevels([{ atMs: f.bornMs, reason: 'formed' }, ...f.marks]),
    measure: {
      name: `incidents within ${parameters.epsilonKm} km and ${parameters.epsilonDays} days`,
      value: f.densest,
      threshold: f.threshold,
      baseline: null
    },
    triggers: f.triggers.kept,
    support: f.support.kept,
    omitted: f.triggers.omitted + f.support.omitted,
    headline: `${countedText(f.size, 'attack')} close together near ${f.place}`,
    explanation:
      `${countedText(f.size, 'attack')} since ${formatDay(f.fromMs)}${f.size === 1 ? '' : `, each within ${parameters.epsilonKm} km and ${countedText(parameters.epsilonDays, 'day')} of another`}. ` +
      `At the densest point: ${f.densest} within that distance and time. Threshold for a front: ${f.threshold}. ` +
      `The alert ends after ${countedText(parameters.epsilonDays + parameters.holdDays, 'day')} without another attack.` +
      wholeIntervalNote(f.triggers.kept)
  }
}
