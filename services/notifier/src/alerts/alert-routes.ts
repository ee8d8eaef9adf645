// Reading over HTTP: alerts with revisions and evidence, incidents with reports, the pull feed.
// What a reader may see is decided in reader-view.ts.

import type { Principal } from '@tocsin/auth/access/principal'
import { makeView } from '@tocsin/auth/access/reader-view'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import { integer, optional, ref, text, type ValuesOf, words } from '@tocsin/contracts/format/format'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { readMoment } from '@tocsin/contracts/report/moments'
import { askedMomentPattern } from '@tocsin/contracts/report/pattern-words'
import type { IncidentPlace } from '@tocsin/read-model/incidents/incident-table'
import { answer, idText } from '@tocsin/service/route/definition'
import type { FastifyInstance } from 'fastify'
import type { AlertEntry } from './alert-entry.ts'
import { evidenceShownMax, makeReader } from './evidence.ts'
import { readSought, soughtMax } from './headline-search.ts'
import {
  computeLimit,
  cursorText,
  filterParameters,
  incidentParameters,
  makePage,
  makePlace,
  makeSources,
  makeSpan,
  pageParameters,
  readFilter,
  readIncidentSearch,
  readSpan,
  refuseQuery
} from './list-queries.ts'
import { alertOrders, listAlerts, readPastBound } from './listed-alerts.ts'
import { makeReadingRoutes, type ReadDeps } from './position-headers.ts'
import { statementIn, type VisibleEvent } from './reader-view.ts'
import { isReader, renderFor, stateInView } from './record-judging.ts'
import { ReportQueue } from './scan-scheduler.ts'
import { makeShiftReport, type ShiftReportDeps, shiftReportSchema } from './shift-report.ts'
import { listSeenBelow, sendAlert, visibleAlert, visibleNow } from './shown-alert.ts'

/** Shift reports that may wait: each looks at every open alert. */
const reportsWaitingMax = { total: 16, perKey: 4 }

const revisionsDefault = 100

const alertParams = { id: idText('The `alertId`.') }
type PageQuery = ValuesOf<typeof pageParameters>

function readFind(text: string | undefined): readonly string[] | null {
  const sought = text === undefined ? null : readSought(text)
  if (text !== undefined && sought === null)
    throw refuseQuery('find', 'must have a letter or a digit', 'The words sought are invalid.')
  return sought
}

/** Clocks of machines that differ by less count as the same. */
const sameClockMs = 60_000

function readSince(text: string, nowMs: number): number {
  const read = readMoment(text)
  if (read.kind === 'moment' && read.startMs <= nowMs + sameClockMs) return read.startMs
  throw refuseQuery('since', 'must be a day or an instant that has passed', 'The time is invalid.')
}

export function addAlertRoutes(app: FastifyInstance, deps: ReadDeps & ShiftReportDeps): void {
  const reports = new ReportQueue(reportsWaitingMax)
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:read'] })

  add({
    id: 'listAlerts',
    method: 'GET',
    path: '/v1/alerts',
    summary: 'List alerts',
    description:
      'In their current state, or as they were. Values of one parameter are alternatives; all parameters must match.',
    query: {
      ...filterParameters,
      ...pageParameters,
      ...makeSpan(
        'Only alerts raised then or later: a day, or an instant with its offset.',
        'Only alerts raised before this time.'
      ),
      answered: optional(
        words(
          ['false'],
          '`false`: open alerts that paged people, and that nobody has acknowledged or done anything about.'
        )
      ),
      sort: words(
        alertOrders,
        '`newest` or `oldest` by when they were raised, or `gravity`: the gravest first, then the oldest.',
        { default: 'newest' }
      ),
      find: optional(
        text(
          'Words of the headline, all of them, in any order, without regard to accents, case and hyphens.',
          { maxLength: soughtMax }
        )
      ),
      asOf: optional(
        cursorText(
          'The list as it stood: at an instant with its offset, or a day at its beginning, by the times of events; or behind a cursor of stream, events or feed. Alerts that the key may see today. `partOf` is left out, `find` is refused.'
        )
      )
    },
    answers: { 200: answer('A page of alerts.', ref('AlertList')) },
    problems: ['log-unavailable'],
    async handle(request) {
      const { answered, find, sort, ...page } = request.query
      const [filter, span] = [readFilter(request.query), readSpan(request.query)]
      const sought = readFind(find)
      if (page.asOf !== undefined && sought !== null)
        throw refuseQuery(
          'find',
          'cannot be asked with `asOf`: it reads current headlines',
          'Words of past headlines cannot be sought.'
        )
      const view = makeView(getPrincipal(request))
      const asOf = page.asOf === undefined ? null : await readPastBound(deps, view, page.asOf)
      const isUnacknowledged = answered === 'false'
      const asked = { filter, span, sought, sort, asOf, isUnacknowledged }
      return listAlerts(deps, view, asked, page)
    }
  })

  add({
    id: 'getShiftReport',
    method: 'GET',
    path: '/v1/shift-report',
    summary: 'What a shift leaves to the next',
    description:
      'Counts, and each alert that changed since, needs somebody or has an owner, with what became of it.',
    query: {
      since: text({
        description: 'When the shift began: a day, or an instant with its offset.',
        pattern: askedMomentPattern
      })
    },
    answers: { 200: answer('The report.', shiftReportSchema) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const sinceMs = readSince(request.query.since, deps.clock.nowMs())
      return reports.run(principal.id, () => makeShiftReport(deps, principal, sinceMs))
    }
  })

  add({
    id: 'getAlert',
    method: 'GET',
    path: '/v1/alerts/:id',
    summary: 'Read an alert with its evidence and revisions',
    params: alertParams,
    query: {
      revisions: integer('Maximum number of past revisions, from the newest.', {
        minimum: 0,
        maximum: 1000,
        default: revisionsDefault
      })
    },
    answers: {
      200: answer('The alert. An action sends its ETag as `If-Match`.', ref('AlertDetail'), 'etag')
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const entry = await visibleAlert(deps, makeView(principal), request.params.id)
      return sendAlert(reply, await readDetail(deps, entry, principal, request.query.revisions))
    }
  })

  add({
    id: 'listEvidence',
    method: 'GET',
    path: '/v1/alerts/:id/evidence',
    summary: 'List the evidence of an alert',
    description:
      'All that the key may see, triggers first, each in order of event time, with its incident and reports.',
    params: alertParams,
    query: {
      ...pageParameters,
      limit: computeLimit('Maximum number of items per page.', evidenceShownMax, 50)
    },
    answers: { 200: answer('A page of evidence.', ref('EvidencePage')) },
    problems: ['log-unavailable'],
    async handle(request) {
      const principal = getPrincipal(request)
      const entry = await visibleAlert(deps, makeView(principal), request.params.id)
      return evidencePage(deps, entry, principal, request.query)
    }
  })

  add({
    id: 'listIncidents',
    method: 'GET',
    path: '/v1/incidents',
    summary: 'List incidents',
    query: {
      ...incidentParameters,
      ...makeSources('Ids of sources: with a report of one of them.'),
      ...makeSpan(
        'Only what began at this time or later: a day, or an instant with a UTC offset.',
        'Only what began before this time.'
      ),
      ...pageParameters
    },
    answers: { 200: answer('A page of incidents.', ref('IncidentList')) },
    problems: ['log-unavailable'],
    async handle(request) {
      return listIncidents(deps, getPrincipal(request), request.query)
    }
  })

  add({
    id: 'getIncident',
    method: 'GET',
    path: '/v1/incidents/:id',
    summary: 'Read an incident with its reports and history',
    params: { id: idText('The `incidentId`, or an alias of it.') },
    answers: {
      200: answer(
        'The incident. A split or a merge may send its ETag as `If-Match`.',
        ref('IncidentDetail'),
        'etag'
      )
    },
    problems: ['log-unavailable'],
    async handle(request, reply) {
      const reader = makeReader(deps, getPrincipal(request))
      const entry = await deps.shared.find(
        ['assembly'],
        () => deps.evidence.incident(request.params.id, reader) ?? undefined
      )
      const incident = entry === undefined ? null : await deps.evidence.findIncident(entry, reader)
      if (entry === undefined || incident === null)
        throw new ProblemError('not-found', 'There is no such incident.')
      reply.header('etag', `"${entry.state.revision}"`)
      return { ...incident, history: await deps.evidence.findHistory(entry, reader) }
    }
  })
}

async function readDetail(
  deps: ReadDeps,
  entry: AlertEntry,
  principal: Principal,
  revisionsMax: number
) {
  const { alerts, journal } = deps.projection
  const reader = makeReader(deps, principal)
  const shown = visibleNow(reader.view, entry)
  const state = stateInView(alerts, reader.view, shown)
  const told = shown.moments.filter(moment => isReader(reader.view, moment))
  const revisions: VisibleEvent[] = []
  for (const { partition, position } of revisionsMax === 0 ? [] : told.slice(-revisionsMax)) {
    const record = await journal.at(partition, position)
    if (record === null) continue
    const audience = { view: reader.view, filter: {}, holdsQuiet: false }
    const event = renderFor(alerts, audience, 'event', record)
    // One that was taken back has no content about the alert.
    if (statementIn(event) !== null) revisions.push(event)
  }
  const { type, time } = shown.last
  return {
    ...state,
    event: { type, time },
    raisedAt: shown.firstTime,
    seenBelow: listSeenBelow(alerts, reader.view.level, entry),
    evidence: await deps.evidence.readEvidence(state.evidence, reader),
    revisions,
    revisionsOmitted: told.length - revisions.length
  }
}

/** Where a page of evidence ended: the item, and how many there were up to it. */
interface EvidencePlace {
  readonly alertId: string
  readonly role: string
  readonly incidentId: string
  readonly passed: number
}

/**
 * A page of all evidence that the reader may see, in the order of the alert's statement. A cursor
 * contains only what the reader was shown. An item that is there throughout is on exactly one page,
 * unless the last item of a page goes meanwhile: then as many are passed over as there were before it.
 */
async function evidencePage(
  deps: ReadDeps,
  entry: AlertEntry,
  principal: Principal,
  { cursor, limit }: PageQuery
) {
  const reader = makeReader(deps, principal)
  const { alertId } = entry
  const { state, sum } = visibleNow(reader.view, entry)
  const { evidence: all } = deps.projection.alerts.restate(reader.view.level, state, sum)
  const after = cursor === undefined ? null : makePlace<EvidencePlace>(deps, 'evidence', cursor)
  if (after !== null && after.alertId !== alertId)
    throw new ProblemError('cursor-invalid', 'The cursor was not issued by this list.')
  const at = all.findIndex(
    ({ incidentId, role }) => incidentId === after?.incidentId && role === after.role
  )
  const from = after === null ? 0 : at < 0 ? after.passed - 1 : at + 1
  const passed = from + limit
  const { items, next } = makePage(
    deps,
    'evidence',
    all.slice(from),
    limit,
    ({ role, incidentId }): EvidencePlace => ({ alertId, role, incidentId, passed })
  )
  return { items: await deps.evidence.readEvidence(items, reader), next }
}

async function listIncidents(deps: ReadDeps, principal: Principal, parameters: PageQuery) {
  const { cursor, limit } = parameters
  const reader = makeReader(deps, principal)
  const before = cursor === undefined ? null : makePlace<IncidentPlace>(deps, 'incidents', cursor)
  const search = readIncidentSearch(reader.view, parameters)
  const found = deps.projection.incidents.list(search, before, limit + 1)
  const { items, next } = makePage(
    deps,
    'incidents',
    found,
    limit,
    ({ touchedAt, state: { incidentId } }): IncidentPlace => ({ touchedAt, incidentId })
  )
  return { items: await deps.evidence.listIncidents(items, reader), next }
}
