// Sealed ids: immutable runs, each cut into blocks by the leading bits of the id, with a filter that is kept in memory. A lookup reads the one
// block that could hold the id, and only when the filter lets it.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { asBuffer } from './frame.ts'
import { entryBytes, type IdWords, isEntryOf, slotAt } from './id-entry.ts'
import { addToFilter, makeFilter, mayContain } from './id-filter.ts'
import type { IdTable } from './id-table.ts'
import type { IdMark } from './id-tail.ts'

/** Ten leading bits: about 64 ids a block, so that a lookup reads one page. */
const blockBits = 10
const blocksPerRun = 2 ** blockBits

interface Run {
  readonly run: number
  readonly filter: Uint32Array
}

export class IdRuns {
  readonly #insertRun: StatementSync
  readonly #insertBlock: StatementSync
  readonly #runsAfter: StatementSync
  readonly #newest: StatementSync
  readonly #block: StatementSync
  readonly #count: StatementSync
  #runs: Run[] = []

  constructor(db: DatabaseSync, table: string) {
    this.#insertRun = db.prepare(`INSERT INTO ${table}_id_runs VALUES (?, ?, ?, ?)`)
    this.#insertBlock = db.prepare(`INSERT INTO ${table}_id_blocks VALUES (?, ?)`)
    this.#runsAfter = db.prepare(`SELECT run, filter FROM ${table}_id_runs WHERE run > ? ORDER BY run`)
    this.#newest = db.prepare(`SELECT run, through FROM ${table}_id_runs ORDER BY run DESC LIMIT 1`)
    this.#count = db.prepare(`SELECT coalesce(sum(count), 0) AS count FROM ${table}_id_runs`)
    this.#block = db.prepare(`SELECT entries FROM ${table}_id_blocks WHERE block = ?`)
  }

  /** Takes in runs that were sealed since. Returns the mark through which all is sealed, or null when nothing new was. */
  load(): IdMark | null {
    const newest = this.#newest.get()
    const known = this.#runs.at(-1)?.run ?? 0
    if (newest === undefined || newest.run === known) return null
    for (const row of this.#runsAfter.iterate(known))
      this.#runs.push({ run: row.run as number, filter: wordsOf(row.filter as Uint8Array) })
    return JSON.parse(newest.through as string) as number[]
  }

  /** How many ids are sealed, in all runs on disk. */
  count(): number {
    return this.#count.get()?.count as number
  }

  /** Forgets what it knows: what it had sealed was rolled back. */
  forget(): void {
    this.#runs = []
  }

  find(id: IdWords): number | undefined {
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const { run, filter } = this.#runs[i]!
      if (!mayContain(filter, id)) continue
      const slot = this.#findInBlock(run, id)
      if (slot !== undefined) return slot
    }
    return undefined
  }

  /** Writes the given ids as one run. Must be in a transaction. */
  seal(ids: IdTable, through: IdMark): void {
    const run = (this.#runs.at(-1)?.run ?? 0) + 1
    const filter = makeFilter(ids.size)
    const blocks = cutIntoBlocks(ids, filter)
    this.#insertRun.run(run, ids.size, JSON.stringify(through), new Uint8Array(filter.buffer))
    for (const [block, entries] of blocks) this.#insertBlock.run(run * blocksPerRun + block, entries)
    this.#runs.push({ run, filter })
  }

  #findInBlock(run: number, id: IdWords): number | undefined {
    const row = this.#block.get(run * blocksPerRun + blockOf(id))
    if (row === undefined) return undefined
    const entries = asBuffer(row.entries as Uint8Array)
    for (let at = 0; at < entries.length; at += entryBytes) if (isEntryOf(entries, at, id)) return slotAt(entries, at)
    return undefined
  }
}

function blockOf(id: IdWords): number {
  return id[0]! >>> (32 - blockBits)
}

/** Words of an entry: the four of its id, then its slot. Little-endian as all numbers here, so that an array of words is what lies on disk. */
const entryWords = entryBytes / 4

/** Blocks by number. Entries are laid out in the order of their blocks in one piece, each block is a part of it. */
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
    const at = next[blockOf(id)]!++ * entryWords
    for (let w = 0; w < 4; w++) entries[at + w] = id[w]!
    entries[at + 4] = slot % 0x1_0000_0000
    entries[at + 5] = Math.floor(slot / 0x1_0000_0000)
  })
  const blocks = new Map<number, Uint8Array>()
  for (let b = 0; b < blocksPerRun; b++)
    if (sizes[b]! > 0) blocks.set(b, new Uint8Array(entries.buffer, starts[b]! * entryBytes, sizes[b]! * entryBytes))
  return blocks
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer)
}
