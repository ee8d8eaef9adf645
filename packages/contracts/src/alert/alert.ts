// Alert events: what the suite publishes of a finding, and the formats that partners build on.
// Source: formats.md#an-alert-event.

import {
  dictionary,
  type Format,
  integer,
  listOf,
  number,
  optional,
  orNull,
  record,
  released,
  text,
  tripleOf,
  truth,
  type ValueOf,
  withKeywords,
  words
} from '../format/format.ts'
import { textOrNull } from '../format/shared-formats.ts'
import { handlingFormat } from '../theatre/handling.ts'
import { fatalitiesFormat } from '../theatre/report.ts'
import { severities } from '../theatre/severity.ts'
import { answerWays, responseKinds } from '../theatre/theatre-record.ts'

/** Maximum number of incidents that an alert names; the rest is counted. */
export const evidenceMax = 500

/** What a rule finds, in the order in which the updates after a record are published. */
export const machineEvents = [
  'retracted',
  'resolved',
  'reopened',
  'escalated',
  'confirmed',
  'revised',
  'raised'
] as const
export type MachineEvent = (typeof machineEvents)[number]
export const operatorEvents = [
  'acknowledged',
  'acknowledgement-lapsed',
  'assigned',
  'commented',
  'responded',
  'response-corrected',
  'answered',
  'action-refused'
] as const
export type OperatorEvent = (typeof operatorEvents)[number]
export type AlertEventName = MachineEvent | OperatorEvent
export type AlertEventType = `alert.${AlertEventName}`

export const alertStatuses = ['provisional', 'confirmed', 'retracted', 'resolved'] as const
export type AlertStatus = (typeof alertStatuses)[number]
export const urgencies = ['immediate', 'expected', 'future', 'past', 'unknown'] as const
export const certainties = ['observed', 'likely', 'possible', 'unlikely', 'unknown'] as const
export const notifies = ['page', 'quiet', 'update'] as const
export type Notify = (typeof notifies)[number]

const count = integer({ minimum: 0 })
const version = integer({ minimum: 1 })

const levelFormat = record({
  level: version,
  at: text('Event time at which the level was reached, ISO 8601.'),
  reason: text('Its cause: `partial`, `full`, `30 days`, …'),
  incidentId: optional(
    text('The trigger that reached it. Left out where time alone did, and in older records.')
  )
})
export type AlertLevel = ValueOf<typeof levelFormat>

const areaFormat = record({
  country: listOf(text()),
  admin1: listOf(text()),
  circle: orNull(tripleOf(number(), '[lat, lon, km], or null where no trigger has coordinates.')),
  settlement: textOrNull
})

const measureFormat = record({
  name: text(),
  value: number(),
  threshold: number(),
  baseline: orNull(number()),
  falseAlarmsPerYear: orNull(number())
})

const evidenceFormat = record({
  incidentId: text(),
  revision: version,
  role: words(['trigger', 'support']),
  handling: withKeywords(handlingFormat, "Strictest handling of the incident's reports.")
})
export type EvidenceItem = ValueOf<typeof evidenceFormat>

const handlingOfName = withKeywords(handlingFormat, 'Who may read that name. Left out: `internal`.')

/** The newest responses of an alert, up to this many, can still be corrected. */
export const responsesMax = 20

const responseFormat = record(
  {
    kind: words(responseKinds),
    at: text('When it was done, ISO 8601.'),
    recordedAt: text('When an officer recorded it, ISO 8601.'),
    id: optional(text('Left out in older records.')),
    corrects: optional(
      listOf(
        text(),
        `Ids of those that it replaces, each replaced by the next, at most ${responsesMax}; left out if none.`
      )
    ),
    byId: optional(
      text('Id of the key that recorded it, to readers of its handling. Only in `recent`.')
    ),
    handling: optional(handlingOfName)
  },
  'What was done about the alert.'
)
export type AlertResponse = ValueOf<typeof responseFormat>

const partnersResponseFormat = record(
  {
    kind: words(responseKinds),
    at: text('When it was done, ISO 8601.'),
    recordedAt: text('When the partner said so, ISO 8601.')
  },
  'What the partner said last was done there.'
)

const answerFormat = record(
  {
    subscriptionId: text(),
    by: text('Name of the key that holds the subscription.'),
    at: text('When it was said, ISO 8601.'),
    until: orNull(text('Until when they have it, ISO 8601; null: nothing was said of that.')),
    note: textOrNull,
    via: words(answerWays),
    response: optional(partnersResponseFormat)
  },
  'A partner who was notified by webhook says that a human there has the alert.'
)
export type AlertPartnerAnswer = ValueOf<typeof answerFormat>
/** Answers stored in the state of an alert, the newest from each subscription. */
export const answersMax = 10

const operatorFormat = record({
  acknowledgedBy: textOrNull,
  acknowledgedById: optional(text('Id of the key that acknowledged it.')),
  acknowledgedUntil: textOrNull,
  acknowledgedHandling: optional(handlingOfName),
  acknowledgedFirstAt: optional(
    text('When an officer first acknowledged it, ISO 8601; it stays when that lapses.')
  ),
  assignedTo: textOrNull,
  assignedHandling: optional(handlingOfName),
  isAcknowledged: optional(
    orNull(
      truth(
        'Whether somebody has acknowledged it or recorded a response since it last paged people; null: it needs none, since it has not paged or is over. Added for readers.'
      )
    )
  ),
  since: optional(
    orNull(
      text(
        'Since when its owner (`assignedTo`, else `acknowledgedBy`) has had it, ISO 8601; null: unassigned. Added for readers.'
      )
    )
  ),
  disposition: textOrNull,
  responses: optional(
    record(
      {
        count: version,
        first: responseFormat,
        last: responseFormat,
        recent: optional(
          listOf(
            responseFormat,
            `Those that were recorded last, oldest first, at most ${responsesMax}: they can be corrected. Left out in older records.`
          )
        )
      },
      'What officers did about it, the first and the last. Left out if nothing stands.'
    )
  ),
  responsesRecorded: optional(
    integer('Responses ever recorded, corrections among them.', { minimum: 1 })
  ),
  responseWithdrawn: optional(
    withKeywords(
      responseFormat,
      'The response that was withdrawn last, if none was recorded or corrected since.'
    )
  ),
  answers: optional(
    listOf(
      answerFormat,
      `Partners who have it, the last answer of each, oldest first, at most ${answersMax}. Left out if there is none, and below \`internal\`.`
    )
  )
})
export type AlertOperator = ValueOf<typeof operatorFormat>

const askerMembers = {
  by: text(),
  byId: optional(text('Id of that key, unique among keys. Left out in older records.'))
}

const statementTextsFormat = record(
  {
    headline: text(),
    explanation: text(),
    measure: text('Name of the measure.'),
    levels: listOf(text(), 'Their causes, in the order of `levels`.')
  },
  'The words of a statement in one language.'
)
export type StatementTexts = ValueOf<typeof statementTextsFormat>

const statementMembers = {
  alertId: text(),
  revision: version,
  operatorRevision: count,
  seq: count,
  theatre: text(),
  status: words(alertStatuses),
  notify: words(notifies),
  ruleId: text(),
  ruleVersion: version,
  pattern: text(),
  group: dictionary<string>({ additionalProperties: text() }),
  headline: text(),
  explanation: text(),
  inLanguages: optional(
    record(
      { fr: statementTextsFormat },
      'The words of the statement in other languages. Left out in older records.'
    )
  ),
  severity: words(severities),
  urgency: words(urgencies),
  certainty: words(certainties),
  levels: listOf(levelFormat),
  area: areaFormat,
  window: record({ from: text(), to: textOrNull }),
  measure: measureFormat,
  evidenceOmitted: integer('Evidence beyond the maximum.', { minimum: 0 }),
  category: listOf(text()),
  fatalities: withKeywords(
    fatalitiesFormat,
    'Deaths as in the headline if it states deaths, else of all triggers. `best` and `high` are null unless known of each incident.'
  ),
  times: record({ occurredFrom: text(), firstReportedAt: text(), detectedAt: text() }),
  handling: handlingFormat,
  /**
   * The least handling at which this event changes anything: `public`, unless it changes support
   * only. Readers below it do not get the event, which would reveal a hidden report.
   */
  concerns: handlingFormat,
  references: listOf(text(), 'Alerts that this one shares reports with.'),
  /**
   * If a wider story begins later from the same reports, or the parent is over, the next record at
   * the latest updates it: with an event of its own, else with a quiet `revised`.
   */
  partOf: orNull(text('The open alert under which this one is listed.')),
  partOfFor: optional(
    record(
      {
        public: optional(textOrNull),
        partners: optional(textOrNull),
        internal: optional(textOrNull)
      },
      'The same for readers of a level who see another one, or none: what is hidden from them is no parent of theirs. Left out where all see the same.'
    )
  ),
  operator: operatorFormat,
  drill: truth(),
  describes: optional(
    withKeywords(
      truth(),
      'Its rule notifies nobody: it describes what other alerts are about. Left out: it does not.'
    )
  ),
  reason: orNull(text('Why it was retracted, resolved, reopened or revised.')),
  /** Null on machine events, and to readers below its handling. */
  action: orNull(
    record(
      {
        ...askerMembers,
        actionId: text(),
        text: textOrNull,
        handling: optional(
          withKeywords(handlingFormat, 'Who may read the name and the text. Left out: `internal`.')
        )
      },
      "Of an operator's event: the action, the operator and the text."
    )
  )
}

/**
 * The `data` of every alert event but `alert.action-refused`: the whole state of the alert after
 * it.
 */
export const alertFormat = released(
  'alert.v1',
  'Alert',
  'Data of every alert event but alert.action-refused: the whole state of the alert after it.',
  { ...statementMembers, evidence: listOf(evidenceFormat, { maxItems: evidenceMax }) }
)
export type AlertState = ValueOf<typeof alertFormat> & {
  /**
   * Set by readers of a log that has lost events of the alert: only the counts of the evidence are
   * known. Never recorded.
   */
  readonly evidenceLost?: EvidenceCounts
}

const evidenceChangeFormat = record({
  at: integer(
    'Index in the previous evidence. Changes are in ascending order and do not overlap.',
    { minimum: 0 }
  ),
  removed: listOf(text(), 'Ids of the incidents of the items from there on that are gone.'),
  added: listOf(evidenceFormat, 'The items in their place. A changed item is removed and added.')
})
export type EvidenceChange = ValueOf<typeof evidenceChangeFormat>

const evidenceCountsFormat = record(
  {
    triggers: count,
    support: record(
      { public: count, partners: count, internal: count, restricted: count },
      'By handling.'
    )
  },
  'The pieces of evidence after the event.'
)
export type EvidenceCounts = ValueOf<typeof evidenceCountsFormat>

/**
 * The `data` of an alert event in its second version: evidence as its difference from the alert's
 * previous event.
 */
export const alertDifferenceFormat = released(
  'alert.v2',
  'Alert, by its difference',
  "The state of the alert after the event, with the changes of its evidence since the alert's previous event.",
  {
    ...statementMembers,
    evidenceChanges: listOf(evidenceChangeFormat),
    evidenceCounts: evidenceCountsFormat,
    evidenceCheck: integer('Check sum of the evidence after the event and of its order.', {
      minimum: 0
    })
  }
)
export type AlertDifference = ValueOf<typeof alertDifferenceFormat>

/** The present operator revision, its author and time are for the loser of a race. */
export const actionRefusedMembers = {
  ...askerMembers,
  alertId: text(),
  seq: count,
  theatre: text(),
  notify: words(['quiet']),
  actionId: text(),
  reason: words(['unknown-alert', 'stale-revision', 'alert-closed', 'invalid']),
  operatorRevision: orNull(integer('The one that stands.', { minimum: 0 })),
  standingBy: textOrNull,
  standingById: optional(
    text(
      'Id of the key that made the revision that stands. Left out for machine events, or if ids were not stored yet.'
    )
  ),
  standingHandling: optional(
    withKeywords(
      handlingFormat,
      'Who may read that name; left out in older records, where only `internal` may.'
    )
  ),
  standingAt: textOrNull,
  handling: handlingFormat,
  actionHandling: optional(
    withKeywords(
      handlingFormat,
      'That of the action: who sees its refusal. Left out in older records.'
    )
  )
}

export const actionRefusedFormat = released(
  'alert.action-refused.v1',
  'Action refused',
  'The outcome of an action that lost a race or could not be done. It changes nothing but `seq`.',
  actionRefusedMembers
)
export type ActionRefused = ValueOf<typeof actionRefusedFormat>

export const alertFormats: Readonly<Record<string, Format>> = {
  ...Object.fromEntries(
    [...machineEvents, ...operatorEvents].map(name => [`alert.${name}`, alertFormat])
  ),
  'alert.action-refused': actionRefusedFormat
}

export const alertDifferenceFormats: Readonly<Record<string, Format>> = Object.fromEntries(
  [...machineEvents, ...operatorEvents]
    .filter(name => name !== 'action-refused')
    .map(name => [`alert.${name}`, alertDifferenceFormat])
)

export type AlertEvent =
  | { readonly type: Exclude<AlertEventType, 'alert.action-refused'>; readonly data: AlertState }
  | { readonly type: 'alert.action-refused'; readonly data: ActionRefused }

/**
 * An alert event as stored in the alerts log: whole, or as the difference from the alert's previous
 * event.
 */
export type RecordedAlert =
  | AlertEvent
  | {
      readonly type: Exclude<AlertEventType, 'alert.action-refused'>
      readonly data: AlertDifference
    }

/** Whether an event, by its type or by its CloudEvent type, ends its alert: others may follow. */
export function isEnding(eventType: string): boolean {
  return isResolution(eventType) || /\balert\.retracted\b/.test(eventType)
}

/** Whether it ends an alert with a true situation. */
export function isResolution(eventType: string): boolean {
  return /\balert\.resolved\b/.test(eventType)
}

export function isOpen({ status }: Pick<AlertState, 'status'>): boolean {
  return status === 'provisional' || status === 'confirmed'
}
