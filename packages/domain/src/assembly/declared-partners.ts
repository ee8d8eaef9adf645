// The reports that each report was declared the same as or different from, indexed by report.

import { compareText } from '../incident/incident.ts'

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
