// OpenAPI texts, bodies, answers and problems of the routes of reports. The routes and their
// schemas are in routes.ts.

import { ref } from '@tocsin/contracts/openapi/json-schema'
import type { ApiDocs, BodyContent } from '@tocsin/contracts/openapi/operation'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'
import { reportEventType } from '@tocsin/contracts/report/report-event'
import { quarantineApi } from './quarantine/quarantine-api.ts'

const exampleReport = {
  source: { id: 'wire-1' },
  externalId: 'W-2025-0601-3',
  reportedAt: '2025-06-02T09:00:00Z',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  tactics: ['base-overrun'],
  location: {
    name: 'Dioura',
    admin1: 'ML-5',
    country: 'ML',
    lat: 14.8252,
    lon: -5.2547,
    radiusKm: 2
  },
  actors: [{ name: 'JNIM', role: 'perpetrator' }],
  targets: [{ kind: 'military' }],
  fatalities: { low: 3, best: null, high: null },
  credibility: 2,
  handling: 'partners'
}

const exampleEvent = {
  specversion: '1.0',
  type: reportEventType,
  source: 'https://feeds.example.org/wire-1',
  id: '7f3a-1',
  data: exampleReport
}
const exampleLines = `${JSON.stringify(exampleReport)}\n${JSON.stringify(exampleEvent)}\n`

const report: BodyContent = { schema: ref('Report'), example: exampleReport }
const lane =
  '`backfill` for historical reports: they wait while the rules are behind, and page nobody. Default: `live`.'
const accepted = {
  description: 'The report is stored. It survives a crash of the suite from now on.',
  schema: ref('ReportAccepted'),
  headers: ['tocsin-cursor']
}
const writing: readonly ProblemCode[] = ['log-unavailable', 'disk-full', 'forbidden']

export const intakeApi: ApiDocs = {
  ...quarantineApi,
  'POST /v1/reports': {
    id: 'postReport',
    tag: 'Reports',
    summary: 'Report an incident',
    description:
      'One report of one source, as JSON or in a CloudEvent; or a stream of reports, one per line. The same source and external id make a revision. Without an external id a report is identified by `Idempotency-Key`, by the source and id of its event, or by its content; known content changes nothing, and other content under a known key or event is refused. `Content-Encoding`: `gzip` or `zstd`.',
    query: { lane },
    headers: [
      'tocsin-cursor',
      'idempotency-key',
      'ce-specversion',
      'ce-type',
      'ce-source',
      'ce-id'
    ],
    body: {
      description:
        'Only `source.id`, `occurred`, `category` and a location are required. A stream may have any length and is answered line by line.',
      content: {
        'application/json': report,
        'application/cloudevents+json': { schema: ref('ReportEvent'), example: exampleEvent },
        'application/x-ndjson': {
          schema: {
            description: 'Lines, each a report or a CloudEvent that contains one.',
            'x-line': ref('StreamedLine')
          },
          example: exampleLines
        }
      }
    },
    answers: {
      200: {
        description:
          'One result line per non-blank line, in order, then a summary. The outcome of a line without a result is unknown; sending it again is safe.',
        mediaType: 'application/x-ndjson',
        schema: {
          type: 'string',
          'x-line': ref('StreamResult'),
          'x-last-line': ref('StreamSummary')
        }
      },
      202: accepted
    },
    problems: [...writing, 'report-withdrawn', 'corrected-too-often']
  },
  'POST /v1/imports/dry-run': {
    id: 'tryImport',
    tag: 'Reports',
    summary: 'Try a file of reports without writing anything',
    description:
      'The file is the body, at most 10,000 rows; it may be packed by gzip or zstd. Each row is judged as its post would be now. Send the `reports` of the answer to `POST /v1/reports` as lines, with `lane=backfill`; sending them again changes nothing.',
    query: {
      format: 'Format of the file.',
      mapping:
        'For `csv`, `kml` and `geojson`: the name of a mapping that ships, or a mapping in YAML or JSON.',
      encoding: 'Of the text, where no byte order mark says it.',
      reportedAt: 'Report time of all rows: when this edition of the file was published.'
    },
    body: {
      content: {
        'application/octet-stream': { schema: { type: 'string', contentEncoding: 'binary' } }
      }
    },
    answers: { 200: { description: 'What each row would become.', schema: ref('ImportTried') } },
    problems: ['log-unavailable', 'projection-behind']
  },
  'PUT /v1/reports/:id': {
    id: 'correctReport',
    tag: 'Reports',
    summary: 'Correct a report',
    description:
      'The whole report as it is now known. Its source and external id cannot be changed.',
    path: { id: 'The `reportId` from the answer to the post.' },
    query: { lane },
    headers: ['tocsin-cursor'],
    body: { content: { 'application/json': report } },
    answers: { 202: accepted },
    problems: [...writing, 'report-withdrawn', 'corrected-too-often']
  },
  'DELETE /v1/reports/:id': {
    id: 'withdrawReport',
    tag: 'Reports',
    summary: 'Withdraw a report',
    description: 'The reason is recorded and shown. A withdrawal is final.',
    path: { id: 'The `reportId` from the answer to the post.' },
    query: { lane },
    headers: ['tocsin-cursor'],
    body: {
      content: {
        'application/json': {
          schema: ref('Withdrawal'),
          example: { reason: 'The place was another one.' }
        }
      }
    },
    answers: { 202: { ...accepted, description: 'The report is withdrawn.' } },
    problems: writing
  },
  'GET /v1/reports/:id': {
    id: 'getReport',
    tag: 'Reports',
    summary: 'Read a report and its outcome',
    description:
      'Without the scope `reports:read` a key reads only what it posted itself, without the incident.',
    path: { id: 'The `reportId` from the answer to the post.' },
    query: { wait: 'Seconds to wait until the rules have processed the report.' },
    headers: ['tocsin-cursor'],
    answers: {
      200: {
        description: 'The report, its incident and the alerts that rest on it.',
        schema: ref('ReportShown')
      }
    },
    problems: ['log-unavailable']
  },
  'GET /v1/me/reports': {
    id: 'listOwnReports',
    tag: 'Reports',
    summary: 'List the last reports that this key posted',
    description: 'At most 100, the newest first, each with its outcome; without backfill.',
    headers: ['tocsin-cursor'],
    answers: { 200: { description: 'The reports.', schema: ref('ReportList') } },
    problems: ['log-unavailable']
  },
  'GET /v1/reports': {
    id: 'findReport',
    tag: 'Reports',
    summary: 'Find a report by its source and external id, or list reports in no theatre',
    query: {
      source: 'Id of the source; with `externalId`.',
      externalId: 'Id of the report at its source.',
      theatre: '`_unassigned`: the newest reports that lie in no theatre, newest first.',
      limit: 'Maximum number of them.',
      wait: 'Seconds to wait until the rules have processed the report.'
    },
    headers: ['tocsin-cursor'],
    answers: {
      200: {
        description: 'The report, or an empty list; or the reports in no theatre.',
        schema: ref('ReportList')
      }
    },
    problems: ['log-unavailable']
  }
}
