// Reading over HTTP: alerts with revisions and evidence, incidents with reports, the pull feed.
// What a reader may see is decided in reader-view.ts.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { principalOf } from '@tocsin/service-kit/sign-in/authentication'
import '@tocsin/service-kit/sign-in/fastify-augmentation'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ReadPositions } from '@tocsin/service-kit/projection/read-positions'
import type { FastifyInstance } from 'fastify'
import { placeOf, sealPlace } from '../cursor/list-places.ts'
import { reach } from '../cursor/position-headers.ts'
import type { SharedKnowledge } from '../cursor/shared-knowledge.ts'
import type { AlertEntry } from '../projection/alert-entry.ts'
import type { IncidentEntry, IncidentIndex, IncidentPlace } from '../projection/incident-index.ts'
import type { Projection } from '../projection/projection.ts'
import { renderFor, stateInView } from '../projection/record-judging.ts'
import type { Scan, ScanScheduler } from '../projection/scan-scheduler.ts'
import { isForLevel } from '../reader/audience.ts'
import {
  evidenceInView,
  statementIn,
  type VisibleEvent,
  type VisibleEvidenceItem,
  viewOf
} from '../reader/reader-view.ts'
import {
  type AlertDeliveriesDeps,
  alertDeliveriesQuery,
  listAlertDeliveries
} from './alert-deliveries.ts'
import { type AlertToldDeps, alertTold, checkOfficer } from './alert-told.ts'
import type { EvidenceReading, PrivateReader } from './evidence.ts'
import { evidenceShownMax, readerOf } from './evidence.ts'
import { type HeadlineTest, headlineTestOf, soughtMax } from './headline-search.ts'
import { incidentParameters, sourceParameter, wantedIncidents } from './incident-query.ts'
import {
  cursorText,
  filterParameters,
  pageParameters,
  query,
  readFilter,
  readSpan,
  spanParameters
} from './list-queries.ts'
import { type AlertOrder, alertOrders, listAlerts } from './listed-alerts.ts'
import { listSeenBelow } from './seen-below.ts'
import { sendAlert, visibleAlert, visibleNow } from './shown-alert.ts'

export interface AlertRoutesDeps extends AlertDeliveriesDeps, AlertToldDeps {
  readonly subscriptionOperations: AlertDeliveriesDeps['subscriptionOperations'] &
    AlertToldDeps['subscriptionOperations']
  readonly projection: Projection
  readonly scans: ScanScheduler
  readonly evidence: EvidenceReading
  readonly positions: ReadPositions
  readonly shared: SharedKnowledge
  readonly openPrivate: PrivateReader
  readonly cursorKey: Buffer
}

const revisionsDefault = 100

const access = { access: ['alerts:read'] } as const
const subscribers = { access: ['subscriptions:manage'] } as const
const officers = { access: ['alerts:operate'] } as const
const evidencePageParameters = {
  cursor: cursorText,
  limit: { ...pageParameters.limit, maximum: evidenceShownMax }
} as const
const idParameter = {
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', minLength: 1, maxLength: 128 } }
} as const

interface PageQuery extends Readonly<Record<string, unknown>> {
  readonly cursor?: string
  readonly limit: number
}

interface ListQuery extends PageQuery {
  readonly answered?: 'false'
  readonly sort: AlertOrder
  readonly find?: string
}
const listParameters = {
  ...{ ...filterParameters, ...pageParameters, ...spanParameters },
  answered: { enum: ['false'] },
  sort: { enum: alertOrders, default: 'newest' },
  find: { type: 'string', maxLength: soughtMax }
} as const

function readFind(text: string | undefined): HeadlineTest | null {
  if (text === undefined) return null
  const test = headlineTestOf(text)
  if (test !== null) return test
  const errors = [{ pointer: 'find', detail: 'must have a letter or a digit' }]
  throw new ProblemError('query-invalid', 'The words sought are invalid.', { errors })
}

export function addAlertRoutes(app: FastifyInstance, deps: AlertRoutesDeps): void {
  app.get<{ Querystring: ListQuery }>(
    '/v1/alerts',
    { config: access, schema: { querystring: query(listParameters) } },
    async request => {
      await reach(deps, request)
      const { answered, find, ...page } = request.query
      const [filter, span, headline] = [
        readFilter(request.query),
        readSpan(request.query),
        readFind(find)
      ]
      const asked = { filter, span, headline, isUnacknowledged: answered === 'false' }
      return listAlerts(deps, viewOf(principalOf(request)), asked, page)
    }
  )

  app.get<{ Params: { id: string }; Querystring: { revisions: number } }>(
    '/v1/alerts/:id',
    {
      config: access,
      schema: {
        params: idParameter,
        querystring: query({
          revisions: { type: 'integer', minimum: 0, maximum: 1000, default: revisionsDefault }
        })
      }
    },
    async (request, reply) => {
      await reach(deps, request)
      const principal = principalOf(request)
      const entry = await visibleAlert(deps, viewOf(principal), request.params.id)
      return sendAlert(reply, await detailOf(deps, entry, principal, request.query.revisions))
    }
  )

  app.get<{ Params: { id: string }; Querystring: PageQuery }>(
    '/v1/alerts/:id/evidence',
    { config: access, schema: { params: idParameter, querystring: query(evidencePageParameters) } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const entry = await visibleAlert(deps, viewOf(principal), request.params.id)
      return evidencePage(deps, entry, principal, request.query)
    }
  )

  app.get<{ Params: { id: string }; Querystring: PageQuery }>(
    '/v1/alerts/:id/deliveries',
    { config: subscribers, schema: { params: idParameter, querystring: alertDeliveriesQuery } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const { alertId } = await visibleAlert(deps, viewOf(principal), request.params.id)
      return listAlertDeliveries(deps, principal, alertId, request.query)
    }
  )

  app.get<{ Params: { id: string } }>(
    '/v1/alerts/:id/told',
    { config: officers, schema: { params: idParameter } },
    async request => {
      await reach(deps, request)
      const principal = principalOf(request)
      const alert = await visibleAlert(deps, viewOf(principal), request.params.id)
      checkOfficer(principal)
      return alertTold(deps, principal, alert)
    }
  )

  app.get<{ Querystring: PageQuery }>(
    '/v1/incidents',
    {
      config: access,
      schema: {
        querystring: query({
          ...incidentParameters,
          ...sourceParameter,
          ...spanParameters,
          ...pageParameters
        })
      }
    },
    async request => {
      await reach(deps, request)
      return listIncidents(deps, principalOf(request), request.query)
    }
  )

  app.get<{ Params: { id: string } }>(
    '/v1/incidents/:id',
    { config: access, schema: { params: idParameter } },
    async (request, reply) => {
      await reach(deps, request)
      const reader = readerOf(deps, principalOf(request))
      const entry = await deps.shared.find(['assembly'], () =>
        deps.evidence.incident(request.params.id, reader)
      )
      const incident = entry === undefined ? null : await deps.evidence.incidentOf(entry, reader)
      if (entry === undefined || incident === null)
        throw new ProblemError('not-found', 'There is no such incident.')
      reply.header('etag', `"${entry.state.revision}"`)
      return { ...incident, history: await deps.evidence.historyOf(entry, reader) }
    }
  )
}

async function detailOf(
  deps: AlertRoutesDeps,
  entry: AlertEntry,
  principal: Principal,
  revisionsMax: number
) {
  const { alerts, journal } = deps.projection
  const reader = readerOf(deps, principal)
  const shown = visibleNow(reader.view, entry)
  const state = stateInView(alerts, reader.view, shown)
  const { moments = [], momentsOmitted = 0 } = entry.at(reader.view.handling) ?? {}
  const told = moments.filter(moment => isForLevel(reader.view.handling, moment))
  const revisions: VisibleEvent[] = []
  for (const { partition, position } of revisionsMax === 0 ? [] : told.slice(-revisionsMax)) {
    const record = await journal.at(partition, position)
    if (record === null) continue
    const audience = { view: reader.view, filter: {}, holdsQuiet: false }
    const event = renderFor(alerts, audience, 'event', record)
    // One with evidence that was taken back says nothing of the alert.
    if (statementIn(event) !== null) revisions.push(event)
  }
  const { type, time } = shown.last
  return {
    ...state,
    event: { type, time },
    raisedAt: shown.firstTime,
    seenBelow: listSeenBelow(alerts, reader.view.handling, entry),
    evidence: await deps.evidence.evidenceOf(state.evidence, reader),
    revisions,
    revisionsOmitted: told.length + momentsOmitted - revisions.length
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
 * holds nothing but what the reader was shown. An item that is there throughout is on exactly one
 * page, unless the last item of a page goes meanwhile.
 */
async function evidencePage(
  deps: AlertRoutesDeps,
  entry: AlertEntry,
  principal: Principal,
  { cursor, limit }: PageQuery
) {
  const reader = readerOf(deps, principal)
  const { alertId } = entry
  const { state, sum } = visibleNow(reader.view, entry)
  const all = evidenceInView(reader.view, deps.projection.alerts.restate(state, sum))
  const place = cursor === undefined ? null : placeOf<EvidencePlace>(deps, 'evidence', cursor)
  if (place !== null && place.alertId !== alertId)
    throw new ProblemError('cursor-invalid', 'The cursor was not issued by this list.')
  const from = place === null ? 0 : rankAfter(all, place)
  const items = all.slice(from, from + limit)
  const last = items.at(-1)
  const next =
    last === undefined || from + items.length >= all.length
      ? null
      : sealPlace(deps, 'evidence', {
          alertId,
          role: last.role,
          incidentId: last.incidentId,
          passed: from + items.length
        } satisfies EvidencePlace)
  return { items: await deps.evidence.evidenceOf(items, reader), next }
}

/**
 * The index behind a place; where its item is gone, as many items as there were up to it, less that
 * one.
 */
function rankAfter(
  items: readonly VisibleEvidenceItem[],
  { role, incidentId, passed }: EvidencePlace
): number {
  const at = items.findIndex(item => item.incidentId === incidentId && item.role === role)
  return at < 0 ? passed - 1 : at + 1
}

async function listIncidents(deps: AlertRoutesDeps, principal: Principal, parameters: PageQuery) {
  const { cursor, limit } = parameters
  const reader = readerOf(deps, principal)
  const before = cursor === undefined ? null : placeOf<IncidentPlace>(deps, 'incidents', cursor)
  const isWanted = wantedIncidents(reader.view, parameters)
  const known = deps.projection.incidentViews.at(reader.view.handling)
  const found = await walkIncidents(known, deps.scans.begin(), {
    before,
    countMax: limit + 1,
    isWanted
  })
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: await deps.evidence.incidentsOf(shown, reader),
    next:
      found.length > limit && last
        ? sealPlace(deps, 'incidents', {
            touchedAt: last.touchedAt,
            incidentId: last.state.incidentId
          } satisfies IncidentPlace)
        : null
  }
}

/**
 * The next `countMax` matches at most. The scan yields to other work; items touched meanwhile move
 * to the front, as between two pages.
 */
async function walkIncidents(
  known: IncidentIndex,
  scan: Scan,
  ask: {
    readonly before: IncidentPlace | null
    readonly countMax: number
    readonly isWanted: (entry: IncidentEntry) => boolean
  }
): Promise<IncidentEntry[]> {
  const { before, countMax, isWanted } = ask
  const found: IncidentEntry[] = []
  let at: (IncidentPlace & { readonly theatre?: string }) | null = before
  for (let isDone = false; !isDone; ) {
    isDone = true
    for (const entry of known.newestFirst(at)) {
      if (isWanted(entry)) found.push(entry)
      if (found.length >= countMax) return found
      scan.units += incidentUnits
      at = {
        touchedAt: entry.touchedAt,
        incidentId: entry.state.incidentId,
        theatre: entry.state.theatre
      }
      if (!scan.mustYield) continue
      isDone = false
      break
    }
    if (!isDone) await scan.yieldTurn()
  }
  return found
}

/** Cost of examining one incident, in scan units. */
const incidentUnits = 10
