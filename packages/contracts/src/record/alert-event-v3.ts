// Alert events, version 3: the change of an alert in numbers, without words for people. A reader adds
// up the events of an alert (`addAlertChange`) and renders the sum (packages/engine, render).
//
// The first event of an alert has all members of the state; a later one has the changed members. After
// a change of the engine an alert has a whole event again.
// Triggers are report numbers: the place of a report among all that the fold has received. An event
// belongs to the fold of a handling level, `fold`. Events of a theatre and fold form a chain:
// `seq` counts them, and `previoushash` is the hash of the record before. The log has `fold` and `seq`
// in the id of the event alone; readers add them to its data.

import {
  type AlertEventName,
  type AlertOperator,
  type AlertState,
  actionRefusedMembers,
  alertFormat,
  alertStatuses,
  certainties,
  machineEvents,
  notifies,
  operatorEvents
} from '../alert/alert.ts'
import {
  dictionary,
  type Format,
  integer,
  listOf,
  number,
  optional,
  orNull,
  released,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { toCanonicalJson } from '../json/canonical-json.ts'
import { handlingFormat, handlings } from '../theatre/handling.ts'
import { severities } from '../theatre/severity.ts'

/** What readers get: the whole state of an alert, in words. */
export type AlertStatement = AlertState
export type { AlertOperator }
export type AlertAction = NonNullable<AlertState['action']>

const day = text('A day, YYYY-MM-DD.', { pattern: '^\\d{4}-\\d\\d-\\d\\d$' })
const count = integer({ minimum: 0 })
const reportNumbers = listOf(integer({ minimum: 1 }))

const stateMembers = {
  baseline: optional(orNull(number())),
  certainty: optional(words(certainties)),
  drill: optional(truth()),
  facts: optional(
    dictionary<number | string | null>({
      additionalProperties: { type: ['number', 'string', 'null'] },
      description: 'Numbers and names of the rule for its words; null deletes one.'
    })
  ),
  from: optional(day),
  group: optional(dictionary<string>({ additionalProperties: { type: 'string' } })),
  handling: optional(handlingFormat),
  levels: optional(listOf(day, 'The day on which each level was reached, level 1 first.')),
  operator: optional(alertFormat.properties.operator as Format<AlertOperator>),
  operatorRevision: optional(count),
  pattern: optional(text('Left out if it is the id of the rule.')),
  ruleId: optional(text()),
  ruleVersion: optional(integer({ minimum: 1 })),
  severity: optional(words(severities)),
  status: optional(words(alertStatuses)),
  threshold: optional(number()),
  to: optional(orNull(day)),
  value: optional(number())
}

export const alertChangeFormat = released(
  'alert.v3',
  'Alert, by its change',
  'What changed since the earlier event of the alert.',
  {
    alertId: text(),
    fold: handlingFormat,
    notify: words(notifies),
    revision: integer({ minimum: 1 }),
    seq: count,
    ...stateMembers,
    /** Only in this event. */
    action: optional(alertFormat.properties.action as Format<AlertState['action']>),
    added: optional(reportNumbers),
    reason: optional(text('The cause of this event, as a code.')),
    references: optional(listOf(text(), 'Alerts that were merged with this one.')),
    removed: optional(reportNumbers)
  }
)
export type AlertChange = ValueOf<typeof alertChangeFormat>

/** A refusal, which the readers of the officer's fold get. */
const refusal3Format = released(
  'alert.action-refused.v3',
  'Action refused',
  'An action that had no effect.',
  { ...actionRefusedMembers, fold: handlingFormat }
)
export type ActionRefused3 = ValueOf<typeof refusal3Format>

/** The first event of a fold that continues from the next lower one: its readers read it from here. */
const foldBeganFormat = released(
  'alert.fold-began.v3',
  'Fold began',
  'The first event of the fold of a handling level.',
  { fold: handlingFormat, seq: count }
)
export type FoldBegan = ValueOf<typeof foldBeganFormat>

export const alertFormats3: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(
    [...machineEvents, ...operatorEvents].map(name => [`alert.${name}`, alertChangeFormat])
  ),
  'alert.action-refused': refusal3Format,
  'alert.fold-began': foldBeganFormat
}

export type AlertEvent3 =
  | {
      readonly type: `alert.${Exclude<AlertEventName, 'action-refused'>}`
      readonly data: AlertChange
    }
  | { readonly type: 'alert.action-refused'; readonly data: ActionRefused3 }
  | { readonly type: 'alert.fold-began'; readonly data: FoldBegan }

export function changesAlert(
  event: AlertEvent3
): event is Extract<AlertEvent3, { readonly data: AlertChange }> {
  return event.type !== 'alert.action-refused' && event.type !== 'alert.fold-began'
}

/** Members of the envelope that depend on the event. */
export interface AlertEnvelope {
  /** Id of the record that caused the event. */
  readonly cause: string
  readonly engine: string
  readonly id: string
  readonly previoushash: string
  readonly theatre: string
  readonly time: string
  readonly traceparent?: string | undefined
}

/** Writes the record of an event: canonical JSON, so equal events are equal bytes. */
export function formatAlertRecord(envelope: AlertEnvelope, { type, data }: AlertEvent3): string {
  return toCanonicalJson({
    ...envelope,
    // They are in the id.
    data: { ...data, fold: undefined, seq: undefined },
    source: '/tocsin/rules',
    specversion: '1.0',
    type: `tocsin.${type}.v3`
  })
}

/**
 * Ranks the records of one cause for the log: folds that begin come first, since their readers copy
 * the lower fold there, then the events of lower folds.
 */
export function rankInLog(record: string, fold: AlertChange['fold']): number {
  const rank = handlings.indexOf(fold)
  return record.endsWith('"type":"tocsin.alert.fold-began.v3"}') ? rank - handlings.length : rank
}

/** Reads a record that `formatAlertRecord` wrote. Throws SyntaxError for other text. */
export function parseAlertRecord(text: string): {
  readonly envelope: AlertEnvelope
  readonly event: AlertEvent3
} {
  const { data, type, source: _, specversion: _version, ...envelope } = JSON.parse(text)
  const name = /^tocsin\.(alert\.[a-z-]+)\.v3$/.exec(String(type))?.[1]
  if (name === undefined) throw new SyntaxError(`${type} is no alert event of version 3`)
  return { envelope, event: { type: name, data: restorePlace(envelope, data) } as AlertEvent3 }
}

/** Adds the fold and the number to the data of an event. Earlier records have them there too. */
export function restorePlace(
  { id, theatre }: Pick<AlertEnvelope, 'id' | 'theatre'>,
  data: object
): object {
  return { ...readAlertId(id, theatre), ...data }
}

/** Reads the id of an event, `theatre:fold:seq`. */
export function readAlertId(id: string, theatre: string): Pick<AlertChange, 'fold' | 'seq'> {
  const [fold, seq] = id.slice(theatre.length + 1).split(':')
  return { fold: fold as AlertChange['fold'], seq: Number(seq) }
}

/** Members of a change that are of one event, or written as a difference. */
type Difference = 'action' | 'added' | 'facts' | 'reason' | 'removed'

/** The state of an alert: the sum of events. */
export type AlertSum = Required<Omit<AlertChange, Difference>> & {
  readonly theatre: string
  readonly facts: Readonly<Record<string, number | string>>
  /** Report numbers of the triggers, ascending. */
  readonly triggers: readonly number[]
  /** Time of the record that caused the last event. */
  readonly detectedAt: string
  readonly reason: string | null
  readonly action: AlertAction | null
}

export const untouchedOperator: AlertOperator = {
  acknowledgedBy: null,
  acknowledgedUntil: null,
  assignedTo: null,
  disposition: null
}

const emptySum: Omit<AlertSum, 'alertId' | 'theatre' | 'fold' | 'revision' | 'seq' | 'notify'> = {
  operatorRevision: 1,
  status: 'provisional',
  ruleId: '',
  ruleVersion: 1,
  pattern: '',
  group: {},
  severity: 'moderate',
  certainty: 'possible',
  handling: 'public',
  drill: false,
  levels: [],
  from: '',
  to: null,
  value: 0,
  threshold: 0,
  baseline: null,
  facts: {},
  triggers: [],
  references: [],
  operator: untouchedOperator,
  detectedAt: '',
  reason: null,
  action: null
}

/** `previoushash` of the first record of a chain. */
export const firstHash = '0'.repeat(43)

/** Members of the state that an event replaces. */
const replacedNames = (Object.keys(stateMembers) as (keyof typeof stateMembers)[]).filter(
  name => name !== 'facts'
)

/** Adds an event to the state of the alert; null before the first. Pure. */
export function addAlertChange(
  before: AlertSum | null,
  { theatre, time }: Pick<AlertEnvelope, 'theatre' | 'time'>,
  change: AlertChange
): AlertSum {
  const earlier = findEarlier(before, change.ruleId)
  const { alertId, fold, revision, seq, notify, action = null, reason = null } = change
  const { added = [], removed = [], references = [], facts } = change
  // A draft of the engine has members that are undefined: they change nothing.
  const state: Record<string, unknown> = { ...earlier }
  for (const name of replacedNames) if (change[name] !== undefined) state[name] = change[name]
  // An alert that a new engine only states again is as old as before.
  const isRestated = before !== null && reason === 'engine-changed' && state.status !== 'retracted'
  return {
    ...(state as typeof earlier),
    ...{ alertId, theatre, fold, revision, seq, notify, reason, action },
    facts: facts === undefined ? earlier.facts : addFacts(earlier.facts, facts),
    triggers: addTriggers(earlier.triggers, added, removed),
    references:
      references.length === 0
        ? earlier.references
        : [...new Set([...earlier.references, ...references])].sort(),
    detectedAt: isRestated ? before.detectedAt : time
  }
}

/** A whole event, which names its rule, replaces all but what officers did and merges. */
function findEarlier(
  before: AlertSum | null,
  ruleId: string | undefined
): Omit<AlertSum, 'alertId'> | typeof emptySum {
  if (ruleId === undefined) return before ?? emptySum
  const whole = { ...emptySum, pattern: ruleId }
  if (before === null) return whole
  const { operator, operatorRevision, references } = before
  return { ...whole, operator, operatorRevision, references }
}

function addFacts(
  before: AlertSum['facts'],
  changes: NonNullable<AlertChange['facts']>
): AlertSum['facts'] {
  const facts = { ...before }
  for (const [name, value] of Object.entries(changes))
    if (value === null) delete facts[name]
    else facts[name] = value
  return facts
}

function addTriggers(
  before: readonly number[],
  added: readonly number[],
  removed: readonly number[]
): readonly number[] {
  if (added.length + removed.length === 0) return before
  const gone = new Set(removed)
  const kept = removed.length === 0 ? before : before.filter(report => !gone.has(report))
  if (added.length === 0) return kept
  const last = kept.at(-1) ?? 0
  const sorted = added.toSorted((a, b) => a - b)
  // Most are newer than all others, of which there may be thousands.
  if (sorted[0]! > last) return kept.concat(sorted)
  return [...new Set([...kept, ...sorted])].sort((a, b) => a - b)
}
