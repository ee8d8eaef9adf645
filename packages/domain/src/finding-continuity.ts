// Which findings are the same as before: a fold makes them anew, from whatever checkpoint, and whether an alert is looked at must not hang on that.

import type { Incident } from './incident.ts'
import type { Finding } from './pattern.ts'

/** Findings that went and came. */
export interface FindingChange {
  readonly removed: readonly Finding[]
  readonly added: readonly Finding[]
}

/** What a fold saw, and for each the object that stands for it. */
export interface Standing {
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
  compare(before: Standing, seen: readonly Finding[]): FindingChange & { readonly findings: readonly Finding[] } {
    const [from, ending] = commonEnds(before.seen, seen)
    const was = before.findings
    const old = was.slice(from, was.length - ending)
    const now = this.#sameWhereEqual(old, seen.slice(from, seen.length - ending))
    return {
      findings: [...was.slice(0, from), ...now, ...was.slice(was.length - ending)],
      removed: old.filter(finding => !now.includes(finding)),
      added: now.filter(finding => !old.includes(finding))
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
  const rest = ({ triggers: _t, support: _s, ...others }: Finding) => JSON.stringify(others)
  return areSame(a.triggers, b.triggers) && areSame(a.support, b.support) && rest(a) === rest(b)
}

function areSame(a: readonly Incident[], b: readonly Incident[]): boolean {
  return a.length === b.length && a.every((incident, i) => isSame(incident, b[i] as Incident))
}

/** What a saved state holds is a copy of what is present: another object, the same in all that can be seen. */
function isSame(a: Incident, b: Incident): boolean {
  return a === b || (a.id === b.id && a.contentKey === b.contentKey && a.firstReportedAtMs === b.firstReportedAtMs)
}
