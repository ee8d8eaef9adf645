// What one key may have stored for good: records that no retention removes, by which it changes the
// suite or acts on alerts. Reports have separate limits. Counted in this process's memory, as the
// limits of usage-limits.ts. Source: decision 0003.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import type { Clock } from '@tocsin/domain/ports'
import { LRUCache } from 'lru-cache'
import type { Principal } from './principal.ts'
import { trackedMax } from './usage-limits.ts'

/**
 * Changes administer the suite; acts are what officers, partners and players of replays do all day,
 * with room of their own.
 */
export const keptKinds = ['changes', 'acts'] as const
export type KeptKind = (typeof keptKinds)[number]
export type KeptPolicy = `${KeptKind}-per-hour`

/**
 * What is begun of so many bytes counts as one record more: texts, rosters and areas may be long.
 */
export const keptUnitBytes = 4_096
const hourMs = 3_600_000
/** Parts of an hour are no whole numbers: their sum may be off by as much, ms. */
const roundingMs = 0.001

/**
 * What a record of the control log counts as. Left out: what ends something that was counted when it
 * was made, since everybody must be able to end it, and what the suite writes by itself. A session
 * counts when it, or the link that opens it, is made.
 */
const controlKinds: Partial<Record<ControlPayload['type'], KeptKind>> = {
  'theatre.declared': 'changes',
  'theatre.tick-requested': 'acts',
  'theatre.time-set': 'changes',
  'source.declared': 'changes',
  'rule.declared': 'changes',
  'key.created': 'changes',
  'key.rotated': 'changes',
  'key.link-made': 'changes',
  'subscription.created': 'changes',
  'subscription.updated': 'changes',
  'webhook-key.rotated': 'changes',
  'silence.created': 'acts',
  'watch.declared': 'changes',
  'view.saved': 'acts'
}

/** Null: it does not count. A hand-over is an act of an officer. */
export function findKeptKind(payload: ControlPayload): KeptKind | null {
  if (payload.type === 'watch.declared' && 'handOver' in payload.data) return 'acts'
  return controlKinds[payload.type] ?? null
}

export interface KeptRecordsOptions {
  readonly clock: Clock
  /** For one key; 0 = unlimited. */
  readonly changesPerHour: number
  readonly actsPerHour: number
  /** Called for each refusal. */
  readonly onOver?: (policy: KeptPolicy) => void
  readonly trackedMax?: number
}

/**
 * The port of the writers: throws ProblemError `too-many`, or counts. The caller must not write
 * after it throws.
 */
export type TakeKept = (
  principal: Pick<Principal, 'id' | 'limits'>,
  kind: KeptKind,
  bytes?: number
) => void

export class KeptRecords {
  readonly #options: KeptRecordsOptions
  /**
   * By kind and key, the monotonic time at which all its room is free again, ms: each record moves
   * it on by its part of an hour. The key that wrote longest ago is forgotten first.
   */
  readonly #freeAtMs: LRUCache<string, number>

  constructor(options: KeptRecordsOptions) {
    this.#options = options
    this.#freeAtMs = new LRUCache({
      maxSize: options.trackedMax ?? trackedMax,
      sizeCalculation: () => 1
    })
  }

  /** Keys that are counted, once for each kind. */
  get size(): number {
    return this.#freeAtMs.size
  }

  /**
   * Counts a record of so many bytes. If the key has no room for it, throws ProblemError `too-many`
   * without counting.
   */
  readonly take: TakeKept = ({ id, limits }, kind, bytes = 0) => {
    const perHour = kind === 'acts' ? this.#options.actsPerHour : this.#options.changesPerHour
    if (limits === 'none' || perHour === 0) return
    const nowMs = this.#options.clock.monotonicMs()
    const name = `${kind} ${id}`
    const freeAtMs = Math.max(nowMs, this.#freeAtMs.peek(name) ?? nowMs)
    // The longest record must fit if no other was written.
    const units = Math.min(perHour, Math.max(1, Math.ceil(bytes / keptUnitBytes)))
    const nextMs = freeAtMs + (units * hourMs) / perHour
    const overMs = nextMs - nowMs - hourMs
    if (overMs > roundingMs) throw this.#tooMany(kind, perHour, overMs)
    this.#freeAtMs.set(name, nextMs)
  }

  #tooMany(kind: KeptKind, perHour: number, overMs: number): ProblemError {
    const policy: KeptPolicy = `${kind}-per-hour`
    this.#options.onOver?.(policy)
    const detail =
      `The key allows ${perHour} ${kind} an hour, of which each is kept for ever. Nothing was written. ` +
      'What is deleted, ended, withdrawn or revoked is never refused for this.'
    const retryAfterS = Math.max(1, Math.ceil((overMs - roundingMs) / 1000))
    return new ProblemError('too-many', detail, {
      retryAfterS,
      members: { policy, limit: perHour }
    })
  }
}
