// Times to acknowledgement and to response over HTTP, as JSON or as CSV; and how often alerts were
// judged to be false alarms.

import { responseTargets, type TimesBy, timesBy } from '@tocsin/contracts/openapi/response-times'
import { csvLine } from '@tocsin/service-kit/csv-line'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import type { FastifyInstance } from 'fastify'
import { query, readSpan, spanParameters } from '../alert-http/list-queries.ts'
import { reach } from '../cursor/position-headers.ts'
import { ReportQueue } from '../projection/scan-scheduler.ts'
import { viewOf } from '../reader/reader-view.ts'
import { type DispositionReportDeps, dispositionsOf } from './disposition-report.ts'
import { type ReportDeps, type ReportRow, reportOf, rowNames } from './response-report.ts'
import '@tocsin/service-kit/sign-in/fastify-augmentation'

export interface ResponseRoutesDeps extends ReportDeps, DispositionReportDeps {
  readonly positions: ReadPositions
}

const formats = ['json', 'csv'] as const
interface TimesQuery extends Readonly<Record<string, unknown>> {
  readonly by: TimesBy
  readonly format: (typeof formats)[number]
}
const parameters = query({
  ...spanParameters,
  by: { enum: timesBy, default: 'severity' },
  format: { enum: formats, default: 'json' }
})

/** Reports by subscriber that may wait: each looks at every alert that each of them was told of. */
const waitingMax = { inAll: 8, perKey: 2 }

export function addResponseRoutes(app: FastifyInstance, deps: ResponseRoutesDeps): void {
  addDispositions(app, deps)
  const queue = new ReportQueue(waitingMax)
  app.get<{ Querystring: TimesQuery }>(
    '/v1/response-times',
    { config: { access: ['alerts:read'] }, schema: { querystring: parameters } },
    async (request, reply) => {
      await reach(deps, request)
      const { by, format } = request.query
      const span = readSpan(request.query)
      const principal = principalOf(request)
      const report = () => reportOf(deps, principal, by, span)
      const items = by === 'subscriber' ? await queue.run(principal.id, report) : await report()
      if (format === 'csv')
        return reply.type('text/csv; charset=utf-8; header=present').send(csvOf(by, items))
      return {
        by,
        from: instantOf(span.fromMs),
        to: instantOf(span.toMs),
        targets: responseTargets,
        items
      }
    }
  )
}

function addDispositions(app: FastifyInstance, deps: ResponseRoutesDeps): void {
  const access = {
    config: { access: ['alerts:read'] },
    schema: { querystring: query({}) }
  } as const
  app.get('/v1/dispositions', access, async request => {
    await reach(deps, request)
    const rows = dispositionsOf(deps, viewOf(principalOf(request)))
    return {
      items: rows.map(({ sinceMs, ...row }) => ({ ...row, since: new Date(sinceMs).toISOString() }))
    }
  })
}

const figures = [
  ...['drill', 'called', 'acknowledged', 'acknowledgementMedianS', 'acknowledgementP90S'],
  ...['responded', 'responseMedianS', 'responseP90S', 'unanswered'],
  ...['detected', 'detectionMedianS', 'detectionP90S'],
  ...['detectedInTime', 'acknowledgedInTime', 'respondedInTime', 'allInTime']
]

/** A line for each row, below the names. */
function csvOf(by: TimesBy, rows: readonly ReportRow[]): string {
  const names = [...rowNames[by], ...figures]
  return [names, ...rows.map(row => names.map(name => row[name] ?? null))].map(csvLine).join('')
}

/** Null: without a bound. */
function instantOf(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
