// Checks the frames that a stream client receives: an unbroken `prev` chain, no event twice, seq
// and revisions in order. Pure: the socket is in stream-client.ts.

import type { AlertState } from '@tocsin/contracts/alert/alert'

export interface AlertFrame {
  readonly type: 'alert'
  readonly id: string
  readonly event: {
    readonly id: string
    readonly type: string
    readonly data: AlertState
    readonly [name: string]: unknown
  }
  readonly cursor: string
  readonly prev: string
  readonly sentAt: string
}

export interface HeartbeatFrame {
  readonly type: 'heartbeat'
  readonly id: string
  readonly cursor: string
  readonly prev: string
}

export interface SubscribedFrame {
  readonly type: 'subscribed'
  readonly id: string
  readonly recovered: boolean
  readonly cursor: string
  readonly snapshot?: readonly AlertState[]
  /** True: further parts of the snapshot follow. */
  readonly more?: boolean
}

/** A further part of a snapshot. */
export interface SnapshotFrame {
  readonly type: 'snapshot'
  readonly id: string
  readonly cursor: string
  readonly prev: string
  readonly more: boolean
  readonly snapshot: readonly AlertState[]
}

export interface ChainRules {
  /** True for a reader who sees everything: then neither seq nor revisions have gaps. */
  readonly seesAll: boolean
}

export class StreamChain {
  readonly violations: string[] = []
  readonly #rules: ChainRules
  #at: string | null = null
  readonly #eventAtSeq = new Map<string, string>()
  readonly #lastSeq = new Map<string, number>()
  readonly #lastRevision = new Map<string, number>()
  readonly #ids = new Set<string>()

  constructor(rules: ChainRules) {
    this.#rules = rules
  }

  /** Where to resume after a broken connection: the cursor of the last frame. */
  get cursor(): string | null {
    return this.#at
  }

  get seen(): ReadonlySet<string> {
    return this.#ids
  }

  /** A subscription began. `from` is the requested cursor, null without one. */
  checkSubscribed(frame: SubscribedFrame, from: string | null): void {
    if (from !== null && !frame.recovered)
      this.#addViolation(`the position ${from} was not recovered`)
    this.#at = from !== null && frame.recovered ? from : frame.cursor
  }

  checkHeartbeat(frame: HeartbeatFrame): void {
    this.#checkLink(frame, 'heartbeat')
  }

  checkSnapshot(frame: SnapshotFrame): void {
    this.#checkLink(frame, 'part of a snapshot')
  }

  checkAlert(frame: AlertFrame): void {
    const { event } = frame
    this.#checkLink(frame, `${event.type} ${event.id}`)
    if (this.#ids.has(event.id)) this.#addViolation(`event ${event.id} was sent twice as new`)
    this.#ids.add(event.id)
    if (event.type.includes('left-view')) return
    this.#checkSeq(event)
    if (!event.type.includes('action-refused')) this.#checkRevision(event)
  }

  #checkLink({ prev, cursor }: { prev: string; cursor: string }, what: string): void {
    if (this.#at !== null && prev !== this.#at)
      this.#addViolation(
        `the chain is broken at ${what}: prev is ${prev}, the previous frame had ${this.#at}`
      )
    this.#at = cursor
  }

  #checkSeq({ id, data }: AlertFrame['event']): void {
    if (typeof data.seq !== 'number') return
    const key = `${data.theatre}#${data.seq}`
    const there = this.#eventAtSeq.get(key)
    if (there !== undefined && there !== id)
      this.#addViolation(`seq ${key} has two events: ${there} and ${id}`)
    this.#eventAtSeq.set(key, id)
    const last = this.#lastSeq.get(data.theatre)
    if (last !== undefined && data.seq <= last)
      this.#addViolation(`seq went from ${last} to ${data.seq} in ${data.theatre}`)
    // The beginning of a handling level has a number, and no frame.
    if (last !== undefined && this.#rules.seesAll && data.seq > last + 2)
      this.#addViolation(`seq jumped from ${last} to ${data.seq} in ${data.theatre}`)
    this.#lastSeq.set(data.theatre, data.seq)
  }

  #checkRevision({ data }: AlertFrame['event']): void {
    const last = this.#lastRevision.get(data.alertId)
    if (last !== undefined && data.revision <= last)
      this.#addViolation(`alert ${data.alertId} went from revision ${last} to ${data.revision}`)
    if (last !== undefined && this.#rules.seesAll && data.revision > last + 1)
      this.#addViolation(`alert ${data.alertId} skipped from revision ${last} to ${data.revision}`)
    this.#lastRevision.set(data.alertId, data.revision)
  }

  #addViolation(what: string): void {
    this.violations.push(what)
  }
}
