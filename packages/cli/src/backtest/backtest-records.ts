// The logs of the theatres as they would have been if the suite had run all along: each its sources,
// then day by day what became known, followed by a tick. Pure.

import { digest } from '@tocsin/contracts/json/digest'
import type { Reliability } from '@tocsin/contracts/theatre/report'
import {
  type RuleVersion,
  type TheatrePayload,
  type TheatreRecord,
  undeclaredSource
} from '@tocsin/contracts/theatre/theatre-record'
import { dayMs, formatTime } from '@tocsin/domain/space-time/event-time'
import { mergeInOrder, type Ordered } from './in-order.ts'
import type { KnownItem, TheatreScope } from './known-items.ts'
import {
  computeDayEnd,
  computeRunSpan,
  groupByTheatre,
  type NotifiedItem,
  type NotifiedTheatre,
  type RunSpan,
  type TheatreName,
  tickOrder
} from './notified-items.ts'

/** What all theatres of a backtest share. Plain data: it travels between threads. */
export interface BacktestSetting {
  readonly rules: readonly RuleVersion[]
  readonly sources: readonly string[]
  /** Of every source. */
  readonly reliability: Reliability
}

export interface BacktestPlan extends BacktestSetting {
  readonly theatres: TheatreScope
  /** Sorted by time of knowledge. */
  readonly items: readonly KnownItem[]
}

/** Sources of a file are often quiet for weeks without being silent. Days. */
const backtestCadenceDays = 30

/**
 * The next time at which a tick would change something in a theatre, given everything so far; null
 * = none.
 */
export type NextDue = (theatre: string) => number | null

/** A record with its place in the whole run. */
export interface OrderedRecord extends Ordered {
  readonly record: TheatreRecord
  /** The item behind the record; null for ticks and the set-up. */
  readonly told: NotifiedItem | null
}

/**
 * The records of all theatres in order; none without items. Each must be folded
 * before the next is asked for.
 */
export function* createTheatreRecords(
  plan: BacktestPlan,
  nextDueMs: NextDue
): Generator<OrderedRecord> {
  const span = computeRunSpan(plan.items)
  yield* mergeInOrder(
    groupByTheatre(plan.items).map(told => generateRecords(plan, span, told, nextDueMs))
  )
}

function* generateRecords(
  setting: BacktestSetting,
  span: RunSpan,
  { items, ...name }: NotifiedTheatre,
  nextDueMs: NextDue
): Generator<OrderedRecord> {
  const log = new TheatreLog({ setting, span, name, nextDueMs: () => nextDueMs(name.theatre) })
  for (const told of items) yield* log.readUntil(told)
  yield* log.end()
}

export interface TheatreLogOptions {
  readonly setting: BacktestSetting
  readonly span: RunSpan
  readonly name: TheatreName
  /** Asked after the records before have been folded. */
  readonly nextDueMs: () => number | null
}

/**
 * The records of a theatre. What became known on a day is folded at its end, after a tick; on
 * other days the theatre ticks when something falls due. It begins with its first item.
 */
export class TheatreLog {
  readonly #o: TheatreLogOptions
  /** The end of its current day; null before its first item. */
  #endMs: number | null = null

  constructor(options: TheatreLogOptions) {
    this.#o = options
  }

  /** The records up to the next item; items come in order. */
  *readUntil(told: NotifiedItem): Generator<OrderedRecord> {
    const { setting, name } = this.#o
    const { item, order } = told
    const endMs = computeDayEnd(item)
    if (this.#endMs === null) {
      for (const record of setUp(setting, name.theatre, endMs)) yield { record, order, told: null }
    } else if (this.#endMs < endMs) {
      yield* this.#generateTicks(this.#endMs, endMs - dayMs)
      yield this.#tick(endMs)
    }
    this.#endMs = endMs
    const { theatre } = name
    yield {
      record: {
        ...createPayload(item),
        id: recordIdIn(theatre, item),
        theatre,
        time: formatTime(endMs)
      },
      order,
      told
    }
  }

  /** The ticks after its last item, up to the last day of the run. */
  *end(): Generator<OrderedRecord> {
    if (this.#endMs !== null) yield* this.#generateTicks(this.#endMs, this.#o.span.lastEndMs)
  }

  /**
   * No record is folded between two ticks, so that the next one due stays the same: the days before
   * it are passed over.
   */
  *#generateTicks(afterMs: number, untilMs: number): Generator<OrderedRecord> {
    for (let endMs = afterMs + dayMs; endMs <= untilMs; endMs += dayMs) {
      const dueMs = this.#o.nextDueMs() ?? Number.POSITIVE_INFINITY
      if (dueMs > endMs) endMs += Math.ceil((dueMs - endMs) / dayMs) * dayMs
      if (endMs <= untilMs) yield this.#tick(endMs)
    }
  }

  #tick(endMs: number): OrderedRecord {
    const { name, span } = this.#o
    return {
      record: createTick(name.theatre, endMs),
      order: tickOrder(name, endMs, span),
      told: null
    }
  }
}

function recordIdIn(theatre: string, item: KnownItem): string {
  const isOwn = item.kind === 'report' && item.revision.theatre === theatre
  return isOwn ? item.recordId : digest('backtest-copy', theatre, item.recordId)
}

/** Begins one day before the first report, so that the tick of its day is an ordinary one. */
function* setUp(
  { sources, reliability }: BacktestSetting,
  theatre: string,
  nowMs: number
): Generator<TheatreRecord> {
  const time = formatTime(nowMs - dayMs)
  yield createTick(theatre, nowMs - dayMs)
  for (const id of sources) {
    const data = { ...undeclaredSource, id, reliability, cadenceDays: backtestCadenceDays }
    const payload = { type: 'source.configured', data } as const
    yield { ...payload, id: digest('backtest', theatre, JSON.stringify(payload)), theatre, time }
  }
  yield createTick(theatre, nowMs)
}

function createTick(theatre: string, toMs: number): TheatreRecord {
  const to = formatTime(toMs)
  return {
    type: 'clock.ticked',
    data: { to, gap: false },
    id: digest('tick', theatre, to),
    theatre,
    time: to
  }
}

function createPayload(item: KnownItem): TheatrePayload {
  return item.kind === 'report'
    ? { type: 'report.received', data: item.revision }
    : {
        type: 'report.withdrawn',
        data: { reportId: item.reportId, reason: item.reason, lane: 'live' }
      }
}
