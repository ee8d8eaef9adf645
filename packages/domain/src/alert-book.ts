// The alerts of one theatre and their life cycle: the difference between findings as knowledge grows. Takes findings and operators' requests in,
// gives alert events out. Everything in it is plain data, so that a snapshot can hold it. Long, because it is one idea: what the alerts of a theatre are and how they move.

import type { ActionRefused, AlertEvent, AlertState, MachineEvent, Notify, Severity } from './alert.ts'
import { machineEvents } from './alert.ts'
import {
  type AlertContent,
  concernsOf,
  contentOf,
  levelOf,
  reportsAdded,
  signatureOf,
  triggerReportsOf
} from './alert-content.ts'
import { type AlertEntry, claimantOf, decide, notifyOf, type RecordContext, shownOf, statusAfter } from './alert-decision.ts'
import { partOf } from './alert-grouping.ts'
import { AlertIndex } from './alert-index.ts'
import { type Claimant, groupKeyOf, matchAlerts, type SeenFinding, timeTogether } from './alert-matching.ts'
import { inOrder, operatorAt, refusalOf, shared, withdrawn } from './alert-parts.ts'
import { parseTimeMs } from './event-time.ts'
import type { FindingChange } from './finding-continuity.ts'
import { FindingIndex } from './finding-index.ts'
import { compareText } from './incident.ts'
import { operatorAfter, operatorEventOf, refuse, unitedOperators } from './operator-decision.ts'
import type { Finding } from './pattern.ts'
import type { Digest } from './ports.ts'
import type { OperatorRequest, RuleVersion } from './theatre-record.ts'

export interface AlertBookSnapshot {
  readonly seq: number
  readonly entries: readonly AlertEntry[]
  readonly pending: readonly (readonly [string, boolean])[]
}

/** What a rule sees otherwise than before. A rule that was removed has no version, and sees nothing. */
export interface RuleChange extends FindingChange {
  readonly rule: RuleVersion | { readonly ruleId: string }
  /** Severity of the rule's levels. */
  readonly severities: readonly Severity[]
}

interface Decision {
  readonly alertId: string
  readonly event: MachineEvent
  readonly reason: string | null
}

export class AlertBook {
  readonly #theatre: string
  readonly #digest: Digest
  readonly #entries = new Map<string, AlertEntry>()
  readonly #index = new AlertIndex()
  /** What stands now, by rule. */
  readonly #findings = new Map<string, FindingIndex>()
  /** Which alert holds a finding. */
  readonly #holders = new WeakMap<Finding, string>()
  /** Alerts for which one event per record was not enough, and whether what is left to say is quiet: the next record goes on with them. */
  #pending = new Map<string, boolean>()
  #seq = 0

  constructor(theatre: string, digest: Digest) {
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
   * The alert events of one record: per rule the scopes whose findings may differ, then what is pending, then what the watermark confirms.
   * One machine event per alert, the first that applies; in order of kind, rule, group, id. Source: design, section 3.
   */
  reconcile(changes: readonly RuleChange[], context: RecordContext): AlertEvent[] {
    const leftUnsaid = this.#pending
    this.#pending = new Map()
    const candidates = new Set(leftUnsaid.keys())
    const touchedNow = new Set<string>()
    const born: { entry: AlertEntry; content: AlertContent }[] = []
    for (const change of changes) {
      const touched = this.#rematch(change, context)
      for (const id of touched.alerts) {
        candidates.add(id)
        touchedNow.add(id)
      }
      born.push(...touched.born)
    }
    if (context.watermarkMoved) {
      for (const entry of this.#entries.values()) if (entry.state.status === 'provisional') candidates.add(entry.state.alertId)
    }
    const decisions: Decision[] = born.map(({ entry }) => ({ alertId: entry.state.alertId, event: 'raised', reason: null }))
    const raised = new Set(decisions.map(d => d.alertId))
    for (const alertId of candidates) {
      const entry = this.#entries.get(alertId)
      const decision = entry && !raised.has(alertId) ? decide(entry, context) : null
      if (decision) decisions.push({ alertId, ...decision })
    }
    return this.#publish(decisions, context, id => leftUnsaid.get(id) === true && !touchedNow.has(id))
  }

  /** What the alerts of a rule hold now. */
  heldBy(ruleId: string): Finding[] {
    return [...this.#entries.values()].flatMap(e => (e.state.ruleId === ruleId && e.held ? [e.held.finding] : []))
  }

  /** What becomes of an operator's request. */
  operate(request: OperatorRequest, context: RecordContext): AlertEvent[] {
    const entry = this.#entries.get(request.alertId)
    const refusal = refuse(request, entry, context.horizonMs)
    if (refusal || !entry) return [this.#refused(request, refusal ?? 'unknown-alert', entry)]
    const before = entry.state
    const closes = request.action === 'resolve'
    const state: AlertState = {
      ...before,
      ...this.#next(before, 'update', context),
      operatorRevision: before.operatorRevision + 1,
      status: closes ? 'resolved' : before.status,
      urgency: closes ? 'past' : before.urgency,
      operator: operatorAfter(before.operator, request),
      reason: closes ? 'closed-by-operator' : null,
      action: { actionId: request.actionId, by: request.by, text: request.text ?? request.note }
    }
    this.#keep({
      ...entry,
      state,
      closedByHand: closes
        ? { atMs: parseTimeMs(context.time), level: entry.held ? levelOf(entry.held.finding) : 0 }
        : entry.closedByHand,
      standing: { by: request.by, at: context.time }
    })
    return [{ type: operatorEventOf(request.action), data: state }]
  }

  /** Acknowledgements whose time is up. */
  lapse(context: RecordContext): AlertEvent[] {
    const due = [...this.#entries.values()].filter(
      e => e.state.operator.acknowledgedUntil && parseTimeMs(e.state.operator.acknowledgedUntil) <= context.horizonMs
    )
    return due
      .sort((a, b) => compareText(a.state.alertId, b.state.alertId))
      .map(entry => this.#lapsed(entry, 'until-passed', context))
  }

  /** The first moment after the horizon at which an acknowledgement lapses; null = none. */
  nextLapseMs(): number | null {
    const times = [...this.#entries.values()].flatMap(e =>
      e.state.operator.acknowledgedUntil ? [parseTimeMs(e.state.operator.acknowledgedUntil)] : []
    )
    return times.length === 0 ? null : Math.min(...times)
  }

  hasProvisional(): boolean {
    return this.#entries.values().some(e => e.state.status === 'provisional')
  }

  /** Lets go of alerts whose window ended before the boundary: nothing that can still come changes them. */
  archive(boundaryMs: number): void {
    for (const index of this.#findings.values()) index.forgetBefore(boundaryMs)
    for (const entry of [...this.#entries.values()]) {
      const { finding } = entry.held ?? entry.published
      const endMs = entry.held === null ? Math.max(finding.toMs ?? 0, ...finding.triggers.map(i => i.toMs)) : finding.toMs
      if (endMs !== null && endMs < boundaryMs && !this.#pending.has(entry.state.alertId)) this.#forget(entry)
    }
  }

  snapshot(): AlertBookSnapshot {
    return {
      seq: this.#seq,
      entries: [...this.#entries.values()],
      pending: [...this.#pending].sort((a, b) => compareText(a[0], b[0]))
    }
  }

  /** Puts a snapshot back. `standing` gives what each rule's folds see now: an alert holds those very findings again. */
  restore(snapshot: AlertBookSnapshot, standing: ReadonlyMap<string, readonly Finding[]>): void {
    this.#seq = snapshot.seq
    const bySignature = new Map<string, Finding>()
    for (const [ruleId, findings] of standing) {
      this.#findingsOf(ruleId).change({ removed: [], added: findings })
      for (const finding of findings) bySignature.set(`${ruleId}|${signatureOf(finding)}`, finding)
    }
    for (const entry of snapshot.entries) {
      const again = entry.held && bySignature.get(`${entry.state.ruleId}|${signatureOf(entry.held.finding)}`)
      this.#keep(again && entry.held ? { ...entry, held: { ...entry.held, finding: again } } : entry)
    }
    this.#pending = new Map(snapshot.pending)
  }

  /** Matches the alerts that these findings can touch, and all that those can touch in turn. */
  #rematch(
    change: RuleChange,
    context: RecordContext
  ): { alerts: ReadonlySet<string>; born: { entry: AlertEntry; content: AlertContent }[] } {
    const { rule, severities } = change
    const index = this.#findingsOf(rule.ruleId)
    const goesOn = this.#continuing(change, index)
    index.change(change)
    if (goesOn !== null && 'ruleVersion' in rule) {
      const held = { finding: change.added[0] as Finding, ruleVersion: rule.ruleVersion, severities }
      this.#keep({ ...goesOn, held })
      return { alerts: new Set([goesOn.state.alertId]), born: [] }
    }
    const { alerts, findings } = this.#reach(rule.ruleId, index, change)
    const ruleVersion = 'ruleVersion' in rule ? rule.ruleVersion : 0
    const claimants = [...alerts].map(id => claimantOf(this.#entries.get(id) as AlertEntry))
    const { taken, left } = matchAlerts(
      claimants,
      [...findings].map(finding => ({ finding, ruleVersion, severities }))
    )
    for (const claimant of claimants) {
      const entry = this.#entries.get(claimant.alertId) as AlertEntry
      this.#keep({ ...entry, held: taken.get(claimant.alertId) ?? null })
    }
    this.#unite(
      claimants.filter(c => c.open && !taken.has(c.alertId)),
      taken
    )
    const born = 'pattern' in rule ? inOrder(left).map(found => this.#raise(rule, found, context)) : []
    return { alerts, born }
  }

  /**
   * The alert that goes on with the one finding that changed, where nothing else can take part: the usual case of an episode that grew. Null where a
   * matching must decide.
   */
  #continuing({ rule, removed, added }: RuleChange, index: FindingIndex): AlertEntry | null {
    const [old, now] = [removed[0], added[0]]
    if (!old || !now || removed.length > 1 || added.length > 1 || old.fromMs !== now.fromMs) return null
    const entry = this.#entries.get(this.#holders.get(old) ?? '')
    const reports = this.#index.reportsOf(rule.ruleId)
    if (entry?.held?.finding !== old || reports.hasShared || index.hasShared) return null
    const groupKey = groupKeyOf(old)
    const fresh = groupKey === groupKeyOf(now) ? reportsAdded(old, now) : null
    if (fresh === null || fresh.some(report => reports.has(report) || index.hasReport(report))) return null
    const story = (finding: Finding) => ({ groupKey, fromMs: finding.fromMs, toMs: finding.toMs })
    for (const finding of index.inGroup(groupKey)) if (finding !== old && timeTogether(story(old), finding) > 0) return null
    for (const id of this.#index.inGroup(rule.ruleId, groupKey)) {
      const other = this.#entries.get(id) as AlertEntry
      if (other !== entry && timeTogether(story((other.held ?? other.published).finding), now) > 0) return null
    }
    return entry
  }

  /** The connected part of alerts and findings that a change touches: an alert and a finding touch where one could take the other. */
  #reach(ruleId: string, index: FindingIndex, change: FindingChange): { alerts: Set<string>; findings: Set<Finding> } {
    const alerts = new Set<string>()
    const findings = new Set<Finding>()
    const queue: Finding[] = []
    const meetAlert = (id: string) => {
      if (alerts.has(id)) return
      alerts.add(id)
      const claimant = claimantOf(this.#entries.get(id) as AlertEntry)
      for (const report of claimant.triggerReports) queue.push(...index.withReport(report))
      for (const finding of index.inGroup(claimant.groupKey)) if (timeTogether(claimant, finding) > 0) queue.push(finding)
    }
    for (const finding of change.removed) {
      const holder = this.#holders.get(finding)
      if (holder !== undefined && this.#entries.has(holder)) meetAlert(holder)
    }
    queue.push(...change.added.filter(f => index.has(f)))
    for (let finding = queue.pop(); finding !== undefined; finding = queue.pop()) {
      if (findings.has(finding)) continue
      findings.add(finding)
      const holder = this.#holders.get(finding)
      if (holder !== undefined && this.#entries.has(holder)) meetAlert(holder)
      for (const report of triggerReportsOf(finding)) for (const id of this.#index.reportsOf(ruleId).of(report)) meetAlert(id)
      for (const id of this.#index.inGroup(ruleId, groupKeyOf(finding))) {
        if (timeTogether(claimantOf(this.#entries.get(id) as AlertEntry), finding) > 0) meetAlert(id)
      }
    }
    return { alerts, findings }
  }

  #findingsOf(ruleId: string): FindingIndex {
    const known = this.#findings.get(ruleId) ?? new FindingIndex()
    this.#findings.set(ruleId, known)
    return known
  }

  /** An alert left over whose reports another alert's finding now holds has merged into it: its operator's word goes along. */
  #unite(leftOver: readonly Claimant[], taken: ReadonlyMap<string, SeenFinding>): void {
    for (const claimant of leftOver) {
      const reports = new Set(claimant.triggerReports)
      const taker = [...taken].find(([, found]) => triggerReportsOf(found.finding).some(id => reports.has(id)))?.[0]
      if (taker === undefined) continue
      const [gone, stays] = [this.#entries.get(claimant.alertId) as AlertEntry, this.#entries.get(taker) as AlertEntry]
      this.#keep({ ...gone, mergedInto: taker })
      const operator = unitedOperators(stays.state.operator, gone.state.operator)
      this.#keep({ ...stays, absorbed: [...stays.absorbed, claimant.alertId], state: { ...stays.state, operator } })
    }
  }

  #raise(rule: RuleVersion, found: SeenFinding, context: RecordContext): { entry: AlertEntry; content: AlertContent } {
    const content = contentOf(found.finding, found.severities, context.revisionOf)
    const related = new Set<string>()
    for (const report of triggerReportsOf(found.finding))
      for (const id of this.#index.reportsOf(rule.ruleId).of(report)) related.add(id)
    const state: AlertState = {
      ...shared(content, 'provisional'),
      alertId: this.#newId(rule.ruleId, found, context.recordId),
      revision: 0,
      operatorRevision: 1,
      seq: 0,
      theatre: this.#theatre,
      status: 'provisional',
      notify: 'page',
      concerns: 'public',
      ruleId: rule.ruleId,
      ruleVersion: rule.ruleVersion,
      pattern: rule.pattern,
      times: { occurredFrom: content.occurredFrom, firstReportedAt: content.firstReportedAt, detectedAt: context.time },
      references: [...related].sort(compareText),
      partOf: null,
      operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null },
      reason: null,
      action: null
    }
    const entry: AlertEntry = {
      state,
      firstSeq: Number.MAX_SAFE_INTEGER,
      held: found,
      published: found,
      signature: '',
      told: false,
      closedByHand: null,
      standing: null,
      mergedInto: null,
      absorbed: []
    }
    this.#keep(entry)
    return { entry, content }
  }

  /** hash(theatre, rule, record, first trigger report); where one report makes two findings at once, the group as well. */
  #newId(ruleId: string, found: SeenFinding, recordId: string): string {
    const parts = ['alert-id', this.#theatre, ruleId, recordId, found.finding.triggers[0]?.id ?? '']
    const more = [groupKeyOf(found.finding), String(found.finding.fromMs), signatureOf(found.finding)]
    while (more.length > 0 && this.#entries.has(this.#digest(...parts))) parts.push(more.shift() as string)
    return this.#digest(...parts)
  }

  #publish(decisions: readonly Decision[], context: RecordContext, staysQuiet: (alertId: string) => boolean): AlertEvent[] {
    const ordered = [...decisions].sort((a, b) => this.#compare(a, b))
    const events: AlertEvent[] = []
    for (const decision of ordered) {
      const entry = this.#entries.get(decision.alertId) as AlertEntry
      const own = staysQuiet(decision.alertId) ? { ...context, quiet: true } : context
      const state = this.#stateAfter(entry, decision, own)
      const held = entry.held ?? entry.published
      const next: AlertEntry = {
        ...entry,
        state,
        firstSeq: Math.min(entry.firstSeq, state.seq),
        published: held,
        signature: shownOf(held, entry.published.finding),
        told: entry.told || state.notify !== 'quiet',
        closedByHand: decision.event === 'reopened' ? null : entry.closedByHand,
        mergedInto: null,
        absorbed: []
      }
      this.#keep(next)
      events.push({ type: `alert.${decision.event}`, data: state })
      if (decision.event === 'escalated' && state.notify !== 'quiet' && state.operator.acknowledgedBy !== null) {
        events.push(this.#lapsed(next, 'escalated', context))
      }
      if (decide(this.#entries.get(decision.alertId) as AlertEntry, context)) this.#pending.set(decision.alertId, own.quiet)
    }
    return events
  }

  #compare(a: Decision, b: Decision): number {
    const [one, other] = [this.#entries.get(a.alertId) as AlertEntry, this.#entries.get(b.alertId) as AlertEntry]
    return (
      machineEvents.indexOf(a.event) - machineEvents.indexOf(b.event) ||
      compareText(one.state.ruleId, other.state.ruleId) ||
      compareText(groupKeyOf((one.held ?? one.published).finding), groupKeyOf((other.held ?? other.published).finding)) ||
      compareText(a.alertId, b.alertId)
    )
  }

  #stateAfter(entry: AlertEntry, decision: Decision, context: RecordContext): AlertState {
    const before = entry.state
    const status = statusAfter(before.status, decision.event)
    const content = entry.held
      ? contentOf(entry.held.finding, entry.held.severities, context.revisionOf, entry.published.finding)
      : null
    const notify = notifyOf(entry, decision.event, context)
    const concerns =
      decision.event === 'revised' && entry.held && entry.absorbed.length === 0
        ? concernsOf(entry.published.finding, entry.held.finding)
        : null
    const movesOperator = decision.event === 'escalated' || decision.event === 'retracted' || entry.absorbed.length > 0
    const told = { ...before, ...(content ? shared(content, status) : withdrawn(before)) }
    return {
      ...told,
      ...this.#next(before, notify, context),
      partOf: content === null ? before.partOf : this.#partOf(told, (entry.held as SeenFinding).finding, entry.firstSeq),
      concerns: concerns ?? 'public',
      status,
      ruleVersion: entry.held?.ruleVersion ?? before.ruleVersion,
      operatorRevision: before.operatorRevision + (movesOperator ? 1 : 0),
      references: [...new Set([...before.references, ...entry.absorbed, ...(entry.mergedInto ? [entry.mergedInto] : [])])].sort(
        compareText
      ),
      operator: operatorAt(before.operator, decision.event),
      reason: decision.reason,
      action: null
    }
  }

  #partOf(state: AlertState, { triggers }: Finding, firstSeq: number): string | null {
    const inArea = state.area.admin1.flatMap(area => [...this.#index.aboutArea(area)])
    const sharing = this.#index.resting(triggers[0]?.reportIds ?? [])
    const others = (ids: readonly string[]) => ids.flatMap(id => (id === state.alertId ? [] : (this.#entries.get(id) ?? [])))
    return partOf({ state, firstSeq }, others(inArea), others(sharing))
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

  #lapsed(entry: AlertEntry, reason: string, context: RecordContext): AlertEvent {
    const before = entry.state
    const state: AlertState = {
      ...before,
      ...this.#next(before, 'update', context),
      operator: { ...before.operator, acknowledgedBy: null, acknowledgedUntil: null },
      reason,
      action: null
    }
    this.#keep({ ...entry, state, standing: { by: 'tocsin', at: context.time } })
    return { type: 'alert.acknowledgement-lapsed', data: state }
  }

  #refused(request: OperatorRequest, reason: ActionRefused['reason'], entry: AlertEntry | undefined): AlertEvent {
    this.#seq += 1
    const data = refusalOf(request, reason, entry, { theatre: this.#theatre, seq: this.#seq })
    return { type: 'alert.action-refused', data }
  }

  #keep(entry: AlertEntry): void {
    const before = this.#entries.get(entry.state.alertId)
    this.#entries.set(entry.state.alertId, entry)
    const [old, now] = [before ? (before.held ?? before.published) : null, entry.held ?? entry.published]
    if (entry.held) this.#holders.set(entry.held.finding, entry.state.alertId)
    if (old?.finding !== now.finding) this.#index.file(entry.state, old?.finding ?? null, now.finding)
  }

  #forget(entry: AlertEntry): void {
    this.#index.file(entry.state, (entry.held ?? entry.published).finding, null)
    this.#entries.delete(entry.state.alertId)
    this.#pending.delete(entry.state.alertId)
  }
}
