// All inputs of a theatre's rules: the records of the incidents log, by type. The records of one
// theatre are totally ordered.

import {
  dictionary,
  integer,
  listOf,
  makeFormat,
  named,
  number,
  optional,
  orNull,
  type PayloadOf,
  pairOf,
  record,
  released,
  shared,
  text,
  truth,
  type ValueOf,
  withKeywords,
  words
} from '../format/format.ts'
import { instantFormat, textOrNull } from '../format/shared-formats.ts'
import { type Handling, handlingFormat } from './handling.ts'
import { laneFormat, reliabilities, reportRevisionFormat } from './report.ts'
import { severities } from './severity.ts'

export const unassignedTheatre = '_unassigned'
export const worldTheatre = 'world'

/** Time of a replay theatre before its player's first tick; never shown. ISO 8601. */
export const beforeAllTime = '1970-01-01T00:00:00.000Z'

export const theatreFormat = withKeywords(
  shared(
    'theatre',
    record({
      id: text(),
      /** ISO 3166-1 alpha-2 codes; or a polygon; `world` has neither and contains every place. */
      countries: orNull(listOf(text())),
      /**
       * Rings of [lon, lat]: a point is inside if an odd number of rings contains it (polygon.ts).
       */
      polygon: orNull(listOf(listOf(pairOf(number())))),
      /**
       * `wall`: the owner ticks by the wall clock. `replay`: only the player ticks, and "now" is
       * the last tick.
       */
      clock: words(['wall', 'replay']),
      /** R, days of event time that can still change. */
      retentionDays: integer({ minimum: 1 })
    })
  ),
  named('theatre.v1', 'Theatre', 'Data of theatre.configured and theatre.declared.')
)
export type TheatreConfig = ValueOf<typeof theatreFormat>

export const sourceMembers = {
  id: text(),
  reliability: words(reliabilities),
  /** How late its reports usually come, days. */
  latenessDays: number({ minimum: 0 }),
  /** How long it may be quiet and still count as live, days. */
  cadenceDays: number({ minimum: 0 }),
  /** An archive never counts for the watermark. */
  archive: truth()
}

export const sourceFormat = released(
  'source.v1',
  'Source',
  'Data of source.configured.',
  sourceMembers
)
export type SourceConfig = ValueOf<typeof sourceFormat>

/** Settings of an undeclared source. Source: core-idea.md#watermark. */
export const undeclaredSource = {
  reliability: 'F',
  latenessDays: 14,
  cadenceDays: 7,
  archive: false
} as const

/** A parameter's value in a rule, as in JSON. */
export type ParameterValue =
  | number
  | string
  | boolean
  | null
  | readonly ParameterValue[]
  | { readonly [name: string]: ParameterValue }

/** Maximum number of theatres that one rule can name; a rule for more is for all. */
export const ruleTheatresMax = 1000

/** Keys by which a rule may group incidents, in addition to its pattern's own groups. */
export const groupKeys = [
  'country',
  'admin1',
  'settlement',
  'category',
  'actor',
  'target',
  'source'
] as const
export type GroupKey = (typeof groupKeys)[number]

/** Whom a rule notifies, other than people. */
export const ruleNotifies = ['quiet'] as const

/** Released without the type that its words have. */
const pickOne = <Word extends string>(list: readonly Word[]) => makeFormat<Word>({ enum: list })

export const ruleMembers = {
  ruleId: text(),
  ruleVersion: integer({ minimum: 1 }),
  pattern: text(),
  parameters: dictionary<ParameterValue>(
    "Overrides of the pattern's defaults, by name; any value of JSON."
  ),
  title: optional(text('For people; the id if left out.')),
  where: optional(
    text('A CEL predicate: incidents that do not fulfil it are not folded (incident-predicate.ts).')
  ),
  groupBy: optional(
    listOf(
      pickOne(groupKeys),
      "Splits a pattern's groups further, and is named in them (incident-groups.ts)."
    )
  ),
  severities: optional(
    listOf(
      pickOne(severities),
      "Severity of the levels 1, 2, …; the last holds for all further ones. Left out: the pattern's own.",
      { minItems: 1 }
    )
  ),
  headline: optional(text("Replaces the pattern's own headline (headline-template.ts).")),
  notify: optional(
    withKeywords(
      words(ruleNotifies),
      '`quiet`: its alerts describe, and nobody is notified of them. Left out: people are notified.'
    )
  ),
  theatres: optional(
    listOf(
      text({ minLength: 1 }),
      'The theatres in which it runs, once each, in order of text; left out: all, including later ones.',
      { minItems: 1 }
    )
  ),
  budgets: optional(
    dictionary<number>(
      'Of a pattern with a budget: that of some theatres, false alarms a year by theatre. Others have the parameter `budget`.'
    )
  )
}

export const ruleFormat = released(
  'rule.v1',
  'Rule version',
  'A pattern with its parameters.',
  ruleMembers
)
export type RuleVersion = ValueOf<typeof ruleFormat>

/** True if a rule is folded in a theatre. */
export function runsIn({ theatres }: Pick<RuleVersion, 'theatres'>, theatre: string): boolean {
  return theatres === undefined || theatres.includes(theatre)
}

/** A rule as it is folded in a theatre, with the budget of the theatre. */
export function placeRule({ budgets, ...rule }: RuleVersion, theatre: string): RuleVersion {
  const budget = budgets?.[theatre]
  return budget === undefined ? rule : { ...rule, parameters: { ...rule.parameters, budget } }
}

export const operatorActions = ['acknowledge', 'assign', 'comment', 'resolve'] as const
export type OperatorAction = (typeof operatorActions)[number]
export const dispositions = ['true', 'false-alarm', 'duplicate', 'drill'] as const
export type Disposition = (typeof dispositions)[number]

const askerMembers = {
  by: text('Name of the key.'),
  byId: optional(
    text('Its id, unique among keys, or `owner` or `oidc:<subject>`; left out in older records.', {
      minLength: 1
    })
  )
}

const askerFormat = record(askerMembers, 'Who asked for something.')
export type Asker = ValueOf<typeof askerFormat>

/** Only the identity of an asker, without the request. Pure. */
export function readAsker({ by, byId }: Asker): Asker {
  return byId === undefined ? { by } : { by, byId }
}

/** The handling of an officer's text, if one was stated. Pure. */
export function readTalk({ handling }: { readonly handling?: Handling }): {
  readonly handling?: Handling
} {
  return handling === undefined ? {} : { handling }
}

const handlingOfTalk = withKeywords(
  handlingFormat,
  'Who may read the name of the officer and what the officer said; left out in older records, where only `internal` may.'
)

/** The caller's clearance. */
const clearanceFormat = optional(
  withKeywords(
    handlingFormat,
    'The strictest handling that the key may read: the request is about the alert as seen with it; left out in older records: `restricted`.'
  )
)

/**
 * What is asked of an alert. Each action but the first four is a record of its own: older readers
 * know no such action, and would have to refuse the whole record, or take it for another.
 */
const alertRequestMembers = {
  ...askerMembers,
  actionId: text(),
  alertId: text(),
  handling: optional(handlingOfTalk),
  clearance: clearanceFormat
}
const ifMatch = integer('The operatorRevision that the officer had seen.', { minimum: 0 })

const operatorRequestFormat = released(
  'operator.requested.v1',
  'Operator request',
  "An officer's request; the theatre's fold decides what becomes of it.",
  {
    ...alertRequestMembers,
    action: words(operatorActions),
    ifMatch,
    until: orNull(instantFormat),
    note: textOrNull,
    to: textOrNull,
    text: textOrNull,
    disposition: orNull(words(dispositions))
  }
)
export type OperatorRequest = ValueOf<typeof operatorRequestFormat>

export const responseKinds = ['warned', 'moved', 'sent', 'other', 'none'] as const
/**
 * What was done about an alert: people warned, people moved, somebody sent, something else, or a
 * decision not to act.
 */
export type ResponseKind = (typeof responseKinds)[number]

const responseRequestFormat = released(
  'response.requested.v1',
  'Response request',
  'What an officer says was done about an alert; the fold decides on it.',
  {
    ...alertRequestMembers,
    action: words(['respond']),
    ifMatch,
    kind: words(responseKinds),
    at: orNull(
      withKeywords(instantFormat, 'When it was done; null: when the record was accepted.')
    ),
    text: textOrNull
  }
)
export type ResponseRequest = ValueOf<typeof responseRequestFormat>

const correctionRequestFormat = released(
  'correction.requested.v1',
  'Correction request',
  'What an officer says of a response that was recorded before: what was done instead, or that nothing was.',
  {
    ...alertRequestMembers,
    action: words(['correct']),
    ifMatch,
    corrects: text('Id of the response that this one replaces.'),
    withdrawn: truth('Nothing takes its place.'),
    kind: orNull(withKeywords(words(responseKinds), 'What was done; null: as it was, or nothing.')),
    at: orNull(withKeywords(instantFormat, 'When it was done; null: as it was, or nothing.')),
    text: textOrNull
  }
)
export type CorrectionRequest = ValueOf<typeof correctionRequestFormat>

const reopeningRequestFormat = released(
  'reopening.requested.v1',
  'Reopening request',
  'An officer takes back that an officer resolved an alert; the fold decides on it.',
  { ...alertRequestMembers, action: words(['reopen']), ifMatch, note: textOrNull }
)
export type ReopeningRequest = ValueOf<typeof reopeningRequestFormat>

/** How a partner confirmed that a human has an alert: with a key, or by the link in a webhook. */
export const answerWays = ['key', 'link'] as const

/**
 * As an officer's. Readers of the older answer take one with it for an answer alone, which it is as
 * well.
 */
const partnersDeedFormat = record(
  {
    kind: words(responseKinds),
    at: orNull(
      withKeywords(instantFormat, 'When it was done; null: when the record was accepted.')
    ),
    text: textOrNull
  },
  'What a partner says was done there about the alert.'
)
export type PartnersDeed = ValueOf<typeof partnersDeedFormat>

/** It needs no revision: it takes no alert from its owner. */
const answerRequestFormat = released(
  'answer.requested.v1',
  'Answer request',
  'What a partner says who was notified of an alert: a human there has it.',
  {
    ...alertRequestMembers,
    action: words(['answer']),
    subscriptionId: text('The webhook subscription that was notified of the alert.'),
    holder: text('Name of the key that holds the subscription.'),
    via: words(answerWays),
    until: orNull(
      withKeywords(instantFormat, 'Until when they have it; null: nothing was said of that.')
    ),
    note: textOrNull,
    response: optional(partnersDeedFormat)
  }
)
export type AnswerRequest = ValueOf<typeof answerRequestFormat>

/** Anything that an officer asks of an alert. */
export type OfficersRequest =
  | OperatorRequest
  | ResponseRequest
  | CorrectionRequest
  | ReopeningRequest
/** Anything that is asked of an alert, by officers or partners. */
export type AlertRequest = OfficersRequest | AnswerRequest

const pairDeclaredFormat = released(
  'pair.declared.v1',
  'Pair declared',
  "An officer's declaration that the reports of each pair describe one incident, or do not. One action is one record.",
  {
    ...askerMembers,
    reportIds: pairOf(text()),
    same: truth(),
    also: optional(listOf(pairOf(text()), 'Further pairs with the same declaration.')),
    after: optional(
      orNull(
        text(
          'Id of the latest declaration for these reports that the officer could know; null: none. If there is a later one, this one is ignored. Left out: it always counts.'
        )
      )
    ),
    note: optional(textOrNull),
    handling: optional(handlingOfTalk),
    actionId: optional(text()),
    incidentId: optional(text('The incident on whose page it was requested.'))
  }
)
export type PairDeclared = ValueOf<typeof pairDeclaredFormat>

export const timeSetMembers = {
  /** A whole minute. */
  to: instantFormat,
  by: text(),
  reason: text()
}

export const timeSetFormat = released(
  'clock.set.v1',
  'Time set',
  'The time that an officer sets in a theatre. Earlier ticks with a later time were wrong and count as this time.',
  timeSetMembers
)
export type TimeSet = ValueOf<typeof timeSetFormat>

export const reportWithdrawnFormat = released(
  'report.withdrawn.v1',
  'Report withdrawn',
  'A tombstone: it wins over every revision, even if it comes first.',
  { reportId: text(), reason: text(), lane: laneFormat }
)

/**
 * Formats of records of the incidents log, by type. Configuration relevant to a theatre is copied
 * here from the control log, as is `to` of a replay theatre's tick.
 */
export const theatreFormats = {
  'theatre.configured': theatreFormat,
  'source.configured': sourceFormat,
  'rule.configured': ruleFormat,
  'rule.removed': released('rule-removed.v1', 'Rule removed', 'Data of rule.removed.', {
    ruleId: text()
  }),
  'engine.changed': released(
    'engine.changed.v1',
    'Engine changed',
    'From here on another engine folds the theatre.',
    { engine: text() }
  ),
  'clock.ticked': released(
    'clock.ticked.v1',
    'Tick',
    "The theatre's time is now `to`. `gap`: nobody was listening before it.",
    { to: instantFormat, gap: truth() }
  ),
  'clock.set': timeSetFormat,
  'report.received': reportRevisionFormat,
  'report.withdrawn': reportWithdrawnFormat,
  'operator.requested': operatorRequestFormat,
  'response.requested': responseRequestFormat,
  'correction.requested': correctionRequestFormat,
  'reopening.requested': reopeningRequestFormat,
  'answer.requested': answerRequestFormat,
  'pair.declared': pairDeclaredFormat
}

/** A record of the incidents log by its type; the type on the wire is `tocsin.<type>.v1`. */
export type TheatrePayload = PayloadOf<typeof theatreFormats>

/** A record as the fold takes it. */
export type TheatreRecord = TheatrePayload & {
  readonly id: string
  readonly theatre: string
  /** acceptedAt: ISO 8601, UTC, ms. In a replay theatre, the theatre's now. */
  readonly time: string
  /** Id of the key that posted a report; omitted for backfill, and in older records. */
  readonly by?: string
  /** Its trace, for what follows from it. The fold does not read it. */
  readonly traceparent?: string
}

/** True for the record of an officer's or a partner's request about an alert. Pure. */
export function asksAboutAlert(
  record: TheatreRecord
): record is TheatreRecord & { readonly data: AlertRequest } {
  return 'alertId' in record.data
}
