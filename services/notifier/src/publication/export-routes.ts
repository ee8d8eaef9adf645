// Exports over HTTP: everything that lists show to the same key, as one file.

import type { Principal } from '@tocsin/auth/access/principal'
import type { Quota } from '@tocsin/auth/access/quota'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import {
  integer,
  listOf,
  makeFormat,
  optional,
  record,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import type { FastifyInstance } from 'fastify'
import { makeReader, type PrivateReader } from '../alerts/evidence.ts'
import {
  filterParameters,
  incidentParameters,
  makeSources,
  makeSpan,
  readFilter,
  readIncidentSearch,
  readSpan,
  refuseQuery
} from '../alerts/list-queries.ts'
import type { Stale } from '../alerts/liveness.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { refuseWhileStale } from '../alerts/stale-answers.ts'
import { alertKind, incidentKind } from './export-columns.ts'
import { type CsvOptions, createWriter, exportFormats } from './export-formats.ts'
import {
  alertRows,
  type ExportRowsDeps,
  type ExportStreamOptions,
  exportStream,
  incidentRows
} from './export-stream.ts'

export interface ExportRoutesDeps extends ExportRowsDeps {
  readonly exports: Quota
  readonly positions: ReadPositions
  readonly openPrivate: PrivateReader
  readonly clock: Clock
  readonly slowMs: number
  readonly stale: () => Stale | null
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
}

const yesNo = (description: string) => optional(words(['true', 'false'], description))
// Readers of the document start from its examples, the fuzzer too: few random filters are accepted.
const query = {
  ...filterParameters,
  kind: words(['alerts', 'incidents'], 'What to export.', { examples: ['alerts'] }),
  format: words(
    exportFormats,
    '`csv`: one row each. `geojson`: one feature each (RFC 7946). `kml`: one placemark each (KML 2.2). `ndjson`: whole statements.',
    { examples: ['csv'] }
  ),
  hxl: yesNo(
    'CSV alone: `true` adds a second line of HXL tags, and the p-codes of OCHA for areas.'
  ),
  bom: yesNo('CSV alone: begin with a byte order mark, for Excel.'),
  ...makeSpan(
    'Only what began at this time or later: a day, or an instant with a UTC offset.',
    'Only what began before this time.'
  ),
  ...makeSources('Incidents alone, ids of sources: with a report of one of them.')
}
type ExportQuery = ValuesOf<typeof query>

const plain = { schema: { type: 'string' } }
const featureCollection = record({
  type: words(['FeatureCollection']),
  features: listOf(makeFormat({ type: 'object' })),
  rows: integer()
})
const retryAfterS = 10

export function addExportRoutes(app: FastifyInstance, deps: ExportRoutesDeps): void {
  makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })({
    id: 'exportAll',
    method: 'GET',
    path: '/v1/export',
    summary: 'Export alerts or incidents as one file',
    description:
      'What the lists show to the same key, streamed. A file without the number of its rows at its end was cut off. Incidents take the filters `theatre`, `category`, `country`, `admin1` and `source`.',
    query,
    answers: {
      200: {
        description: 'The file.',
        mediaType: 'text/csv',
        ...plain,
        alsoAs: {
          'application/geo+json': { schema: featureCollection },
          'application/vnd.google-earth.kml+xml': plain,
          'application/x-ndjson': plain
        }
      }
    },
    options: { exposeHeadRoute: false },
    async handle(request, reply) {
      refuseWhileStale(deps.stale())
      const principal = getPrincipal(request)
      const { kind, format } = request.query
      const begin = makeBeginning(deps, principal, request.query)
      deps.exports.take(principal.id, 'exports under way', retryAfterS)
      const { stream, mediaType } = begin()
      stream.once('close', () => deps.exports.release(principal.id))
      return reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${kind}.${format}"`)
        .send(stream)
    }
  })
}

/** What starts the export. Throws ProblemError `query-invalid` before anything is started. */
function makeBeginning(deps: ExportRoutesDeps, principal: Principal, asked: ExportQuery) {
  const reader = makeReader(deps, principal)
  const { kind, format } = asked
  const csv = readCsvOptions(asked)
  const options: ExportStreamOptions = {
    clock: deps.clock,
    slowMs: deps.slowMs,
    check() {
      refuseWhileStale(deps.stale())
      if (!deps.isStillGood(principal))
        throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
    }
  }
  if (kind === 'alerts') {
    if (asked.source !== undefined)
      throw refuseQuery('source', 'is no filter of alerts', 'The filter is invalid.')
    const filter = readFilter(asked)
    const span = readSpan(asked)
    const writer = createWriter(format, alertKind, csv)
    return () => ({
      stream: exportStream(alertRows(deps, reader.view, filter, span), writer, options),
      mediaType: writer.mediaType
    })
  }
  refuseAlertFilters(asked)
  const search = readIncidentSearch(reader.view, asked)
  const writer = createWriter(format, incidentKind, csv)
  return () => ({
    stream: exportStream(incidentRows(deps, reader, search), writer, options),
    mediaType: writer.mediaType
  })
}

function readCsvOptions({ format, ...asked }: ExportQuery): CsvOptions {
  const wanted = (['hxl', 'bom'] as const).filter(name => asked[name] === 'true')
  if (format !== 'csv' && wanted.length > 0) {
    const errors = wanted.map(pointer => ({ pointer, detail: 'applies to csv alone' }))
    throw new ProblemError('query-invalid', 'The query is invalid.', { errors })
  }
  return { hxl: wanted.includes('hxl'), bom: wanted.includes('bom') }
}

/**
 * A filter that does not apply is refused: without it more would be exported than was asked for.
 */
function refuseAlertFilters(asked: ExportQuery): void {
  const errors = filterNames
    .filter(name => asked[name] !== undefined && !Object.hasOwn(incidentParameters, name))
    .map(name => ({ pointer: name, detail: 'is no filter of incidents' }))
  if (errors.length > 0)
    throw new ProblemError('query-invalid', 'The filter is invalid.', { errors })
}
