// A report as it is posted, each member in one place: its allowed values, its row in formats.md and
// its normal form. A description ends the sentence of an error: "must be …". Texts become NFC and
// trimmed; roles and kinds lower case; duplicate words are removed; instants become UTC with
// milliseconds; days stay days.

import {
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
import { asPosted, collectFormats, member, type NormalsOf } from './posted-member.ts'
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

export const postedMembers = {
  source: member(
    record(postedSource, closed('an object with the id of the source')),
    { name: 'source.id', says: 'who says it' },
    asPosted
  ),
  externalId: member(
    optional(
      postedExternalId('the id of the report at its source, 1 to 200 characters on one line')
    ),
    {
      says: 'its id at the source',
      without: 'the `Idempotency-Key`, else the whole body, tells reports apart'
    },
    normalizeTextOrNull
  ),
  reportedAt: member(
    optional(postedInstant),
    { says: 'when the source said it', without: 'when it was accepted' },
    /** ISO 8601, UTC, ms; null if not stated. */
    posted => (posted === undefined ? null : readInstant(posted))
  ),
  occurred: member(
    record({ from: dayOrInstant, to: dayOrInstant }, closed('an object with from and to')),
    { says: '`from` and `to`: days or instants' },
    ({ from, to }) => ({ from: normalizeTime(from), to: normalizeTime(to) })
  ),
  category: member(
    words(categories, 'one of the published categories'),
    { says: 'what happened, one word' },
    asPosted
  ),
  tactics: member(
    optional(
      listOf(
        text('a published tactic, or other:<word>', {
          maxLength: 60,
          pattern: `^(?:${tactics.join('|')}|other:[a-z0-9][a-z0-9-]{0,39})$`
        }),
        'a list of at most 20 tactics',
        { maxItems: 20 }
      )
    ),
    { says: 'how, up to 20 ([list](patterns.md#tactics))', without: 'none' },
    removeRepeats
  ),
  location: member(location, { says: 'coordinates, or a name with a country' }, normalizeLocation),
  alsoAt: member(
    optional(listOf(location, 'a list of at most 20 further places', { maxItems: 20 })),
    { says: 'up to 20 further places of the same thing', without: 'none' },
    (posted = []) => posted.map(normalizeLocation)
  ),
  actors: member(
    optional(
      listOf(
        record(
          {
            name: line('the name of an actor, at most 200 characters on one line', 200),
            role: optional(line('a role such as perpetrator, at most 60 characters', 60))
          },
          closed('an actor with its name')
        ),
        'a list of at most 20 actors',
        { maxItems: 20 }
      )
    ),
    { says: 'who', without: 'unknown' },
    (posted = []) =>
      posted
        .map(({ name, role }) => ({ name: normalizeName(name), role: normalizeWord(role) }))
        .filter(({ name }) => name !== '')
  ),
  targets: member(
    optional(
      listOf(
        record(
          { kind: line('a kind of target such as civilians, at most 60 characters', 60) },
          closed('a target with its kind')
        ),
        'a list of at most 20 targets',
        { maxItems: 20 }
      )
    ),
    { says: 'against whom', without: 'unknown' },
    (posted = []) =>
      posted
        .map(({ kind }) => ({ kind: normalizeName(kind).toLowerCase() }))
        .filter(({ kind }) => kind !== '')
  ),
  fatalities: member(
    optional(
      record(
        { low: deaths, best: deaths, high: deaths },
        closed('an object with low, best and high')
      )
    ),
    { says: '`low`, `best`, `high`; null is unknown, which is not zero', without: 'unknown' },
    posted => ({ low: posted?.low ?? null, best: posted?.best ?? null, high: posted?.high ?? null })
  ),
  credibility: member(
    optional(
      integer<Credibility>('a whole number from 1 (confirmed) to 6 (cannot be judged)', {
        minimum: 1,
        maximum: 6
      })
    ),
    { says: '1 (confirmed) to 6 (cannot be judged)', without: '6' },
    (posted = credibilityUnknown) => posted
  ),
  handling: member(
    optional(words(handlings, 'public, partners, internal or restricted')),
    { says: 'who may see it', without: '`internal`' },
    (posted = defaultHandling) => posted
  ),
  drill: member(
    optional(truth('true or false')),
    { says: 'an exercise', without: 'not an exercise' },
    (posted = false) => posted
  ),
  private: member(
    optional(privateFormat),
    { says: 'narrative, links and persons, encrypted before they are stored', without: 'nothing' },
    normalizePrivate
  )
}

/** A report that its schema accepts. */
export const postedReportFormat = record(collectFormats(postedMembers), {
  ...named('report.v1', 'Posted report', 'What a reporter posts: one report of one source.'),
  additionalProperties: false,
  $defs: { location: locationFormat }
})
export type PostedReport = ValueOf<typeof postedReportFormat>

/**
 * A report in its normal form. Ids and content hashes rest on the body as sent, not on this form.
 */
export type ReportInput = { readonly sourceId: string } & NormalsOf<typeof others>

const { source: _, ...others } = postedMembers
const names = Object.keys(others) as (keyof typeof others)[]
const normals = Object.values(others).map(({ normal }) => normal as (posted: unknown) => unknown)

/** The normal form of a report whose members have been found right. Pure. */
export function normalizeReport(posted: PostedReport): ReportInput {
  const input: Record<string, unknown> = { sourceId: posted.source.id }
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as keyof typeof others
    const value = (normals[i] as (posted: unknown) => unknown)(posted[name])
    if (value !== undefined) input[name] = value
  }
  return input as ReportInput
}

/** The format accepts days and instants alone, and only a day is this short. */
function normalizeTime(text: string): string {
  return text.length === dayLength ? text : readInstant(text)
}

const dayLength = '2025-06-01'.length
