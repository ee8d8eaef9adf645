// The findings of one rule that stand now, found by report and by group: what an alert could be matched with, without looking at all.

import { triggerReportsOf } from './alert-content.ts'
import { groupKeyOf } from './alert-matching.ts'
import type { FindingChange } from './detection.ts'
import { compareText } from './incident.ts'
import type { Finding } from './pattern.ts'

/** A finding as it goes on: the next version of the same story takes its place, so that only what differs is filed anew. */
interface Slot {
  finding: Finding
}

export class FindingIndex {
  readonly #slots = new Map<Finding, Slot>()
  readonly #byReport = new Map<string, Set<Slot>>()
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

  *withReport(reportId: string): Generator<Finding> {
    for (const slot of this.#byReport.get(reportId) ?? []) yield slot.finding
  }

  *inGroup(groupKey: string): Generator<Finding> {
    for (const slot of this.#byGroup.get(groupKey) ?? []) yield slot.finding
  }

  #add(finding: Finding): void {
    const slot = { finding }
    this.#slots.set(finding, slot)
    for (const report of triggerReportsOf(finding)) put(this.#byReport, report, slot)
    put(this.#byGroup, groupKeyOf(finding), slot)
  }

  #remove(finding: Finding): void {
    const slot = this.#slots.get(finding)
    if (!slot) return
    this.#slots.delete(finding)
    for (const report of triggerReportsOf(finding)) take(this.#byReport, report, slot)
    take(this.#byGroup, groupKeyOf(finding), slot)
  }

  #replace(slot: Slot, heir: Finding): void {
    this.#slots.delete(slot.finding)
    fileDifference(this.#byReport, slot, triggerReportsOf(slot.finding), triggerReportsOf(heir))
    slot.finding = heir
    this.#slots.set(heir, slot)
  }
}

function storyKey(finding: Finding): string {
  return `${finding.fromMs}|${groupKeyOf(finding)}`
}

/** Files a value under the keys that are new and takes it from those that are gone. Both lists are in order. */
export function fileDifference<T>(index: Map<string, Set<T>>, value: T, before: readonly string[], now: readonly string[]): void {
  let [i, j] = [0, 0]
  while (i < before.length || j < now.length) {
    const [old, fresh] = [before[i], now[j]]
    const order = old === undefined ? 1 : fresh === undefined ? -1 : compareText(old, fresh)
    if (order < 0) take(index, old as string, value)
    if (order > 0) put(index, fresh as string, value)
    if (order <= 0) i += 1
    if (order >= 0) j += 1
  }
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
