// Which alert records count: the first at each seq of a theatre and fold. Later ones with the same
// seq are told apart by their hashes.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import { oldestFirst } from '@tocsin/service-kit/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import type { DecodedRecord } from './alert-entry.ts'

/**
 * Whether a record counts: the first at a seq does. After a `gap` seq numbers are missing before
 * it.
 */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** Hashes kept of the newest events per chain, to tell a repeat from a conflict at one seq. */
const hashesKept = 4096

/** The end of the chain of a theatre, or of one of its folds. */
interface ChainTail {
  lastSeq: number
  readonly hashBySeq: LRUCache<number, string>
}

/** A chain in a snapshot. */
export type SeqRow = readonly [
  chain: string,
  lastSeq: number,
  hashes: readonly (readonly [seq: number, hash: string])[]
]

export class AcceptedSeqs {
  readonly #chains = new Map<string, ChainTail>()

  /** Takes the next record of its partition. After a `gap` seq numbers are missing before it. */
  take(record: DecodedRecord): Acceptance {
    const { seq } = record.recorded.data
    const hash = hashRecord(record)
    const chain = nameChain(record)
    const tail = this.#chains.get(chain)
    if (tail === undefined) {
      this.#tailOf(chain, seq, [[seq, hash]])
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
    return this.#rowsOf([...this.#chains].map(([chain, { lastSeq }]) => [chain, lastSeq] as const))
  }

  *#rowsOf(lastSeqs: readonly (readonly [chain: string, lastSeq: number])[]): Generator<SeqRow> {
    for (const [chain, lastSeq] of lastSeqs) {
      const { hashBySeq } = this.#chains.get(chain) as ChainTail
      yield [chain, lastSeq, oldestFirst(hashBySeq).filter(([seq]) => seq <= lastSeq)]
    }
  }

  restore([chain, lastSeq, hashes]: SeqRow): void {
    this.#tailOf(chain, lastSeq, hashes)
  }

  /** Most hold a few: it grows as it fills. */
  #tailOf(chain: string, lastSeq: number, hashes: SeqRow[2]): void {
    const hashBySeq = new LRUCache<number, string>({
      maxSize: hashesKept,
      sizeCalculation: () => 1
    })
    for (const [seq, hash] of hashes) hashBySeq.set(seq, hash)
    this.#chains.set(chain, { lastSeq, hashBySeq })
  }
}

/** Events of version 3 have a chain for each fold. */
function nameChain({ envelope: { theatre }, recorded: { data } }: DecodedRecord): string {
  return 'fold' in data ? `${theatre}|${data.fold}` : data.theatre
}

/** Distinguishes records at one seq. */
function hashRecord({ envelope: { type, previoushash }, recorded }: DecodedRecord): string {
  return hashSha256Hex(JSON.stringify([type, previoushash ?? null, recorded.data]))
}
