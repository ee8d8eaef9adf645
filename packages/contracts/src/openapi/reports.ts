// Answers about reports: that one is accepted, and its state.

import { alertStatuses } from '@tocsin/domain/alert/alert'
import { severities } from '@tocsin/domain/record/severity'
import { problems } from '../problem/problem-catalogue.ts'
import { reportEventType } from '../report/report-event.ts'
import { count, instant, type JsonSchema, listOf, oneOfWords, orNull, pageOf, record, ref, text, truth } from './json-schema.ts'
import { revisionMembers, without } from './published-schemas.ts'

const identity = {
  reportId: {
    description: 'Stable for the report of this source, whatever its revision.',
    type: 'string',
    pattern: '^[0-9a-f]{32}$'
  },
  revision: { description: 'How many revisions of the report are known, this one among them.', type: 'integer', minimum: 0 },
  theatre: text('Where the report counts now.')
} as const

/** Not for a withdrawal. */
const whereAbouts = {
  place: ref('ToldPlace'),
  alsoAt: listOf(ref('ToldPlace'), 'Of further places, in their order; left out where there are none.')
} as const

/** A problem within a line of a stream. */
const problemMembers = {
  type: text(),
  title: text(),
  code: oneOfWords(Object.keys(problems)),
  detail: text(),
  errors: listOf(ref('FieldError')),
  retryAfter: count('Seconds until it makes sense to send it again.')
} as const

const personMembers = { role: orNull(text()), kind: orNull(text()) } as const

export const reportSchemas: Readonly<Record<string, JsonSchema>> = {
  ReportAccepted: record(
    'The report stands: it survives a crash of the suite from here on.',
    {
      ...identity,
      duplicate: truth('Nothing was written: the suite holds all of it already.'),
      ...whereAbouts,
      cursor: text('The same as the header `tocsin-cursor`.')
    },
    Object.keys(whereAbouts)
  ),
  ToldPlace: record(
    'How a place was understood, and what may be wrong with it.',
    {
      resolution: oneOfWords(
        ['stated', 'gazetteer', 'ambiguous', 'unresolved', 'contradicting'],
        '`stated`: by its coordinates; `gazetteer`: by its name; `ambiguous`: its name may mean several places; `unresolved`: its name is not known; `contradicting`: its coordinates lie far outside of the stated country: both are kept, and it starts nothing by place. Coordinates far outside of the stated area are `stated`, with a hint.'
      ),
      candidates: listOf(ref('PlaceCandidate'), 'What an ambiguous name may mean, the first 20.'),
      omitted: count('How many candidates more there are.'),
      hint: text('What it comes to, and what to do about it.')
    },
    ['omitted', 'hint']
  ),
  ReportShown: record('A report with what became of it.', {
    ...identity,
    withdrawn: orNull(record('When it was withdrawn, and why; null while it stands.', { at: instant(), reason: text() })),
    report: orNull(ref('ReportRevision')),
    assembled: truth('True once the rules have taken what is shown: `incident` and `alerts` then speak of it.'),
    incident: orNull(
      record(
        'The incident that it was put into; null before that, or where the key may not see it. While the incident holds a report that the key may not see, the one in which the key saw this report last.',
        {
          incidentId: text(),
          revision: count('As the rules count, hidden reports too: for keys cleared for `restricted` alone.')
        },
        ['revision']
      )
    ),
    alerts: listOf(
      ref('ReportAlert'),
      'Alerts that rest on the incident, as far as the key may see them; of a report that was withdrawn, those that it had supported.'
    ),
    hindrances: listOf(
      ref('Hindrance'),
      'Why the report starts nothing by itself, or nothing of some rules; empty where nothing keeps it.'
    )
  }),
  Hindrance: record('Why a report starts nothing by itself, or nothing of some rules.', {
    reason: oneOfWords(
      ['withdrawn', 'no-theatre', 'beyond-window', 'statistic', 'grade', 'contradicting-place', 'unknown-place', 'too-coarse'],
      '`grade`: its source or its own credibility is too poor, it only supports; `beyond-window`: it was over before what its theatre looks back to; `too-coarse`: its place is not known as exactly as a rule needs.'
    ),
    detail: text(),
    rules: {
      description: 'The rules that it holds for; null for all. Empty where the key may not know of rules.',
      type: ['array', 'null'],
      items: { type: 'string' }
    }
  }),
  ReportRevision: record(
    'The revision that counts. Names and texts are there only for keys with the scope `persons:read`.',
    {
      ...without(revisionMembers, ['contentHash', 'private', 'persons', 'unnamed', 'narrativeKey', 'linkKeys']),
      persons: listOf(
        record(
          'A person, without a name.',
          {
            ...personMembers,
            key: text(
              'The same person has the same key in every report; only with the scope `persons:read`, and of persons who are named.'
            )
          },
          ['key']
        )
      ),
      private: orNull(ref('PrivateTexts'))
    },
    ['private']
  ),
  PrivateTexts: record('What only keys with the scope `persons:read` get; null once it is erased.', {
    narrative: orNull(text()),
    links: listOf(text()),
    persons: listOf(
      record('A person; `name` is null where the report does not name them.', {
        name: orNull(text()),
        aliases: listOf(text()),
        ...personMembers
      })
    )
  }),
  ReportAlert: record('An alert that rests on a report, in short.', {
    alertId: text(),
    status: oneOfWords(alertStatuses),
    severity: oneOfWords(severities),
    ruleId: text(),
    headline: text()
  }),
  ReportEvent: record(
    'A CloudEvent 1.0 in structured mode whose data is a report. Other attributes say nothing here.',
    {
      specversion: oneOfWords(['1.0']),
      type: oneOfWords([reportEventType]),
      source: { type: 'string', minLength: 1, maxLength: 2048 },
      id: {
        description: 'With `source` it names a report that has no external id.',
        type: 'string',
        minLength: 1,
        maxLength: 256
      },
      datacontenttype: text('JSON, or left out.'),
      data: ref('Report')
    },
    ['datacontenttype']
  ),
  StreamedLine: { description: 'A line of a stream.', anyOf: [ref('Report'), ref('ReportEvent')] },
  StreamResult: {
    description: 'What became of a line.',
    anyOf: [
      record(
        'The report stands.',
        {
          line: count('Counts from 1, blank lines too.'),
          status: { type: 'integer', enum: [202] },
          ...identity,
          duplicate: truth(),
          ...whereAbouts
        },
        Object.keys(whereAbouts)
      ),
      record(
        'The line was refused, as the problem that the report alone would be answered with.',
        {
          line: count(),
          status: { type: 'integer', minimum: 400 },
          ...problemMembers
        },
        ['errors', 'retryAfter']
      )
    ]
  },
  StreamSummary: record(
    'The last line of the answer: it has no `line`.',
    {
      complete: truth(
        'The stream was taken to its end. If not, `problem` says why; lines behind the last one answered were not begun.'
      ),
      lines: count(),
      blank: count(),
      accepted: count(),
      duplicates: count(),
      refused: count(),
      unavailable: count('Lines that may be sent again as they are.'),
      cursor: orNull(text('Of all that was written.')),
      problem: record('Why the stream ended early.', { status: { type: 'integer', minimum: 400 }, ...problemMembers }, [
        'errors',
        'retryAfter'
      ])
    },
    ['problem']
  ),
  PrivateErased: record('The private texts are unreadable everywhere.', {
    reportId: text(),
    erased: truth('False where there were none, or none any more.')
  }),
  QuarantineEntry: record(
    'Bytes that no version could read.',
    {
      id: text(),
      topic: text('The log where they stood.'),
      partition: count(),
      position: text('Decimal digits.'),
      reason: oneOfWords(['not-utf8', 'not-json', 'not-an-envelope', 'data-invalid', 'unknown-type']),
      bytes: count('Bytes that are kept.'),
      truncated: truth('There were, or may have been, more.'),
      engine: text('The version that could not read them.'),
      quarantinedAt: instant(),
      settled: orNull(
        record('What became of it.', {
          how: oneOfWords(['replayed', 'dismissed']),
          by: text(),
          at: instant(),
          reportId: orNull(text('The report that was taken in its place.'))
        })
      ),
      content: record('Only for keys that may see everything.', {
        base64: text(),
        text: orNull(text('The same as text; null where it is none.'))
      })
    },
    ['content']
  ),
  QuarantineList: pageOf(ref('QuarantineEntry'), 'Entries of the quarantine, without their bytes.'),
  ReportList: pageOf(ref('ReportShown'), 'The report that was asked for, or none.')
}
