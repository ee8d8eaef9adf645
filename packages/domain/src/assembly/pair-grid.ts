// The scores of all pairs of some reports, kept while more reports come: one more costs its own
// row, and the pairs in their order cost a walk through bytes. Of one village and day there may be
// 20,000 pairs, to be searched and sorted anew at each report.

import { compareText } from '../incident/incident.ts'
import type { Component, EachJoining, EachPair, Peer } from './scored-pairs.ts'

/** Below this all pairs are soon found. */
export const gridPeersMin = 24
/** A byte for each pair: 256 KiB at most. */
export const gridPeersMax = 512
/** Most pairs have one of a few scores; each further one is a further walk. */
export const gridScoresMax = 16
/** Rooms for further peers, when it grows. */
const spare = 64

export class PairGrid {
  /** By row. */
  readonly #rows: Peer[]
  readonly #rowOf = new Map<Peer, number>()
  /** Rows in order of the ids of their peers. */
  readonly #order: number[]
  /** A score and its number, from 1. */
  readonly #numbers = new Map<number, number>()
  /** Numbers of scores, by the rows of both peers; 0: they may not join. */
  #cells: Uint8Array
  #width: number

  private constructor(peers: readonly Peer[]) {
    this.#rows = [...peers]
    this.#order = peers.map((_, i) => i)
    for (const [row, peer] of peers.entries()) this.#rowOf.set(peer, row)
    this.#width = peers.length + spare
    this.#cells = new Uint8Array(this.#width * this.#width)
  }

  /** Null for few, for too many, and for pairs of too many scores. O(pairs). */
  static of({ peers, pairs }: Component): PairGrid | null {
    if (peers.length < gridPeersMin || peers.length > gridPeersMax) return null
    const grid = new PairGrid(peers)
    for (let i = 0; i < pairs.a.length; i++)
      if (!grid.#put(pairs.a[i] as number, pairs.b[i] as number, pairs.scores[i] as number))
        return null
    return grid
  }

  /** In order of id. */
  get peers(): readonly Peer[] {
    return this.#order.map(row => this.#rows[row] as Peer)
  }

  /**
   * Adds a peer with its pairs; false if there is no room: the grid is of no more use then.
   * O(peers).
   */
  add(peer: Peer, eachJoining: EachJoining): boolean {
    if (this.#rows.length === gridPeersMax) return false
    const row = this.#rows.length
    if (row === this.#width) this.#widen()
    this.#rows.push(peer)
    this.#rowOf.set(peer, row)
    this.#order.splice(this.#placeOf(peer), 0, row)
    let isWhole = true
    eachJoining(peer, (other, score) => {
      const theirs = this.#rowOf.get(other)
      if (theirs === undefined || !this.#put(row, theirs, score)) isWhole = false
    })
    return isWhole
  }

  /** O(scores × peers²), a byte each, less what is done. */
  readonly eachPair: EachPair = (visit, isDone) => {
    const [order, cells, width] = [this.#order, this.#cells, this.#width]
    for (const [score, number] of [...this.#numbers].sort((x, y) => y[0] - x[0])) {
      for (let a = 0; a < order.length; a++) {
        if (isDone(a)) continue
        const from = (order[a] as number) * width
        for (let b = a + 1; b < order.length; b++) {
          if (cells[from + (order[b] as number)] !== number) continue
          if (visit(a, b, score)) return
          if (isDone(a)) break
        }
      }
    }
  }

  #put(one: number, other: number, score: number): boolean {
    let number = this.#numbers.get(score)
    if (number === undefined) {
      if (this.#numbers.size === gridScoresMax) return false
      number = this.#numbers.size + 1
      this.#numbers.set(score, number)
    }
    this.#cells[one * this.#width + other] = number
    this.#cells[other * this.#width + one] = number
    return true
  }

  #placeOf({ id }: Peer): number {
    let [from, to] = [0, this.#order.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (compareText((this.#rows[this.#order[middle] as number] as Peer).id, id) < 0)
        from = middle + 1
      else to = middle
    }
    return from
  }

  #widen(): void {
    const [before, width] = [this.#cells, this.#width]
    this.#width = width + spare
    this.#cells = new Uint8Array(this.#width * this.#width)
    for (let row = 0; row < width; row++)
      this.#cells.set(before.subarray(row * width, (row + 1) * width), row * this.#width)
  }
}
