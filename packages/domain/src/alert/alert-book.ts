// The alerts of one theatre and their life cycle: the difference between findings as knowledge
// grows. Takes findings and operators' requests, gives alert events. All state is plain data for
// snapshots. Long, because it is one state machine.

import type { Finding } from '../finding/finding.ts'
import type { RuleChange } from '../finding/finding-continuity.ts'
import { signatureOf } from '../finding/finding-difference.ts'
import { byLayer, familyOf, type LayerChange } from '../finding/finding-family.ts'
import { eachReport } from '../finding/report-change.ts'
import { FoldWork } from '../fold/fold-work.ts'
import { compareText } from '../incident/incident.ts'
import type { Digest } from '../ports.ts'
import { type AlertRequest, askerOf, type RuleVersion, talkOf } from '../record/theatre-record.ts'
import { type Handling, leastHandling } from '../report/handling.ts'
import { dayMs } from '../space-time/event-time.ts'
import { type AlertEvent, type AlertState, canWait, type Notify } from './alert.ts'
import { type AlertContent, contentOf, levelOf } from './alert-content.ts'
import {
  type AlertEntry,
  decide,
  notifyOf,
  type RecordContext,
  statusAfter
} from './alert-decision.ts'
import { type AlertBookSnapshot, AlertEntries, type RestoredAlerts } from './alert-entries.ts'
import type { IncidentRevisions } from './alert-evidence.ts'
import { withParents } from './alert-grouping.ts'
import { claimantsOf, takersOf } from './alert-matching.ts'
import {
  contentNow,
  type Decision,
  inOrderOfEvents,
  newAlertId,
  newborn,
  operatorAt,
  publishedAs,
  referencesAfter,
  refusalOf,
  toldAll,
  urgencyOf,
  withdrawn
} from './alert-parts.ts'
import { allContinuing } from './alert-reach.ts'
import { stateOf } from './alert-state.ts'
import { AlertSuccession, areToldAlike, type PublishedAlert } from './alert-succession.ts'
import {
  type FamilyMatching,
  FindingFamilies,
  heldAfter,
  leftOver,
  type MatchingGround,
  matchFamily,
  movedAcross,
  raising
} from './family-matching.ts'
import type { SeenFinding } from './match-candidates.ts'
import {
  concernedBy,
  letGo,
  operated,
  operatorEventOf,
  operatorOfBoth,
  refuse
} from './operator-decision.ts'
import { allThatWaits, WaitingAlerts } from './waiting-alerts.ts'

type Born = Map<string, AlertContent>

export class AlertBook {
  readonly #theatre: string
  readonly #digest: Digest
  readonly #entries = new AlertEntries()
  readonly #ground: MatchingGround
  /**
   * Alerts for which one event per record was not enough, and whether the rest is quiet: the next
   * record continues with them.
   */
  #pending = new Map<string, boolean>()
  /** Alerts whose support alone has grown: the first tick of a new day publishes them. */
  readonly #waiting = new WaitingAlerts()
  /** What another engine has published, until this engine's differences are published. */
  #succession: AlertSuccession | null = null
  #telling: AlertSuccession | null = null
  #seq = 0

  constructor(theatre: string, digest: Digest, work = new FoldWork()) {
    this.#ground = { findings: new FindingFamilies(), entries: this.#entries, work }
    this.#theatre = theatre
    this.#digest = digest
  }

  get seq(): number {
    return this.#seq
  }

  get size(): number {
    return this.#entries.size
  }

  get entries(): IterableIterator<AlertEntry> {
    return this.#entries.values()
  }

  find(alertId: string): AlertEntry | undefined {
    return this.#entries.get(alertId)
  }

  /**
   * The alert events of one record: per rule the scopes whose findings may differ, then pending
   * alerts, then confirmations by the watermark. One machine event per alert, the first that
   * applies; in order of kind, rule, group, id. Source: core-idea.md#from-findings-to-alerts.
   */
  reconcile(changes: readonly RuleChange[], context: RecordContext): AlertEvent[] {
    const mayHear = this.#entries.mayHear(context)
    const leftUnsaid = this.#pending
    const complete = context.watermarkMoved ? this.#entries.completeAt(context.watermarkMs) : []
    const moves = this.#entries.takeMoves(mayHear)
    const succession = this.#telling
    this.#telling = null
    const told = context.newDay ? [...this.#waiting.ids] : []
    if (
      changes.length + leftUnsaid.size + complete.length + moves.length + told.length === 0 &&
      succession === null
    )
      return []
    // Readers who may not see the record must not learn its time: such events wait for the next
    // record.
    if (leftUnsaid.size > 0) this.#pending = new Map([...leftUnsaid].filter(([id]) => !mayHear(id)))
    const [touched, born] = [new Set<string>(), new Map<string, AlertContent>()]
    for (const change of changes) this.#rematch(change, context, born, touched)
    const candidates = new Set(touched)
    for (const ids of [leftUnsaid.keys(), moves, told, complete, succession?.alertIds ?? []])
      for (const id of ids) candidates.add(id)
    for (const entry of succession?.unpublished ?? [])
      born.set(entry.state.alertId, contentNow(entry, context) as AlertContent)
    const decisions: Decision[] = [...born.keys()].map(alertId => ({
      alertId,
      event: 'raised',
      reason: null
    }))
    for (const alertId of candidates) {
      const entry = this.#entries.get(alertId)
      const decision = entry && !born.has(alertId) ? this.#decide(entry, context, succession) : null
      if (decision === null || (this.#pending.has(alertId) && canWait(decision.event))) continue
      this.#pending.delete(alertId)
      decisions.push({ alertId, ...decision })
    }
    const ended = (succession?.unseen ?? []).map((state): AlertEvent => {
      return { type: 'alert.retracted', data: { ...state, ...this.#next(state, 'quiet', context) } }
    })
    const events = this.#publish(
      decisions,
      born,
      context,
      id => leftUnsaid.get(id) === true && !touched.has(id)
    )
    for (const id of leftUnsaid.keys())
      if (this.#entries.isLetGo(id) && !this.#pending.has(id)) this.#forget(this.#entryOf(id))
    this.#waiting.settle()
    return [...ended, ...events]
  }

  get published(): Map<string, PublishedAlert> {
    return new Map(
      [...this.#entries.values()].map(({ state, told }) => [state.alertId, { state, told }])
    )
  }

  /**
   * Continues from what another engine has published, up to a seq; differences wait for
   * `tellDifference`.
   */
  adopt(
    published: ReadonlyMap<string, PublishedAlert>,
    lastSeq: number,
    {
      boundaryMs,
      revisions
    }: { readonly boundaryMs: number; readonly revisions: IncidentRevisions }
  ): void {
    // What both let wait waits on. The other may have let nothing wait: then what it published is
    // compared with all of it.
    const waited = new Set(
      [...this.#waiting.ids].filter(
        id => !areToldAlike(this.#entryOf(id).state, published.get(id)?.state)
      )
    )
    for (const alertId of waited) this.#entries.keep(toldAll(this.#entryOf(alertId), revisions))
    for (const alertId of waited) this.#waiting.forget(alertId)
    this.#succession = new AlertSuccession(this.#entries, published, waited, {
      lastSeq,
      boundaryMs
    })
    this.#seq = lastSeq
  }

  /** Publishes the differences from the adopted state with the current record. */
  tellDifference(): void {
    this.#telling = this.#succession
    this.#succession = null
  }

  get hasAdopted(): boolean {
    return this.#succession !== null
  }

  /** The findings that the alerts of a rule hold now. */
  heldBy(ruleId: string): Finding[] {
    return [...this.#entries.values()].flatMap(e =>
      e.state.ruleId === ruleId && e.held ? [e.held.finding] : []
    )
  }

  /** The outcome of an operator's request. */
  operate(request: AlertRequest, context: RecordContext): AlertEvent[] {
    const entry = this.#entries.get(request.alertId)
    const refusal = refuse(request, entry, context)
    if (refusal || !entry) {
      const at = { theatre: this.#theatre, seq: ++this.#seq }
      return [
        {
          type: 'alert.action-refused',
          data: refusalOf(request, refusal ?? 'unknown-alert', entry, at)
        }
      ]
    }
    const concerns = concernedBy(request)
    // What grew is not for the readers of a comment alone: it waits on.
    const grown = concerns === 'public' ? this.#waiting.withGrowth(entry, context.revisions) : entry
    const before = grown.state
    const closes = request.action === 'resolve'
    const after = {
      ...this.#next(before, 'update', context),
      ...operated(before, request, context.time)
    }
    const state: AlertState = { ...before, ...after, concerns }
    this.#entries.keep({
      ...grown,
      state,
      closedByHand: closes
        ? { atMs: context.nowMs, level: entry.held ? levelOf(entry.held.finding) : 0 }
        : entry.closedByHand,
      // A comment that not everyone may read is nothing that others can be told of.
      standing:
        concerns === 'public'
          ? { ...askerOf(request), ...talkOf(request), at: context.time }
          : entry.standing
    })
    return this.#entries.noteMoves([{ type: operatorEventOf(request.action), data: state }])
  }

  /** Events for expired acknowledgements. */
  lapse(context: RecordContext): AlertEvent[] {
    return this.#entries
      .lapsedAt(context.horizonMs)
      .sort((a, b) => compareText(a.state.alertId, b.state.alertId))
      .map(entry => this.#lapsed(entry, 'until-passed', context))
  }

  /** The first moment after the horizon at which an acknowledgement expires; null = none. */
  nextLapseMs(): number | null {
    return this.#entries.nextLapseMs()
  }

  hasProvisional(): boolean {
    return this.#entries.hasProvisional
  }

  /**
   * True if a record required more than one event for an alert: the next record continues with it,
   * whatever it is.
   */
  get hasMoreToSay(): boolean {
    return this.#pending.size > 0 || this.#entries.hasMoves
  }

  /** When the next day begins, if something waits for it; null = nothing does. */
  nextTellMs(nowMs: number): number | null {
    return this.#waiting.size === 0 ? null : (Math.floor(nowMs / dayMs) + 1) * dayMs
  }

  /**
   * Forgets alerts whose window ended before the boundary: nothing can change them. Pending events
   * are published first.
   */
  archive(boundaryMs: number): void {
    this.#ground.findings.forgetBefore(boundaryMs)
    for (const entry of this.#entries.endedBefore(boundaryMs)) {
      if (this.#pending.has(entry.state.alertId)) this.#entries.letGo(entry)
      else this.#forget(entry)
    }
  }

  snapshot(): AlertBookSnapshot {
    return {
      seq: this.#seq,
      entries: [...this.#entries.values()],
      pending: [...this.#pending].sort((a, b) => compareText(a[0], b[0])),
      moves: this.#entries.moves,
      waiting: this.#waiting.snapshot()
    }
  }

  /**
   * Restores a snapshot. `standing` gives the current findings of each rule, so that an alert holds
   * the same objects again.
   */
  restore(
    { moves = [], waiting = [], ...snapshot }: RestoredAlerts,
    standing: ReadonlyMap<string, readonly Finding[]>
  ): void {
    this.#seq = snapshot.seq
    const bySignature = new Map<string, Finding>()
    for (const [ruleId, findings] of standing) {
      this.#ground.findings.take(ruleId, findings)
      for (const finding of findings) bySignature.set(`${ruleId}|${signatureOf(finding)}`, finding)
    }
    this.#pending = new Map(snapshot.pending)
    this.#entries.restoreMoves(moves)
    this.#waiting.restore(waiting)
    for (const entry of snapshot.entries) {
      const again =
        entry.held && bySignature.get(`${entry.state.ruleId}|${signatureOf(entry.held.finding)}`)
      this.#entries.keep(
        again && entry.held ? { ...entry, held: { ...entry.held, finding: again } } : entry
      )
      // Without a finding the alert is past: it is kept only for its pending events.
      if (entry.held && !again && this.#pending.has(entry.state.alertId)) this.#entries.letGo(entry)
    }
    this.#ground.findings.claimAll(this.#entries)
  }

  /**
   * Matches the alerts that these findings can affect, directly or not, and puts them into
   * `touched`; new ones into `born`.
   */
  #rematch(change: RuleChange, context: RecordContext, born: Born, touched: Set<string>): void {
    const { rule } = change
    const matched: FamilyMatching[] = []
    for (const part of byLayer(change)) {
      const goesOn = this.#goesOn(change, part)
      if (goesOn === null) matched.push(matchFamily(change, part, this.#ground))
      else for (const alertId of goesOn) touched.add(alertId)
    }
    if (matched.length === 0) return
    const all = movedAcross(matched)
    for (const [alertId, held] of all.flatMap(heldAfter)) {
      const entry = this.#entryOf(alertId)
      this.#waiting.noteHeld(entry, held?.finding)
      this.#entries.keep({ ...entry, held })
      touched.add(alertId)
    }
    for (const matching of all) this.#unite(matching)
    if ('pattern' in rule)
      for (const matching of all)
        for (const found of raising(matching)) this.#raise(rule, found, matching, context, born)
    this.#ground.findings.claim(matched, this.#entries)
  }

  /**
   * What is connected with the alerts that go on with a family's changed findings; null: matching
   * must decide.
   */
  #goesOn({ rule, severities }: RuleChange, part: LayerChange): Iterable<string> | null {
    if (!('ruleVersion' in rule)) return null
    const family = familyOf(rule.ruleId, part.layer)
    const index = this.#ground.findings.of(family)
    const goOn = allContinuing({ family, ...part }, rule.ruleVersion, index, this.#entries)
    for (const { entry, old, now, reports } of goOn ?? []) {
      this.#waiting.noteHeld(entry, now)
      index.replace(old, now, reports)
      this.#entries.keep(
        { ...entry, held: { finding: now, ruleVersion: rule.ruleVersion, severities } },
        reports
      )
    }
    return goOn === null ? null : goOn.flatMap(({ connected }) => [...connected])
  }

  /**
   * Merges a leftover alert into the one whose finding has its reports. An open one passes on its
   * operator state.
   */
  #unite(matching: FamilyMatching): void {
    const lost = leftOver(matching)
    if (lost.length === 0) return
    const takerOf = takersOf(matching.taken)
    for (const claimant of lost) {
      const taker = takerOf(claimant)
      if (taker === undefined) continue
      const gone = this.#entryOf(claimant.alertId)
      const stays = this.#entryOf(taker)
      this.#entries.keep({ ...gone, mergedInto: taker })
      const operator = claimant.open
        ? operatorOfBoth(stays.state, gone.state)
        : stays.state.operator
      this.#entries.keep({
        ...stays,
        absorbed: [...stays.absorbed, claimant.alertId],
        state: { ...stays.state, operator }
      })
    }
  }

  #raise(
    rule: RuleVersion,
    found: SeenFinding,
    { family, claimants }: FamilyMatching,
    context: RecordContext,
    born: Born
  ): void {
    const content = contentOf(found.finding, found.severities, context.revisions)
    const { index } = this.#entries
    const related = new Set(claimantsOf(found.finding, claimants))
    eachReport(found.finding, report => index.eachResting(family, report, id => related.add(id)))
    const isTaken = (id: string) => this.#entries.get(id) !== undefined
    const alertId = newAlertId(
      [this.#theatre, rule.ruleId, context.recordId],
      found.finding,
      this.#digest,
      isTaken
    )
    const references = [...related].sort(compareText)
    this.#entries.keep(
      newborn(rule, found, content, {
        alertId,
        theatre: this.#theatre,
        references,
        time: context.time
      })
    )
    born.set(alertId, content)
  }

  #publish(
    decisions: readonly Decision[],
    born: ReadonlyMap<string, AlertContent>,
    context: RecordContext,
    staysQuiet: (alertId: string) => boolean
  ): AlertEvent[] {
    const events: AlertEvent[] = []
    for (const decision of inOrderOfEvents(decisions, id => this.#entryOf(id))) {
      const entry = this.#entryOf(decision.alertId)
      // Another event of this record may have made its parent what it was.
      if (decision.ifMoved && this.#entries.movedFrom(entry) === null) continue
      const concerns = this.#concernsOf(entry, decision, context.newDay)
      const hasLive = () =>
        decision.quiet === 'unless-live' && this.#waiting.tellsLive(entry, concerns)
      const own =
        (decision.quiet ?? staysQuiet(decision.alertId)) && !hasLive()
          ? { ...context, quiet: true }
          : context
      const content = born.get(decision.alertId) ?? contentNow(entry, context)
      const state = this.#stateAfter(entry, decision, content, concerns, own)
      const next = publishedAs(entry, decision.event, state)
      this.#waiting.publish(entry, state.concerns, context)
      this.#entries.keep(next)
      events.push({ type: `alert.${decision.event}`, data: state })
      if (
        decision.event === 'escalated' &&
        state.notify !== 'quiet' &&
        state.operator.acknowledgedBy !== null
      ) {
        events.push(this.#lapsed(next, 'escalated', context))
      }
      if (decide(this.#entryOf(decision.alertId), context, this.#waiting.newsOf))
        this.#pending.set(decision.alertId, own.quiet)
    }
    return this.#entries.noteMoves(events)
  }

  #decide(entry: AlertEntry, context: RecordContext, succession: AlertSuccession | null) {
    const decision = decide(entry, context, this.#waiting.newsOf)
    if (decision !== null) return decision
    if (this.#waiting.keep(entry, context) && context.newDay) return allThatWaits
    return succession?.restated(entry) ?? this.#entries.moveOf(entry)
  }

  #concernsOf(entry: AlertEntry, { event, concerns }: Decision, newDay: boolean): Handling {
    if (event !== 'revised' || concerns !== undefined) return 'public'
    return leastHandling(
      this.#waiting.concernsOf(entry, newDay),
      this.#entries.movedFrom(entry)
    ) as Handling
  }

  #stateAfter(
    entry: AlertEntry,
    decision: Decision,
    content: AlertContent | null,
    concerns: Handling,
    context: RecordContext
  ) {
    const before = entry.state
    const status = statusAfter(before.status, decision.event)
    const notify = notifyOf(entry, decision.event, context)
    const movesOperator =
      decision.event === 'escalated' || decision.event === 'retracted' || entry.absorbed.length > 0
    const { revision, seq, times } = this.#next(before, notify, context)
    const rest = {
      alertId: before.alertId,
      theatre: before.theatre,
      ruleId: before.ruleId,
      pattern: before.pattern,
      revision,
      seq,
      notify,
      times,
      concerns,
      status,
      partOf: before.partOf,
      urgency: urgencyOf(content?.shown.severity ?? before.severity, status),
      ruleVersion: entry.held?.ruleVersion ?? before.ruleVersion,
      operatorRevision: before.operatorRevision + (movesOperator ? 1 : 0),
      references: referencesAfter(before.references, entry),
      operator: operatorAt(before.operator, decision.event, notify),
      reason: decision.reason,
      action: null
    }
    const state = content
      ? stateOf(content.shown, rest)
      : { ...before, ...rest, ...withdrawn(before) }
    if (entry.held === null) return state
    return withParents(
      state,
      this.#entries.parents(state, before, {
        finding: entry.held.finding,
        firstSeq: entry.firstSeq
      })
    )
  }

  #next(before: AlertState, notify: Notify, context: RecordContext) {
    this.#seq += 1
    return {
      revision: before.revision + 1,
      seq: this.#seq,
      notify,
      concerns: 'public' as const,
      times: { ...before.times, detectedAt: context.time }
    }
  }

  #lapsed(lapsing: AlertEntry, reason: string, context: RecordContext): AlertEvent {
    const entry = this.#waiting.withGrowth(lapsing, context.revisions)
    const next = this.#next(entry.state, 'update', context)
    const state: AlertState = {
      ...entry.state,
      ...next,
      operator: letGo(entry.state.operator),
      reason,
      action: null
    }
    this.#entries.keep({ ...entry, state, standing: { by: 'tocsin', at: context.time } })
    return { type: 'alert.acknowledgement-lapsed', data: state }
  }

  #forget(entry: AlertEntry): void {
    this.#waiting.forget(entry.state.alertId)
    this.#entries.forget(entry)
  }

  #entryOf(alertId: string): AlertEntry {
    return this.#entries.get(alertId) as AlertEntry
  }
}
