// A simple form of surge and sustained threat: day by day, with every window counted anew from the
// incidents.

import { roundMeasure } from '../../../src/finding/finding.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'

export interface PlainRule {
  readonly windowDays: number
  readonly baseDays: number
  readonly threshold: (mean: number) => number
  readonly steep: (count: number, mean: number) => string | null
  readonly goesOn: (count: number, mean: number) => boolean
  readonly runDays: number
  readonly runReason: string
  readonly isCalm: (count: number, mean: number) => boolean
  readonly calmDays: number
}

interface Story {
  readonly enteredDay: number
  readonly levels: { atMs: number; reason: string }[]
  measure: { value: number; threshold: number; baseline: number }
  readonly triggers: string[]
  support: number
  ran: number
  calm: number
  toMs: number | null
}

const dayOf = (ms: number) => Math.floor(ms / dayMs)

/** Incidents that count, each spread evenly over its days. */
function within(incidents: readonly Incident[], fromDay: number, toDay: number): number {
  let sum = 0
  for (const { fromMs, toMs } of incidents) {
    const [first, last] = [dayOf(fromMs), dayOf(toMs)]
    const overlap = Math.min(last, toDay) - Math.max(first, fromDay) + 1
    if (overlap > 0) sum += overlap / (last - first + 1)
  }
  return sum
}

/**
 * All episodes of one area, in order. `incidents`: all that may lie in it, in order of the fold;
 * `isCounted`: those that count.
 */
export function plainStories(
  incidents: readonly Incident[],
  isCounted: (incident: Incident) => boolean,
  lastDay: number,
  rule: PlainRule
): Story[] {
  const stories: Story[] = []
  const first = incidents[0]
  if (first === undefined) return stories
  for (let day = dayOf(first.fromMs); day <= lastDay; day++) {
    incidents.forEach((incident, i) => {
      if (dayOf(incident.fromMs) === day)
        take(
          stories,
          incidents.slice(0, i + 1).filter(isCounted),
          incident,
          isCounted(incident),
          rule
        )
    })
    const open = stories.at(-1)
    const known = incidents.filter(i => isCounted(i) && dayOf(i.fromMs) <= day)
    if (open !== undefined && open.toMs === null && day >= open.enteredDay)
      endDay(open, known, day, rule)
  }
  return stories
}

function rateOn(
  known: readonly Incident[],
  day: number,
  { windowDays, baseDays }: PlainRule
): [number, number] {
  const count = within(known, day - windowDays + 1, day)
  const base = within(known, day - windowDays - baseDays + 1, day - windowDays)
  return [roundMeasure(count), roundMeasure((base / baseDays) * windowDays)]
}

/**
 * Each day on which a window that contains the incident may end: its own and, during intervals, the
 * days on which one ends or a window begins with one.
 */
export function endsOf(
  known: readonly Incident[],
  incident: Incident,
  windowDays: number
): number[] {
  const day = dayOf(incident.fromMs)
  const isEnd = (d: number) =>
    known.some(k => dayOf(k.toMs) === d || dayOf(k.fromMs) + windowDays - 1 === d)
  const goesOn = (d: number) => known.some(k => dayOf(k.toMs) >= d)
  const days = Array.from({ length: windowDays }, (_, i) => day + i)
  return days.filter((d, i) => i === 0 || (goesOn(d) && isEnd(d)))
}

function take(
  stories: Story[],
  known: readonly Incident[],
  incident: Incident,
  counts: boolean,
  rule: PlainRule
): void {
  const last = stories.at(-1)
  const open = last?.toMs === null ? last : undefined
  if (!counts) {
    if (open !== undefined) open.support += 1
    return
  }
  const looks = endsOf(known, incident, rule.windowDays).map(day => {
    const [count, mean] = rateOn(known, day, rule)
    const isItsEnd = day === dayOf(incident.toMs)
    const atMs =
      day === dayOf(incident.fromMs)
        ? incident.fromMs
        : isItsEnd
          ? incident.toMs
          : (day + 1) * dayMs - 1
    const measure = { value: count, threshold: roundMeasure(rule.threshold(mean)), baseline: mean }
    return { day, atMs, measure, steep: rule.steep(count, mean) }
  })
  const most = (some: typeof looks) =>
    some.toSorted((a, b) => b.measure.value - a.measure.value || a.day - b.day)[0]
  if (open === undefined) {
    const entry = most(looks.filter(({ measure }) => measure.value >= measure.threshold))
    if (entry === undefined) return
    const { day, atMs, measure, steep } = entry
    const levels = [
      { atMs, reason: 'entered' },
      ...(steep === null ? [] : [{ atMs, reason: steep }])
    ]
    const triggers = known
      .filter(i => within([i], day - rule.windowDays + 1, day) > 0)
      .map(i => i.id)
    stories.push({
      enteredDay: day,
      levels,
      measure,
      triggers,
      support: 0,
      ran: 0,
      calm: 0,
      toMs: null
    })
    return
  }
  const steeper = looks.find(
    ({ steep }) => steep !== null && open.levels.every(l => l.reason !== steep)
  )
  const higher = most(looks.filter(({ measure }) => measure.value > open.measure.value))
  if (steeper !== undefined) {
    open.levels.push({
      atMs: Math.max(steeper.atMs, open.levels[0]?.atMs ?? 0),
      reason: steeper.steep as string
    })
  }
  if (steeper === undefined && higher === undefined) open.support += 1
  else open.triggers.push(incident.id)
  if (higher !== undefined) open.measure = higher.measure
}

function endDay(open: Story, known: readonly Incident[], day: number, rule: PlainRule): void {
  const [count, mean] = rateOn(known, day, rule)
  open.ran = rule.goesOn(count, mean) ? open.ran + 1 : 0
  if (open.ran >= rule.runDays && open.levels.every(l => l.reason !== rule.runReason)) {
    open.levels.push({ atMs: (day + 1) * dayMs, reason: rule.runReason })
  }
  open.calm = rule.isCalm(count, mean) ? open.calm + 1 : 0
  if (open.calm >= rule.calmDays) open.toMs = (day + 1) * dayMs
}
