// Copies what a theatre's rules must see from the control log into the theatre: its own settings, sources, rules, asked-for ticks. A new theatre
// begins with a tick, then its settings. Copies have ids that derive from what they copy, so that a copy made twice is one.

import { digest } from '@tocsin/contracts/digest'
import { decodeControlRecord, encodeRecord, engineVersion } from '@tocsin/contracts/records'
import type { ControlRecord } from '@tocsin/domain/control-record'
import { applyControl, type ControlState, emptyControlState } from '@tocsin/domain/control-state'
import { formatTime, minuteMs } from '@tocsin/domain/event-time'
import type { Clock } from '@tocsin/domain/ports'
import type { TheatreConfig, TheatrePayload } from '@tocsin/domain/theatre-record'
import { isAtOrBefore } from '@tocsin/event-log/cursor'
import { type Batch, Follower, isCaughtUp } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { appendUntilDone } from './durable-append.ts'

/** Where a replay theatre stands before its player's first tick. */
const beforeAllTime = '1970-01-01T00:00:00.000Z'
const consumer = 'rules-copier'

/** A tick of a theatre; its id is theatre + minute. */
export function tickRecord(theatre: string, to: string, gap: boolean, cause: string | null): NewRecord {
  const id = digest('tick', theatre, to)
  return theatreRecord(theatre, id, to, cause, { type: 'clock.ticked', data: { to, gap } })
}

/** Says that another engine folds from here on. `time` is the theatre's now: going back to an engine that was here before is said again. */
export function engineRecord(theatre: string, time: string): NewRecord {
  return theatreRecord(theatre, digest('engine', theatre, engineVersion, time), time, null, {
    type: 'engine.changed',
    data: { engine: engineVersion }
  })
}

function theatreRecord(theatre: string, id: string, time: string, cause: string | null, payload: TheatrePayload): NewRecord {
  return { id, key: theatre, value: encodeRecord({ id, source: '/tocsin/rules', time, cause, theatre }, payload) }
}

export class ControlCopier {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #onRetry: (error: Error) => void
  #state: ControlState = emptyControlState
  #follower: Follower<ControlRecord> | null = null
  /** In a replay theatre, the last tick that was copied: its now. */
  readonly #now = new Map<string, string>()

  constructor(options: { log: EventLog; clock: Clock; signal: AbortSignal; onRetry: (error: Error) => void }) {
    this.#log = options.log
    this.#clock = options.clock
    this.#signal = options.signal
    this.#onRetry = options.onRetry
  }

  /** Follows the control log until the signal aborts. What was copied in an earlier life is folded and not copied again. */
  async run(): Promise<void> {
    const done = await this.#log.committed(consumer, topics.control)
    const follower = new Follower<ControlRecord>({
      log: this.#log,
      clock: this.#clock,
      from: await this.#log.cursorAt(topics.control, 'earliest'),
      decode: decodeControlRecord,
      handle: batch => this.#take(batch, done),
      signal: this.#signal,
      onRetry: error => this.#onRetry(error)
    })
    this.#follower = follower
    await follower.run()
  }

  /** True once everything before the cursor is copied. */
  hasPassed(target: Cursor): boolean {
    return this.#follower !== null && isCaughtUp(this.#follower.cursor, target)
  }

  async #take(batch: Batch<ControlRecord>, done: Cursor | null): Promise<void> {
    const copies: NewRecord[] = []
    for (const { stored, decoded } of batch.records) {
      const copiedBefore = done !== null && stored.position < (done.positions[stored.partition] ?? 0n)
      const made = this.#copiesOf(decoded.record)
      if (!copiedBefore) copies.push(...made)
    }
    // One append: a theatre is not there in part.
    await appendUntilDone(this.#log, topics.incidents, copies, this.#clock, this.#signal, this.#onRetry)
    if (!this.#signal.aborted && (done === null || isAtOrBefore(done, batch.cursor)))
      await this.#log.commit(consumer, batch.cursor)
  }

  #copiesOf(record: ControlRecord): NewRecord[] {
    const before = this.#state
    this.#state = applyControl(before, record)
    switch (record.type) {
      case 'theatre.declared':
        return before.theatres.has(record.data.id)
          ? [this.#copy(record.data.id, record, { type: 'theatre.configured', data: record.data })]
          : this.#begin(record.data, record)
      case 'theatre.tick-requested':
        return this.#tick(record)
      case 'source.declared':
        return this.#toAll(record, { type: 'source.configured', data: record.data })
      case 'rule.declared':
        return this.#toAll(record, { type: 'rule.configured', data: record.data })
      case 'rule.withdrawn':
        return this.#toAll(record, { type: 'rule.removed', data: record.data })
      case 'key.created':
      case 'key.revoked':
      case 'subscription.created':
      case 'subscription.updated':
      case 'subscription.deleted':
        return []
      default:
        return record satisfies never
    }
  }

  #begin(config: TheatreConfig, record: ControlRecord): NewRecord[] {
    const wallMinute = formatTime(Math.floor(Date.parse(record.time) / minuteMs) * minuteMs)
    const start = config.clock === 'replay' ? beforeAllTime : wallMinute
    this.#now.set(config.id, start)
    const begin = (name: string, payload: TheatrePayload) =>
      theatreRecord(config.id, digest('copy', config.id, record.id, name), start, record.id, payload)
    return [
      tickRecord(config.id, start, false, record.id),
      begin('theatre', { type: 'theatre.configured', data: config }),
      engineRecord(config.id, start),
      ...[...this.#state.sources.values()].map(source =>
        begin(`source ${source.id}`, { type: 'source.configured', data: source })
      ),
      ...[...this.#state.rules.values()].map(rule => begin(`rule ${rule.ruleId}`, { type: 'rule.configured', data: rule }))
    ]
  }

  #tick(record: Extract<ControlRecord, { type: 'theatre.tick-requested' }>): NewRecord[] {
    const { theatre, to } = record.data
    const config = this.#state.theatres.get(theatre)
    if (config?.clock !== 'replay' || to <= (this.#now.get(theatre) ?? '')) return []
    this.#now.set(theatre, to)
    return [tickRecord(theatre, to, false, record.id)]
  }

  #toAll(record: ControlRecord, payload: TheatrePayload): NewRecord[] {
    return [...this.#state.theatres.keys()].map(theatre => this.#copy(theatre, record, payload))
  }

  #copy(theatre: string, record: ControlRecord, payload: TheatrePayload): NewRecord {
    const replayNow = this.#state.theatres.get(theatre)?.clock === 'replay' ? this.#now.get(theatre) : undefined
    return theatreRecord(theatre, digest('copy', theatre, record.id), replayNow ?? record.time, record.id, payload)
  }
}
