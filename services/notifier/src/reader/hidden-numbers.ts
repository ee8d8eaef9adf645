// Numbers that some readers are not shown, and how the others are counted without them.

/** Runs kept; of earlier ones only the count. */
const runsMax = 4096

/**
 * As plain data: pairs of first and last, ascending, and the count of those that were forgotten.
 */
export interface HiddenNumbersRow {
  readonly runs: readonly number[]
  readonly forgotten: number
}

export class HiddenNumbers {
  readonly #runs: number[]
  #forgotten: number

  constructor({ runs, forgotten }: HiddenNumbersRow = { runs: [], forgotten: 0 }) {
    this.#runs = [...runs]
    this.#forgotten = forgotten
  }

  row(): HiddenNumbersRow {
    return { runs: [...this.#runs], forgotten: this.#forgotten }
  }

  /** In ascending order. */
  addRun(first: number, last: number): void {
    if (this.#runs.at(-1) === first - 1) this.#runs[this.#runs.length - 1] = last
    else this.#runs.push(first, last)
    if (this.#runs.length <= 2 * runsMax) return
    const [from, to] = this.#runs.splice(0, 2) as [number, number]
    this.#forgotten += to - from + 1
  }

  has(number: number): boolean {
    const at = this.#runAt(number)
    return at >= 0 && number <= (this.#runs[at + 1] as number)
  }

  countUpTo(number: number): number {
    let count = this.#forgotten
    for (let i = 0; i < this.#runs.length; i += 2) {
      const [first, last] = [this.#runs[i] as number, this.#runs[i + 1] as number]
      if (first > number) break
      count += Math.min(last, number) - first + 1
    }
    return count
  }

  /** Index of the last run that begins at or before a number; negative for none. */
  #runAt(number: number): number {
    let [low, high] = [0, this.#runs.length / 2]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#runs[2 * middle] as number) <= number) low = middle + 1
      else high = middle
    }
    return 2 * (low - 1)
  }
}
