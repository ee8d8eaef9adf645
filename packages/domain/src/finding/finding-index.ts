// Index of one rule's current findings by report and situation: finds what an alert could match
// without a scan.

import { EndingWeeks } from '../fold/ending-weeks.ts'
import { KeyedValues } from '../fold/keyed-values.ts'
import { ReportIndex } from '../fold/report-index.ts'
import type { Finding } from './finding.ts'
import type { FindingChange } from './finding-continuity.ts'
import { groupKeyOf } from './finding-group.ts'
import { changeOfReports, eachReport, type ReportChange } from './report-change.ts'
import { areNamedAlike, areOneSituation, namesOf } from './situation.ts'

/**
 * A finding as it continues: the next version of the same story takes its slot, so that only
 * differences are indexed again.
 */
interface Slot {
  finding: Finding
  /** No alert holds it, and it raises none. */
  isUnclaimed: boolean
}

export class FindingIndex {
  readonly #slots = new Map<Finding, Slot>()
  readonly #byReport = new ReportIndex<Slot>()
  readonly #bySituation = new KeyedValues<Slot>()
  /** The same of those that no alert holds, apart: most rules have none. */
  readonly #unclaimed = new KeyedValues<Slot>()
  readonly #endings = new EndingWeeks<Slot>()

  has(finding: Finding): boolean {
    return this.#slots.has(finding)
  }

  /** True for a current finding that shares no report with another one. */
  isAlone(finding: Finding): boolean {
    const slot = this.#slots.get(finding)
    return slot !== undefined && this.#byReport.isAlone(slot)
  }

  /** Notes whether an alert holds a current finding. */
  claim(finding: Finding, isHeld: boolean): void {
    const slot = this.#slots.get(finding)
    if (slot === undefined || slot.isUnclaimed === !isHeld) return
    slot.isUnclaimed = !isHeld
    for (const name of namesOf(finding))
      if (isHeld) this.#unclaimed.take(name, slot)
      else this.#unclaimed.put(name, slot)
  }

  /** Notes of all findings whether an alert holds them. */
  claimAll(isHeld: (finding: Finding) => boolean): void {
    for (const finding of this.#slots.keys()) this.claim(finding, isHeld(finding))
  }

  /** Calls `visit` with each finding of the same situation that no alert holds; may repeat. */
  eachUnclaimedAlike(finding: Finding, visit: (finding: Finding) => void): void {
    for (const name of namesOf(finding))
      for (const { finding: other } of this.#unclaimed.of(name))
        if (areOneSituation(other, finding)) visit(other)
  }

  /**
   * Removes and adds findings; one that continues in the same group from the same start keeps its
   * slot.
   */
  change({ removed, added }: FindingChange): void {
    const heirs = removed.length === 0 ? null : new Map(added.map(f => [storyKeyOf(f), f]))
    for (const finding of removed) {
      if (!this.#slots.has(finding)) continue
      const heir = heirs?.get(storyKeyOf(finding))
      if (heir && !this.#slots.has(heir))
        this.replace(finding, heir, changeOfReports(finding, heir))
      else this.#remove(finding)
    }
    for (const finding of added) if (!this.#slots.has(finding)) this.#add(finding)
  }

  /** Replaces a current finding. `reports`: how their reports differ. */
  replace(finding: Finding, heir: Finding, { gone, fresh }: ReportChange): void {
    this.claim(finding, true)
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

  /** Calls `visit` with each finding that rests on a report. */
  eachWith(reportId: string, visit: (finding: Finding) => void): void {
    this.#byReport.each(reportId, slot => visit(slot.finding))
  }

  /** True if another finding has the same situation as this one. */
  hasOtherAlike(finding: Finding): boolean {
    const isOther = ({ finding: other }: Slot) =>
      other !== finding && areOneSituation(other, finding)
    return namesOf(finding).some(key => this.#bySituation.some(key, isOther))
  }

  #add(finding: Finding): void {
    const slot = { finding, isUnclaimed: false }
    this.#slots.set(finding, slot)
    this.#endings.file(slot, null, finding.toMs)
    eachReport(finding, report => this.#byReport.add(report, slot))
    for (const key of namesOf(finding)) this.#bySituation.put(key, slot)
  }

  #remove(finding: Finding): void {
    this.claim(finding, true)
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
