// A report as it is posted: its allowed values, and its normal form. A description ends the sentence
// of an error: "must be …". Texts become NFC and trimmed; roles and kinds lower case; duplicate words
// are removed; instants become UTC with milliseconds; days stay days.

import {
  type Format,
  integer,
  listOf,
  named,
  optional,
  orNull,
  record,
  text,
  truth,
  type ValueOf,
  words
} from '../format/format.ts'
import { defaultHandling, handlings } from '../theatre/handling.ts'
import { type Credibility, categories, tactics } from '../theatre/report.ts'
import { readInstant } from './moments.ts'
import { normalizeName, normalizeTextOrNull, normalizeWord, removeRepeats } from './normal-text.ts'
import { location, locationFormat, normalizeLocation } from './posted-location.ts'
import {
  closed,
  dayOrInstant,
  line,
  postedExternalId,
  postedInstant,
  postedSource
} from './posted-text.ts'
import { normalizePrivate, privateFormat } from './private-texts.ts'

const deaths = optional(
  orNull(
    integer('a whole number from 0 to 10000000, or null for unknown', {
      minimum: 0,
      maximum: 10_000_000
    })
  )
)

/** Credibility of a report that cannot be judged. Source: Admiralty code. */
const credibilityUnknown: Credibility = 6

const actor = record(
  {
    name: line('the name of an actor, at most 200 characters on one line', 200),
    role: optional(line('a role such as perpetrator, at most 60 characters', 60))
  },
  closed('an actor with its name')
)
const target = record(
  { kind: line('a kind of target such as civilians, at most 60 characters', 60) },
  closed('a target with its kind')
)
const upTo20 = <Value>(items: Format<Value>, what: string) =>
  optional(listOf(items, `a list of at most 20 ${what}`, { maxItems: 20 }))

export const postedReportFormat = record(
  {
    source: record(postedSource, closed('an object with the id of the source')),
    externalId: optional(
      postedExternalId('the id of the report at its source, 1 to 200 characters on one line')
    ),
    reportedAt: optional(postedInstant),
    occurred: record(
      { from: dayOrInstant, to: dayOrInstant },
      closed('an object with from and to')
    ),
    category: words(categories, 'one of the published categories'),
    tactics: upTo20(
      text('a published tactic, or other:<word>', {
        maxLength: 60,
        pattern: `^(?:${tactics.join('|')}|other:[a-z0-9][a-z0-9-]{0,39})$`
      }),
      'tactics'
    ),
    location,
    alsoAt: upTo20(location, 'further places'),
    actors: upTo20(actor, 'actors'),
    targets: upTo20(target, 'targets'),
    fatalities: optional(
      record(
        { low: deaths, best: deaths, high: deaths },
        closed('an object with low, best and high')
      )
    ),
    credibility: optional(
      integer<Credibility>('a whole number from 1 (confirmed) to 6 (cannot be judged)', {
        minimum: 1,
        maximum: 6
      })
    ),
    handling: optional(words(handlings, 'public, partners, internal or restricted')),
    drill: optional(truth('true or false')),
    private: optional(privateFormat)
  },
  {
    ...named('report.v1', 'Posted report', 'What a reporter posts: one report of one source.'),
    additionalProperties: false,
    $defs: { location: locationFormat }
  }
)
export type PostedReport = ValueOf<typeof postedReportFormat>

/**
 * A report in its normal form. Ids and content hashes rest on the body as sent, not on this form.
 */
export type ReportInput = ReturnType<typeof normalizeReport>

/** The normal form of a report whose members have been found right. Pure. */
export function normalizeReport(posted: PostedReport) {
  const { occurred, category, fatalities, actors = [], targets = [] } = posted
  return {
    sourceId: posted.source.id,
    externalId: normalizeTextOrNull(posted.externalId),
    /** ISO 8601, UTC, ms; null if not stated. */
    reportedAt: posted.reportedAt === undefined ? null : readInstant(posted.reportedAt),
    occurred: { from: normalizeTime(occurred.from), to: normalizeTime(occurred.to) },
    category,
    tactics: removeRepeats(posted.tactics),
    location: normalizeLocation(posted.location),
    alsoAt: (posted.alsoAt ?? []).map(normalizeLocation),
    actors: actors
      .map(({ name, role }) => ({ name: normalizeName(name), role: normalizeWord(role) }))
      .filter(({ name }) => name !== ''),
    targets: targets
      .map(({ kind }) => ({ kind: normalizeName(kind).toLowerCase() }))
      .filter(({ kind }) => kind !== ''),
    fatalities: {
      low: fatalities?.low ?? null,
      best: fatalities?.best ?? null,
      high: fatalities?.high ?? null
    },
    credibility: posted.credibility ?? credibilityUnknown,
    handling: posted.handling ?? defaultHandling,
    drill: posted.drill ?? false,
    private: normalizePrivate(posted.private)
  }
}

/** The format accepts days and instants alone, and only a day is this short. */
function normalizeTime(text: string): string {
  return text.length === dayLength ? text : readInstant(text)
}

const dayLength = '2025-06-01'.length
