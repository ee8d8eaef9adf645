// Which findings are the same as before: a fold makes them anew, from whatever checkpoint, and whether an alert is looked at must not hang on that.

import type { Incident } from '../incident/incident.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import type { Finding, FindingLevel } from './finding.ts'
import { areNamedAlike } from './situation.ts'

/** Findings that went and came. */
export interface FindingChange {
  readonly removed: readonly Finding[]
  readonly added: readonly Finding[]
}

/** What a rule sees otherwise than before. A rule that was removed has no version, and sees nothing. */
export interface RuleChange extends FindingChange {
  readonly rule: RuleVersion | { readonly ruleId: string }
  /** Severity of the rule's levels. */
  readonly severities: readonly Severity[]
}

/** What a fold saw, and for each the object that stands for it. */
export interface StandingFindings {
  readonly seen: readonly Finding[]
  readonly findings: readonly Finding[]
}

export class FindingContinuity {
  /** Findings that are equal to one that was there before, and which that is. */
  readonly #aliases = new WeakMap<Finding, Finding>()

  /**
   * The objects that stand for what a fold sees now, and which of them went and came. Most of what it sees is what it saw before, in the same order: only
   * what lies between is looked at.
   */
  compare(before: StandingFindings, seen: readonly Finding[]): FindingChange & { readonly findings: readonly Finding[] } {
    const [from, ending] = commonEnds(before.seen, seen)
    const was = before.findings
    const old = was.slice(from, was.length - ending)
    const now = this.#sameWhereEqual(old, seen.slice(from, seen.length - ending))
    const [gone, come] = [new Set(old), new Set(now)]
    return {
      findings: [...was.slice(0, from), ...now, ...was.slice(was.length - ending)],
      removed: old.filter(finding => !come.has(finding)),
      added: now.filter(finding => !gone.has(finding))
    }
  }

  /** A finding that did not change is the same object, from whatever checkpoint it was folded: whether an alert is looked at must not hang on that. */
  #sameWhereEqual(before: readonly Finding[], now: readonly Finding[]): readonly Finding[] {
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
}

/** How many values two lists have in common at their beginning, and then at their end. */
function commonEnds<T>(a: readonly T[], b: readonly T[]): [number, number] {
  const least = Math.min(a.length, b.length)
  let from = 0
  while (from < least && a[from] === b[from]) from += 1
  let ending = 0
  while (ending < least - from && a[a.length - 1 - ending] === b[b.length - 1 - ending]) ending += 1
  return [from, ending]
}

function storyOf(finding: Finding): string {
  return `${finding.fromMs}|${Object.values(finding.group).join('|')}`
}

/** Equal in all that can be seen, and standing on the same incidents. */
export function areEqual(a: Finding, b: Finding): boolean {
  return comparisons.every(isSameIn => isSameIn(a, b))
}

/** One for each field of a finding; `satisfies` asks for those of fields that are yet to come. */
const sameIn = {
  fromMs: (a, b) => a.fromMs === b.fromMs,
  toMs: (a, b) => a.toMs === b.toMs,
  omitted: (a, b) => a.omitted === b.omitted,
  headline: (a, b) => a.headline === b.headline,
  certainty: (a, b) => a.certainty === b.certainty,
  triggers: (a, b) => areSame(a.triggers, b.triggers),
  support: (a, b) => areSame(a.support, b.support),
  explanation: (a, b) => a.explanation === b.explanation,
  measure: (a, b) => areAlike(a.measure, b.measure),
  deaths: (a, b) => areDeathsAlike(a.deaths, b.deaths),
  group: (a, b) => areAlike(a.group, b.group),
  situation: (a, b) => a.situation?.untilMs === b.situation?.untilMs && areNamedAlike(a.situation, b.situation),
  levels: (a, b) =>
    a.levels.length === b.levels.length && a.levels.every((level, i) => areAlike(level, b.levels[i] as FindingLevel))
} satisfies { readonly [K in keyof Required<Finding>]: (a: Finding, b: Finding) => boolean }

const comparisons = Object.values(sameIn)

/** Both are left out, or they say the same. */
export function areDeathsAlike(a: Finding['deaths'], b: Finding['deaths']): boolean {
  return a === b || (a?.low === b?.low && a?.best === b?.best && a?.high === b?.high)
}

/** The same values under the same names. */
function areAlike(a: object, b: object): boolean {
  if (a === b) return true
  const [one, other] = [Object.entries(a), b as Readonly<Record<string, unknown>>]
  return one.length === Object.keys(b).length && one.every(([name, value]) => value === other[name])
}

function areSame(a: readonly Incident[], b: readonly Incident[]): boolean {
  return a === b || (a.length === b.length && a.every((incident, i) => isSame(incident, b[i] as Incident)))
}

/** What a saved state holds is a copy of what is present: another object, the same in all that can be seen. */
function isSame(a: Incident, b: Incident): boolean {
  return a === b || (a.id === b.id && a.contentKey === b.contentKey && a.firstReportedAtMs === b.firstReportedAtMs)
}
