// Which alert records count: the first at each seq of a theatre. Later ones with the same seq are
// told apart by their hashes.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { oldestFirst } from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import type { DecodedRecord, OutlinedRecord } from './alert-entry.ts'

/**
 * Whether a record counts: the first at a seq does. After a `gap` seq numbers are missing before
 * it.
 */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** Hashes kept of the newest events per theatre, to tell a repeat from a conflict at one seq. */
const hashesKept = 4096

interface TheatreTail {
  lastSeq: number
  readonly hashBySeq: LRUCache<number, string>
}

/** A theatre in a snapshot. */
export type SeqRow = readonly [
  theatre: string,
  lastSeq: number,
  hashes: readonly (readonly [seq: number, hash: string])[]
]

export class AcceptedSeqs {
  readonly #theatres = new Map<string, TheatreTail>()

  /** Takes the next record of its partition. After a `gap` seq numbers are missing before it. */
  take(record: DecodedRecord | OutlinedRecord): Acceptance {
    const { theatre, seq } = record.recorded.data
    const hash = hashOf(record)
    const tail = this.#theatres.get(theatre)
    if (tail === undefined) {
      this.#tailOf(theatre, seq, [[seq, hash]])
      return 'accepted'
    }
    if (seq <= tail.lastSeq) {
      const winner = tail.hashBySeq.peek(seq)
      return winner === undefined || winner === hash ? 'repeated' : 'conflicting'
    }
    const acceptance = seq === tail.lastSeq + 1 ? 'accepted' : 'gap'
    tail.lastSeq = seq
    tail.hashBySeq.set(seq, hash)
    return acceptance
  }

  /**
   * As they are now, to be taken later: the hashes of later records come again with them, and push
   * out what they have pushed out.
   */
  rows(): Iterable<SeqRow> {
    return this.#rowsOf(
      [...this.#theatres].map(([theatre, { lastSeq }]) => [theatre, lastSeq] as const)
    )
  }

  *#rowsOf(lastSeqs: readonly (readonly [theatre: string, lastSeq: number])[]): Generator<SeqRow> {
    for (const [theatre, lastSeq] of lastSeqs) {
      const { hashBySeq } = this.#theatres.get(theatre) as TheatreTail
      yield [theatre, lastSeq, oldestFirst(hashBySeq).filter(([seq]) => seq <= lastSeq)]
    }
  }

  restore([theatre, lastSeq, hashes]: SeqRow): void {
    this.#tailOf(theatre, lastSeq, hashes)
  }

  /** One for each theatre, and most hold a few: it grows as it fills. */
  #tailOf(theatre: string, lastSeq: number, hashes: SeqRow[2]): void {
    const hashBySeq = new LRUCache<number, string>({
      maxSize: hashesKept,
      sizeCalculation: () => 1
    })
    for (const [seq, hash] of hashes) hashBySeq.set(seq, hash)
    this.#theatres.set(theatre, { lastSeq, hashBySeq })
  }
}

const closing = Buffer.from(']')

/**
 * Distinguishes records at one seq. Log records are canonical: their bytes and their re-encoded
 * data are the same text.
 */
function hashOf(record: DecodedRecord | OutlinedRecord): string {
  const { type, previoushash } = record.envelope
  const before = `[${JSON.stringify(type)},${JSON.stringify(previoushash ?? null)},`
  if (!('dataBytes' in record))
    return hashSha256Hex(`${before}${JSON.stringify(record.recorded.data)}]`)
  return hashSha256Hex(Buffer.concat([Buffer.from(before), record.dataBytes, closing]))
}
