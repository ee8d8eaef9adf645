// Officers split and merge incidents: one declaration about pairs of reports goes to the incidents
// log, the rules reassemble, and the resulting incidents are the answer. If two actions are
// concurrent, the first in the log wins.

import { ownerId, type Principal } from '@tocsin/auth/access/principal'
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
  type ValuesOf
} from '@tocsin/contracts/format/format'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { toCanonicalJson } from '@tocsin/contracts/json/canonical-json'
import { bodyInvalid, ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { readAsker, readTalk } from '@tocsin/contracts/theatre/theatre-record'
import { textPattern } from '@tocsin/contracts/theatre/written-text'
import { compareText } from '@tocsin/domain/compare-text'
import { topics } from '@tocsin/event-log/topics'
import type { IncidentEntry } from '@tocsin/read-model/incidents/incident-table'
import type { DeclaredAction } from '@tocsin/read-model/theatres/pair-declarations'
import { listPairs, listReports } from '@tocsin/read-model/theatres/pair-declarations'
import { answer, idText, writeProblems } from '@tocsin/service/route/definition'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { makeReader } from '../alerts/evidence.ts'
import { type FirstThere, firstInView } from '../alerts/officers-talk.ts'
import { makeReadingRoutes } from '../alerts/position-headers.ts'
import { findRetryKey, seenIn } from '../alerts/request-headers.ts'
import {
  type ActingDeps,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  pendingAnswer,
  requestOutcome,
  sendOutcome,
  talkMember
} from './acts.ts'

const incidentActionDoneSchema = shape('IncidentActionDone', 'A completed split or merge.', {
  actionId: text(),
  incidents: listOf(ref('Incident'), 'The incidents that hold the reports of the action.')
})

const reportsMax = 200
/** Maximum pairs of reports in one action. */
const actionPairsMax = 200
/**
 * Pairs that a key may declare in a theatre. They are never removed: the limit is years of
 * an officer's work, at some pairs a day.
 */
const declaredPerKeyMax = 25_000

const said = {
  note: optional(
    orNull(text('Shown in the history of the incident.', { maxLength: 500, pattern: textPattern }))
  ),
  handling: talkMember('Who may read your name and the note. Left out: `internal`.')
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

export function addIncidentRoutes(app: FastifyInstance, deps: ActingDeps): void {
  const add = makeReadingRoutes(app, deps, { tag: 'Alerts', access: ['alerts:operate'] })
  const handle = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
    { note, handling = talkHandling }: ValuesOf<typeof said>,
    what: IncidentAsk['what']
  ) => {
    const principal = getPrincipal(request)
    const outcome = await askAboutIncident(deps, {
      ...{ principal, incidentId: request.params.id, what, note: note || null, handling },
      ...{ ifMatch: seenIn(request), retryKey: findRetryKey(request) }
    })
    return sendOutcome(deps, reply, outcome, async ({ actionId, incidents: entries }) => {
      const incidents = await deps.evidence.listIncidents(entries, makeReader(deps, principal))
      return reply.send({ actionId, incidents })
    })
  }
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
      return handle(request, reply, words, { split: reports })
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
      return handle(request, reply, words, { merge: other })
    }
  })
}

interface IncidentAsk {
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

export type IncidentAnswer = Outcome<{
  readonly actionId: string
  readonly incidents: readonly IncidentEntry[]
}>

/**
 * The outcome of a split or a merge, which is declared if the same request has not come before. It
 * may come twice concurrently, or again before the first is folded here: the reason for a refusal
 * may then be its own effect. Waits up to two seconds. Throws the ProblemError of a refusal. Rejects
 * with an EventLogError if it could not be written, with `projection-behind` if other instances'
 * writes are not folded here in time.
 */
export async function askAboutIncident(
  deps: ActingDeps,
  ask: IncidentAsk
): Promise<IncidentAnswer> {
  const { shared, projection } = deps
  const { principal, incidentId, retryKey, what, note, handling } = ask
  // What the officer saw at another instance may not be folded here yet.
  await shared.learn('control', 'incidents', 'assembly')
  const said = toCanonicalJson({ what, note, handling })
  const actionId = makeActionId(deps, retryKey, 'incident-action', principal.id, incidentId, said)
  const findEarlier = async (): Promise<IncidentAnswer | null> => {
    const action = projection.declarations.action(actionId)
    if (action === undefined) return null
    return conclude(deps, principal, actionId, action, await isOver(deps, action))
  }
  const earlier = await findEarlier()
  if (earlier !== null) return earlier
  try {
    return await declare(deps, ask, actionId)
  } catch (error) {
    if (!(error instanceof ProblemError) || retryKey === null) throw error
    await shared.learnOwn('incidents')
    const own = await findEarlier()
    if (own === null) throw error
    return own
  }
}

type Pair = readonly [string, string]

/** Each leaving report with each staying one. */
function listSplit(
  deps: ActingDeps,
  principal: Principal,
  state: IncidentState,
  leaving: readonly string[]
): Pair[] {
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
    throw refuse(principal, state.revision, 'not-together', detail, first)
  }
  const staying = members.filter(reportId => !leaving.includes(reportId))
  if (staying.length === 0) throw bodyInvalid('/reports', 'must leave at least one report behind')
  const pairs = leaving.flatMap(a => staying.map(b => [a, b] as const))
  if (pairs.length > actionPairsMax)
    throw bodyInvalid(
      '/reports',
      `concerns ${pairs.length} pairs of reports; the limit is ${actionPairsMax}`
    )
  return pairs
}

/** The ids of two incidents, and the pairs of their reports that were declared different. */
function listMerged(
  deps: ActingDeps,
  principal: Principal,
  state: IncidentState,
  withId: string
): Pair[] {
  const other = findVisible(deps, principal, withId)?.state
  if (other === undefined) throw bodyInvalid('/with', 'there is no such incident')
  if (other.theatre !== state.theatre)
    throw bodyInvalid('/with', 'must be an incident of the same theatre')
  const [mine, theirs] = [state, other].map(({ reports }) =>
    reports.map(({ reportId }) => reportId)
  ) as [string[], string[]]
  if (other.incidentId === state.incidentId) {
    const first = findLatest(deps, state.theatre, mine)
    const detail = 'The two are already one incident.'
    throw refuse(principal, state.revision, 'already-one', detail, first)
  }
  if (state.drill !== other.drill)
    throw bodyInvalid('/with', 'must not mix a drill with a real incident')
  if (state.category === 'statistic' || other.category === 'statistic')
    throw bodyInvalid('/with', 'must not be a statistic, which is never part of an incident')
  const shared = state.reports.find(({ sourceId }) =>
    other.reports.some(report => report.sourceId === sourceId)
  )
  if (shared !== undefined) {
    const detail = `Both have a report of ${shared.sourceId}: two reports of one source are never one incident.`
    throw refuse(principal, state.revision, 'one-source', detail)
  }
  const { declarations } = deps.projection
  const first = [state.incidentId, other.incidentId] as const
  const apart = mine
    .flatMap(a => theirs.map(b => [a, b] as const))
    .filter(([a, b]) => declarations.find(state.theatre, a, b)?.same === false)
    .filter(([a, b]) => a !== first[0] || b !== first[1])
  if (apart.length >= actionPairsMax)
    throw bodyInvalid(
      '/with',
      `${apart.length + 1} pairs of reports were declared different; the limit is ${actionPairsMax}`
    )
  return [first, ...apart]
}

/** Declares pairs of reports to be one incident, of a merge, or to be none, of a split. */
async function declare(
  deps: ActingDeps,
  { principal, incidentId, ifMatch, note, handling, what }: IncidentAsk,
  actionId: string
): Promise<IncidentAnswer> {
  const { clock, projection } = deps
  const entry = findVisible(deps, principal, incidentId)
  if (entry === undefined) throw new ProblemError('not-found', 'There is no such incident.')
  const { state } = entry
  const { theatre, revision } = state
  if (ifMatch !== null && ifMatch !== revision) throw refuseStale(deps, principal, entry)
  const same = 'merge' in what
  const pairs = same
    ? listMerged(deps, principal, state, what.merge)
    : listSplit(deps, principal, state, [...new Set(what.split)])
  const { declarations } = projection
  const known = pairs.map(pair => declarations.find(theatre, ...pair))
  const against = known.filter(word => word !== undefined && word.same !== same)
  if (ifMatch === null && against.length > 0) {
    const first = against.map(word => word?.declaration).find(word => word) ?? null
    const detail = `Declared ${same ? 'different' : 'the same'} before. Send If-Match with the revision of the incident to override it.`
    throw refuse(principal, revision, 'declared-otherwise', detail, first)
  }
  const added = known.filter(word => word === undefined).length
  const isFull = () => declarations.countFirst(theatre, principal.id) + added > declaredPerKeyMax
  if (added > 0 && principal.id !== ownerId && isFull()) {
    const detail = `This key has declared as many pairs of reports in this theatre as one key may, ${declaredPerKeyMax}. Those that stand can be changed.`
    throw refuse(principal, revision, 'too-many-declared', detail)
  }
  const latest = findLatest(deps, theatre, pairs.flat())
  // The result of a valid action without any outcome yet cannot have been seen.
  const underWay = latest === null ? undefined : projection.declarations.action(latest.id)
  if (underWay !== undefined && !(await isOver(deps, underWay)))
    throw refuse(principal, revision, 'another-came-first', cameFirst, latest)
  // A change in flight may have arrived during this check: the officer has not seen it.
  const standing = projection.incidents.find(principal.handling, theatre, state.incidentId)
  if (standing !== null && (standing.state.seq !== state.seq || standing.isWithdrawn))
    throw refuseStale(deps, principal, standing)
  const [reportIds, ...also] = pairs as [Pair, ...Pair[]]
  const data = {
    ...{ reportIds, also, same, after: latest?.id ?? null, note, handling, actionId },
    ...{ incidentId: state.incidentId, by: principal.name, byId: principal.id }
  }
  const endMs = clock.monotonicMs() + outcomeWaitMs
  const { appended, outcome: action } = await requestOutcome(
    deps,
    { id: actionId, theatre, cause: null },
    { type: 'pair.declared', data },
    projection.views.incidents,
    () => projection.declarations.action(actionId)
  )
  if (action === undefined) return { kind: 'pending', actionId, appended }
  const leftMs = () => Math.max(0, endMs - clock.monotonicMs())
  if (action.outcome.kind === 'counts')
    await projection.views.assembly.until(() => hasCome(deps, action), leftMs())
  // The declaration is durable: later failures must not be reported as a failed action.
  return conclude(deps, principal, actionId, action, hasCome(deps, action))
}

/** Throws if the rules refused it. */
function conclude(
  deps: ActingDeps,
  principal: Principal,
  actionId: string,
  action: DeclaredAction,
  isOver: boolean
): IncidentAnswer {
  const refusal = findRefusal(principal, action)
  if (refusal !== null) throw refusal
  if (!isOver) return { kind: 'pending', actionId, appended: action }
  const incidents = listIncidents(deps, action, principal)
  return { kind: 'done', actionId, incidents, appended: action }
}

/** The state of a split or a merge, for a reader who may see its incident; null: there is none. */
export async function findIncidentAction(deps: ActingDeps, principal: Principal, actionId: string) {
  // A hidden incident must cost as much time as a missing one.
  const action = await deps.shared.find(['incidents', 'assembly'], () => {
    const known = deps.projection.declarations.action(actionId)
    const isSeen = findVisible(deps, principal, known?.data.incidentId ?? '') !== undefined
    return isSeen ? known : undefined
  })
  const incidentId = action?.data.incidentId
  if (action === undefined || incidentId === undefined) return null
  const { at } = action
  const refusal = findRefusal(principal, action)
  if (refusal !== null) {
    const { reason, by, byId, at: since } = refusal.members
    return { state: 'refused', incidentId, at, reason, by, byId, since }
  }
  if (!(await isOver(deps, action))) return { state: 'pending', incidentId, requestedAt: at }
  const incidents = listIncidents(deps, action, principal)
    .filter(({ state }) => isInView(makeView(principal), state))
    .map(({ state }) => state.incidentId)
  return { state: 'done', incidentId, at, incidents }
}

/** A standing incident that the officer may see. */
function findVisible(
  { projection }: ActingDeps,
  principal: Principal,
  id: string
): IncidentEntry | undefined {
  const view = makeView(principal)
  const entry = projection.incidents.get(view.level, id, view.theatres)
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
  return projection.declarations.findLatest(theatre, reportIds)
}

/** The incident has changed: by which officer, if any, and when. */
function refuseStale(
  { projection }: ActingDeps,
  principal: Principal,
  { state, cause, touchedAt: at }: IncidentEntry
): ProblemError {
  const action = projection.declarations.action(cause ?? '')
  const author =
    action === undefined ? { by: null } : { ...readAsker(action.data), ...readTalk(action.data) }
  const detail = 'The incident has changed since you saw it.'
  return refuse(principal, state.revision, 'stale-revision', detail, { ...author, at })
}

const cameFirst = 'Another action on the same reports came first.'

/** Null if the rules took it. */
function findRefusal(principal: Principal, { outcome }: DeclaredAction): ProblemError | null {
  if (outcome.kind === 'counts') return null
  if (outcome.kind !== 'full')
    return refuse(principal, null, 'another-came-first', cameFirst, outcome.first)
  const detail = 'The theatre has no room for more declared pairs.'
  return refuse(principal, null, 'too-many-declared', detail)
}

/** `first`: who came first and when, if known, as the officer may read it; a report has no name. */
function refuse(
  { handling }: Principal,
  revision: number | null,
  reason:
    | 'stale-revision'
    | 'not-together'
    | 'already-one'
    | 'one-source'
    | 'declared-otherwise'
    | 'another-came-first'
    | 'too-many-declared',
  detail: string,
  first: FirstThere | null = null
): ProblemError {
  const { by = null, byId = null, at = null } = firstInView(handling, first) ?? {}
  const who = first === null ? '' : ` ${by ?? 'A report'} came first, at ${at}.`
  const members = { reason, revision, by, byId, at }
  return new ProblemError('action-refused', `${detail}${who}`, { members })
}
