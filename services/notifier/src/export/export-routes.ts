// Exports over HTTP: everything that lists show to the same key, as one file.

import { filterNames } from '@tocsin/contracts/alert/alert-filter'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Clock } from '@tocsin/domain/ports'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import type { FastifyInstance } from 'fastify'
import type { PrivateReader } from '../alert-http/evidence.ts'
import { readerOf } from '../alert-http/evidence.ts'
import {
  incidentParameters,
  sourceParameter,
  wantedIncidents
} from '../alert-http/incident-query.ts'
import {
  filterParameters,
  query,
  readFilter,
  readSpan,
  spanParameters
} from '../alert-http/list-queries.ts'
import { reach } from '../cursor/position-headers.ts'
import type { Stale } from '../projection/liveness.ts'
import { refuseWhileStale } from '../projection/stale-answers.ts'
import { alertKind, incidentKind } from './export-columns.ts'
import { type CsvOptions, type ExportFormat, exportFormats, writerOf } from './export-formats.ts'
import { alertRows, type ExportRowsDeps, incidentRows } from './export-rows.ts'
import type { ExportSlot, ExportSlots } from './export-slots.ts'
import { type ExportStreamOptions, exportStream } from './export-stream.ts'
import '@tocsin/service-kit/sign-in/fastify-augmentation'

export interface ExportRoutesDeps extends ExportRowsDeps {
  readonly exports: ExportSlots
  readonly positions: ReadPositions
  readonly openPrivate: PrivateReader
  readonly clock: Clock
  readonly slowMs: number
  readonly stale: () => Stale | null
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
}

const exportKinds = ['alerts', 'incidents'] as const
type Kind = (typeof exportKinds)[number]
type ExportQuery = Readonly<Record<string, unknown>> & {
  readonly kind: Kind
  readonly format: ExportFormat
}

// Readers of the document start from its examples, the fuzzer too: few of its random filters are
// accepted.
const parameters = {
  ...query({
    ...filterParameters,
    kind: { enum: exportKinds, examples: ['alerts'] },
    format: { enum: exportFormats, examples: ['csv'] },
    hxl: { enum: ['true', 'false'] },
    bom: { enum: ['true', 'false'] },
    ...spanParameters,
    ...sourceParameter
  }),
  required: ['kind', 'format']
}
const retryAfterS = 10

export function addExportRoutes(app: FastifyInstance, deps: ExportRoutesDeps): void {
  app.get<{ Querystring: ExportQuery }>(
    '/v1/export',
    {
      config: { access: ['alerts:read'] },
      exposeHeadRoute: false,
      schema: { querystring: parameters }
    },
    async (request, reply) => {
      await reach(deps, request)
      refuseWhileStale(deps.stale())
      const principal = principalOf(request)
      const { kind, format } = request.query
      const begin = beginOf(deps, principal, request.query)
      const slot = deps.exports.begin(principal.id)
      if (slot === null)
        throw new ProblemError(
          'too-many',
          'Too many exports are running: try again when one has ended.',
          { retryAfterS }
        )
      const { stream, mediaType } = begin(slot)
      stream.once('close', () => deps.exports.end(slot))
      slot.giveWay = why => {
        request.log.info(
          { by: principal.id, why },
          'an export was ended for another one that waited'
        )
        stream.destroy(new Error(`the export gave way to another one: ${why}`))
      }
      return reply
        .type(mediaType)
        .header('content-disposition', `attachment; filename="${kind}.${format}"`)
        .send(stream)
    }
  )
}

/** What starts the export. Throws ProblemError `query-invalid` before anything is started. */
function beginOf(deps: ExportRoutesDeps, principal: Principal, asked: ExportQuery) {
  const reader = readerOf(deps, principal)
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
  const takenBy = (slot: ExportSlot) => ({
    onOffered: () => deps.exports.offered(slot),
    onTaken: () => deps.exports.took(slot)
  })
  if (kind === 'alerts') {
    if (asked.source !== undefined) throw notForAlerts()
    const filter = readFilter(asked)
    const span = readSpan(asked)
    const writer = writerOf(format, alertKind, csv)
    return (slot: ExportSlot) => ({
      stream: exportStream(alertRows(deps, reader.view, filter, span), writer, {
        ...options,
        ...takenBy(slot)
      }),
      mediaType: writer.mediaType
    })
  }
  refuseAlertFilters(asked)
  const isWanted = wantedIncidents(reader.view, asked)
  const writer = writerOf(format, incidentKind, csv)
  return (slot: ExportSlot) => ({
    stream: exportStream(incidentRows(deps, reader, isWanted), writer, {
      ...options,
      ...takenBy(slot)
    }),
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

function notForAlerts(): ProblemError {
  const errors = [{ pointer: 'source', detail: 'is no filter of alerts' }]
  return new ProblemError('query-invalid', 'The filter is invalid.', { errors })
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
