// Which findings are unchanged: folds compute them anew from any checkpoint, and the work of
// publishing must not depend on that.

import type { Incident } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import type { Finding, FindingLevel } from './finding.ts'
import { areOneIdentity } from './situation.ts'

/** Findings that were removed and added. */
export interface FindingChange {
  readonly removed: readonly Finding[]
  readonly added: readonly Finding[]
}

/** How a rule's findings differ from before. A removed rule has no version and no findings. */
export interface RuleChange extends FindingChange {
  readonly rule: RuleVersion | { readonly ruleId: string }
  /** Severity of the rule's levels. */
  readonly severities: readonly Severity[]
  /** True for a finding that may raise an alert. Left out: any may. */
  mayRaise?(finding: Finding): boolean
}

export class FindingContinuity {
  /** Findings that equal an earlier one, and that earlier one. */
  readonly #aliases = new WeakMap<Finding, Finding>()

  /**
   * The objects that stand for findings, given those that stood before, and which of them were
   * removed and added.
   */
  compare(
    old: readonly Finding[],
    given: readonly Finding[]
  ): FindingChange & { readonly findings: readonly Finding[] } {
    const findings = this.#sameWhereEqual(old, given)
    // Most records change one finding, or add one.
    if (old.length <= 1 && findings.length <= 1)
      return old[0] === findings[0]
        ? { findings, removed: [], added: [] }
        : { findings, removed: old, added: findings }
    const gone = new Set(old)
    const come = new Set(findings)
    return {
      findings,
      removed: old.filter(finding => !come.has(finding)),
      added: findings.filter(finding => !gone.has(finding))
    }
  }

  /** An unchanged finding stays the same object, from whatever checkpoint it was folded. */
  #sameWhereEqual(before: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
    if (before.length === 0 || now.length === 0) return now
    if (before.length === 1 && now.length === 1)
      return [this.#sameIfEqual(before[0] as Finding, now[0] as Finding)]
    const old = new Set(before)
    const gone = new Map<string, Finding[]>()
    const fresh = new Set(now)
    for (const finding of before) {
      if (fresh.has(finding)) continue
      const same = gone.get(storyOf(finding))
      if (same) same.push(finding)
      else gone.set(storyOf(finding), [finding])
    }
    if (gone.size === 0) return now
    return now.map(finding => {
      if (old.has(finding)) return finding
      const alias = this.#aliases.get(finding)
      if (alias !== undefined && old.has(alias)) return alias
      const equal = gone.get(storyOf(finding))?.find(other => areEqual(other, finding))
      if (equal !== undefined) this.#aliases.set(finding, equal)
      return equal ?? finding
    })
  }

  #sameIfEqual(before: Finding, now: Finding): Finding {
    if (before === now || this.#aliases.get(now) === before) return before
    if (!areEqual(before, now)) return now
    this.#aliases.set(now, before)
    return before
  }
}

/** Numbers of values that two lists have in common at their beginning, and then at their end. */
export function commonEnds<T>(a: readonly T[], b: readonly T[]): [number, number] {
  const least = Math.min(a.length, b.length)
  let from = 0
  while (from < least && a[from] === b[from]) from += 1
  let ending = 0
  while (ending < least - from && a[a.length - 1 - ending] === b[b.length - 1 - ending]) ending += 1
  return [from, ending]
}

/**
 * Equal for equal findings. Of one day and village there may be hundreds, but few that begin with
 * the same incident.
 */
function storyOf({ fromMs, triggers }: Finding): string {
  return `${fromMs}|${triggers[0]?.id ?? ''}`
}

/** True if all visible parts are equal and the incidents are the same. */
export function areEqual(a: Finding, b: Finding): boolean {
  return comparisons.every(isSameIn => isSameIn(a, b))
}

/** One comparison per field of a finding; `satisfies` requires one for each new field. */
const sameIn = {
  fromMs: (a, b) => a.fromMs === b.fromMs,
  toMs: (a, b) => a.toMs === b.toMs,
  omitted: (a, b) => a.omitted === b.omitted,
  layer: (a, b) => a.layer === b.layer,
  certainty: (a, b) => a.certainty === b.certainty,
  triggers: (a, b) => areSame(a.triggers, b.triggers),
  support: (a, b) => areSame(a.support, b.support),
  measure: (a, b) => areAlike(a.measure, b.measure),
  deaths: (a, b) => areDeathsAlike(a.deaths, b.deaths),
  group: (a, b) => areAlike(a.group, b.group),
  situation: (a, b) => areOneIdentity(a.situation, b.situation),
  levels: (a, b) =>
    a.levels.length === b.levels.length &&
    a.levels.every((level, i) => areAlike(level, b.levels[i] as FindingLevel)),
  // Last: words may be made when they are asked for.
  headline: (a, b) => a.headline === b.headline,
  explanation: (a, b) => a.explanation === b.explanation
} satisfies { readonly [K in keyof Required<Finding>]: (a: Finding, b: Finding) => boolean }

const comparisons = Object.values(sameIn)

/** True if both are left out, or equal. */
export function areDeathsAlike(a: Finding['deaths'], b: Finding['deaths']): boolean {
  return a === b || (a?.low === b?.low && a?.best === b?.best && a?.high === b?.high)
}

/** True for the same values under the same names. */
function areAlike(a: object, b: object): boolean {
  if (a === b) return true
  const [one, other] = [Object.entries(a), b as Readonly<Record<string, unknown>>]
  return one.length === Object.keys(b).length && one.every(([name, value]) => value === other[name])
}

function areSame(a: readonly Incident[], b: readonly Incident[]): boolean {
  return (
    a === b ||
    (a.length === b.length && a.every((incident, i) => isSame(incident, b[i] as Incident)))
  )
}

/** A restored state holds copies of present incidents: other objects with equal content. */
function isSame(a: Incident, b: Incident): boolean {
  return (
    a === b ||
    (a.id === b.id && a.contentKey === b.contentKey && a.firstReportedAtMs === b.firstReportedAtMs)
  )
}
