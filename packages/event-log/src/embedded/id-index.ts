// Which ids a topic has ever taken, and where the first record of each stands: what makes a retried append harmless.
//
// Ids are random, so one B-tree of them would dirty a page per record. Instead: the newest ids lie in memory and, as one small row per
// transaction, in `_ids`; every `sealAt` of them are written once as a sorted, immutable run (blocks by leading bits, and a filter that is
// kept in memory). A lookup asks the memory, then the filters, and only then the disk. Ids outlive their records: what was compacted or
// trimmed away is still found as a duplicate.

import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import type { Topic } from '../topics.ts'
import { asBuffer } from './frame.ts'
import { addToFilter, type IdWords, makeFilter, mayContain } from './id-filter.ts'
import { tableOf } from './schema.ts'

/** Ids held unsealed at most, roughly: one transaction may overshoot. Larger means fewer filters to ask, and a longer pause to seal. */
export const sealAt = 65_536
/** Blocks of a run, by the ten leading bits of the id: about 64 ids each, so that a lookup reads one page. */
const blockBits = 10
const blocksPerRun = 2 ** blockBits
/** An entry: the 16 bytes of the id, then its slot as low and high word. */
export const entryBytes = 24
const hexId = /^[0-9a-f]{32}$/

interface Run {
  readonly run: number
  readonly filter: Uint32Array
}

export class IdIndex {
  readonly #sealAt: number
  readonly #statements: ReturnType<typeof prepareStatements>
  readonly #tail = new Map<string, number>()
  readonly #words: IdWords = new Uint32Array(4)
  #runs: Run[] = []
  #loaded = false
  #fresh = true
  /** How many ids the rows on disk hold, sealed ones too: the ordinal of the next row. */
  #written = 0
  #staged: string[] = []
  #stagedEntries = Buffer.allocUnsafe(64 * entryBytes)
  #sealedUncommitted = false

  constructor(db: DatabaseSync, topic: Topic, options: { readonly sealAt?: number } = {}) {
    this.#sealAt = options.sealAt ?? sealAt
    this.#statements = prepareStatements(db, tableOf(topic))
  }

  /** Slot of the first record with this id, or undefined. Staged ids count. */
  find(id: string): number | undefined {
    if (!this.#loaded) this.#load()
    else if (!this.#fresh) this.#refresh()
    const name = idName(id)
    const slot = this.#tail.get(name)
    if (slot !== undefined || this.#runs.length === 0) return slot
    readWords(name, this.#words)
    return this.#findSealed(this.#words)
  }

  /** Takes an id that `find` did not know into the transaction. */
  stage(id: string, slot: number): void {
    const name = idName(id)
    this.#tail.set(name, slot)
    this.#staged.push(name)
    const at = (this.#staged.length - 1) * entryBytes
    if (at + entryBytes > this.#stagedEntries.length) this.#grow()
    readWords(name, this.#words)
    writeEntry(this.#stagedEntries, at, this.#words, slot)
  }

  /** Writes what was staged, and seals a run when enough is unsealed. */
  write(): void {
    if (this.#staged.length === 0) return
    this.#statements.insertIds.run(this.#written, this.#stagedEntries.subarray(0, this.#staged.length * entryBytes))
    this.#written += this.#staged.length
    if (this.#tail.size >= this.#sealAt) this.#seal()
  }

  /** The transaction is durable. */
  settle(): void {
    this.#staged = []
    this.#sealedUncommitted = false
  }

  /** The transaction was rolled back. */
  discard(): void {
    if (this.#sealedUncommitted) this.#loaded = false
    for (const name of this.#staged) this.#tail.delete(name)
    this.settle()
    if (this.#loaded) this.#written = this.#countWritten()
  }

  /** Another process may have written: what it added is taken in at the next question. */
  invalidate(): void {
    this.#fresh = false
  }

  #refresh(): void {
    this.#fresh = true
    const newestRun = (this.#statements.newestRun.get()?.run as number | null) ?? 0
    if (newestRun !== (this.#runs.at(-1)?.run ?? 0)) this.#load()
    else this.#readTail(this.#written)
  }

  #load(): void {
    this.#runs = this.#statements.runs.all().map(row => ({ run: row.run as number, filter: wordsOf(row.filter as Uint8Array) }))
    this.#tail.clear()
    const sealed = (this.#statements.sealedCount.get()?.count as number | null) ?? 0
    this.#written = sealed
    this.#readTail(sealed)
    this.#loaded = true
    this.#fresh = true
  }

  #readTail(from: number): void {
    for (const row of this.#statements.idsFrom.iterate(from)) {
      const entries = asBuffer(row.entries as Uint8Array)
      for (let at = 0; at < entries.length; at += entryBytes)
        this.#tail.set(entries.toString('hex', at, at + 16), slotAt(entries, at))
      this.#written = (row.ordinal as number) + entries.length / entryBytes
    }
  }

  #countWritten(): number {
    const row = this.#statements.lastIds.get()
    if (row !== undefined) return (row.ordinal as number) + (row.bytes as number) / entryBytes
    return (this.#statements.sealedCount.get()?.count as number | null) ?? 0
  }

  #findSealed(id: IdWords): number | undefined {
    for (let i = this.#runs.length - 1; i >= 0; i--) {
      const { run, filter } = this.#runs[i]!
      if (!mayContain(filter, id)) continue
      const slot = findInBlock(
        this.#statements.block.get(run * blocksPerRun + blockOf(id))?.entries as Uint8Array | undefined,
        id
      )
      if (slot !== undefined) return slot
    }
    return undefined
  }

  /** All unsealed ids become one run; their rows go. */
  #seal(): void {
    const run = (this.#runs.at(-1)?.run ?? 0) + 1
    const filter = makeFilter(this.#tail.size)
    const blocks = cutIntoBlocks(this.#tail, filter)
    const count = this.#tail.size
    this.#statements.insertRun.run(run, this.#written - count, count, new Uint8Array(filter.buffer))
    for (const [block, entries] of blocks) this.#statements.insertBlock.run(run * blocksPerRun + block, entries)
    this.#statements.removeIds.run(this.#written)
    this.#runs.push({ run, filter })
    this.#tail.clear()
    this.#sealedUncommitted = true
  }

  #grow(): void {
    const grown = Buffer.allocUnsafe(this.#stagedEntries.length * 2)
    grown.set(this.#stagedEntries)
    this.#stagedEntries = grown
  }
}

function prepareStatements(db: DatabaseSync, name: string) {
  const statements = {
    insertIds: db.prepare(`INSERT INTO ${name}_ids VALUES (?, ?)`),
    removeIds: db.prepare(`DELETE FROM ${name}_ids WHERE ordinal < ?`),
    idsFrom: db.prepare(`SELECT ordinal, entries FROM ${name}_ids WHERE ordinal >= ? ORDER BY ordinal`),
    lastIds: db.prepare(`SELECT ordinal, length(entries) AS bytes FROM ${name}_ids ORDER BY ordinal DESC LIMIT 1`),
    insertRun: db.prepare(`INSERT INTO ${name}_id_runs VALUES (?, ?, ?, ?)`),
    runs: db.prepare(`SELECT run, filter FROM ${name}_id_runs ORDER BY run`),
    newestRun: db.prepare(`SELECT max(run) AS run FROM ${name}_id_runs`),
    sealedCount: db.prepare(`SELECT first + count AS count FROM ${name}_id_runs ORDER BY run DESC LIMIT 1`),
    insertBlock: db.prepare(`INSERT INTO ${name}_id_blocks VALUES (?, ?)`),
    block: db.prepare(`SELECT entries FROM ${name}_id_blocks WHERE block = ?`)
  }
  return statements
}

/** 32 hex digits stand for themselves; any other id is known by the first half of its SHA-256. */
export function idName(id: string): string {
  return id.length === 32 && hexId.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 32)
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87
}

function readWords(name: string, words: IdWords): void {
  for (let w = 0; w < 4; w++) {
    let word = 0
    for (let i = w * 8; i < w * 8 + 8; i++) word = (word << 4) | nibble(name.charCodeAt(i))
    words[w] = word
  }
}

function writeEntry(buffer: Buffer, at: number, id: IdWords, slot: number): void {
  for (let w = 0; w < 4; w++) buffer.writeUInt32BE(id[w]!, at + w * 4)
  buffer.writeUInt32LE(slot % 0x1_0000_0000, at + 16)
  buffer.writeUInt32LE(Math.floor(slot / 0x1_0000_0000), at + 20)
}

export function slotAt(entries: Buffer, at: number): number {
  return entries.readUInt32LE(at + 20) * 0x1_0000_0000 + entries.readUInt32LE(at + 16)
}

function blockOf(id: IdWords): number {
  return id[0]! >>> (32 - blockBits)
}

function findInBlock(bytes: Uint8Array | undefined, id: IdWords): number | undefined {
  if (bytes === undefined) return undefined
  const entries = asBuffer(bytes)
  for (let at = 0; at < entries.length; at += entryBytes)
    if (
      entries.readUInt32BE(at) === id[0] &&
      entries.readUInt32BE(at + 4) === id[1] &&
      entries.readUInt32BE(at + 8) === id[2] &&
      entries.readUInt32BE(at + 12) === id[3]
    )
      return slotAt(entries, at)
  return undefined
}

function cutIntoBlocks(tail: ReadonlyMap<string, number>, filter: Uint32Array): Map<number, Buffer> {
  const words: IdWords = new Uint32Array(4)
  const entries = Buffer.allocUnsafe(tail.size * entryBytes)
  const sizes = new Uint32Array(blocksPerRun)
  let at = 0
  for (const [name, slot] of tail) {
    readWords(name, words)
    addToFilter(filter, words)
    writeEntry(entries, at, words, slot)
    sizes[blockOf(words)]! += entryBytes
    at += entryBytes
  }
  const blocks = new Map<number, Buffer>()
  for (let b = 0; b < blocksPerRun; b++) if (sizes[b]! > 0) blocks.set(b, Buffer.allocUnsafe(sizes[b]!))
  const filled = new Uint32Array(blocksPerRun)
  for (let from = 0; from < entries.length; from += entryBytes) {
    const b = entries.readUInt16BE(from) >>> (16 - blockBits)
    entries.copy(blocks.get(b)!, filled[b]!, from, from + entryBytes)
    filled[b]! += entryBytes
  }
  return blocks
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer)
}
