// The findings of one rule that stand now, found by report and by group: what an alert could be matched with, without looking at all.

import { reportsAdded, triggerReportsOf } from './alert-content.ts'
import { groupKeyOf } from './alert-matching.ts'
import type { FindingChange } from './finding-continuity.ts'
import type { Finding } from './pattern.ts'
import { ReportIndex } from './report-index.ts'

/** A finding as it goes on: the next version of the same story takes its place, so that only what differs is filed anew. */
interface Slot {
  finding: Finding
}

export class FindingIndex {
  readonly #slots = new Map<Finding, Slot>()
  readonly #byReport = new ReportIndex<Slot>()
  readonly #byGroup = new Map<string, Set<Slot>>()

  has(finding: Finding): boolean {
    return this.#slots.has(finding)
  }

  /** Takes findings out and in; one that goes on in the same group from the same start keeps its place. */
  change({ removed, added }: FindingChange): void {
    const heirs = new Map(added.map(f => [storyKey(f), f]))
    for (const finding of removed) {
      const heir = heirs.get(storyKey(finding))
      const slot = this.#slots.get(finding)
      if (!slot) continue
      if (heir && !this.#slots.has(heir)) this.#replace(slot, heir)
      else this.#remove(finding)
    }
    for (const finding of added) if (!this.#slots.has(finding)) this.#add(finding)
  }

  /** Lets go of what ended before the boundary. */
  forgetBefore(boundaryMs: number): void {
    for (const finding of [...this.#slots.keys()]) if (finding.toMs !== null && finding.toMs < boundaryMs) this.#remove(finding)
  }

  /** True while two findings rest on one report. */
  get hasShared(): boolean {
    return this.#byReport.hasShared
  }

  hasReport(reportId: string): boolean {
    return this.#byReport.has(reportId)
  }

  *withReport(reportId: string): Generator<Finding> {
    for (const slot of this.#byReport.of(reportId)) yield slot.finding
  }

  *inGroup(groupKey: string): Generator<Finding> {
    for (const slot of this.#byGroup.get(groupKey) ?? []) yield slot.finding
  }

  #add(finding: Finding): void {
    const slot = { finding }
    this.#slots.set(finding, slot)
    for (const report of triggerReportsOf(finding)) this.#byReport.add(report, slot)
    put(this.#byGroup, groupKeyOf(finding), slot)
  }

  #remove(finding: Finding): void {
    const slot = this.#slots.get(finding)
    if (!slot) return
    this.#slots.delete(finding)
    for (const report of triggerReportsOf(finding)) this.#byReport.remove(report, slot)
    take(this.#byGroup, groupKeyOf(finding), slot)
  }

  #replace(slot: Slot, heir: Finding): void {
    this.#slots.delete(slot.finding)
    const fresh = reportsAdded(slot.finding, heir)
    if (fresh === null) this.#byReport.change(slot, triggerReportsOf(slot.finding), triggerReportsOf(heir))
    else for (const report of fresh) this.#byReport.add(report, slot)
    slot.finding = heir
    this.#slots.set(heir, slot)
  }
}

function storyKey(finding: Finding): string {
  return `${finding.fromMs}|${groupKeyOf(finding)}`
}

/** Adds to a set under a key. */
export function put<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key)
  if (values) values.add(value)
  else index.set(key, new Set([value]))
}

/** Takes from a set under a key, and the key with its last value. */
export function take<T>(index: Map<string, Set<T>>, key: string, value: T): void {
  const values = index.get(key)
  values?.delete(value)
  if (values?.size === 0) index.delete(key)
}
