// Officers split and merge incidents: one declaration about pairs of reports goes to the incidents
// log, the rules reassemble, and the resulting incidents are the answer. If two actions are
// concurrent, the first in the log wins.

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { isInView, makeView } from '@tocsin/auth/access/reader-view'
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
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { type Handling, handlings, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type PairDeclared, readAsker, readTalk } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { IncidentEntry } from '@tocsin/read-model/incidents/incident-table'
import type { DeclaredAction } from '@tocsin/read-model/theatres/declaration-index'
import {
  declaredPairsMax,
  listPairs,
  listReports
} from '@tocsin/read-model/theatres/pair-declarations'
import { positionHeader, type ReadPositions } from '@tocsin/service/projection/read-positions'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type EvidenceReading, makeReader, type PrivateReader } from '../alerts/evidence.ts'
import { type FirstThere, firstInView } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findRetryKey, readIfMatch } from '../alerts/request-headers.ts'
import {
  type ActingDeps,
  appendRequest,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  pendingAnswer,
  type Refused,
  refuse,
  refuseMember,
  sendPending
} from './asked.ts'

const incidentActionDoneSchema = shape('IncidentActionDone', 'A completed split or merge.', {
  actionId: text(),
  incidents: listOf(ref('Incident'), 'The incidents that hold the reports of the action.')
})

export interface IncidentRoutesDeps extends ActingDeps {
  readonly positions: ReadPositions
  readonly evidence: EvidenceReading
  readonly openPrivate: PrivateReader
}

const reportsMax = 200
/** Maximum pairs of reports in one action. */
const actionPairsMax = 200
/**
 * Pairs that keys may declare in a theatre. They are never removed; the limit per key is years of
 * an officer's work, at some pairs a day.
 */
export const declaredLimits = { total: declaredPairsMax, perKey: 25_000 }

const said = {
  note: optional(
    orNull(
      text('Shown in the history of the incident.', { maxLength: 500, pattern: saidTextPattern })
    )
  ),
  handling: optional(words(handlings, 'Who may read your name and the note. Left out: `internal`.'))
}

const concurrent =
  "Of two concurrent actions on the same reports the first succeeds. Overriding another officer's declaration needs `If-Match` with the revision that resulted from it."
/** What both routes have in common. */
const declaring = {
  method: 'POST',
  params: { id: idText('The `incidentId`, or an alias of it.') },
  headers: ['if-match of an incident', 'idempotency-key of an act'],
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
    handle(request, reply) {
      const { reports, ...words } = request.body
      return answerAsk(deps, request, reply, words, { split: reports })
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
    handle(request, reply) {
      const { with: other, ...words } = request.body
      return answerAsk(deps, request, reply, words, { merge: other })
    }
  })
}

export interface IncidentAsk {
  readonly principal: Principal
  readonly incidentId: string
  /** The incident's revision that the officer has seen; null if not stated. */
  readonly ifMatch: number | null
  readonly note: string | null
  /** Who may read the officer's name and the note. */
  readonly handling: Handling
  readonly retryKey: string | null
  /** The reports that leave, or the other incident. */
  readonly what: { readonly split: readonly string[] } | { readonly merge: string }
}

/** Why the rules refused an action. */
interface NotDone {
  readonly reason:
    | 'stale-revision'
    | 'not-together'
    | 'already-one'
    | 'one-source'
    | 'declared-otherwise'
    | 'another-came-first'
    | 'too-many-declared'
  /** Who came first and when, if known; `by` is null if a report did. */
  readonly first: FirstThere | null
  readonly detail: string
}

export type IncidentAnswer = Outcome<{
  readonly actionId: string
  readonly incidents: readonly IncidentEntry[]
  readonly appended: RecordPosition
}>

async function answerAsk(
  deps: IncidentRoutesDeps,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
  { note, handling = talkHandling }: ValuesOf<typeof said>,
  what: IncidentAsk['what']
): Promise<FastifyReply> {
  const header = request.headers['if-match']
  const principal = getPrincipal(request)
  const outcome = await askAboutIncident(deps, {
    ...{ principal, incidentId: request.params.id, what },
    ifMatch: header === undefined ? null : readIfMatch(header),
    ...{ note: note || null, handling, retryKey: findRetryKey(request) }
  })
  if (outcome.kind === 'refused') throw outcome.problem
  if (outcome.kind === 'pending') return sendPending(reply, deps.positions, outcome)
  const { actionId, appended, incidents } = outcome
  reply.header(positionHeader, await deps.positions.behind(topics.incidents, appended))
  const reader = makeReader(deps, principal)
  return reply.send({ actionId, incidents: await deps.evidence.listIncidents(incidents, reader) })
}

/**
 * The outcome of a split or a merge, which is declared if the same request has not come before. It
 * may come twice concurrently, or again before the first is folded here: the reason for a refusal
 * may then be its own effect. Waits up to two seconds. Rejects with an EventLogError if it could not
 * be written, with `projection-behind` if other instances' writes are not folded here in time.
 */
export async function askAboutIncident(
  deps: ActingDeps,
  ask: IncidentAsk
): Promise<IncidentAnswer> {
  const { shared, projection } = deps
  const { principal, incidentId, ifMatch, retryKey, what } = ask
  // What the officer saw at another instance may not be folded here yet.
  await shared.learn('control', 'incidents', 'assembly')
  const earlier = async (): Promise<IncidentAnswer | null> => {
    const actionId = retryKey === null ? '' : findActionId(deps, ask)
    const action = projection.declarations.action(actionId)
    if (action === undefined) return null
    return conclude(deps, principal, actionId, action, await isOver(deps, action))
  }
  const decide = async (): Promise<IncidentAnswer> => {
    const entry = findVisible(deps, principal, incidentId)
    if (entry === undefined)
      return refuse(new ProblemError('not-found', 'There is no such incident.'))
    if (ifMatch !== null && ifMatch !== entry.state.revision)
      return refuseStale(deps, principal, entry)
    return 'split' in what
      ? split(deps, ask, entry, [...new Set(what.split)])
      : merge(deps, ask, entry, what.merge)
  }
  const outcome = (await earlier()) ?? (await decide())
  if (outcome.kind !== 'refused' || retryKey === null) return outcome
  await shared.learnOwn('incidents')
  return (await earlier()) ?? outcome
}

function findActionId(deps: ActingDeps, ask: IncidentAsk): string {
  const { principal, incidentId, note, handling, what } = ask
  const asked = toCanonicalJson({ what, note, handling })
  return makeActionId(deps, ask.retryKey, 'incident-action', principal.id, incidentId, asked)
}

/** Declares each leaving report different from each staying one. */
function split(
  deps: ActingDeps,
  ask: IncidentAsk,
  { state }: IncidentEntry,
  leaving: readonly string[]
): Promise<IncidentAnswer> | IncidentAnswer {
  const { principal } = ask
  const members = state.reports.map(({ reportId }) => reportId)
  const strange = leaving.find(reportId => !members.includes(reportId))
  if (strange !== undefined) {
    // Declarations about a hidden report are not revealed.
    const seen = leaving.filter(reportId => {
      const holder = deps.projection.incidents.getByReport('restricted', reportId)
      return holder !== null && isInView(makeView(principal), holder.state)
    })
    const first = findLatest(deps, state.theatre, [...seen, ...members])
    const detail = `Report ${strange} is not part of this incident.`
    return refuseAs(principal, { reason: 'not-together', first, detail }, state.revision)
  }
  const staying = members.filter(reportId => !leaving.includes(reportId))
  if (staying.length === 0) return refuseMember('/reports', 'must leave at least one report behind')
  const pairs = leaving.flatMap(a => staying.map(b => [a, b] as const))
  if (pairs.length > actionPairsMax)
    return refuseMember(
      '/reports',
      `concerns ${pairs.length} pairs of reports; the limit is ${actionPairsMax}`
    )
  return declare(deps, ask, state, { pairs, same: false })
}

/** Declares two incidents to be one. */
function merge(
  deps: ActingDeps,
  ask: IncidentAsk,
  { state }: IncidentEntry,
  withId: string
): Promise<IncidentAnswer> | IncidentAnswer {
  const { principal } = ask
  const other = findVisible(deps, principal, withId)?.state
  if (other === undefined) return refuseMember('/with', 'there is no such incident')
  if (other.theatre !== state.theatre)
    return refuseMember('/with', 'must be an incident of the same theatre')
  const [mine, theirs] = [state, other].map(({ reports }) =>
    reports.map(({ reportId }) => reportId)
  ) as [string[], string[]]
  if (other.incidentId === state.incidentId) {
    const first = findLatest(deps, state.theatre, mine)
    const detail = 'The two are already one incident.'
    return refuseAs(principal, { reason: 'already-one', first, detail }, state.revision)
  }
  if (state.drill !== other.drill)
    return refuseMember('/with', 'must not mix a drill with a real incident')
  if (state.category === 'statistic' || other.category === 'statistic')
    return refuseMember('/with', 'must not be a statistic, which is never part of an incident')
  const shared = state.reports.find(({ sourceId }) =>
    other.reports.some(report => report.sourceId === sourceId)
  )
  if (shared !== undefined) {
    const detail = `Both have a report of ${shared.sourceId}: two reports of one source are never one incident.`
    return refuseAs(principal, { reason: 'one-source', first: null, detail }, state.revision)
  }
  const declarations = deps.projection.declarations.of(state.theatre)
  const between = mine.flatMap(a => theirs.map(b => [a, b] as const))
  const apart = between.filter(([a, b]) => declarations.find(a, b)?.same === false)
  const first = [state.incidentId, other.incidentId] as const
  const pairs = [first, ...apart.filter(([a, b]) => a !== first[0] || b !== first[1])]
  if (pairs.length > actionPairsMax)
    return refuseMember(
      '/with',
      `${pairs.length} pairs of reports were declared different; the limit is ${actionPairsMax}`
    )
  return declare(deps, ask, state, { pairs, same: true })
}

async function declare(
  deps: ActingDeps,
  ask: IncidentAsk,
  state: IncidentState,
  {
    pairs,
    same
  }: { readonly pairs: readonly (readonly [string, string])[]; readonly same: boolean }
): Promise<IncidentAnswer> {
  const { clock, projection } = deps
  const { principal, ifMatch, note, handling } = ask
  const { incidentId, theatre, revision } = state
  const declarations = projection.declarations.of(theatre)
  const against = pairs
    .map(pair => declarations.find(...pair))
    .filter(word => word !== undefined && word.same !== same)
  if (ifMatch === null && against.length > 0) {
    const first = against.map(word => word?.declaration).find(word => word) ?? null
    const detail = `Declared ${same ? 'different' : 'the same'} before. Send If-Match with the revision of the incident to override it.`
    return refuseAs(principal, { reason: 'declared-otherwise', first, detail }, revision)
  }
  const added = pairs.filter(pair => declarations.find(...pair) === undefined).length
  const room = Quota.usedBy(declaredLimits, declarations.heldBy)
  if (room.acquire(principal.id, added) === 'key')
    return refuseAs(
      principal,
      tooManyDeclared(
        `This key has declared as many pairs of reports in this theatre as one key may, ${declaredLimits.perKey}. Those that stand can be changed.`
      ),
      revision
    )
  const latest = findLatest(deps, theatre, pairs.flat())
  // The result of a valid action without any outcome yet cannot have been seen.
  const underWay = latest === null ? undefined : projection.declarations.action(latest.id)
  if (underWay !== undefined && !(await isOver(deps, underWay)))
    return refuseAs(principal, cameFirst(latest), revision)
  // A change in flight may have arrived during this check: the officer has not seen it.
  const standing = projection.incidents.find(principal.handling, theatre, incidentId)
  if (standing !== null && (standing.state.seq !== state.seq || standing.isWithdrawn))
    return refuseStale(deps, principal, standing)
  const [reportIds, ...also] = pairs as [
    readonly [string, string],
    ...(readonly [string, string])[]
  ]
  const actionId = findActionId(deps, ask)
  const data = {
    ...{ reportIds, also, same, after: latest?.id ?? null, note, handling, actionId, incidentId },
    ...{ by: principal.name, byId: principal.id }
  } satisfies PairDeclared
  const appended = await appendRequest(
    deps,
    { id: actionId, theatre, cause: null },
    { type: 'pair.declared', data }
  )
  const endMs = clock.monotonicMs() + outcomeWaitMs
  const find = () => projection.declarations.action(actionId)
  await projection.views.incidents.until(() => find() !== undefined, outcomeWaitMs)
  const action = find()
  if (action === undefined) return { kind: 'pending', actionId, appended }
  if (action.outcome.kind === 'counts')
    await projection.views.assembly.until(
      () => hasCome(deps, action),
      Math.max(0, endMs - clock.monotonicMs())
    )
  // The declaration is durable: later failures must not be reported as a failed action.
  return conclude(deps, principal, actionId, action, hasCome(deps, action))
}

function conclude(
  deps: ActingDeps,
  principal: Principal,
  actionId: string,
  action: DeclaredAction,
  isOver: boolean
): IncidentAnswer {
  const refusal = findRefusal(action)
  if (refusal !== null) return refuseAs(principal, refusal, null)
  if (!isOver) return { kind: 'pending', actionId, appended: action }
  const incidents = listIncidents(deps, action, principal)
  return { kind: 'done', actionId, incidents, appended: action }
}

/** The state of a split or a merge, for a reader who may see its incident; null: there is none. */
export async function findIncidentAction(deps: ActingDeps, principal: Principal, actionId: string) {
  const { shared, projection } = deps
  // A hidden incident must cost as much time as a missing one.
  const action = await shared.find(['incidents', 'assembly'], () => {
    const known = projection.declarations.action(actionId)
    const isSeen = findVisible(deps, principal, known?.data.incidentId ?? '') !== undefined
    return isSeen ? known : undefined
  })
  const incidentId = action?.data.incidentId
  if (action === undefined || incidentId === undefined) return null
  const { at } = action
  const refusal = findRefusal(action)
  if (refusal !== null) {
    const first = readFirst(principal, refusal.first)
    return {
      ...{ state: 'refused', incidentId, at, reason: refusal.reason },
      ...{ by: first.by, byId: first.byId, since: first.at }
    }
  }
  if (!(await isOver(deps, action))) return { state: 'pending', incidentId, requestedAt: at }
  const incidents = listIncidents(deps, action, principal)
    .map(({ state }) => state)
    .filter(state => isInView(makeView(principal), state))
    .map(state => state.incidentId)
  return { state: 'done', incidentId, at, incidents }
}

/** A standing incident that the officer may see. */
function findVisible(
  { projection }: ActingDeps,
  principal: Principal,
  id: string
): IncidentEntry | undefined {
  const view = makeView(principal)
  const isOfReader = (theatre: string) => mayReadTheatre(view, theatre)
  const entry = projection.incidents.get(view.level, id, isOfReader)
  return entry !== null && !entry.isWithdrawn && isInView(view, entry.state) ? entry : undefined
}

/**
 * True once the incidents match the action, or never will: one of its reports was withdrawn, or
 * another declaration overrode it. The rules have processed it then, with any outcome.
 */
async function isOver(deps: ActingDeps, action: DeclaredAction): Promise<boolean> {
  if (hasCome(deps, action)) return true
  const committed = await deps.log.committed('rules', topics.incidents)
  if ((committed?.positions[action.partition] ?? 0n) <= action.position) return false
  return deps.projection.views.assembly.catchUp(outcomeWaitMs)
}

/** True once the standing incidents match the action. */
function hasCome({ projection: { incidents } }: ActingDeps, { data }: DeclaredAction): boolean {
  return listPairs(data).every(([a, b]) => {
    const one = incidents.getByReport('restricted', a)
    const other = incidents.getByReport('restricted', b)
    if (one === null || other === null || one.isWithdrawn || other.isWithdrawn) return false
    return (one.n === other.n) === data.same
  })
}

/** The incidents with the action's reports that the officer may see. */
function listIncidents(
  { projection: { incidents } }: ActingDeps,
  { data }: DeclaredAction,
  { handling }: Principal
): IncidentEntry[] {
  const entries = listReports(data).flatMap(id => incidents.getByReport(handling, id) ?? [])
  const byRow = new Map(entries.map(entry => [entry.n, entry]))
  return [...byRow.values()].sort((a, b) => compareText(a.state.incidentId, b.state.incidentId))
}

function findLatest({ projection }: ActingDeps, theatre: string, reportIds: readonly string[]) {
  return projection.declarations.of(theatre).findLatest(reportIds)
}

/** The incident has changed: by which officer, if any, and when. */
function refuseStale(
  { projection }: ActingDeps,
  principal: Principal,
  { state, cause, touchedAt }: IncidentEntry
): Refused {
  const action = projection.declarations.action(cause ?? '')
  const who =
    action === undefined ? { by: null } : { ...readAsker(action.data), ...readTalk(action.data) }
  const first = { ...who, at: touchedAt }
  const detail = 'The incident has changed since you saw it.'
  return refuseAs(principal, { reason: 'stale-revision', first, detail }, state.revision)
}

function findRefusal({ outcome }: DeclaredAction): NotDone | null {
  if (outcome.kind === 'counts') return null
  if (outcome.kind !== 'full') return cameFirst(outcome.first)
  return tooManyDeclared('The theatre has no room for more declared pairs.')
}

function cameFirst(first: FirstThere | null): NotDone {
  const detail = 'Another action on the same reports came first.'
  return { reason: 'another-came-first', first, detail }
}

function tooManyDeclared(detail: string): NotDone {
  return { reason: 'too-many-declared', first: null, detail }
}

/** As the officer may read it. */
function refuseAs(
  principal: Principal,
  { reason, first, detail }: NotDone,
  revision: number | null
): Refused {
  const { by, byId, at } = readFirst(principal, first)
  const who = first === null ? '' : ` ${by ?? 'A report'} came first, at ${at}.`
  const members = { reason, revision, by, byId, at }
  return refuse(new ProblemError('action-refused', `${detail}${who}`, { members }))
}

function readFirst({ handling }: Principal, first: FirstThere | null) {
  const { by = null, byId = null, at = null } = firstInView(handling, first) ?? {}
  return { by, byId, at }
}
