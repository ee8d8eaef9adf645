// Exports over HTTP: everything that lists show to the same key, as one file.

import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '@tocsin/auth/access/principal'
import type { ReaderView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { type AlertFilter, filterNames } from '@tocsin/contracts/alert/alert-filter'
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
import type { IncidentSearch } from '@tocsin/read-model/incidents/incident-table'
import type { FastifyInstance } from 'fastify'
import { type EvidenceReader, makeReader, type VisibleIncident } from '../alerts/evidence.ts'
import {
  filterParameters,
  incidentParameters,
  makeSources,
  makeSpan,
  readFilter,
  readIncidentSearch,
  readSpan,
  refuseQuery,
  type Span
} from '../alerts/list-queries.ts'
import { walkAlerts } from '../alerts/listed-alerts.ts'
import { refuseWhileStale } from '../alerts/liveness.ts'
import { makeReadingRoutes, type ReadDeps } from '../alerts/position-headers.ts'
import type { VisibleAlert } from '../alerts/reader-view.ts'
import {
  alertKind,
  type CsvOptions,
  createWriter,
  type ExportKind,
  type ExportWriter,
  exportFormats,
  incidentKind
} from './export-formats.ts'

interface ExportRoutesDeps extends ReadDeps {
  readonly slowMs: number
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
      // Nothing is read before the answer is sent.
      const { stream, mediaType } = openExport(deps, principal, request.query)
      deps.exports.take(principal.id, 'exports under way', retryAfterS)
      stream.once('close', () => deps.exports.release(principal.id))
      return reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${kind}.${format}"`)
        .send(stream)
    }
  })
}

/** Throws ProblemError `query-invalid`. */
function openExport(deps: ExportRoutesDeps, principal: Principal, asked: ExportQuery) {
  const reader = makeReader(deps, principal)
  const { clock, slowMs } = deps
  const csv = readCsvOptions(asked)
  const check = () => {
    refuseWhileStale(deps.stale())
    if (!deps.isStillGood(principal))
      throw new ProblemError('not-authenticated', 'The key was revoked or has expired.')
  }
  const open = <T>(kind: ExportKind<T>, rows: AsyncIterable<T>) => {
    const writer = createWriter(asked.format, kind, csv)
    const stream = exportStream(rows, writer, { clock, slowMs, check })
    return { stream, mediaType: writer.mediaType }
  }
  if (asked.kind === 'alerts') {
    if (asked.source !== undefined)
      throw refuseQuery('source', 'is no filter of alerts', 'The filter is invalid.')
    return open(alertKind, alertRows(deps, reader.view, readFilter(asked), readSpan(asked)))
  }
  refuseAlertFilters(asked)
  return open(incidentKind, incidentRows(deps, reader, readIncidentSearch(reader.view, asked)))
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

/** Characters of text given at a time. */
const pieceLength = 16_384

/**
 * The alerts of an export, newest first, as lists: those that began within a span. Each alert that is
 * there throughout is given once, in its state when it is reached.
 */
async function* alertRows(
  { projection }: ExportRoutesDeps,
  view: ReaderView,
  filter: AlertFilter,
  { fromMs, toMs }: Span
): AsyncGenerator<VisibleAlert> {
  const asked = {
    ...({ filter, isUnacknowledged: false, sought: null, sort: 'newest', asOf: null } as const),
    span: { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
  }
  for await (const { alert } of walkAlerts(projection, view, asked, null)) {
    const ms = Date.parse(alert.times.occurredFrom)
    if (ms >= fromMs && ms < toMs) yield alert
  }
}

/**
 * Most recently changed first, as in lists. Which incidents there are is read at the beginning, and
 * the state of each when its turn comes.
 */
async function* incidentRows(
  { projection: { incidents }, evidence }: ExportRoutesDeps,
  reader: EvidenceReader,
  search: IncidentSearch
): AsyncGenerator<VisibleIncident> {
  for (const { theatre, incidentId } of incidents.listKeys(search)) {
    const entry = incidents.find(search.level, theatre, incidentId)
    if (entry === null || entry.isWithdrawn) continue
    const incident = await evidence.findIncident(entry, reader)
    if (incident !== null) yield incident
    await nextTurn()
  }
}

/**
 * An export as a stream of text: as fast as its client reads it. If the client stops reading for too
 * long, or `check` throws, it ends without its last piece: the answer is cut off, and recognisably so.
 */
export function exportStream<T>(
  rows: AsyncIterable<T>,
  writer: ExportWriter<T>,
  {
    clock,
    slowMs,
    check
  }: { readonly clock: Clock; readonly slowMs: number; readonly check: () => void }
): Readable {
  const stream = Readable.from(writeText(), { objectMode: false })
  return stream

  async function* writeText(): AsyncGenerator<string> {
    let count = 0
    let text = writer.head()
    for await (const item of rows) {
      text += writer.row(item, count++)
      if (text.length < pieceLength) continue
      yield* give(text)
      text = ''
    }
    yield* give(text + writer.end(count))
  }

  async function* give(text: string): AsyncGenerator<string> {
    check()
    const taken = new AbortController()
    clock.sleep(slowMs, taken.signal).then(() => {
      if (!taken.signal.aborted)
        stream.destroy(new Error(`the client read nothing of its export for ${slowMs} ms`))
    })
    try {
      yield text
    } finally {
      taken.abort()
    }
  }
}
