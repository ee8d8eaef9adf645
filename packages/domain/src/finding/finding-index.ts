// Index of one rule's current findings by report and situation: finds what an alert could match without a scan.

import { EndingWeeks } from '../fold/ending-weeks.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import { ReportIndex } from '../fold/report-index.ts'
import type { Finding } from './finding.ts'
import type { FindingChange } from './finding-continuity.ts'
import { groupKeyOf } from './finding-group.ts'
import { changeOfReports, eachReport, type ReportChange } from './report-change.ts'
import { areNamedAlike, namesOf, togetherMs } from './situation.ts'

/** A finding as it continues: the next version of the same story takes its slot, so that only differences are indexed again. */
interface Slot {
  finding: Finding
}

export class FindingIndex {
  readonly #slots = new Map<Finding, Slot>()
  readonly #byReport = new ReportIndex<Slot>()
  readonly #bySituation = new KeyedValues<Slot>()
  readonly #endings = new EndingWeeks<Slot>()

  has(finding: Finding): boolean {
    return this.#slots.has(finding)
  }

  /** True for a current finding that shares no report with another one. */
  isAlone(finding: Finding): boolean {
    const slot = this.#slots.get(finding)
    return slot !== undefined && this.#byReport.isAlone(slot)
  }

  /** Removes and adds findings; one that continues in the same group from the same start keeps its slot. */
  change({ removed, added }: FindingChange): void {
    const heirs = removed.length === 0 ? null : new Map(added.map(f => [storyKeyOf(f), f]))
    for (const finding of removed) {
      if (!this.#slots.has(finding)) continue
      const heir = heirs?.get(storyKeyOf(finding))
      if (heir && !this.#slots.has(heir)) this.replace(finding, heir, changeOfReports(finding, heir))
      else this.#remove(finding)
    }
    for (const finding of added) if (!this.#slots.has(finding)) this.#add(finding)
  }

  /** Replaces a current finding. `reports`: how their reports differ. */
  replace(finding: Finding, heir: Finding, { gone, fresh }: ReportChange): void {
    const slot = this.#slots.get(finding) as Slot
    this.#slots.delete(finding)
    for (const report of gone) this.#byReport.remove(report, slot)
    for (const report of fresh) this.#byReport.add(report, slot)
    slot.finding = heir
    this.#endings.file(slot, finding.toMs, heir.toMs)
    this.#slots.set(heir, slot)
    if (areNamedAlike(finding.situation, heir.situation)) return
    for (const key of namesOf(finding)) this.#bySituation.take(key, slot)
    for (const key of namesOf(heir)) this.#bySituation.put(key, slot)
  }

  /** Forgets findings that ended before the boundary. */
  forgetBefore(boundaryMs: number): void {
    for (const { finding } of this.#endings.beginningBefore(boundaryMs))
      if (finding.toMs !== null && finding.toMs < boundaryMs) this.#remove(finding)
  }

  hasReport(reportId: string): boolean {
    return this.#byReport.has(reportId)
  }

  *withReport(reportId: string): Generator<Finding> {
    for (const slot of this.#byReport.of(reportId)) yield slot.finding
  }

  /** Findings with the same situation as this one; may repeat and include itself. */
  *alike(finding: Finding): Generator<Finding> {
    for (const key of namesOf(finding)) {
      for (const slot of this.#bySituation.of(key)) if (togetherMs(slot.finding, finding) > 0) yield slot.finding
    }
  }

  /** True if another finding has the same situation as this one. */
  hasOtherAlike(finding: Finding): boolean {
    for (const key of namesOf(finding)) {
      for (const slot of this.#bySituation.of(key)) {
        if (slot.finding !== finding && togetherMs(slot.finding, finding) > 0) return true
      }
    }
    return false
  }

  #add(finding: Finding): void {
    const slot = { finding }
    this.#slots.set(finding, slot)
    this.#endings.file(slot, null, finding.toMs)
    eachReport(finding, report => this.#byReport.add(report, slot))
    for (const key of namesOf(finding)) this.#bySituation.put(key, slot)
  }

  #remove(finding: Finding): void {
    const slot = this.#slots.get(finding)
    if (!slot) return
    this.#slots.delete(finding)
    this.#endings.file(slot, finding.toMs, null)
    eachReport(finding, report => this.#byReport.remove(report, slot))
    for (const key of namesOf(finding)) this.#bySituation.take(key, slot)
  }
}

/** Key of a story's next version: its group and start. */
export function storyKeyOf(finding: Finding): string {
  return `${finding.fromMs}|${groupKeyOf(finding)}`
}

/** Adds to a set under a key. */
export function put<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key)
  if (values) values.add(value)
  else index.set(key, new Set([value]))
}

/** Removes from a set under a key, and the key with its last value. */
export function take<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key)
  values?.delete(value)
  if (values?.size === 0) index.delete(key)
}
