// Officers split and merge incidents: one declaration about pairs of reports goes to the incidents
// log, the rules reassemble, and the resulting incidents are the answer. If two actions are
// concurrent, the first in the log wins. HTTP is in incident-routes.ts.

import { mayReadTheatre, type Principal } from '@tocsin/auth/access/principal'
import { Quota } from '@tocsin/auth/access/quota'
import { isInView, makeView } from '@tocsin/auth/access/reader-view'
import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { type Handling, talkHandling } from '@tocsin/contracts/theatre/handling'
import { type PairDeclared, readAsker, readTalk } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import type { RecordPosition } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { IncidentEntry } from '@tocsin/read-model/incidents/incident-table'
import type { DeclaredAction } from '@tocsin/read-model/theatres/declaration-index'
import {
  type Declaration,
  declaredPairsMax,
  listPairs,
  listReports
} from '@tocsin/read-model/theatres/pair-declarations'
import { type FirstThere, firstInView } from '../alerts/officers-talk.ts'
import {
  type ActingDeps,
  appendRequest,
  makeActionId,
  type Outcome,
  outcomeWaitMs,
  type Refused,
  unasked,
  unfit,
  usedKey
} from './asked.ts'

/** Maximum pairs of reports in one action. */
const actionPairsMax = 200
/**
 * Pairs that keys may declare in a theatre. They are never removed; the limit per key is years of
 * an officer's work, at some pairs a day.
 */
export const declaredLimits = { total: declaredPairsMax, perKey: 25_000 }
const tooManyDeclared: NotDone = {
  reason: 'too-many-declared',
  first: null,
  detail: `This key has declared as many pairs of reports in this theatre as one key may, ${declaredLimits.perKey}. Those that stand can be changed.`
}

export interface IncidentAsk {
  /** The incident's revision that the officer has seen; null if not stated. */
  readonly ifMatch: number | null
  readonly note: string | null
  /** Who may read the officer's name and the note; `internal` if left out. */
  readonly handling?: Handling
  readonly retryKey: string | null
}

/** Why an action on incidents was refused. */
export type IncidentRefusal =
  | 'stale-revision'
  | 'not-together'
  | 'already-one'
  | 'one-source'
  | 'declared-otherwise'
  | 'another-came-first'
  | 'too-many-declared'

/** Why the rules refused it. */
interface NotDone {
  readonly reason: IncidentRefusal
  /** Who came first and when, if known; `by` is null if a report did. */
  readonly first: FirstThere | null
  readonly detail: string
}

export type IncidentAnswer = Outcome<{
  readonly actionId: string
  readonly incidents: readonly IncidentEntry[]
  readonly appended: RecordPosition
}>

export type IncidentActionStatus =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending'; readonly incidentId: string; readonly requestedAt: string }
  | {
      readonly kind: 'done'
      readonly incidentId: string
      readonly at: string
      readonly incidents: readonly string[]
    }
  | (NotDone & { readonly kind: 'refused'; readonly incidentId: string; readonly at: string })

/** Whether an action equals the requested one. */
type IsSame = (action: DeclaredAction) => boolean

/** A request that has not come before. */
interface Asked {
  readonly entry: IncidentEntry
  readonly actionId: string
  readonly isAsked: IsSame
}

interface Declaring extends Omit<Asked, 'entry'> {
  readonly pairs: readonly (readonly [string, string])[]
  readonly same: boolean
}

export class IncidentOperations {
  readonly #deps: ActingDeps

  constructor(deps: ActingDeps) {
    this.#deps = deps
  }

  /**
   * Declares each leaving report different from each staying one, and waits up to two seconds for
   * the outcome. Rejects with an EventLogError if it could not be written, with `projection-behind`
   * if other instances' writes are not folded here in time.
   */
  async split(
    principal: Principal,
    id: string,
    reports: readonly string[],
    ask: IncidentAsk
  ): Promise<IncidentAnswer> {
    const leaving = [...new Set(reports)]
    const isSame = ({ data }: DeclaredAction) => {
      const left = new Set(listPairs(data).map(([a]) => a))
      return (
        !data.same && left.size === leaving.length && leaving.every(reportId => left.has(reportId))
      )
    }
    return this.#unlessDone(principal, id, isSame, ask, found =>
      this.#split(principal, leaving, found, ask)
    )
  }

  async #split(
    principal: Principal,
    leaving: readonly string[],
    found: Asked,
    ask: IncidentAsk
  ): Promise<IncidentAnswer> {
    const { state } = found.entry
    const members = state.reports.map(({ reportId }) => reportId)
    const strange = leaving.find(reportId => !members.includes(reportId))
    if (strange !== undefined) {
      // Declarations about a hidden report are not revealed.
      const seen = leaving.filter(reportId => {
        const holder = this.#deps.projection.incidents.getByReport('restricted', reportId)
        return holder !== null && isInView(makeView(principal), holder.state)
      })
      const first = this.#findLatest(state.theatre, [...seen, ...members])
      const detail = `Report ${strange} is not part of this incident.`
      return refused(principal, { reason: 'not-together', first, detail }, state.revision)
    }
    const staying = members.filter(reportId => !leaving.includes(reportId))
    if (staying.length === 0) return unfit('/reports', 'must leave at least one report behind')
    if (leaving.length * staying.length > actionPairsMax) {
      return unfit(
        '/reports',
        `concerns ${leaving.length * staying.length} pairs of reports; the limit is ${actionPairsMax}`
      )
    }
    const pairs = leaving.flatMap(a => staying.map(b => [a, b] as const))
    return this.#declare(principal, state, { ...found, pairs, same: false }, ask)
  }

  /** Declares two incidents to be one, and waits as `split` does. */
  async merge(
    principal: Principal,
    id: string,
    withId: string,
    ask: IncidentAsk
  ): Promise<IncidentAnswer> {
    // Once merged, either incident's id leads to each report.
    const isSame = ({ data }: DeclaredAction) => {
      const { incidents } = this.#deps.projection
      const other = incidents.getByReport('restricted', data.reportIds[1])
      return (
        data.same &&
        (withId === data.reportIds[1] || incidents.get('restricted', withId)?.n === other?.n)
      )
    }
    return this.#unlessDone(principal, id, isSame, ask, found =>
      this.#merge(principal, withId, found, ask)
    )
  }

  async #merge(
    principal: Principal,
    withId: string,
    found: Asked,
    ask: IncidentAsk
  ): Promise<IncidentAnswer> {
    const { state } = found.entry
    const other = this.#visible(principal, withId)?.state
    if (other === undefined) return unfit('/with', 'there is no such incident')
    if (other.theatre !== state.theatre)
      return unfit('/with', 'must be an incident of the same theatre')
    const [mine, theirs] = [state, other].map(({ reports }) =>
      reports.map(({ reportId }) => reportId)
    ) as [string[], string[]]
    if (other.incidentId === state.incidentId) {
      const first = this.#findLatest(state.theatre, mine)
      const detail = 'The two are already one incident.'
      return refused(principal, { reason: 'already-one', first, detail }, state.revision)
    }
    if (state.drill !== other.drill)
      return unfit('/with', 'must not mix a drill with a real incident')
    if (state.category === 'statistic' || other.category === 'statistic')
      return unfit('/with', 'must not be a statistic, which is never part of an incident')
    const shared = state.reports.find(({ sourceId }) =>
      other.reports.some(report => report.sourceId === sourceId)
    )
    if (shared !== undefined) {
      const detail = `Both have a report of ${shared.sourceId}: two reports of one source are never one incident.`
      return refused(principal, { reason: 'one-source', first: null, detail }, state.revision)
    }
    const declarations = this.#deps.projection.declarations.of(state.theatre)
    const between = mine.flatMap(a => theirs.map(b => [a, b] as const))
    const apart = between.filter(([a, b]) => declarations.find(a, b)?.same === false)
    const first = [state.incidentId, other.incidentId] as const
    const pairs = [first, ...apart.filter(([a, b]) => a !== first[0] || b !== first[1])]
    if (pairs.length > actionPairsMax) {
      return unfit(
        '/with',
        `${pairs.length} pairs of reports were declared different; the limit is ${actionPairsMax}`
      )
    }
    return this.#declare(principal, state, { ...found, pairs, same: true }, ask)
  }

  /** The outcome of an action, for a reader who may see its incident. */
  async status(principal: Principal, actionId: string): Promise<IncidentActionStatus> {
    const { shared, projection } = this.#deps
    // A hidden incident must cost as much time as a missing one.
    const seen = () => {
      const known = projection.declarations.action(actionId)
      return known !== undefined &&
        this.#visible(principal, known.data.incidentId ?? '') !== undefined
        ? known
        : undefined
    }
    const action = await shared.find(['incidents', 'assembly'], seen)
    const incidentId = action?.data.incidentId
    if (action === undefined || incidentId === undefined) return { kind: 'unknown' }
    const refusal = findRefusal(action)
    if (refusal !== null) return { kind: 'refused', ...refusal, incidentId, at: action.at }
    if (!(await this.#isOver(action)))
      return { kind: 'pending', incidentId, requestedAt: action.at }
    const incidents = this.#listIncidents(action, principal).filter(({ state }) =>
      isInView(makeView(principal), state)
    )
    return {
      kind: 'done',
      incidentId,
      at: action.at,
      incidents: incidents.map(({ state }) => state.incidentId)
    }
  }

  /**
   * The outcome of an action, which is decided if the same request has not come before. It may come
   * twice concurrently, or again before the first is folded here. The reason for a refusal may then
   * be its own effect: do not refuse before that is known.
   */
  async #unlessDone(
    principal: Principal,
    id: string,
    isSame: IsSame,
    { ifMatch, note, handling = talkHandling, retryKey }: IncidentAsk,
    decide: (found: Asked) => Promise<IncidentAnswer>
  ): Promise<IncidentAnswer> {
    const { shared, projection } = this.#deps
    // What the officer saw at another instance may not be folded here yet.
    await shared.learn('control', 'incidents', 'assembly')
    const actionId = makeActionId(this.#deps, retryKey, 'incident-action', principal.id, id)
    const isAsked: IsSame = action =>
      isSame(action) &&
      (action.data.note ?? null) === note &&
      (action.data.handling ?? talkHandling) === handling
    const earlier = async (): Promise<IncidentAnswer | null> => {
      const action = projection.declarations.action(actionId)
      if (action === undefined) return null
      return isAsked(action)
        ? this.#makeAnswer(principal, actionId, action, await this.#isOver(action))
        : keyUsed
    }
    const known = await earlier()
    if (known !== null) return known
    const answer = await this.#answered(principal, this.#visible(principal, id), ifMatch, entry =>
      decide({ entry, actionId, isAsked })
    )
    if (retryKey === null || answer.kind === 'done' || answer.kind === 'pending') return answer
    await shared.learnOwn('incidents')
    return (await earlier()) ?? answer
  }

  async #answered(
    principal: Principal,
    entry: IncidentEntry | undefined,
    ifMatch: number | null,
    decide: (entry: IncidentEntry) => Promise<IncidentAnswer>
  ): Promise<IncidentAnswer> {
    if (entry === undefined)
      return unasked(new ProblemError('not-found', 'There is no such incident.'))
    return ifMatch !== null && ifMatch !== entry.state.revision
      ? this.#stale(principal, entry)
      : decide(entry)
  }

  /** A standing incident that the officer may see. */
  #visible(principal: Principal, id: string): IncidentEntry | undefined {
    const view = makeView(principal)
    const isOfReader = (theatre: string) => mayReadTheatre(view, theatre)
    const entry = this.#deps.projection.incidents.get(view.level, id, isOfReader)
    return entry !== null && !entry.isWithdrawn && isInView(view, entry.state) ? entry : undefined
  }

  async #declare(
    principal: Principal,
    state: IncidentState,
    { actionId, isAsked, pairs, same }: Declaring,
    { ifMatch, note, handling = talkHandling }: IncidentAsk
  ): Promise<IncidentAnswer> {
    const { clock, projection } = this.#deps
    const [reportIds, ...also] = pairs as [
      readonly [string, string],
      ...(readonly [string, string])[]
    ]
    const declarations = projection.declarations.of(state.theatre)
    const against = pairs
      .map(pair => declarations.find(...pair))
      .filter(word => word !== undefined && word.same !== same)
    if (ifMatch === null && against.length > 0) {
      const first = against.map(word => word?.declaration).find(word => word) ?? null
      const detail = `Declared ${same ? 'different' : 'the same'} before. Send If-Match with the revision of the incident to override it.`
      return refused(principal, { reason: 'declared-otherwise', first, detail }, state.revision)
    }
    const added = pairs.filter(pair => declarations.find(...pair) === undefined).length
    const room = Quota.usedBy(declaredLimits, declarations.heldBy)
    if (room.acquire(principal.id, added) === 'key')
      return refused(principal, tooManyDeclared, state.revision)
    const latest = this.#findLatest(state.theatre, pairs.flat())
    if (latest !== null && (await this.#isUnderWay(latest.id)))
      return refused(principal, cameFirst(latest), state.revision)
    // A change in flight may have arrived during this check: the officer has not seen it.
    const standing = projection.incidents.find(principal.handling, state.theatre, state.incidentId)
    if (standing !== null && (standing.state.seq !== state.seq || standing.isWithdrawn))
      return this.#stale(principal, standing)
    const after = latest?.id ?? null
    const { incidentId } = state
    const data = {
      reportIds,
      same,
      by: principal.name,
      byId: principal.id,
      also,
      after,
      note,
      handling,
      actionId,
      incidentId
    } satisfies PairDeclared
    const appended = await appendRequest(
      this.#deps,
      { id: actionId, theatre: state.theatre, cause: null },
      { type: 'pair.declared', data }
    )
    const endMs = clock.monotonicMs() + outcomeWaitMs
    await projection.views.incidents.until(
      () => projection.declarations.action(actionId) !== undefined,
      outcomeWaitMs
    )
    const action = projection.declarations.action(actionId)
    if (action === undefined) return { kind: 'pending', actionId, appended }
    // The key may have been used at another instance concurrently: the first record in the log is
    // the action.
    if (!isAsked(action)) return keyUsed
    if (action.outcome.kind === 'counts') {
      await projection.views.assembly.until(
        () => this.#hasCome(action),
        Math.max(0, endMs - clock.monotonicMs())
      )
    }
    // The declaration is durable: later failures must not be reported as a failed action.
    return this.#makeAnswer(principal, actionId, action, this.#hasCome(action))
  }

  /** The incident has changed: by which officer, if any, and when. */
  #stale(principal: Principal, { state, cause, touchedAt }: IncidentEntry): Refused {
    const action = this.#deps.projection.declarations.action(cause ?? '')
    const who =
      action === undefined ? { by: null } : { ...readAsker(action.data), ...readTalk(action.data) }
    const [first, detail] = [
      { ...who, at: touchedAt },
      'The incident has changed since you saw it.'
    ]
    return refused(principal, { reason: 'stale-revision', first, detail }, state.revision)
  }

  #makeAnswer(
    principal: Principal,
    actionId: string,
    action: DeclaredAction,
    isOver: boolean
  ): IncidentAnswer {
    const refusal = findRefusal(action)
    if (refusal !== null) return refused(principal, refusal, null)
    if (!isOver) return { kind: 'pending', actionId, appended: action }
    return {
      kind: 'done',
      actionId,
      incidents: this.#listIncidents(action, principal),
      appended: action
    }
  }

  /** True once the standing incidents match the action. */
  #hasCome({ data }: DeclaredAction): boolean {
    const { incidents } = this.#deps.projection
    return listPairs(data).every(([a, b]) => {
      const one = incidents.getByReport('restricted', a)
      const other = incidents.getByReport('restricted', b)
      if (one === null || other === null || one.isWithdrawn || other.isWithdrawn) return false
      return (one.n === other.n) === data.same
    })
  }

  /** True for a valid action without any outcome yet: its result cannot have been seen. */
  async #isUnderWay(actionId: string): Promise<boolean> {
    const action = this.#deps.projection.declarations.action(actionId)
    return action !== undefined && !(await this.#isOver(action))
  }

  /**
   * True once the incidents match the action, or never will: one of its reports was withdrawn, or
   * another declaration overrode it.
   */
  async #isOver(action: DeclaredAction): Promise<boolean> {
    return this.#hasCome(action) || this.#isPassed(action)
  }

  /** True once the rules have processed the action, with any outcome. */
  async #isPassed({ partition, position }: DeclaredAction): Promise<boolean> {
    const { log, projection } = this.#deps
    const committed = await log.committed('rules', topics.incidents)
    if ((committed?.positions[partition] ?? 0n) <= position) return false
    return projection.views.assembly.catchUp(outcomeWaitMs)
  }

  /** The incidents with the action's reports that the officer may see. */
  #listIncidents({ data }: DeclaredAction, { handling }: Principal): IncidentEntry[] {
    const { incidents } = this.#deps.projection
    const entries = listReports(data).flatMap(id => incidents.getByReport(handling, id) ?? [])
    const byRow = new Map(entries.map(entry => [entry.n, entry]))
    return [...byRow.values()].sort((a, b) => compareText(a.state.incidentId, b.state.incidentId))
  }

  #findLatest(theatre: string, reportIds: readonly string[]): Declaration | null {
    return this.#deps.projection.declarations.of(theatre).findLatest(reportIds)
  }
}

const keyUsed = usedKey('was used for a different action on this incident', 'action')

function cameFirst(first: FirstThere | null): NotDone {
  const detail = 'Another action on the same reports came first.'
  return { reason: 'another-came-first', first, detail }
}

function findRefusal({ outcome }: DeclaredAction): NotDone | null {
  if (outcome.kind === 'counts') return null
  if (outcome.kind !== 'full') return cameFirst(outcome.first)
  return { ...tooManyDeclared, detail: 'The theatre has no room for more declared pairs.' }
}

/** As the officer may read it. */
function refused(
  { handling }: Principal,
  { reason, first: whole, detail }: NotDone,
  revision: number | null
): Refused {
  const first = firstInView(handling, whole)
  const who = first === null ? '' : ` ${first.by ?? 'A report'} came first, at ${first.at}.`
  const [by, byId, at] = [first?.by ?? null, first?.byId ?? null, first?.at ?? null]
  const members = { reason, revision, by, byId, at }
  const problem = new ProblemError('action-refused', `${detail}${who}`, { members })
  return { kind: 'refused', problem }
}
