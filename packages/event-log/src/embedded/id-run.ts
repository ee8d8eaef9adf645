// Sealed ids: immutable runs, each cut into blocks by the leading bits of the id, with a filter that is kept in memory. A lookup reads the one
// block that could hold the id, and only when the filter lets it.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { asBuffer } from './frame.ts'
import { entryBytes, type IdWords, isEntryOf, slotAt, writeEntry } from './id-entry.ts'
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

function cutIntoBlocks(ids: IdTable, filter: Uint32Array): Map<number, Buffer> {
  const entries = Buffer.allocUnsafe(ids.size * entryBytes)
  const sizes = new Uint32Array(blocksPerRun)
  let at = 0
  ids.forEach((id, slot) => {
    addToFilter(filter, id)
    writeEntry(entries, at, id, slot)
    sizes[blockOf(id)]! += entryBytes
    at += entryBytes
  })
  const blocks = new Map<number, Buffer>()
  for (let b = 0; b < blocksPerRun; b++) if (sizes[b]! > 0) blocks.set(b, Buffer.allocUnsafe(sizes[b]!))
  const filled = new Uint32Array(blocksPerRun)
  for (let from = 0; from < entries.length; from += entryBytes) {
    const b = entries.readUInt32LE(from) >>> (32 - blockBits)
    entries.copy(blocks.get(b)!, filled[b]!, from, from + entryBytes)
    filled[b]! += entryBytes
  }
  return blocks
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer)
}
