// Courses of events of one alert, as facts for its calls.

import type { AlertEventName, AlertOperator } from '@tocsin/contracts/alert/alert'
import { addResponse, correctResponse } from '@tocsin/engine/alerts/responses'
import { type CallFact, callsAfter, noCalls } from '../../src/alerts/alert-calls.ts'

const startMs = Date.parse('2025-06-02T09:00:00.000Z')
export const nobody: AlertOperator = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}

/** The calls from all events of an alert, passed in any order. */
export function foldCalls(facts: readonly CallFact[]) {
  return facts.toSorted((a, b) => a.state.revision - b.state.revision).reduce(callsAfter, noCalls)
}

/** `[seconds, event, more]`: a page where `more` says so. */
export type Step = readonly [
  atS: number,
  event: Exclude<AlertEventName, 'action-refused'>,
  more?: More
]
interface More {
  readonly notify?: 'page' | 'quiet' | 'update'
  readonly by?: string
  /** Of a response, seconds. */
  readonly doneS?: number
  /** The number of the response that this one replaces, or withdraws. */
  readonly corrects?: number
  readonly withdraws?: number
  readonly severity?: 'moderate' | 'severe'
}

export function factsOf(steps: readonly Step[]): CallFact[] {
  let [operator, status, severity]: [
    AlertOperator,
    'provisional' | 'resolved' | 'retracted',
    'moderate' | 'severe'
  ] = [nobody, 'provisional', 'moderate']
  return steps.map(([atS, event, more = {}], i) => {
    const atMs = startMs + atS * 1000
    if (event === 'acknowledged')
      operator = { ...operator, acknowledgedBy: more.by ?? 'Ama', acknowledgedById: 'key_1' }
    if (event === 'acknowledgement-lapsed') operator = { ...operator, acknowledgedBy: null }
    const time = new Date(atMs).toISOString()
    const at = more.doneS === undefined ? null : new Date(startMs + more.doneS * 1000).toISOString()
    const asked = { actionId: time, alertId: 'a', ifMatch: 0, by: 'Ama', text: null, at } as const
    if (event === 'responded')
      operator = addResponse(operator, { ...asked, action: 'respond', kind: 'warned' }, time)
    if (event === 'response-corrected') {
      const { corrects = more.withdraws, withdraws } = more
      const how = {
        corrects: `a.${corrects}`,
        withdrawn: withdraws !== undefined,
        kind: null,
        action: 'correct'
      } as const
      operator = correctResponse(operator, { ...asked, ...how }, time)
    }
    if (event === 'resolved' || event === 'retracted') status = event
    if (event === 'reopened') status = 'provisional'
    severity = more.severity ?? severity
    const state = { revision: i + 1, severity, status, operator }
    return { type: `alert.${event}`, atMs, notify: more.notify ?? 'update', state }
  })
}

export const page = { notify: 'page' } as const

/**
 * A course as text: `0 raised page, 30 responded done:-60, 90 response-corrected corrects:1`, with
 * times in seconds.
 */
export function readCourse(course: string): CallFact[] {
  return factsOf(course.split(', ').map(readStep))
}

function readStep(text: string): Step {
  const [atS, event, ...more] = text.split(' ')
  const parts = more.map(part => {
    const [name = '', value] = part.split(':')
    if (value === undefined) return ['notify', name]
    return [name === 'done' ? 'doneS' : name, Number(value)]
  })
  return [Number(atS), event as Step[1], Object.fromEntries(parts) as More]
}
