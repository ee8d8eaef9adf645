// The windows of building blocks, in event time. Sliding: whatever overlaps the last days.
// Tumbling: consecutive windows of equal length, of which the first began on a Monday. Session:
// from the first incident to the last one that came without a gap. An incident with an interval
// date is in every window that its interval touches.

import type { LookBack, Parameter, ParameterFault } from '../../detection/pattern.ts'
import type { Incident } from '../../incident/incident.ts'
import { dayMs } from '../../space-time/event-time.ts'

const source = 'patterns.md#building-blocks'

export const windowKinds = ['sliding', 'tumbling', 'session'] as const

export interface WindowParameters {
  readonly window: string
  readonly windowDays: number
  readonly gapDays: number
}

export const windowParameters: {
  readonly [K in keyof WindowParameters]: Parameter<WindowParameters[K]>
} = {
  window: { default: 'sliding', unit: 'kind', meaning: `one of ${windowKinds.join(', ')}`, source },
  windowDays: {
    default: 14,
    unit: 'days',
    meaning: 'length of a sliding or tumbling window',
    source,
    min: 1
  },
  gapDays: { default: 7, unit: 'days', meaning: 'quiet time that ends a session', source, min: 1 }
}

/** Monday, 5 January 1970: tumbling windows of whole weeks begin on Mondays. */
const tumblingFromMs = 4 * dayMs

/** End of an incident's stay in its window, if nothing more happens. */
export function untilMs(incident: Incident, parameters: WindowParameters): number {
  if (parameters.window === 'session') return incident.toMs + parameters.gapDays * dayMs
  const lengthMs = parameters.windowDays * dayMs
  return parameters.window === 'tumbling'
    ? windowEndMs(incident.toMs, lengthMs)
    : incident.toMs + lengthMs
}

/** The end of the tumbling window that contains a moment. */
export function windowEndMs(atMs: number, lengthMs: number): number {
  return (Math.floor((atMs - tumblingFromMs) / lengthMs) + 1) * lengthMs + tumblingFromMs
}

/** `within 14 days`, … */
export function windowWords({ window, windowDays, gapDays }: WindowParameters): string {
  if (window === 'session') return `without a gap of more than ${days(gapDays)}`
  return window === 'tumbling'
    ? `in one window of ${days(windowDays)}`
    : `within ${days(windowDays)}`
}

/** How far back a window must see. */
export function windowLookBack({ window, windowDays, gapDays }: WindowParameters): LookBack {
  return window === 'session' ? { gapDays } : { windowDays }
}

export function windowFaults({ window }: WindowParameters): readonly ParameterFault[] {
  return (windowKinds as readonly string[]).includes(window)
    ? []
    : [{ path: ['window'], detail: `must be one of ${windowKinds.join(', ')}` }]
}

function days(n: number): string {
  return n === 1 ? '1 day' : `${n} days`
}
