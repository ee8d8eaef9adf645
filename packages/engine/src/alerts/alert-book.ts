// The alert book of a fold: compares findings with what was published, and publishes the difference
// after each record, as one update of an alert at most.
//
// I1  After publishChanges, what is published of an alert equals its finding, except deferred growth.
// I2  Growth alone (more triggers, a higher measure) is published at ticks only: once the measure has
//     changed by a quarter, after a week, or at the next tick if a correction made it. Until then the
//     finding is in `deferred`.
// I3  Between records a finding has at most one alert, and an alert at most one finding that it
//     publishes: the latest in the scope. The id of an alert never changes.
// I4  Of two findings that merge, the older alert (lower seq) continues. A finding that replaces
//     vanished ones takes over the alert with which it shares most triggers.
// I5  Order and numbers of the updates of a record do not depend on the order in which findings were
//     reported: kind, rule, group, id.
// I6  A retracted alert can be found by each trigger until it is reopened or evicted.
// I7  `operatorRevision` changes with acts, escalation, merge and retraction only.

import { digest } from '@tocsin/contracts/json/digest'
import { type AlertChange, untouchedOperator } from '@tocsin/contracts/record/alert-event-v3'
import type { Incidents } from '../data/incidents.ts'
import { never } from '../data/time.ts'
import type { Finding } from '../rules/finding.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import {
  Alert,
  getAlert,
  getConfirmDay,
  type RuleSettings,
  type UpdateKind,
  updateKinds
} from './alert.ts'
import { computeCertainty } from './certainty.ts'
import { type Cause, type ChainOptions, EventChain } from './event-chain.ts'
import { decideNotify } from './notify.ts'
import { dropAcknowledgement, uniteOperators } from './officer-acts.ts'
import { compareText, OfficerDesk } from './officer-desk.ts'
import { PendingConfirmations } from './pending-confirmations.ts'
import {
  type ChangeDraft,
  hasChanged,
  haveLevelsChanged,
  updateContent,
  updateStatus
} from './published-content.ts'
import { Reopenings } from './reopenings.ts'
import { formatScope } from './scope-key.ts'
import { findFirstTrigger, findMostShared, markAllChanged } from './triggers.ts'

/** Growth alone is published once the measure has changed by more than this share. */
const growthShare = 0.25
export const defaultGrowthDays = 7

export interface BookOptions extends ChainOptions {
  readonly readSettings: (rule: RuleBase) => RuleSettings
  /** Days after which growth alone is published; 1 publishes it at each tick. */
  readonly growthDays?: number
}

interface Decision {
  readonly kind: UpdateKind
  readonly reason: string | null
}

interface PendingUpdate extends Decision {
  readonly alert: Alert
}

export class AlertBook {
  readonly #incidents: Incidents
  readonly #readSettings: BookOptions['readSettings']
  readonly #growthDays: number
  readonly chain: EventChain
  readonly alerts = new Map<string, Alert>()
  /** What officers do about the alerts. */
  readonly desk: OfficerDesk
  readonly #confirmations = new PendingConfirmations()
  readonly #reopenings: Reopenings
  readonly #changed = new Set<Finding>()
  readonly #vanished = new Set<Finding>()
  /** Findings with unpublished growth. (I2) */
  readonly deferred = new Set<Finding>()
  /** Changed since the last tick; changed by a correction; changed by news that is not quiet. */
  readonly #deferredNow = new Set<Finding>()
  readonly #dueNextTick = new Set<Finding>()
  readonly #live = new Set<Finding>()
  #reopenReasons = new Map<Alert, string>()
  #lastSeq = 0
  /** The current record corrects or withdraws a report. The engine sets it before it folds. */
  isCorrecting = false
  /** The current record is backfill, or a change of rules or engine: it does not page. */
  isQuiet = false

  constructor(incidents: Incidents, options: BookOptions) {
    this.#incidents = incidents
    this.#reopenings = new Reopenings(incidents)
    this.#readSettings = options.readSettings
    this.#growthDays = options.growthDays ?? defaultGrowthDays
    this.chain = new EventChain(options)
    this.desk = new OfficerDesk(this.alerts, this.chain, incidents)
  }

  onChanged(finding: Finding): void {
    if (this.#vanished.size > 0) this.#vanished.delete(finding)
    if (!this.isQuiet) this.#live.add(finding)
    if (!this.isCorrecting && this.#isGrowing(finding)) this.#deferredNow.add(finding)
    else this.#changed.add(finding)
  }

  /** A cheap test for the most frequent case: deferred growth continues. */
  #isGrowing(finding: Finding): boolean {
    const alert = getAlert(finding)
    if (alert === null || finding.endDay !== never || alert.endDay !== never) return false
    if (finding.level !== alert.level || alert.status === 'retracted' || alert.isClosed)
      return false
    return this.deferred.has(finding)
  }

  onVanished(finding: Finding): void {
    this.#forget(finding)
    if (finding.alert !== null) this.#vanished.add(finding)
  }

  onEvicted(finding: Finding): void {
    this.#forget(finding)
    const alert = getAlert(finding)
    if (alert !== null && alert.finding !== finding) this.#removeEarlier(alert, finding)
  }

  #forget(finding: Finding): void {
    this.#changed.delete(finding)
    this.deferred.delete(finding)
    this.#deferredNow.delete(finding)
    this.#dueNextTick.delete(finding)
    this.#live.delete(finding)
  }

  /** The older alert continues with the finding that is left. (I4) */
  onMerged(from: Finding, into: Finding): void {
    const [one, other] = [getAlert(from), getAlert(into)]
    this.#forget(from)
    if (one === null) return
    if (one.finding !== from) {
      this.#removeEarlier(one, from)
      return
    }
    if (other === null || one.seq < other.seq) {
      this.#link(one, into)
      from.alert = other
      if (other !== null) other.finding = from
    }
    this.#changed.add(into)
    if (!this.isQuiet) this.#live.add(into)
    const gone = getAlert(from)
    if (gone === null) return
    this.#unite(getAlert(into)!, gone)
    this.#vanished.add(from)
  }

  /** The operator state of an open alert passes to the one that continues. (I7) */
  #unite(stays: Alert, gone: Alert): void {
    gone.mergedInto = stays.id
    stays.absorbed = [...stays.absorbed, gone.id]
    if (!gone.isOpen) return
    stays.operator = uniteOperators(stays, gone)
    this.desk.watch(stays)
  }

  /** Publishes the updates of a record, `watermark` as a day. (I1) */
  publishChanges(cause: Cause, today: number, watermark: number, isTick: boolean): void {
    if (isTick) this.#collectDue(today, watermark)
    if (this.#changed.size === 0 && this.#vanished.size === 0) return
    this.#dropEarlier()
    this.#transferAlerts()
    this.#returnToEarlier()
    for (const finding of this.#sortUnassigned()) this.#assignAlert(finding, cause)
    const updates: PendingUpdate[] = []
    for (const { alert } of this.#vanished) updates.push(this.#decideRetraction(alert as Alert))
    for (const finding of this.#changed) {
      const alert = getAlert(finding)!
      if (alert.finding !== finding) continue
      const decision = this.#decide(alert, finding, watermark, isTick)
      if (decision === 'later') this.#defer(finding)
      else if (decision !== null) updates.push({ alert, ...decision })
    }
    if (updates.length > 1) updates.sort(compareUpdates) // I5
    for (const update of updates) this.#publish(update, cause, today, watermark)
    for (const finding of this.#vanished) finding.alert = null // I3
    this.clearPending()
  }

  #decideRetraction(alert: Alert): PendingUpdate {
    const reason = alert.mergedInto === null ? 'support-fell-away' : 'merged'
    return { alert, kind: 'retracted', reason }
  }

  /** Growth waits for a tick: to compare triggers is expensive. (I2) */
  #defer(finding: Finding): void {
    this.deferred.add(finding)
    this.#deferredNow.add(finding)
    if (this.isCorrecting) this.#dueNextTick.add(finding)
  }

  #collectDue(today: number, watermark: number): void {
    for (const alert of this.#confirmations.takeDue(watermark))
      if (alert.finding !== null) this.#changed.add(alert.finding)
    for (const finding of this.deferred) {
      const alert = getAlert(finding)
      if (alert === null) this.deferred.delete(finding)
      else if (this.#isDue(alert, finding, today)) {
        this.deferred.delete(finding)
        this.#changed.add(finding)
      }
    }
    this.#deferredNow.clear()
    this.#dueNextTick.clear()
  }

  #isDue(alert: Alert, finding: Finding, today: number): boolean {
    if (this.#dueNextTick.has(finding) || today - alert.publishedDay >= this.#growthDays)
      return true
    if (finding.endDay !== alert.endDay) return true
    if (!this.#deferredNow.has(finding)) return false
    const { value, threshold } = finding.measure()
    if (Math.abs(value - alert.value) > growthShare * alert.value) return true
    if (haveLevelsChanged(alert, finding)) return true
    const triggers = finding.listTriggers()
    return computeCertainty(this.#incidents, finding, triggers, threshold) !== alert.certainty
  }

  /** An alert publishes no earlier finding of the scope, so the end of such a finding is no update. (I3) */
  #dropEarlier(): void {
    for (const finding of this.#vanished) {
      const alert = getAlert(finding)!
      if (alert.finding === finding) continue
      this.#removeEarlier(alert, finding)
      this.#vanished.delete(finding)
    }
  }

  /** An alert with a vanished finding publishes an earlier one. (I3) */
  #returnToEarlier(): void {
    for (const finding of this.#vanished) {
      const alert = getAlert(finding)!
      const before = alert.mergedInto === null ? alert.earlier?.at(-1) : undefined
      if (before === undefined) continue
      this.#removeEarlier(alert, before)
      this.#link(alert, before)
      this.#changed.add(before)
      finding.alert = null
      this.#vanished.delete(finding)
    }
  }

  #removeEarlier(alert: Alert, finding: Finding): void {
    const left = alert.earlier?.filter(other => other !== finding) ?? []
    alert.earlier = left.length === 0 ? null : left
    finding.alert = null
  }

  /** New findings take over the alerts of findings that vanished in this record. (I4) */
  #transferAlerts(): void {
    if (this.#vanished.size === 0) return
    const unassigned = [...this.#changed].filter(finding => finding.alert === null)
    if (unassigned.length === 0) return
    const ordered = this.#sortFindings(unassigned)
    for (const old of [...this.#vanished].sort((a, b) => a.alert!.seq - b.alert!.seq)) {
      const alert = getAlert(old)!
      if (alert.mergedInto !== null) continue
      const heirs = ordered.filter(
        ({ rule, isDrill, alert: taken }) =>
          rule === old.rule && isDrill === old.isDrill && taken === null
      )
      const heir = findMostShared(alert.triggers, heirs)
      if (heir === null) continue
      this.#vanished.delete(old)
      old.alert = null
      this.#link(alert, heir)
    }
  }

  #link(alert: Alert, finding: Finding): void {
    alert.link(finding)
    if (alert.isMoved) this.#reopenings.add(alert)
    markAllChanged(finding)
  }

  /** Findings without an alert, in an order of their own. (I5) */
  #sortUnassigned(): readonly Finding[] {
    const unassigned: Finding[] = []
    for (const finding of this.#changed) if (finding.alert === null) unassigned.push(finding)
    return this.#sortFindings(unassigned)
  }

  #sortFindings(findings: readonly Finding[]): readonly Finding[] {
    if (findings.length < 2) return findings
    const { ids } = this.#incidents.reports
    const listIds = (finding: Finding) =>
      finding
        .listTriggers()
        .map(row => ids[row])
        .sort()
        .join()
    const keyed = findings.map(finding => ({
      finding,
      scope: formatScope(finding),
      first: findFirstTrigger(this.#incidents, finding.listTriggers())
    }))
    return keyed
      .sort(
        (a, b) =>
          compareText(a.finding.rule.id, b.finding.rule.id) ||
          compareText(a.scope, b.scope) ||
          a.finding.startDay - b.finding.startDay ||
          compareText(a.first, b.first) ||
          // Two fronts may share their first attack, but not all.
          compareText(listIds(a.finding), listIds(b.finding))
      )
      .map(({ finding }) => finding)
  }

  /** Reopens an alert of the same situation, or creates one. (I3, I6) */
  #assignAlert(finding: Finding, cause: Cause): void {
    const reopening = this.#reopenings.find(finding)
    if (reopening === null) {
      this.#createAlert(finding, cause)
      return
    }
    const { alert, reason } = reopening
    if (alert.finding === null) this.#reopenings.removeRetracted(alert)
    else alert.earlier = [...(alert.earlier ?? []), alert.finding]
    alert.mergedInto = null
    this.#reopenReasons.set(alert, reason)
    this.#link(alert, finding)
  }

  #createAlert(finding: Finding, cause: Cause): void {
    const { theatre } = this.chain.options
    const first = findFirstTrigger(this.#incidents, finding.listTriggers())
    const parts = ['alert-id', theatre, finding.rule.id, cause.id, first]
    // A record may raise two alerts of a rule with the same first trigger.
    const further = [formatScope(finding), String(finding.startDay)]
    let id = digest(...parts)
    for (let n = 0; this.alerts.has(id); n++) {
      parts.push(further[n] ?? String(n))
      id = digest(...parts)
    }
    const alert = new Alert(id, ++this.#lastSeq, finding)
    this.#link(alert, finding)
    this.alerts.set(id, alert)
  }

  /** The first kind that applies; null if readers see no difference. */
  #decide(
    alert: Alert,
    finding: Finding,
    watermark: number,
    isTick: boolean
  ): Decision | 'later' | null {
    if (alert.revision === 0) return { kind: 'raised', reason: null }
    const isOver = finding.endDay !== never
    if (alert.status === 'retracted') {
      const reason = this.#reopenReasons.get(alert) ?? 'support-returned'
      return { kind: isOver ? 'resolved' : 'reopened', reason }
    }
    if (alert.isClosed) return this.#decideClosed(alert, finding, isTick)
    if (isOver && alert.status !== 'resolved')
      return { kind: 'resolved', reason: 'situation-ended' }
    if (!isOver && alert.status === 'resolved')
      return {
        kind: 'reopened',
        reason: this.#reopenReasons.get(alert) ?? 'situation-goes-on'
      }
    if (finding.level > alert.level) return { kind: 'escalated', reason: null }
    if (isTick && alert.status === 'provisional' && watermark >= getConfirmDay(finding))
      return { kind: 'confirmed', reason: null }
    const isRevised =
      alert.absorbed.length > 0 ||
      alert.isMoved ||
      this.#reopenReasons.has(alert) ||
      finding.level < alert.level ||
      (isTick && hasChanged(this.#incidents, alert, finding))
    if (isRevised) return { kind: 'revised', reason: null }
    return isTick ? null : 'later'
  }

  /** Of an alert that an officer closed: a later trigger or a higher level reopens it. */
  #decideClosed(alert: Alert, finding: Finding, isTick: boolean): Decision | 'later' | null {
    if (finding.endDay === never) {
      const { fromDay } = this.#incidents.columns
      if (finding.listTriggers().some(row => fromDay[row]! > alert.closedDay))
        return { kind: 'reopened', reason: 'later-trigger' }
      if (finding.level > alert.closedLevel) return { kind: 'reopened', reason: 'higher-level' }
    }
    if (alert.absorbed.length > 0) return { kind: 'revised', reason: null }
    if (!isTick) return 'later'
    return hasChanged(this.#incidents, alert, finding) ? { kind: 'revised', reason: null } : null
  }

  #publish(
    { alert, kind, reason }: PendingUpdate,
    cause: Cause,
    today: number,
    watermark: number
  ): void {
    const { finding } = alert
    const settings = this.#readSettings(alert.rule)
    const change: ChangeDraft = { alertId: alert.id, revision: alert.revision + 1, notify: 'quiet' }
    const wasClosed = alert.isClosed
    const isQuiet = this.#isQuietFor(finding, kind)
    if (kind === 'retracted') alert.finding = null
    else if (finding !== null) this.#updateFrom(finding, alert, settings, change)
    if (kind === 'reopened') alert.closedDay = 0
    updateStatus(alert, kind, watermark, change)
    if (alert.status === 'provisional') this.#confirmations.add(alert, alert.startDay)
    if (kind === 'retracted') this.#reopenings.addRetracted(alert) // I6
    if (kind === 'raised') this.#reopenings.add(alert)
    const context = { isQuiet, wasClosed }
    const notify = decideNotify(alert, kind, context, this.#incidents, today, settings)
    change.notify = notify
    if (reason !== null) change.reason = reason
    this.#updateOperator(alert, kind, change)
    alert.isTold ||= notify !== 'quiet'
    alert.revision += 1
    alert.publishedDay = today
    this.chain.publish(kind, change as AlertChange, cause)
    if (kind === 'escalated' && notify !== 'quiet' && alert.operator.acknowledgedBy !== null)
      this.desk.publishLapse(alert, 'escalated', cause)
  }

  /** Quiet if all records that changed the finding since its last update were quiet. */
  #isQuietFor(finding: Finding | null, kind: UpdateKind): boolean {
    const isLive = finding !== null && this.#live.delete(finding)
    return !isLive && (this.isQuiet || kind === 'revised')
  }

  #updateFrom(finding: Finding, alert: Alert, settings: RuleSettings, change: ChangeDraft): void {
    this.deferred.delete(finding)
    if (!updateContent(this.#incidents, alert, finding, settings, change)) return
    this.deferred.add(finding)
    this.#dueNextTick.add(finding)
  }

  #updateOperator(alert: Alert, kind: UpdateKind, change: ChangeDraft): void {
    const references = alert.mergedInto === null ? alert.absorbed : [alert.mergedInto]
    const before = alert.operator
    if (references.length > 0) change.references = references
    if (kind === 'reopened' && before !== untouchedOperator) {
      const operator = change.notify === 'quiet' ? before : dropAcknowledgement(before)
      alert.operator = { ...operator, disposition: null }
    } else if ((kind === 'resolved' || kind === 'retracted') && before.acknowledgedUntil !== null)
      alert.operator = { ...before, acknowledgedUntil: null }
    if (alert.operator !== before || alert.absorbed.length > 0) change.operator = alert.operator
    const isMoved = kind === 'escalated' || kind === 'retracted' || alert.absorbed.length > 0
    if (isMoved) alert.operatorRevision += 1 // I7
    if (isMoved || kind === 'raised') change.operatorRevision = alert.operatorRevision
    alert.absorbed = []
  }

  /** Restores an alert from a snapshot, as published, with the findings it had. */
  restore(alert: Alert): void {
    this.alerts.set(alert.id, alert)
    this.#lastSeq = Math.max(this.#lastSeq, alert.seq)
    this.#reopenings.add(alert)
    if (alert.status === 'provisional') this.#confirmations.add(alert, alert.startDay)
    if (alert.status === 'retracted') this.#reopenings.addRetracted(alert) // I6
    this.desk.watch(alert)
    for (const finding of alert.earlier ?? []) finding.alert = alert
    if (alert.finding !== null) alert.finding.alert = alert
  }

  /** Ids of the alerts with deferred growth that is due at the next tick, or is news. For a snapshot. */
  exportDeferred(): DeferredState {
    const list = (findings: ReadonlySet<Finding>) =>
      [...findings].flatMap(({ alert }) => (alert === null ? [] : [alert.id]))
    return {
      deferred: list(this.deferred),
      now: list(this.#deferredNow),
      due: list(this.#dueNextTick),
      live: list(this.#live)
    }
  }

  /** Restores deferred growth once all alerts are restored. */
  restoreDeferred({ deferred, now, due, live }: DeferredState): void {
    const add = (ids: readonly string[], findings: Set<Finding>) => {
      for (const id of ids) {
        const finding = this.alerts.get(id)?.finding
        if (finding !== null && finding !== undefined) findings.add(finding)
      }
    }
    add(deferred, this.deferred)
    add(now, this.#deferredNow)
    add(due, this.#dueNextTick)
    add(live, this.#live)
  }

  /** Forgets what changed in this record. After a restore: it was published before. */
  clearPending(): void {
    this.#changed.clear()
    this.#vanished.clear()
    this.#reopenReasons.clear()
  }

  /** Forgets alerts that ended before a day. */
  evictBefore(day: number): void {
    for (const [id, alert] of this.alerts) {
      const isOpen = alert.endDay === never && alert.status !== 'retracted'
      if (isOpen || Math.min(alert.endDay, alert.startDay + maxOpenDays) >= day) continue
      this.#reopenings.evict(alert)
      this.desk.unwatch(alert)
      this.alerts.delete(id)
    }
  }
}

/** Of a retracted alert that had no end: days after which it is as if it had ended. */
const maxOpenDays = 365

export interface DeferredState {
  readonly deferred: readonly string[]
  readonly now: readonly string[]
  readonly due: readonly string[]
  readonly live: readonly string[]
}

function compareUpdates(a: PendingUpdate, b: PendingUpdate): number {
  return (
    updateKinds.indexOf(a.kind) - updateKinds.indexOf(b.kind) ||
    compareText(a.alert.rule.id, b.alert.rule.id) ||
    compareText(a.alert.scope, b.alert.scope) ||
    compareText(a.alert.id, b.alert.id)
  )
}
