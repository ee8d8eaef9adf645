// The reports that each report was declared the same as or different from, indexed by report.

import { compareText } from '../incident/incident.ts'
import { areFarApart } from './far-apart.ts'
import type { AreFar, EachJoining, Peer } from './scored-pairs.ts'

/** Score of a pair that an operator declared the same: it joins before all others. */
export const declaredScore = 3

/** Operators' declarations for pairs of reports; true = the same incident. */
export type DeclaredPairs = ReadonlyMap<string, boolean>

export function pairKey(a: string, b: string): string {
  return compareText(a, b) < 0 ? `${a}|${b}` : `${b}|${a}`
}

/** Pairs are added and never removed; the value of one may change. */
export class DeclaredPartners {
  readonly #declared: DeclaredPairs
  readonly #others = new Map<string, string[]>()
  /** The number of pairs covered. */
  #size = 0

  constructor(declared: DeclaredPairs) {
    this.#declared = declared
  }

  of(id: string): readonly string[] {
    if (this.#size !== this.#declared.size) this.#index()
    return this.#others.get(id) ?? []
  }

  #index(): void {
    this.#others.clear()
    for (const pair of this.#declared.keys()) {
      const [a, b] = pair.split('|') as [string, string]
      this.#add(a, b)
      this.#add(b, a)
    }
    this.#size = this.#declared.size
  }

  #add(id: string, other: string): void {
    const others = this.#others.get(id)
    if (others) others.push(other)
    else this.#others.set(id, [other])
  }
}

/**
 * Whether two reports lie far apart, where those that were declared the same lie wherever one of
 * them does. What it has found it knows, so it is good until a report or a declaration comes:
 * groups ask it for each pair of their reports, and hundreds may be declared the same.
 */
export function farUnlessDeclared(eachJoining: EachJoining): AreFar {
  const sameAs = new Map<Peer, readonly Peer[]>()
  const far = new Map<readonly Peer[], Map<readonly Peer[], boolean>>()
  const allOf = (peer: Peer): readonly Peer[] => {
    const known = sameAs.get(peer)
    if (known !== undefined) return known
    const found = declaredSameAs(peer, eachJoining)
    for (const each of found) sameAs.set(each, found)
    return found
  }
  const areAllFar = (one: readonly Peer[], other: readonly Peer[]): boolean => {
    const from = far.get(one) ?? new Map<readonly Peer[], boolean>()
    far.set(one, from)
    const known = from.get(other) ?? one.every(a => other.every(b => areFarApart(a.view, b.view)))
    from.set(other, known)
    return known
  }
  return (one, other) => {
    if (!areFarApart(one.view, other.view)) return false
    const [ours, theirs] = [allOf(one), allOf(other)]
    // No report is far from itself.
    return ours !== theirs && areAllFar(ours, theirs)
  }
}

/**
 * A report and those that were declared the same as it, directly or through others: of each of them
 * the same.
 */
export function declaredSameAs(peer: Peer, eachJoining: EachJoining): readonly Peer[] {
  const found = new Set([peer])
  for (const each of found) {
    eachJoining(each, (other, score) => {
      if (score >= declaredScore) found.add(other)
    })
  }
  return [...found]
}
