// The incidents that a moving window of days may still contain, without a limit, and the days on
// which a window of them may hold a maximum. An immutable value: a step copies one block of
// incidents and a few dozen days, however many incidents there are.

import type { Incident } from '../../src/incident/incident.ts'
import { dayOf } from '../../src/patterns/episode/day-sums.ts'
import { dayMs, type Span } from '../../src/space-time/event-time.ts'

interface IncidentBlock {
  readonly incidents: readonly Incident[]
  /** When the last of them ends. */
  readonly lastMs: number
}

export interface WindowIncidents {
  /** In order of the fold. */
  readonly blocks: readonly IncidentBlock[]
  /** The days on which incidents begin, and on which they end: each once, ascending. */
  readonly firstDays: readonly number[]
  readonly lastDays: readonly number[]
}

const blockSize = 64

export const noIncidents: WindowIncidents = { blocks: [], firstDays: [], lastDays: [] }

/**
 * With one more incident, which begins no earlier than the others. What ended on `afterDay` or
 * before is removed. Pure.
 */
export function withIncident(
  known: WindowIncidents,
  incident: Incident,
  afterDay: number
): WindowIncidents {
  const { blocks, firstDays, lastDays } = incidentsAfter(known, afterDay)
  return {
    blocks: appended(blocks, incident),
    firstDays: withDay(firstDays, dayOf(incident.fromMs)),
    lastDays: withDay(lastDays, dayOf(incident.toMs))
  }
}

/**
 * Without what ended on a day or before, by whole blocks; the same object if there is none. Pure.
 */
export function incidentsAfter(known: WindowIncidents, day: number): WindowIncidents {
  const blocks = known.blocks.some(b => b.lastMs < (day + 1) * dayMs)
    ? known.blocks.filter(b => b.lastMs >= (day + 1) * dayMs)
    : known.blocks
  const [firstDays, lastDays] = [daysAfter(known.firstDays, day), daysAfter(known.lastDays, day)]
  const isSame =
    blocks === known.blocks && firstDays === known.firstDays && lastDays === known.lastDays
  return isSame ? known : { blocks, firstDays, lastDays }
}

/**
 * The incidents that lie between two days, both included, at least in part. In order of the fold.
 */
export function incidentsWithin(
  { blocks }: WindowIncidents,
  fromDay: number,
  toDay: number
): readonly Incident[] {
  const [fromMs, endMs] = [fromDay * dayMs, (toDay + 1) * dayMs]
  return blocks.flatMap(b => b.incidents.filter(i => i.toMs >= fromMs && i.fromMs < endMs))
}

/**
 * Last days of the windows that contain an incident and may hold a maximum, given incidents that
 * begin no later: windows that end with its day, with the end of an interval, or that begin with
 * one. Ascending; its own day alone if no interval extends beyond it.
 */
export function windowEndsOf(
  incident: Span,
  { firstDays, lastDays }: WindowIncidents,
  windowDays: number
): readonly number[] {
  const day = dayOf(incident.fromMs)
  const reachedDay = Math.max(lastDays.at(-1) ?? day, dayOf(incident.toMs))
  if (reachedDay === day) return [day]
  const lastDay = Math.min(reachedDay, day + windowDays - 1)
  const ends = [
    dayOf(incident.toMs),
    day + windowDays - 1,
    ...lastDays,
    ...firstDays.map(first => first + windowDays - 1)
  ]
  return [...new Set([day, ...ends.filter(end => end > day && end <= lastDay)])].sort(
    (a, b) => a - b
  )
}

function appended(blocks: readonly IncidentBlock[], incident: Incident): readonly IncidentBlock[] {
  const last = blocks.at(-1)
  if (last === undefined || last.incidents.length >= blockSize)
    return [...blocks, { incidents: [incident], lastMs: incident.toMs }]
  const grown = {
    incidents: [...last.incidents, incident],
    lastMs: Math.max(last.lastMs, incident.toMs)
  }
  return [...blocks.slice(0, -1), grown]
}

function daysAfter(days: readonly number[], day: number): readonly number[] {
  const first = days[0]
  return first === undefined || first > day ? days : days.filter(d => d > day)
}

function withDay(days: readonly number[], day: number): readonly number[] {
  let at = days.length
  while (at > 0 && (days[at - 1] as number) > day) at -= 1
  return at > 0 && days[at - 1] === day ? days : [...days.slice(0, at), day, ...days.slice(at)]
}
