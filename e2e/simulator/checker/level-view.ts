// What readers of one level should get of the alerts of a log: in each theatre the events of one
// fold, the highest that has begun within their level. A simple model, independent of the
// notifier's code: it adds up the numbers of the events, and renders no words.

import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { Entry } from '../world/store-reader.ts'

const levels = ['public', 'partners', 'internal', 'restricted']
const someOfficer = 'an officer'

interface Operator {
  readonly acknowledgedBy: string | null
  readonly acknowledgedHandling?: string
  readonly assignedTo: string | null
  readonly assignedHandling?: string
}

/** The state of an alert after some of its events. Days are YYYY-MM-DD. */
export interface AlertData {
  readonly alertId: string
  readonly theatre: string
  readonly fold: Handling
  readonly seq: number
  readonly revision: number
  readonly operatorRevision: number
  readonly notify: string
  readonly status: string
  readonly severity: string
  readonly certainty: string
  readonly handling: string
  readonly drill: boolean
  readonly ruleId: string
  readonly ruleVersion: number
  readonly pattern: string
  readonly group: unknown
  readonly levels: readonly string[]
  readonly from: string
  readonly to: string | null
  readonly facts?: Readonly<Record<string, unknown>>
  readonly reason?: string | null
  readonly value: number
  readonly threshold: number
  readonly baseline: number | null
  readonly operator: Operator
  readonly triggers: ReadonlySet<number>
  readonly action?: { readonly actionId: string; readonly handling?: string } | null
}

type Change = Partial<AlertData> & {
  readonly alertId: string
  readonly added?: readonly number[]
  readonly removed?: readonly number[]
}

export type Told =
  | { readonly kind: 'told'; readonly data: AlertData }
  | { readonly kind: 'refused'; readonly alertId: string; readonly actionHandling: string }
  /** `data`: of an alert with a comment that they may not read, which counts as a revision. */
  | { readonly kind: 'other'; readonly data?: AlertData }

const noOperator: Operator = { acknowledgedBy: null, assignedTo: null }

export class LevelView {
  readonly #level: number
  /** Rank of the fold that they read, by theatre. */
  readonly #folds = new Map<string, number>()
  readonly #alerts = new Map<string, AlertData>()

  constructor(level: string) {
    this.#level = levels.indexOf(level)
  }

  /** The next event of the log, in order. */
  take({ id, record }: Entry): Told {
    if (record === null) return { kind: 'other' }
    const { theatre, type } = record
    const [level = '', seq] = id.split(':').slice(-2)
    const change = { ...(record.data as Change), fold: level as Handling, seq: Number(seq) }
    const fold = levels.indexOf(level)
    const read = this.#folds.get(theatre) ?? 0
    if (type === 'alert.fold-began') {
      if (fold <= this.#level && fold > read) this.#folds.set(theatre, fold)
      return { kind: 'other' }
    }
    if (fold !== read) return { kind: 'other' }
    if (type === 'alert.action-refused') {
      const { alertId, actionHandling = 'public' } = record.data as {
        alertId: string
        actionHandling?: string
      }
      return { kind: 'refused', alertId, actionHandling }
    }
    const key = `${theatre} ${change.alertId}`
    const data = addChange(this.#alerts.get(key), theatre, change)
    this.#alerts.set(key, data)
    // Of a comment, those who may not read it get nothing.
    const isHidden = type === 'alert.commented' && !this.sees(change.action?.handling ?? 'internal')
    return { kind: isHidden ? 'other' : 'told', data }
  }

  sees(handling: string): boolean {
    return levels.indexOf(handling) <= this.#level
  }

  /** Who has an alert: somebody, to readers who may not read the name. */
  showOperator({ operator }: AlertData): Operator {
    const { acknowledgedBy, acknowledgedHandling, assignedTo, assignedHandling } = operator
    const show = (name: string | null, handling = 'internal') =>
      name === null || this.sees(handling) ? name : someOfficer
    return {
      acknowledgedBy: show(acknowledgedBy, acknowledgedHandling),
      assignedTo: show(assignedTo, assignedHandling)
    }
  }
}

/** An event that names its rule states the alert whole, except what officers did. */
function addChange(before: AlertData | undefined, theatre: string, change: Change): AlertData {
  const { added = [], removed = [], ...members } = change
  const isWhole = change.ruleId !== undefined
  const triggers = new Set(isWhole ? [] : before?.triggers)
  for (const number of removed) triggers.delete(number)
  for (const number of added) triggers.add(number)
  const { operator = noOperator, operatorRevision = 1 } = before ?? {}
  const facts = { ...(isWhole ? {} : before?.facts), ...change.facts }
  const start = isWhole
    ? { operator, operatorRevision, pattern: change.ruleId, baseline: null, drill: false, to: null }
    : before
  return { ...start, ...members, facts, theatre, triggers } as AlertData
}

/** A drill calls only who asked for drills: what would page is an update to all others. */
export function calling(data: AlertData, asksForDrills: boolean): AlertData {
  return data.drill && !asksForDrills && data.notify === 'page'
    ? { ...data, notify: 'update' }
    : data
}
