// What is answered about reports.

import { alertStatuses } from '@tocsin/contracts/alert/alert'
import {
  revisionMembers,
  revisionMembersOptional,
  without
} from '@tocsin/contracts/answer/published-schemas'
import {
  component,
  count,
  instant,
  type JsonSchema,
  listOf,
  nullable,
  part,
  ref,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { problems } from '@tocsin/contracts/problem/problem-catalogue'
import { undecodableReasons } from '@tocsin/contracts/record/envelope'
import { reportEventType } from '@tocsin/contracts/report/report-event'
import { severities } from '@tocsin/contracts/theatre/severity'
import { answer } from '@tocsin/service/route/definition'

const identity = {
  reportId: text('Stable over all revisions.', { pattern: '^[0-9a-f]{32}$' }),
  revision: count('Number of known revisions, including this one.'),
  theatre: text('The theatre in which it counts now.')
} as const

const candidateSchema = shape(
  'ToldCandidate',
  'One of the places that a name may mean.',
  {
    settlement: text(),
    name: text(),
    country: text(),
    admin1: nullable(text()),
    region: text('The name of `admin1`.'),
    lat: { type: 'number' },
    lon: { type: 'number' }
  },
  ['region']
)

const placeSchema = shape(
  'ToldPlace',
  'How a place was resolved, and what may be wrong with it.',
  {
    resolution: words(
      ['stated', 'gazetteer', 'ambiguous', 'unresolved', 'contradicting'],
      '`stated`: by its coordinates; `gazetteer`: by its name; `ambiguous`: the name has several places; `unresolved`: the name is unknown; `contradicting`: the coordinates are far outside the stated country, and it triggers nothing by place.'
    ),
    candidates: listOf(candidateSchema, 'The first 20 of an ambiguous name, the largest first.'),
    omitted: count('Number of further candidates.'),
    hint: text('What this means, and what to do; also that the report lies in no theatre.')
  },
  ['omitted', 'hint']
)

/** Of an answer to what was written: its places, not for a withdrawal, and if it does not count. */
const written = {
  place: placeSchema,
  alsoAt: listOf(placeSchema, 'Further places in order; omitted if there are none.'),
  superseded: part(
    'Another revision of the report counts instead: the one with the latest report time.',
    {
      reportedAt: instant('The report time of the revision that counts.'),
      hint: text('What this means, and what to do.')
    }
  )
} as const

/** A problem within a line of a stream. */
const problemMembers = {
  type: text(),
  title: text(),
  code: words(Object.keys(problems)),
  detail: text(),
  errors: listOf(ref('FieldError')),
  retryAfter: count('Seconds to wait before sending it again.')
} as const

const counts = (description: string): JsonSchema => ({
  description,
  type: 'object',
  additionalProperties: count()
})

const personMembers = { role: nullable(text()), kind: nullable(text()) } as const

const reportAcceptedSchema = shape(
  'ReportAccepted',
  'The report is stored: it survives a crash of the suite from now on.',
  {
    ...identity,
    duplicate: truth('Nothing was written: the suite already has all of it.'),
    ...written,
    cursor: text('Equal to the header `tocsin-cursor`.')
  },
  Object.keys(written)
)
export const importTriedSchema = shape(
  'ImportTried',
  'What the rows of a file would become. Each row read is in one count.',
  {
    rows: count('Rows read.'),
    accepted: count('Rows that would be stored.'),
    duplicates: count('Rows that say what Tocsin or an earlier row says already.'),
    withdrawals: count('Rows that withdraw a report.'),
    staysWithdrawn: count('Rows of reports that were withdrawn, which is final.'),
    leftOut: count('Rows that are no report, such as headings.'),
    refused: count(),
    refusedRows: listOf(
      part('A refused row.', {
        row: count('As in a spreadsheet or an editor: a header is row 1.'),
        faults: listOf(
          part('What is wrong.', {
            column: nullable(text('Null: the whole row.')),
            reason: text(),
            detail: text('A sentence without its subject.')
          })
        )
      }),
      'The first 100.'
    ),
    warnings: counts('Accepted rows with an adjusted value, by what was adjusted.'),
    categories: counts('Accepted rows by category.'),
    countries: counts('Accepted rows by country.'),
    places: counts('Accepted rows by how their place was found.'),
    sources: counts('Accepted rows by source.'),
    occurred: nullable(
      part('The first and the last day; null without an accepted row.', {
        from: text(),
        to: text()
      })
    ),
    notes: listOf(text(), 'What is to know about the file as a whole.'),
    brokenBy: nullable(text('Why the file could not be read to its end; null if it could.')),
    reports: listOf(ref('Report'), 'The accepted rows, in order, as they are to be posted.'),
    toWithdraw: listOf(
      part('A report to withdraw.', {
        reportId: text(),
        externalId: text(),
        reason: text(),
        mayBeAbsent: truth('It is no fault where Tocsin does not have the report.')
      }),
      'Each for a DELETE, after the reports.'
    )
  }
)
export const importKindsSchema = shape('ImportKinds', 'What files can be.', {
  formats: listOf(
    part('A format.', {
      format: text(),
      mapping: words(['needed', 'optional', 'none']),
      statesReportTime: truth('`reportedAt` does not apply.')
    })
  ),
  mappings: listOf(text(), 'Names of mappings that ship.')
})
const reportRevisionSchema = shape(
  'ReportRevision',
  'Names and texts are present only for keys with the scope `persons:read`.',
  {
    ...without(revisionMembers, [
      'contentHash',
      'private',
      'persons',
      'unnamed',
      'narrativeKey',
      'linkKeys'
    ]),
    persons: listOf(
      part(
        'A person, without a name.',
        {
          ...personMembers,
          key: text(
            'The same for the same person in every report. Only with the scope `persons:read`.'
          )
        },
        ['key']
      )
    ),
    private: nullable(ref('PrivateTexts'))
  },
  ['private', ...revisionMembersOptional]
)
const reportAlertSchema = shape('ReportAlert', 'A summary of an alert that rests on a report.', {
  alertId: text(),
  status: words(alertStatuses),
  severity: words(severities),
  ruleId: text(),
  headline: text()
})
export const hindranceReasons = [
  'withdrawn',
  'no-theatre',
  'beyond-window',
  'statistic',
  'grade',
  'contradicting-place',
  'unknown-place',
  'too-coarse'
] as const
const hindranceSchema = shape(
  'Hindrance',
  'Why a report triggers nothing by itself, or not some rules.',
  {
    reason: words(
      hindranceReasons,
      '`grade`: its source or its credibility is too poor; `beyond-window`: it ended before the retention of its theatre; `too-coarse`: its place is less precise than a rule needs.'
    ),
    detail: text(),
    rules: {
      description: 'The rules concerned; null for all. Empty if the key may not see rules.',
      type: ['array', 'null'],
      items: { type: 'string' }
    }
  }
)
export const reportShownSchema = shape('ReportShown', 'A report and its outcome.', {
  ...identity,
  withdrawn: nullable(
    part('When and why it was withdrawn; null if it was not.', {
      at: instant(),
      reason: text()
    })
  ),
  report: nullable(reportRevisionSchema),
  assembled: truth('The rules have processed it: `incident` and `alerts` are up to date.'),
  incident: nullable(
    part(
      'The incident of the report as the key may see it; null before it is assembled. If the incident contains a hidden report: the one in which the key last saw this report.',
      {
        incidentId: text(),
        revision: count(
          'As the rules count, including hidden reports; only for keys cleared for `restricted`.'
        )
      },
      ['revision']
    )
  ),
  alerts: listOf(
    reportAlertSchema,
    'Alerts that rest on the incident; for a withdrawn report, those that it had supported.'
  ),
  hindrances: listOf(
    hindranceSchema,
    'Why the report triggers nothing by itself, or not some rules.'
  )
})
export const reportEventSchema = shape(
  'ReportEvent',
  'A CloudEvent 1.0 in structured mode whose data is a report.',
  {
    specversion: words(['1.0']),
    type: words([reportEventType]),
    source: text({ minLength: 1, maxLength: 2048 }),
    id: {
      description: 'With `source` it identifies a report without an external id.',
      type: 'string',
      minLength: 1,
      maxLength: 256
    },
    datacontenttype: text('JSON, or omitted.'),
    data: ref('Report')
  },
  ['datacontenttype']
)
export const streamedLineSchema = component('StreamedLine', {
  description: 'A line of a stream.',
  anyOf: [ref('Report'), reportEventSchema]
})
export const streamResultSchema = component('StreamResult', {
  description: 'The result of a line.',
  anyOf: [
    part(
      'The report was accepted and is in the log.',
      {
        line: count('Line number from 1, blank lines included.'),
        status: { type: 'integer', enum: [202] },
        ...identity,
        duplicate: truth(),
        ...written
      },
      Object.keys(written)
    ),
    part(
      'The line was refused with the problem that a single post would get.',
      {
        line: count(),
        status: { type: 'integer', minimum: 400 },
        ...problemMembers
      },
      ['errors', 'retryAfter']
    )
  ]
})
export const streamSummarySchema = shape(
  'StreamSummary',
  'The last line of the answer, without `line`.',
  {
    complete: truth('The stream was read to its end. If not, `problem` says why.'),
    lines: count(),
    blank: count(),
    accepted: count(),
    duplicates: count(),
    refused: count(),
    unavailable: count('Number of lines that may be sent again unchanged.'),
    cursor: nullable(text('Covers everything that was written.')),
    problem: part(
      'Why the stream ended early.',
      { status: { type: 'integer', minimum: 400 }, ...problemMembers },
      ['errors', 'retryAfter']
    )
  },
  ['problem']
)
export const privateErasedSchema = shape(
  'PrivateErased',
  'The private texts are unreadable everywhere.',
  {
    reportId: text(),
    erased: truth('False if there were none.')
  }
)
export const quarantineEntrySchema = shape(
  'QuarantineEntry',
  'Bytes that no version could parse.',
  {
    id: text(),
    topic: text('The topic in which they were.'),
    partition: count(),
    position: text('Decimal digits.'),
    reason: words(undecodableReasons),
    bytes: count('Number of bytes that are kept.'),
    truncated: truth('There were, or may have been, more bytes.'),
    engine: text('The version that could not parse them.'),
    quarantinedAt: instant(),
    settled: nullable(
      part('How it was settled.', {
        how: words(['replayed', 'dismissed']),
        by: text(),
        at: instant(),
        reportId: nullable(text('The report that was accepted in its place.'))
      })
    ),
    content: part('Only for keys that may see everything.', {
      base64: text(),
      text: nullable(text('The same as text; null if it is not UTF-8.'))
    })
  },
  ['content']
)
export const quarantineListSchema = shape(
  'QuarantineList',
  'Quarantine entries, without their bytes.',
  {
    items: listOf(quarantineEntrySchema),
    next: { type: ['string', 'null'] }
  }
)
export const reportListSchema = shape(
  'ReportList',
  'The requested report, or none; or reports in no theatre.',
  {
    items: listOf(reportShownSchema),
    next: { description: 'Always null.', type: ['string', 'null'] },
    lastWeek: count('Of a list of reports in no theatre: those of the last 7 days.')
  },
  ['lastWeek']
)

export const reportIdParams = {
  id: text('The `reportId` from the answer to the post.', { pattern: '^[0-9a-f]{32}$' })
}

export const readLane = (description: string) => ({
  lane: words(['live', 'backfill'], { description, default: 'live' })
})

export const acceptedAs = (description: string) =>
  answer(description, reportAcceptedSchema, 'tocsin-cursor')
