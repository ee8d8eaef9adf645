// Sealed ids: immutable runs, each divided into blocks by the leading bits of the id, with a filter
// in memory. If the filter matches, a lookup reads the one block that may contain the id.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { asBuffer } from '../store/frame.ts'
import { entryBytes, entryWords, type IdWords, isEntryOf, putEntry, slotAt } from './id-entry.ts'
import { addToFilter, makeFilter, RunFilters } from './id-filter.ts'
import type { IdTable } from './id-table.ts'
import type { IdMark } from './id-tail.ts'

/** Ten leading bits: about 64 ids per block, so that a lookup reads one page. */
const blockBits = 10
const blocksPerRun = 2 ** blockBits

export class IdRuns {
  readonly #insertRun: StatementSync
  readonly #insertBlock: StatementSync
  readonly #runsAfter: StatementSync
  readonly #newest: StatementSync
  readonly #block: StatementSync
  readonly #count: StatementSync
  readonly #filters = new RunFilters()
  #newestRun = 0

  constructor(db: DatabaseSync, table: string) {
    this.#insertRun = db.prepare(`INSERT INTO ${table}_id_runs VALUES (?, ?, ?, ?)`)
    this.#insertBlock = db.prepare(`INSERT INTO ${table}_id_blocks VALUES (?, ?)`)
    this.#runsAfter = db.prepare(
      `SELECT run, filter FROM ${table}_id_runs WHERE run > ? ORDER BY run`
    )
    this.#newest = db.prepare(`SELECT run, through FROM ${table}_id_runs ORDER BY run DESC LIMIT 1`)
    this.#count = db.prepare(`SELECT coalesce(sum(count), 0) AS count FROM ${table}_id_runs`)
    this.#block = db.prepare(`SELECT entries FROM ${table}_id_blocks WHERE block = ?`)
  }

  /**
   * Loads newly sealed runs. Returns the mark up to which all is sealed, or null if there was
   * nothing new.
   */
  load(): IdMark | null {
    const newest = this.#newest.get()
    if (newest === undefined || newest.run === this.#newestRun) return null
    for (const row of this.#runsAfter.iterate(this.#newestRun))
      this.#take(row.run as number, wordsOf(row.filter as Uint8Array))
    return JSON.parse(newest.through as string) as number[]
  }

  /** Number of sealed ids, in all runs on disk. */
  count(): number {
    return this.#count.get()?.count as number
  }

  /** Clears the cache, after what it sealed was rolled back. */
  forget(): void {
    this.#filters.clear()
    this.#newestRun = 0
  }

  find(id: IdWords): number | undefined {
    if (this.#newestRun === 0) return undefined
    return this.#filters.find(id, run => this.#findInBlock(run, id))
  }

  /** Writes the given ids as one run. Must be in a transaction. */
  seal(ids: IdTable, through: IdMark): void {
    const run = this.#newestRun + 1
    const filter = makeFilter(ids.size)
    const blocks = cutIntoBlocks(ids, filter)
    this.#insertRun.run(run, ids.size, JSON.stringify(through), new Uint8Array(filter.buffer))
    for (const [block, entries] of blocks)
      this.#insertBlock.run(run * blocksPerRun + block, entries)
    this.#take(run, filter)
  }

  #take(run: number, filter: Uint32Array): void {
    this.#filters.add(run, filter)
    this.#newestRun = run
  }

  #findInBlock(run: number, id: IdWords): number | undefined {
    const row = this.#block.get(run * blocksPerRun + blockOf(id))
    if (row === undefined) return undefined
    const entries = asBuffer(row.entries as Uint8Array)
    for (let at = 0; at < entries.length; at += entryBytes)
      if (isEntryOf(entries, at, id)) return slotAt(entries, at)
    return undefined
  }
}

function blockOf(id: IdWords): number {
  return id[0]! >>> (32 - blockBits)
}

/**
 * Blocks by number. Entries are stored contiguously in the order of their blocks; each block is a
 * slice.
 */
function cutIntoBlocks(ids: IdTable, filter: Uint32Array): Map<number, Uint8Array> {
  const sizes = new Uint32Array(blocksPerRun)
  ids.forEach(id => {
    sizes[blockOf(id)]!++
  })
  const starts = new Uint32Array(blocksPerRun + 1)
  for (let b = 0; b < blocksPerRun; b++) starts[b + 1] = starts[b]! + sizes[b]!
  const entries = new Uint32Array(ids.size * entryWords)
  const next = starts.slice()
  ids.forEach((id, slot) => {
    addToFilter(filter, id)
    putEntry(entries, next[blockOf(id)]!++ * entryWords, id, slot)
  })
  const blocks = new Map<number, Uint8Array>()
  for (let b = 0; b < blocksPerRun; b++)
    if (sizes[b]! > 0)
      blocks.set(b, new Uint8Array(entries.buffer, starts[b]! * entryBytes, sizes[b]! * entryBytes))
  return blocks
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer)
}
