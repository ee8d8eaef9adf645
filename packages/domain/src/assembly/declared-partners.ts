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

/** Whether two reports lie far apart, where those that were declared the same lie wherever one of them does. */
export function farUnlessDeclared(eachJoining: EachJoining): AreFar {
  return (one, other) => {
    if (!areFarApart(one.view, other.view)) return false
    const others = declaredSameAs(other, eachJoining)
    return declaredSameAs(one, eachJoining).every(a => others.every(b => areFarApart(a.view, b.view)))
  }
}

/** A report and those that were declared the same as it, directly or through others. */
export function declaredSameAs(peer: Peer, eachJoining: EachJoining): readonly Peer[] {
  const found = new Set([peer])
  for (const each of found) {
    eachJoining(each, (other, score) => {
      if (score >= declaredScore) found.add(other)
    })
  }
  return [...found]
}
