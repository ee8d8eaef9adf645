// Who waits for changes of silences and watches. What a caller sees is judged once for all its
// waits, by turns between callers, so that many waits keep neither the control log nor other
// requests.

import { canonicalJson } from '@tocsin/contracts/json/canonical-json'
import type { ControlRecord } from '@tocsin/domain/control/control-record'
import type { Principal } from '@tocsin/service-kit/access/principal'
import type { ControlView } from '@tocsin/service-kit/projection/control-view'

export const changingLists = ['silences', 'watches'] as const
export type ChangingList = (typeof changingLists)[number]

/** What ends a wait. */
export type WaitEnd = 'changed' | 'over' | 'closing'

export interface ChangeWait {
  readonly of: ChangingList
  readonly principal: Principal
  /** What the caller has seen of the list. */
  readonly seen: string
  readonly end: (by: WaitEnd) => void
}

export interface ChangeWaitsDeps {
  readonly control: Pick<ControlView, 'subscribe'>
  /** Whether a principal could still authenticate now. */
  readonly isStillGood: (principal: Principal) => boolean
  /** A text that differs when what the caller sees of the list does. */
  readonly seenIn: (principal: Principal, of: ChangingList) => string
  /** Resolves when other work had its turn. */
  readonly nextTurn: () => Promise<unknown>
}

/** The waits of one caller for one list. */
interface CallersWaits {
  readonly of: ChangingList
  readonly principal: Principal
  readonly waits: Set<ChangeWait>
  isJudged: boolean
}

export class ChangeWaits {
  readonly #deps: ChangeWaitsDeps
  readonly #callers = new Map<string, CallersWaits>()
  #unsubscribe: (() => void) | null = null
  #isJudging = false

  constructor(deps: ChangeWaitsDeps) {
    this.#deps = deps
  }

  /**
   * Ends the wait when what its caller sees is not what was seen, or the caller is good no more.
   * Returns what removes it.
   */
  add(wait: ChangeWait): () => void {
    const { of, principal } = wait
    const key = keyOf(of, principal)
    const callers = this.#callers.get(key) ?? { of, principal, waits: new Set(), isJudged: true }
    callers.waits.add(wait)
    this.#callers.set(key, callers)
    this.#unsubscribe ??= this.#deps.control.subscribe((_, records) => this.#take(records))
    return () => {
      callers.waits.delete(wait)
      if (callers.waits.size === 0 && this.#callers.get(key) === callers) this.#callers.delete(key)
      if (this.#callers.size > 0) return
      this.#unsubscribe?.()
      this.#unsubscribe = null
    }
  }

  /** Ends all. */
  close(): void {
    for (const { waits } of this.#callers.values()) for (const wait of waits) wait.end('closing')
  }

  #take(records: readonly ControlRecord[]): void {
    const telling = records.filter(({ type }) => type !== 'keys.used')
    if (telling.length === 0) return
    for (const { principal, waits } of this.#callers.values())
      if (!this.#deps.isStillGood(principal)) for (const wait of waits) wait.end('changed')
    const changed = new Set(telling.flatMap(listsChangedBy))
    for (const callers of this.#callers.values())
      if (changed.has(callers.of)) callers.isJudged = false
    if (changed.size > 0 && !this.#isJudging) void this.#judge()
  }

  /** Records that come meanwhile are judged together, after it. */
  async #judge(): Promise<void> {
    this.#isJudging = true
    try {
      for (;;) {
        const left = [...this.#callers.values()].filter(({ isJudged }) => !isJudged)
        if (left.length === 0) return
        for (const callers of left) {
          await this.#deps.nextTurn()
          callers.isJudged = true
          if (callers.waits.size === 0) continue
          const now = this.#deps.seenIn(callers.principal, callers.of)
          for (const wait of callers.waits) if (wait.seen !== now) wait.end('changed')
        }
      }
    } finally {
      this.#isJudging = false
    }
  }
}

/**
 * What a caller sees follows from these. A token of an identity provider may have other rights than
 * the one before.
 */
function keyOf(
  of: ChangingList,
  { id, scopes, theatres, handling, expiresAtMs = null }: Principal
): string {
  return canonicalJson([
    of,
    id,
    [...scopes].toSorted(),
    theatres === '*' ? theatres : [...theatres],
    handling,
    expiresAtMs
  ])
}

/**
 * Lists that somebody may see otherwise after a record. Who manages a subscription sees what
 * silences it.
 */
function listsChangedBy({ type }: ControlRecord): readonly ChangingList[] {
  switch (type) {
    case 'silence.created':
    case 'silence.ended':
    case 'subscription.created':
    case 'subscription.updated':
    case 'subscription.deleted':
      return ['silences']
    case 'watch.declared':
    case 'watch.withdrawn':
      return ['watches']
    default:
      return []
  }
}
