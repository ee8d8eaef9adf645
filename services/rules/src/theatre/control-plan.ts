// The records that each theatre needs from the control log, in order: settings, sources, rules,
// requested ticks. A new theatre begins with a tick, then its settings. A copy's id and bytes
// derive from its origin, so that a copy made twice is one record. Writing is done elsewhere.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlRecord } from '@tocsin/contracts/record/control-record'
import { decodeControlRecord, encodeRecord, engineVersion } from '@tocsin/contracts/record/records'
import {
  beforeAllTime,
  placeRule,
  type RuleVersion,
  runsIn,
  type TheatreConfig,
  type TheatrePayload
} from '@tocsin/contracts/theatre/theatre-record'
import type { Clock } from '@tocsin/domain/ports'
import { formatTime, minuteMs } from '@tocsin/domain/space-time/event-time'
import { type Batch, Follower, isCaughtUp } from '@tocsin/event-log/follow'
import type { Cursor, EventLog, NewRecord } from '@tocsin/event-log/port'
import { retryUntilAborted } from '@tocsin/event-log/retry'
import { topics } from '@tocsin/event-log/topics'
import type { ControlState } from '@tocsin/service/control/control-state'
import { readSourceConfig } from '@tocsin/service/control/source-declaration'
import { type ControlChange, ControlFold } from '@tocsin/service/projection/control-view'

/**
 * A tick of a theatre. Its id is theatre + minute, plus the officer's time record if there is one:
 * after that record a minute may come again.
 */
export function tickRecord(
  theatre: string,
  to: string,
  gap: boolean,
  cause: string | null,
  timeSetBy: string | null
): NewRecord {
  const id =
    timeSetBy === null ? digest('tick', theatre, to) : digest('tick', theatre, to, timeSetBy)
  return theatreRecord(theatre, id, to, cause, { type: 'clock.ticked', data: { to, gap } })
}

/**
 * Marks that another engine folds from here on. `time` is the theatre's now, and `behind` names the
 * records that it continues from, so that a return to an earlier engine is a new record.
 */
export function engineRecord(
  theatre: string,
  time: string,
  behind: readonly string[] = []
): NewRecord {
  return theatreRecord(
    theatre,
    digest('engine', theatre, engineVersion, time, ...behind),
    time,
    null,
    {
      type: 'engine.changed',
      data: { engine: engineVersion }
    }
  )
}

function theatreRecord(
  theatre: string,
  id: string,
  time: string,
  cause: string | null,
  payload: TheatrePayload
): NewRecord {
  return {
    id,
    key: theatre,
    value: encodeRecord({ id, source: '/tocsin/rules', time, cause, theatre }, payload)
  }
}

/**
 * A record that a theatre needs. A step with `tickTo` is superseded by any later tick; any other is
 * written once, by its id.
 */
export interface Step {
  readonly id: string
  readonly tickTo: string | null
  record(): NewRecord
}

export interface TheatrePlan {
  readonly theatre: string
  /** Of the incidents log. */
  readonly partition: number
  readonly steps: readonly Step[]
}

interface Draft extends TheatrePlan {
  readonly steps: Step[]
  /** In a replay theatre, the last requested tick: its now. */
  now: string
  /** Id of the copy of the last time that an officer set; null: none. */
  timeSetBy: string | null
}

export interface ControlPlanOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onRetry: (error: Error) => void
}

export class ControlPlan {
  readonly #options: ControlPlanOptions
  readonly #theatres = new Map<string, Draft>()
  readonly #fold: ControlFold
  readonly #listeners = new Set<() => void>()
  #follower: Follower<ControlRecord> | null = null

  constructor(options: ControlPlanOptions) {
    this.#options = options
    this.#fold = new ControlFold()
  }

  get theatres(): ReadonlyMap<string, TheatrePlan> {
    return this.#theatres
  }

  /** Calls the listener after every change. */
  subscribe(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /**
   * Follows the control log from its beginning until the signal aborts. Rejects with a permanent
   * failure.
   */
  async run(): Promise<void> {
    const { log, clock, signal, onRetry } = this.#options
    const from = await retryUntilAborted(() => log.cursorAt(topics.control, 'earliest'), {
      clock,
      signal,
      onRetry
    })
    if (from === null) return
    const follower = new Follower<ControlRecord>({
      log,
      clock,
      from,
      decode: decodeControlRecord,
      handle: batch => this.#take(batch),
      signal,
      onRetry
    })
    this.#follower = follower
    await follower.run()
  }

  /** True once everything before the cursor is planned. */
  hasPassed(target: Cursor): boolean {
    return this.#follower !== null && isCaughtUp(this.#follower.cursor, target)
  }

  async #take(batch: Batch<ControlRecord>): Promise<void> {
    const partitions = new Map<string, number>()
    for (const { decoded } of batch.records) {
      const { record } = decoded
      if (record.type !== 'theatre.declared' || this.#theatres.has(record.data.id)) continue
      partitions.set(
        record.data.id,
        await this.#options.log.findPartition(topics.incidents, record.data.id)
      )
    }
    for (const { decoded } of batch.records) {
      const change = this.#fold.take(decoded.record)
      if (change !== null) this.#plan(decoded.record, change, partitions)
    }
    for (const listener of this.#listeners) listener()
  }

  get #state(): ControlState {
    return this.#fold.state
  }

  #plan(
    record: ControlRecord,
    { before, after }: ControlChange,
    partitions: ReadonlyMap<string, number>
  ): void {
    switch (record.type) {
      case 'theatre.declared': {
        // Another declaration came first: this one is ignored.
        if (after.theatres === before.theatres) return
        const known = this.#theatres.get(record.data.id)
        if (known) this.#copy(known, record, { type: 'theatre.configured', data: record.data })
        else this.#begin(record.data, record, partitions.get(record.data.id) ?? 0)
        return
      }
      case 'theatre.tick-requested':
        this.#tick(record)
        return
      case 'theatre.time-set':
        this.#setTime(record)
        return
      case 'source.declared':
        this.#toAll(record, { type: 'source.configured', data: readSourceConfig(record.data) })
        return
      case 'rule.declared':
      case 'rule.withdrawn': {
        const { ruleId } = record.data
        if (after.rules !== before.rules)
          this.#tellRule(record, before.rules.get(ruleId), after.rules.get(ruleId))
        return
      }
      case 'key.created':
      case 'key.rotated':
      case 'key.revoked':
      case 'key.link-made':
      case 'keys.used':
      case 'session.ended':
      case 'report.erasure-requested':
      case 'subscription.created':
      case 'subscription.updated':
      case 'subscription.deleted':
      case 'subscription.consented':
      case 'silence.created':
      case 'silence.ended':
      case 'watch.declared':
      case 'watch.withdrawn':
      case 'view.saved':
      case 'view.deleted':
      case 'webhook-key.rotated':
      case 'suite.begun':
      case 'copy.begun':
      case 'log.copied':
      case 'log.restored':
      case 'cap.publisher-set':
        return
      default:
        record satisfies never
    }
  }

  /**
   * A theatre gets the declarations of rules that run in it, and the withdrawals of rules that ran
   * there.
   */
  #tellRule(
    record: ControlRecord,
    before: RuleVersion | undefined,
    after: RuleVersion | undefined
  ): void {
    for (const plan of this.#theatres.values()) {
      if (after !== undefined && runsIn(after, plan.theatre))
        this.#copy(plan, record, {
          type: 'rule.configured',
          data: placeRule(after, plan.theatre)
        })
      else if (before !== undefined && runsIn(before, plan.theatre))
        this.#copy(plan, record, { type: 'rule.removed', data: { ruleId: before.ruleId } })
    }
  }

  #begin(config: TheatreConfig, record: ControlRecord, partition: number): void {
    const theatre = config.id
    const wallMinute = formatTime(Math.floor(Date.parse(record.time) / minuteMs) * minuteMs)
    const start = config.clock === 'replay' ? beforeAllTime : wallMinute
    const begin = (name: string, payload: TheatrePayload) =>
      planStep(theatre, digest('copy', theatre, record.id, name), start, record.id, payload)
    const first = engineRecord(theatre, start)
    this.#theatres.set(theatre, {
      theatre,
      partition,
      now: start,
      timeSetBy: null,
      steps: [
        tickStep(theatre, start, record.id, null),
        begin('theatre', { type: 'theatre.configured', data: config }),
        { id: first.id, tickTo: null, record: () => first },
        ...[...this.#state.sources.values()].map(source =>
          begin(`source ${source.id}`, {
            type: 'source.configured',
            data: readSourceConfig(source)
          })
        ),
        ...[...this.#state.rules.values()]
          .filter(rule => runsIn(rule, theatre))
          .map(rule => {
            const data = placeRule(rule, theatre)
            return begin(`rule ${rule.ruleId}`, { type: 'rule.configured', data })
          })
      ]
    })
  }

  #tick(record: Extract<ControlRecord, { type: 'theatre.tick-requested' }>): void {
    const { theatre, to } = record.data
    const plan = this.#theatres.get(theatre)
    if (
      plan === undefined ||
      this.#state.theatres.get(theatre)?.clock !== 'replay' ||
      to <= plan.now
    )
      return
    plan.now = to
    plan.steps.push(tickStep(theatre, to, record.id, plan.timeSetBy))
  }

  #setTime(record: Extract<ControlRecord, { type: 'theatre.time-set' }>): void {
    const { theatre, ...data } = record.data
    const plan = this.#theatres.get(theatre)
    if (plan === undefined) return
    const id = digest('copy', theatre, record.id)
    plan.now = data.to
    plan.timeSetBy = id
    const isReplay = this.#state.theatres.get(theatre)?.clock === 'replay'
    plan.steps.push(
      planStep(theatre, id, isReplay ? data.to : record.time, record.id, {
        type: 'clock.set',
        data
      })
    )
  }

  #toAll(record: ControlRecord, payload: TheatrePayload): void {
    for (const plan of this.#theatres.values()) this.#copy(plan, record, payload)
  }

  #copy(plan: Draft, record: ControlRecord, payload: TheatrePayload): void {
    const { theatre } = plan
    const time = this.#state.theatres.get(theatre)?.clock === 'replay' ? plan.now : record.time
    plan.steps.push(planStep(theatre, digest('copy', theatre, record.id), time, record.id, payload))
  }
}

function planStep(
  theatre: string,
  id: string,
  time: string,
  cause: string,
  payload: TheatrePayload
): Step {
  return { id, tickTo: null, record: () => theatreRecord(theatre, id, time, cause, payload) }
}

function tickStep(theatre: string, to: string, cause: string, timeSetBy: string | null): Step {
  return { id: '', tickTo: to, record: () => tickRecord(theatre, to, false, cause, timeSetBy) }
}
