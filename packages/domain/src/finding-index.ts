// The findings of one rule that stand now, found by report and by group: what an alert could be matched with, without looking at all.

import { triggerReportsOf } from './alert-content.ts'
import { groupKeyOf } from './alert-matching.ts'
import type { Finding } from './pattern.ts'

export class FindingIndex {
  readonly #all = new Set<Finding>()
  readonly #byReport = new Map<string, Set<Finding>>()
  readonly #byGroup = new Map<string, Set<Finding>>()

  has(finding: Finding): boolean {
    return this.#all.has(finding)
  }

  add(finding: Finding): void {
    this.#all.add(finding)
    for (const report of triggerReportsOf(finding)) put(this.#byReport, report, finding)
    put(this.#byGroup, groupKeyOf(finding), finding)
  }

  remove(finding: Finding): void {
    if (!this.#all.delete(finding)) return
    for (const report of triggerReportsOf(finding)) take(this.#byReport, report, finding)
    take(this.#byGroup, groupKeyOf(finding), finding)
  }

  /** Lets go of what ended before the boundary. */
  forgetBefore(boundaryMs: number): void {
    for (const finding of [...this.#all]) if (finding.toMs !== null && finding.toMs < boundaryMs) this.remove(finding)
  }

  withReport(reportId: string): ReadonlySet<Finding> {
    return this.#byReport.get(reportId) ?? nothing
  }

  inGroup(groupKey: string): ReadonlySet<Finding> {
    return this.#byGroup.get(groupKey) ?? nothing
  }
}

const nothing: ReadonlySet<Finding> = new Set()

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
