// Times to acknowledgement and to response over HTTP, as JSON or as CSV; and how often alerts were
// judged to be false alarms.

import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { words } from '@tocsin/contracts/format/format'
import { csvLine } from '@tocsin/service/csv-line'
import type { ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import { makeSpan, readSpan } from '../alerts/list-queries.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { makeView } from '../alerts/reader-view.ts'
import { responseTargets } from '../alerts/response-targets.ts'
import { ReportQueue } from '../alerts/scan-scheduler.ts'
import { type DispositionReportDeps, listDispositions } from './disposition-report.ts'
import {
  dispositionsSchema,
  responseTimesSchema,
  type TimesBy,
  timesBy
} from './response-answers.ts'
import { makeReport, type ReportDeps, type ReportRow, rowNames } from './response-report.ts'

export interface ResponseRoutesDeps extends ReportDeps, DispositionReportDeps {
  readonly positions: ReadPositions
}

/**
 * Reports by subscriber that may wait: each reads every alert that any of the subscribers was
 * notified of.
 */
const waitingMax = { total: 8, perKey: 2 }

export function addResponseRoutes(app: FastifyInstance, deps: ResponseRoutesDeps): void {
  const queue = new ReportQueue(waitingMax)
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })
  add({
    id: 'getDispositions',
    method: 'GET',
    path: '/v1/dispositions',
    summary: 'How often alerts of each rule were false alarms, by dispositions',
    description:
      'What officers judged of alerts raised in the last 365 days of their theatre that the key may see, beside the budget of their rule and what they spent of it by their own statements. Drills are left out. A rate is null if fewer than 10 were judged or less than half a year is kept.',
    query: {},
    answers: { 200: answer('The rows.', dispositionsSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const rows = listDispositions(deps, makeView(getPrincipal(request)))
      return {
        items: rows.map(({ sinceMs, ...row }) => ({
          ...row,
          since: new Date(sinceMs).toISOString()
        }))
      }
    }
  })
  add({
    id: 'getResponseTimes',
    method: 'GET',
    path: '/v1/response-times',
    summary: 'Times from alerts to acknowledgement and to response',
    description:
      'A call begins with the first event that paged people and lasts until the alert is over; a reopening that pages is another. The time to acknowledgement ends with the first one, the time to response with the earliest of what was done. `…InTime` counts those within the targets: 7 days from the beginning to the page, 1 to acknowledgement, 7 to response. Drills are counted apart. By `subscriber` a call begins when the endpoint has the alert, and is acknowledged by an answer there. Alerts that the key may see, and subscriptions that it manages or, for officers, within its reach.',
    query: {
      ...makeSpan(
        'Only calls that began at this time or later: a day, or an instant with a UTC offset.',
        'Only calls that began before this time.'
      ),
      by: words(
        timesBy,
        'A row is the gravest severity of a call; an area, ISO 3166; the officer who acknowledged; or a subscription.',
        { default: 'severity' }
      ),
      format: words(['json', 'csv'], '`json`, or `csv` with the same rows.', { default: 'json' })
    },
    answers: {
      200: {
        ...answer('The rows.', responseTimesSchema),
        alsoAs: { 'text/csv': { schema: { type: 'string' } } }
      }
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const { by, format } = request.query
      const span = readSpan(request.query)
      const principal = getPrincipal(request)
      const report = () => makeReport(deps, principal, by, span)
      const items = by === 'subscriber' ? await queue.run(principal.id, report) : await report()
      if (format === 'csv')
        return reply.type('text/csv; charset=utf-8; header=present').send(formatCsv(by, items))
      const [from, to] = [computeInstant(span.fromMs), computeInstant(span.toMs)]
      return { by, from, to, targets: responseTargets, items }
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
function formatCsv(by: TimesBy, rows: readonly ReportRow[]): string {
  const names = [...rowNames[by], ...figures]
  return [names, ...rows.map(row => names.map(name => row[name] ?? null))].map(csvLine).join('')
}

/** Null: without a bound. */
function computeInstant(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}
