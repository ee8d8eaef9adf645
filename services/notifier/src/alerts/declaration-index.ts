// Officers' declarations about pairs of reports, folded from the incidents log exactly as the rules
// do: which one counts, and which came too late.

import type { PairDeclared, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import {
  type Captured,
  oldestFirst,
  type SnapshotPart
} from '@tocsin/service/snapshot/snapshot-state'
import { LRUCache } from 'lru-cache'
import {
  type DeclarationOutcome,
  type DeclarationsSnapshot,
  PairDeclarations
} from './pair-declarations.ts'

/**
 * Maximum number of declarations stored with text; the oldest is evicted. Their effect on pairs
 * stays.
 */
const declarationsMax = 10_000

export interface DeclaredAction {
  readonly theatre: string
  readonly data: PairDeclared
  /** ISO 8601. */
  readonly at: string
  readonly partition: number
  readonly position: bigint
  readonly outcome: DeclarationOutcome
}

/** Rows of a snapshot, by content. */
type DeclarationRow =
  | readonly ['pairs', theatre: string, DeclarationsSnapshot]
  | readonly [
      'action',
      id: string,
      Omit<DeclaredAction, 'position'> & { readonly position: string }
    ]

export class DeclarationIndex implements SnapshotPart {
  readonly #theatres = new Map<string, PairDeclarations>()
  readonly #actions = new LRUCache<string, DeclaredAction>({
    maxSize: declarationsMax,
    sizeCalculation: () => 1
  })

  get count(): number {
    return this.#actions.size
  }

  of(theatre: string): PairDeclarations {
    const known = this.#theatres.get(theatre) ?? new PairDeclarations()
    this.#theatres.set(theatre, known)
    return known
  }

  capture(): Captured {
    const pairs = [...this.#theatres].map(
      ([theatre, declared]) => ['pairs', theatre, declared.snapshot()] as const
    )
    const actions = oldestFirst(this.#actions)
    return {
      rows: [
        ...pairs,
        ...actions.map(
          ([id, action]) =>
            ['action', id, { ...action, position: String(action.position) }] as const
        )
      ]
    }
  }

  restore(row: unknown): void {
    const read = row as DeclarationRow
    if (read[0] === 'pairs') this.of(read[1]).restore(read[2])
    else this.#actions.set(read[1], { ...read[2], position: BigInt(read[2].position) })
  }

  /** By the record's id, which is the action's id. */
  action(recordId: string): DeclaredAction | undefined {
    return this.#actions.peek(recordId)
  }

  /** Folds the next record of its partition. The first record of an id counts, as for the rules. */
  apply(
    record: TheatreRecord,
    { partition, position }: { readonly partition: number; readonly position: bigint }
  ): void {
    if (record.type !== 'pair.declared' || this.#actions.has(record.id)) return
    const { id, theatre, time: at, data } = record
    const outcome = this.of(theatre).take(id, at, data)
    this.#actions.set(id, { theatre, data, at, partition, position, outcome })
  }
}
