// Sums by day, with a subtotal for each block of 32 days: a window of a year reads about 12
// subtotals and at most 62 days. Days may be added in any order. Amounts are integers, so that the
// order of additions cannot show in a sum, and the sum of a day is never negative.

const blockBits = 5
const blockDays = 1 << blockBits
const minEvictedBlocks = 24

export class DaySums {
  /** Day of the first element; a whole number of blocks before any other. */
  #firstDay = 0
  /** Greatest day with an addition; -1 if there is none. */
  #lastDay = -1
  #days = new Float64Array(4 * blockDays)
  #blocks = new Float64Array(4)

  /** Adds an amount, which may be negative, to a day. */
  add(day: number, amount: number): void {
    if (amount === 0) return
    this.#ensureDay(day)
    if (day > this.#lastDay) this.#lastDay = day
    const index = day - this.#firstDay
    this.#days[index]! += amount
    this.#blocks[index >> blockBits]! += amount
  }

  /** Sum of the days from `from` to `to`, both included. */
  getSum(from: number, to: number): number {
    const [days, blocks] = [this.#days, this.#blocks]
    let index = Math.max(0, from - this.#firstDay)
    const end = Math.min(days.length, to - this.#firstDay + 1)
    let sum = 0
    while (index < end) {
      if (index % blockDays === 0 && index + blockDays <= end) {
        sum += blocks[index >> blockBits]!
        index += blockDays
      } else {
        sum += days[index]!
        index += 1
      }
    }
    return sum
  }

  /** First day on or after `day` with an amount; -1 if there is none. */
  findNext(day: number): number {
    const [days, blocks] = [this.#days, this.#blocks]
    const end = Math.min(days.length, this.#lastDay - this.#firstDay + 1)
    let index = Math.max(0, day - this.#firstDay)
    while (index < end) {
      if (index % blockDays === 0 && blocks[index >> blockBits] === 0) index += blockDays
      else if (days[index] !== 0) return index + this.#firstDay
      else index += 1
    }
    return -1
  }

  /** Removes whole blocks before a day. Leaves them while they are few. */
  evictBefore(day: number): void {
    const blocks = Math.floor((day - this.#firstDay) / blockDays)
    if (blocks < minEvictedBlocks) return
    const rest = this.#days.slice(blocks * blockDays)
    this.#setDays(rest.length > 0 ? rest : new Float64Array(blockDays))
    this.#firstDay += blocks * blockDays
  }

  #ensureDay(day: number): void {
    if (this.#lastDay < 0) {
      this.#firstDay = day - blockDays
      this.#lastDay = day
    }
    const index = day - this.#firstDay
    if (index >= 0 && index < this.#days.length) return
    const older = index >= 0 ? 0 : roundUpToBlocks(-index + blockDays)
    const needed = Math.max(this.#days.length, index + 1) + older
    const days = new Float64Array(roundUpToBlocks(Math.max(needed, 1.5 * this.#days.length)))
    days.set(this.#days, older)
    this.#firstDay -= older
    this.#setDays(days)
  }

  #setDays(days: Float64Array<ArrayBuffer>): void {
    this.#days = days
    this.#blocks = new Float64Array(days.length >> blockBits)
    for (let index = 0; index < days.length; index++)
      this.#blocks[index >> blockBits]! += days[index]!
  }
}

function roundUpToBlocks(days: number): number {
  return Math.ceil(days / blockDays) * blockDays
}
