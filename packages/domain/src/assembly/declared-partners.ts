// With which others a report was declared the same or different, found by report.

import { compareText } from '../incident/incident.ts'

/** What operators said of a pair of reports; true = the same incident. */
export type DeclaredPairs = ReadonlyMap<string, boolean>

export function pairKey(a: string, b: string): string {
  return compareText(a, b) < 0 ? `${a}|${b}` : `${b}|${a}`
}

/** Pairs are added and never taken away; what was said of one may change. */
export class DeclaredPartners {
  readonly #declared: DeclaredPairs
  readonly #others = new Map<string, string[]>()
  /** Of so many pairs. */
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
