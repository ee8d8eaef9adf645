// The alert book of a fold: compares findings with what was published, and publishes the difference
// after each record, as one update of an alert at most.
//
// I1  After publishChanges, what is published of an alert equals its finding, except deferred growth.
// I2  Growth alone (more triggers, a higher measure) is published at ticks only: once the measure has
//     changed by a quarter, after a week, or at the next tick if a correction made it. Until then the
//     finding is in `growth`.
// I3  Between records a finding has at most one alert, and an alert at most one finding that it
//     publishes: the latest in the scope. The id of an alert never changes.
// I4  Of two findings that merge, the older alert (lower seq) continues. A finding that replaces
//     vanished ones takes over the alert with which it shares most triggers.
//     Of the parts of a situation that a correction divides, the one that shares most triggers keeps
//     the alert; each other one is without until it raises its own.
// I5  Order and numbers of the updates of a record do not depend on the order in which findings were
//     reported: kind, rule, group, id.
// I6  A retracted alert can be found by each trigger until it is reopened or evicted.
// I7  `operatorRevision` changes with acts, escalation, merge and retraction only.

import { type MachineEvent, machineEvents } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import type { AlertOperator } from '@tocsin/contracts/record/alert-event-v3'
import { compareText } from '@tocsin/domain/compare-text'
import type { Incidents } from '../data/incidents.ts'
import { hasNumber } from '../data/sorted-list.ts'
import { never } from '../data/time.ts'
import { type Facts, type Finding, isOldNews } from '../rules/finding.ts'
import type { RuleBase } from '../rules/rule-base.ts'
import { situationLines } from '../rules/situation-lines.ts'
import { Alert, formatScope, getAlert, getConfirmDay, type RuleSettings } from './alert.ts'
import { ChangeDraft } from './change-draft.ts'
import { DeferredGrowth } from './deferred-growth.ts'
import { type Cause, type ChainOptions, EventChain } from './event-chain.ts'
import { listHeirs, sortFindings } from './heirs.ts'
import { dropAcknowledgement, uniteOperators } from './officer-acts.ts'
import { OfficerDesk } from './officer-desk.ts'
import { addState, updateContent, updateFacts, updateStatus } from './published-content.ts'
import { areOneSituation, Reopenings } from './reopenings.ts'
import { describeSituation, describesSituation, isSituation } from './situation-facts.ts'
import { findFirstTrigger, listSortedTriggers, markAllChanged } from './triggers.ts'
import {
  areaRisen,
  type Decision,
  type DecisionContext,
  decideNotify,
  decideRetraction,
  decideUpdate,
  type Notify
} from './update-decision.ts'

export const defaultGrowthDays = 7

export interface BookOptions extends ChainOptions {
  /** Null for a rule that is gone. */
  readonly readSettings: (rule: RuleBase) => RuleSettings | null
  /** Days after which growth alone is published; 1 publishes it at each tick. */
  readonly growthDays?: number
}

interface PendingUpdate {
  readonly alert: Alert
  readonly decision: Decision
}

export class AlertBook {
  readonly #incidents: Incidents
  readonly #readSettings: BookOptions['readSettings']
  readonly chain: EventChain
  readonly alerts = new Map<string, Alert>()
  readonly #situations = new Set<Alert>()
  /** What officers do about the alerts. */
  readonly desk: OfficerDesk
  /** Alerts that the watermark is to confirm, and how far it has come. */
  readonly #provisional = new Set<Alert>()
  #reachedDay = 0
  readonly #reopenings = new Reopenings()
  readonly #changed = new Set<Finding>()
  readonly #vanished = new Set<Finding>()
  /** Findings with deferred growth that the current tick publishes. */
  readonly #due = new Set<Finding>()
  /** Alerts of other rules or of another engine that have no finding yet. */
  readonly #orphans = new Set<Alert>()
  readonly growth: DeferredGrowth
  #reopenReasons = new Map<Alert, string>()
  #lastSeq = 0
  /** The current record corrects or withdraws a report. The engine sets it before it folds. */
  isCorrecting = false
  /** The current record is backfill, or a change of rules or engine: it does not page. */
  isQuiet = false
  /** What the current record changes, if it is no incident: all that differs is published at once. */
  changes: 'incidents' | 'rules' | 'engine' = 'incidents'

  constructor(incidents: Incidents, options: BookOptions) {
    this.#incidents = incidents
    this.#readSettings = options.readSettings
    this.growth = new DeferredGrowth(incidents, options.growthDays ?? defaultGrowthDays)
    this.chain = new EventChain(options)
    this.desk = new OfficerDesk(this.alerts, this.chain, incidents, this.#provisional)
  }

  onChanged(finding: Finding): void {
    if (this.#vanished.size > 0) this.#vanished.delete(finding)
    this.#setLive(finding)
    this.#changed.add(finding)
  }

  #setLive(finding: Finding): void {
    const alert = getAlert(finding)
    if (!this.isQuiet && alert?.finding === finding) this.growth.setLive(alert)
  }

  onVanished(finding: Finding): void {
    this.#forget(finding)
    if (finding.alert !== null) this.#vanished.add(finding)
  }

  onEvicted(finding: Finding): void {
    this.#forget(finding)
    const alert = getAlert(finding)
    if (alert === null) return
    finding.alert = null
    // A restored engine does not find it either.
    if (alert.finding === finding) this.release(alert, never)
    else alert.removeEarlier(finding)
  }

  namesOpenly(incident: number): boolean {
    for (const { isOpen, triggers } of this.alerts.values())
      if (isOpen && hasNumber(triggers, incident)) return true
    return false
  }

  #forget(finding: Finding): void {
    this.#changed.delete(finding)
    const alert = getAlert(finding)
    if (alert?.finding === finding) this.growth.finish(alert)
  }

  /** The older alert continues with the finding that is left. (I4) */
  onMerged(from: Finding, into: Finding): void {
    const [one, other] = [getAlert(from), getAlert(into)]
    this.#forget(from)
    if (one === null) return
    if (one.finding !== from) {
      one.removeEarlier(from)
      from.alert = null
      return
    }
    if (other === null || one.seq < other.seq) {
      from.alert = other
      if (other !== null) {
        this.growth.finish(other)
        other.finding = from
      }
      this.#link(one, into)
    }
    this.#changed.add(into)
    this.#setLive(into)
    const gone = getAlert(from)
    if (gone === null) return
    this.#unite(getAlert(into)!, gone)
    this.#vanished.add(from)
  }

  /** The operator state of an open alert passes to the one that continues. (I7) */
  #unite(stays: Alert, gone: Alert): void {
    gone.mergedInto = stays.id
    this.#moveEarlier(gone, stays)
    stays.absorbed = [...stays.absorbed, gone.id]
    if (!gone.isOpen) return
    stays.operator = uniteOperators(stays, gone)
    this.desk.watch(stays)
  }

  #moveEarlier(from: Alert, to: Alert): void {
    for (const finding of from.earlier) finding.alert = to
    to.earlier = [...to.earlier, ...from.earlier].sort((a, b) => a.startDay - b.startDay)
    from.earlier = []
  }

  /** Publishes the updates of a record, `watermark` as a day. (I1) */
  publishChanges(cause: Cause, today: number, watermark: number, isTick: boolean): void {
    if (isTick) this.#collectDue(today, watermark)
    if (this.#changed.size + this.#vanished.size + this.#orphans.size > 0)
      this.#publishPending(cause, today, watermark, isTick)
    this.changes = 'incidents'
    if (this.#due.size > 0) this.#due.clear()
  }

  #publishPending(cause: Cause, today: number, watermark: number, isTick: boolean): void {
    const updates: PendingUpdate[] = []
    const lost = this.#takeLost()
    if (lost.length > 0) this.#assignHeirs(lost)
    if (this.#isComparing) this.#assignEarlier()
    else if (this.isCorrecting) this.#divide()
    for (const finding of this.#sortUnassigned()) this.#assignAlert(finding, cause)
    for (const alert of lost)
      if (alert.finding === null) updates.push({ alert, decision: decideRetraction(alert) })
    this.#decideChanges(watermark, isTick, updates)
    if (!this.isQuiet) this.#addRisenAreas(updates)
    if (updates.length > 1) updates.sort(compareUpdates) // I5
    for (const { alert, decision } of updates)
      this.#publish(alert, decision, cause, today, watermark)
    this.clearPending()
  }

  #decideChanges(watermark: number, isTick: boolean, updates: PendingUpdate[]): void {
    const context: DecisionContext = {
      incidents: this.#incidents,
      watermark,
      isTick,
      isQuiet: this.isQuiet,
      isCorrecting: this.isCorrecting,
      isComparing: this.#isComparing,
      due: this.#due,
      growth: this.growth,
      reopenReasons: this.#reopenReasons
    }
    for (const finding of this.#changed) {
      const alert = getAlert(finding)!
      if (alert.finding !== finding) continue
      const decision = decideUpdate(alert, finding, context)
      if (decision === 'later') this.#defer(alert, isTick)
      else if (decision !== null) updates.push({ alert, decision })
    }
  }

  /** An area that rises above its usual revises the open situations in it that people know of. */
  #addRisenAreas(updates: PendingUpdate[]): void {
    const risen = updates.filter(update => this.#isRisenArea(update))
    if (risen.length === 0) return
    const changed = new Set(updates.map(({ alert }) => alert))
    for (const alert of this.#situations) {
      const { finding, isOpen, isTold } = alert
      if (finding === null || !isOpen || !isTold || changed.has(alert)) continue
      const triggers = new Set(finding.listTriggers())
      if (!risen.some(one => describesSituation(one.alert.finding!, finding, triggers))) continue
      this.growth.setLive(alert)
      updates.push({ alert, decision: areaRisen })
    }
  }

  #isRisenArea({ alert, decision }: PendingUpdate): boolean {
    const { finding, rule, isTold } = alert
    if (finding?.group.admin1 === undefined || isTold) return false
    const isNews = decision.kind === 'raised' || decision.kind === 'reopened'
    return isNews && situationLines.has(rule.pattern) && this.#readSettings(rule)?.isQuiet === true
  }

  /** A cluster moves when another incident becomes its first one. */
  #updateScope(alert: Alert, finding: Finding, draft: ChangeDraft): void {
    const scope = formatScope(finding)
    if (scope === alert.scope) return
    this.#reopenings.remove(alert)
    alert.scope = scope
    alert.group = draft.group = finding.group
    this.#reopenings.add(alert)
  }

  /** Growth waits for a tick that is due. What a tick reports is seldom growth, so it waits longest. (I2) */
  #defer(alert: Alert, isTick: boolean): void {
    if (isTick) this.growth.deferLong(alert, alert.finding!)
    else this.growth.defer(alert, this.isCorrecting)
  }

  /** The first day of the watermark that confirms an alert; `never` if none waits. */
  findNextConfirmDay(): number {
    let next = never
    for (const alert of this.#provisional)
      if (alert.status === 'provisional') next = Math.min(next, getConfirmDay(alert))
    return next
  }

  #collectDue(today: number, watermark: number): void {
    if (watermark > this.#reachedDay) this.#collectConfirmed(watermark)
    this.growth.takeDue(today, this.#due)
    for (const finding of this.#due) this.#changed.add(finding)
  }

  #collectConfirmed(watermark: number): void {
    this.#reachedDay = watermark
    for (const alert of this.#provisional) {
      const { status, finding } = alert
      if (status !== 'provisional') this.#provisional.delete(alert)
      else if (finding !== null && watermark >= getConfirmDay(alert)) this.#changed.add(finding)
    }
  }

  /** Removes vanished findings from their alerts. Returns the alerts that have none now. */
  #takeLost(): readonly Alert[] {
    if (this.#vanished.size + this.#orphans.size === 0) return []
    const lost = new Set(this.#orphans)
    for (const finding of this.#vanished) {
      const alert = getAlert(finding)!
      // Its alert may have been due for confirmation at the same tick.
      this.#changed.delete(finding)
      finding.alert = null // I3
      if (alert.finding !== finding) alert.removeEarlier(finding)
      else {
        alert.finding = null
        lost.add(alert)
      }
    }
    return [...lost].sort((a, b) => a.seq - b.seq)
  }

  /** Gives alerts the new findings with most common triggers, or an earlier one. (I4) */
  #assignHeirs(lost: readonly Alert[]): void {
    const alerts = lost.filter(({ mergedInto }) => mergedInto === null)
    for (const { alert, finding, isInScope } of listHeirs(alerts, this.#sortUnassigned())) {
      if (alert.finding !== null || finding.alert !== null) continue
      // An alert of its scope that has its own by now may have had this one before.
      const isEarlier = () => this.#reopenings.findLater(finding) !== null
      if (this.#isComparing && !isInScope && isEarlier()) continue
      this.#link(alert, finding)
    }
    for (const alert of alerts) {
      const latest = alert.earlier.at(-1)
      if (alert.finding !== null || latest === undefined) continue
      alert.removeEarlier(latest)
      this.#link(alert, latest)
      this.#changed.add(latest)
    }
  }

  /** Leaves one part of each situation that the record has divided to its alert. (I4) */
  #divide(): void {
    for (const finding of this.#sortUnassigned()) {
      const alert = this.#reopenings.findDivided(finding)
      if (alert === null) continue
      this.#disconnect(alert.finding!)
      this.#link(alert, finding)
    }
    for (const finding of [...this.#changed]) {
      const alert = getAlert(finding)
      if (alert !== null) this.#disconnectEarlier(alert)
    }
  }

  /** Disconnects the findings that none after them continues. */
  #disconnectEarlier(alert: Alert): void {
    const left = [alert.finding!]
    for (const finding of alert.earlier.toReversed())
      if (left.some(later => areOneSituation(finding, later))) left.push(finding)
      else {
        alert.removeEarlier(finding)
        this.#disconnect(finding)
      }
  }

  #disconnect(finding: Finding): void {
    finding.alert = null
    this.#changed.add(finding)
  }

  #link(alert: Alert, finding: Finding): void {
    this.growth.finish(alert)
    alert.link(finding)
    if (this.#changed.has(finding)) this.#setLive(finding)
    markAllChanged(finding)
  }

  /** Findings without an alert, in an order of their own. (I5) */
  #sortUnassigned(): readonly Finding[] {
    const unassigned: Finding[] = []
    for (const finding of this.#changed) if (finding.alert === null) unassigned.push(finding)
    return sortFindings(unassigned, this.#incidents)
  }

  get #isComparing(): boolean {
    return this.changes !== 'incidents'
  }

  /**
   * Gives an alert the findings that it had before its latest one. Another engine raises no alert
   * for what was over before.
   */
  #assignEarlier(): void {
    for (const finding of this.#sortUnassigned().toReversed()) {
      const alert = this.#reopenings.findLater(finding)
      if (alert !== null) {
        finding.alert = alert
        alert.earlier = [finding, ...alert.earlier]
      } else if (this.changes === 'engine' && finding.endDay !== never) this.#forget(finding)
    }
  }

  /** Reopens an alert of the same situation, or creates one. (I3, I6) */
  #assignAlert(finding: Finding, cause: Cause): void {
    const scope = formatScope(finding)
    const rows = listSortedTriggers(finding)
    const reopening = this.#reopenings.find(finding, scope, rows)
    if (reopening === null) {
      if (isOldNews(finding)) this.#forget(finding)
      else this.#createAlert(finding, scope, rows, cause)
      return
    }
    const { alert, reason } = reopening
    if (alert.finding === null) this.#reopenings.removeRetracted(alert)
    else alert.earlier = [...alert.earlier, alert.finding]
    alert.mergedInto = null
    this.#reopenReasons.set(alert, reason)
    this.#link(alert, finding)
  }

  #createAlert(finding: Finding, scope: string, rows: readonly number[], cause: Cause): void {
    const { theatre } = this.chain.options
    const first = findFirstTrigger(this.#incidents, rows)
    const parts = ['alert-id', theatre, finding.rule.id, cause.id, first]
    let id = digest(...parts)
    // A record may raise two alerts of a rule with the same first trigger.
    for (let n = 0; this.alerts.has(id); n++) {
      parts.push([scope, String(finding.startDay)][n] ?? String(n))
      id = digest(...parts)
    }
    const alert = new Alert(id, ++this.#lastSeq, finding, scope)
    this.#link(alert, finding)
    this.#addAlert(alert)
  }

  #addAlert(alert: Alert): void {
    this.alerts.set(alert.id, alert)
    if (isSituation(alert)) this.#situations.add(alert)
  }

  #publish(
    alert: Alert,
    { kind, reason, isTentative, endsClose }: Decision,
    cause: Cause,
    today: number,
    watermark: number
  ): void {
    const settings = this.#readSettings(alert.rule) ?? keepSettings(alert)
    const draft = new ChangeDraft(alert.id, alert.revision + 1)
    const isLive = this.growth.finish(alert)
    // Quiet if all records that changed the finding since its last update were quiet.
    const isQuiet = !isLive && (this.isQuiet || kind === 'revised')
    if (endsClose) alert.closedMs = 0
    const context = { isQuiet, isClosed: alert.isClosed }
    alert.comparedDay = today
    this.#updateAlert(alert, kind, settings, draft)
    updateStatus(alert, kind, watermark, draft)
    const hasOtherVersion = alert.isOpen && alert.ruleVersion !== settings.version
    if (isTentative && !(this.#isComparing && hasOtherVersion) && !draft.hasContent()) return
    if (alert.finding !== null) updateFacts(alert, this.#listFacts(alert, alert.finding), draft)
    if (alert.ruleVersion !== settings.version)
      draft.ruleVersion = alert.ruleVersion = settings.version
    const notify = decideNotify(alert, kind, context, this.#incidents, today, settings)
    this.#updateOperator(alert, kind, notify, draft)
    if (!alert.isIntroduced) addState(alert, this.#incidents, draft)
    if (reason !== null) draft.reason = reason
    draft.notify = notify
    alert.isIntroduced = true
    alert.isTold ||= notify !== 'quiet'
    alert.revision += 1
    if (alert.status === 'provisional') this.#provisional.add(alert)
    this.chain.publish(kind, draft, cause)
    if (kind === 'escalated' && notify !== 'quiet' && alert.operator.acknowledgedBy !== null)
      this.desk.publishLapse(alert, 'escalated', cause)
  }

  #listFacts(alert: Alert, finding: Finding): Facts {
    const facts = finding.listFacts()
    if (!isSituation(alert)) return facts
    return { ...facts, ...describeSituation(this.#incidents, finding, this.alerts.values()) }
  }

  #updateAlert(alert: Alert, kind: MachineEvent, settings: RuleSettings, draft: ChangeDraft): void {
    const { finding } = alert
    if (kind === 'retracted') {
      alert.finding = null
      this.#reopenings.addRetracted(alert) // I6
    } else if (finding !== null) {
      this.#updateScope(alert, finding, draft)
      const isCut = updateContent(this.#incidents, alert, finding, settings, draft)
      // The triggers that have no room come at the next tick.
      if (isCut) this.growth.defer(alert, true)
    }
    if (kind === 'raised') this.#reopenings.add(alert)
  }

  #updateOperator(alert: Alert, kind: MachineEvent, notify: Notify, draft: ChangeDraft): void {
    const { operator: before, absorbed, mergedInto } = alert
    const references = mergedInto === null ? absorbed : [mergedInto]
    if (references.length > 0) draft.references = references
    alert.operator = endActs(alert, kind, notify)
    if (alert.operator !== before || absorbed.length > 0) draft.operator = alert.operator
    alert.absorbed = []
    if (kind !== 'escalated' && kind !== 'retracted' && absorbed.length === 0) return
    alert.operatorRevision += 1 // I7
    draft.operatorRevision = alert.operatorRevision
  }

  /** Restores an alert from a snapshot, as published, with the findings it had. */
  restore(alert: Alert): void {
    this.#addAlert(alert)
    this.#lastSeq = Math.max(this.#lastSeq, alert.seq)
    this.#reopenings.add(alert)
    if (alert.status === 'provisional') this.#provisional.add(alert)
    if (alert.status === 'retracted') this.#reopenings.addRetracted(alert) // I6
    this.desk.watch(alert)
    this.growth.restore(alert)
    for (const finding of alert.earlier) finding.alert = alert
    if (alert.finding !== null) alert.finding.alert = alert
  }

  /**
   * Continues an alert of another engine, which has no finding here yet: publishChanges gives it the
   * one with most common triggers, or retracts it.
   */
  adopt(alert: Alert): void {
    this.restore(alert)
    alert.isIntroduced = false
    this.addOrphan(alert)
  }

  /** publishChanges gives the alert a finding, or retracts it. */
  addOrphan(alert: Alert): void {
    if (alert.status !== 'retracted') this.#orphans.add(alert)
  }

  /** The same for an alert whose rule is replaced. What ended before a day stays as it is. */
  release(alert: Alert, pastBefore: number): void {
    const { finding, earlier } = alert
    for (const one of [...earlier, finding]) {
      if (one === null) continue
      this.#forget(one)
      one.alert = null
    }
    alert.finding = null
    alert.earlier = []
    if (finding !== null && alert.endDay >= pastBefore) this.#orphans.add(alert)
  }

  /** Forgets all alerts, for those of another engine to take their place. */
  clear(): void {
    for (const alert of this.alerts.values()) {
      this.release(alert, never)
      this.#reopenings.evict(alert)
      this.desk.unwatch(alert)
    }
    this.alerts.clear()
    this.#situations.clear()
    this.#provisional.clear()
    this.clearPending()
    this.changes = 'incidents'
  }

  /** Forgets what changed in this record. After a restore: it was published before. */
  clearPending(): void {
    // To clear an empty set costs as much as to make one.
    if (this.#changed.size > 0) this.#changed.clear()
    if (this.#vanished.size > 0) this.#vanished.clear()
    if (this.#orphans.size > 0) this.#orphans.clear()
    if (this.#reopenReasons.size > 0) this.#reopenReasons.clear()
  }

  evictBefore(day: number): void {
    for (const [id, alert] of this.alerts) {
      if (findLastDay(alert) >= day) continue
      // Rows that are evicted may still change its finding.
      this.release(alert, never)
      this.#reopenings.evict(alert)
      this.desk.unwatch(alert)
      this.alerts.delete(id)
      this.#situations.delete(alert)
    }
  }
}

/** Days for which a retracted alert without an end may still come back. */
const maxRetractedDays = 365

function findLastDay({ endDay, startDay, status }: Alert): number {
  return endDay === never && status === 'retracted' ? startDay + maxRetractedDays : endDay
}

/**
 * An alert that is no longer closed has no disposition; a reopened one, unless it is quiet, has no
 * acknowledgement; the end of an alert ends the time of its acknowledgement.
 */
function endActs({ operator, isClosed }: Alert, kind: MachineEvent, notify: Notify): AlertOperator {
  const { acknowledgedBy, acknowledgedUntil, disposition } = operator
  const left = isClosed || disposition === null ? operator : { ...operator, disposition: null }
  if (kind === 'reopened')
    return notify === 'quiet' || acknowledgedBy === null ? left : dropAcknowledgement(left)
  const isEnd = kind === 'resolved' || kind === 'retracted'
  return isEnd && acknowledgedUntil !== null ? { ...left, acknowledgedUntil: null } : left
}

function keepSettings({ ruleVersion, severity }: Alert): RuleSettings {
  return { version: ruleVersion, severities: [severity], pagesFrom: 'minor', isQuiet: false }
}

function compareUpdates(a: PendingUpdate, b: PendingUpdate): number {
  return (
    machineEvents.indexOf(a.decision.kind) - machineEvents.indexOf(b.decision.kind) ||
    compareText(a.alert.rule.id, b.alert.rule.id) ||
    compareText(a.alert.scope, b.alert.scope) ||
    compareText(a.alert.id, b.alert.id)
  )
}
