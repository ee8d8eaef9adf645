// Split and merge of incidents over HTTP. The outcome is decided by incident-operations.ts and by
// the rules.

import type { Principal } from '@tocsin/auth/access/principal'
import { getPrincipal } from '@tocsin/auth/sign-in/authentication'
import {
  listOf,
  optional,
  orNull,
  ref,
  shape,
  strict,
  text,
  type ValuesOf,
  words
} from '@tocsin/contracts/format/format'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { handlings, talkHandling } from '@tocsin/contracts/theatre/handling'
import { topics } from '@tocsin/event-log/topics'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type EvidenceReading, makeReader, type PrivateReader } from '../alerts/evidence.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findRetryKey, readIfMatch } from '../alerts/request-headers.ts'
import { pendingAnswer, sendPending } from './asked.ts'
import type { IncidentAnswer, IncidentAsk, IncidentOperations } from './incident-operations.ts'

const incidentActionDoneSchema = shape('IncidentActionDone', 'A completed split or merge.', {
  actionId: text(),
  incidents: listOf(ref('Incident'), 'The incidents that hold the reports of the action.')
})

export interface IncidentRoutesDeps {
  readonly positions: ReadPositions
  readonly evidence: EvidenceReading
  readonly openPrivate: PrivateReader
  readonly incidentOperations: IncidentOperations
}

const said = {
  note: optional(
    orNull(
      text('Shown in the history of the incident.', { maxLength: 500, pattern: saidTextPattern })
    )
  ),
  handling: optional(words(handlings, 'Who may read your name and the note. Left out: `internal`.'))
}
type Said = ValuesOf<typeof said>
const reportsMax = 200

const concurrent =
  "Of two concurrent actions on the same reports the first succeeds. Overriding another officer's declaration needs `If-Match` with the revision that resulted from it."
/** What both routes have in common. */
const declaring = {
  method: 'POST',
  params: { id: idText('The `incidentId`, or an alias of it.') },
  headers: ['if-match of an incident', 'idempotency-key'],
  answers: {
    200: answer('The resulting incidents.', incidentActionDoneSchema, 'tocsin-cursor'),
    202: pendingAnswer('Stored, but without an outcome within two seconds: query `Location`.')
  },
  problems: ['action-refused', ...writeProblems]
} as const

export function addIncidentRoutes(app: FastifyInstance, deps: IncidentRoutesDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })
  add({
    ...declaring,
    id: 'splitIncident',
    path: '/v1/incidents/:id/split',
    summary: 'Split an incident',
    description: `Declares each report that leaves to be about a different incident than each that stays; at most 200 pairs. ${concurrent}`,
    body: strict({
      reports: listOf(
        text({ minLength: 1, maxLength: 128 }),
        'Ids of the reports that leave; at least one stays.',
        { minItems: 1, maxItems: reportsMax }
      ),
      ...said
    }),
    example: { reports: ['f3a1c07b52de4490'], note: 'Two convoys, an hour apart.' },
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { reports } = request.body
      const { id } = request.params
      const ask = readAsk(request, request.body)
      const answered = await deps.incidentOperations.split(principal, id, reports, ask)
      return sendAnswer(reply, deps, principal, answered)
    }
  })

  add({
    ...declaring,
    id: 'mergeIncidents',
    path: '/v1/incidents/:id/merge',
    summary: 'Merge two incidents',
    description: `Both must be in one theatre. Incidents with reports of the same source cannot be merged. ${concurrent}`,
    body: strict({ with: idText('The other `incidentId`, or an alias of it.'), ...said }),
    example: { with: 'f3a1c07b52de4490', note: 'The same convoy, seen from both ends.' },
    async handle(request, reply) {
      const principal = getPrincipal(request)
      const { with: other } = request.body
      const { id } = request.params
      const ask = readAsk(request, request.body)
      const answered = await deps.incidentOperations.merge(principal, id, other, ask)
      return sendAnswer(reply, deps, principal, answered)
    }
  })
}

function readAsk(request: FastifyRequest, { note, handling = talkHandling }: Said): IncidentAsk {
  const header = request.headers['if-match']
  const ifMatch = header === undefined ? null : readIfMatch(header)
  return { ifMatch, note: note || null, handling, retryKey: findRetryKey(request) }
}

async function sendAnswer(
  reply: FastifyReply,
  deps: IncidentRoutesDeps,
  principal: Principal,
  answered: IncidentAnswer
): Promise<FastifyReply> {
  if ('problem' in answered) throw answered.problem
  if (answered.kind === 'pending') return sendPending(reply, deps.positions, answered)
  const { actionId, appended, incidents } = answered
  reply.header(positionHeader, await deps.positions.behind(topics.incidents, appended))
  const reader = makeReader(deps, principal)
  return reply.send({ actionId, incidents: await deps.evidence.listIncidents(incidents, reader) })
}
