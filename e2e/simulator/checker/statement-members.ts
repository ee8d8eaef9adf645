// The members of a statement that repeat the numbers of the events, so that a received statement
// can be compared with them.

import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { AlertData, LevelView } from './level-view.ts'

/** A statement as a reader got it. */
interface Statement {
  readonly measure: {
    readonly value: number
    readonly threshold: number
    readonly baseline: unknown
  }
  readonly levels: readonly { readonly at: string }[]
  readonly window: { readonly from: string; readonly to: string | null }
  readonly operator: { readonly acknowledgedBy: unknown; readonly assignedTo: unknown }
  readonly evidenceCount: { readonly triggers: number }
  readonly [name: string]: unknown
}

const plainMembers = [
  'alertId',
  'certainty',
  'drill',
  'group',
  'handling',
  'notify',
  'operatorRevision',
  'pattern',
  'revision',
  'ruleId',
  'ruleVersion',
  'severity',
  'status',
  'theatre'
] as const

/** What a reader of the view should be told of an alert. */
export function writeExpected(data: AlertData, view: LevelView): string {
  const { levels, from, to, facts, value, threshold, baseline, triggers } = data
  const began = facts?.sinceDay ?? facts?.firstStepDay ?? facts?.lastDay
  return toCanonicalJson({
    ...pick(data as unknown as Readonly<Record<string, unknown>>),
    ...{ levels, from: began ?? from, to, value, threshold, baseline, triggers: triggers.size },
    ...view.showOperator(data)
  })
}

/** What a reader was told of it. */
export function writeReceived(event: Readonly<Record<string, unknown>>): string {
  const statement = event as Statement
  const { measure, levels, window, operator, evidenceCount } = statement
  return toCanonicalJson({
    ...pick(statement),
    levels: levels.map(({ at }) => readDay(at)),
    from: readDay(window.from),
    to: window.to === null ? null : readDay(window.to),
    value: measure.value,
    threshold: measure.threshold,
    baseline: measure.baseline,
    triggers: evidenceCount.triggers,
    acknowledgedBy: operator.acknowledgedBy,
    assignedTo: operator.assignedTo
  })
}

function pick(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(plainMembers.map(name => [name, data[name]]))
}

function readDay(time: string): string {
  return time.slice(0, 'YYYY-MM-DD'.length)
}
