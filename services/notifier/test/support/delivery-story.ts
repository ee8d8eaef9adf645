// One subscription over outages and crashes, on the fold and the choice alone: its log, a partner
// at the far end, and a process that may die at any point.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { makeSchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import fc from 'fast-check'
import { choiceRecord, holdRecord, resultRecord } from '../../src/notification/attempt-records.ts'
import type { Delivery } from '../../src/notification/delivery.ts'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import type { DeliveryRecord, PlannedData } from '../../src/notification/delivery-record.ts'
import { nextTurn } from '../../src/notification/next-delivery.ts'
import { decideRetry } from '../../src/notification/retry-policy.ts'
import type { SubscriptionDeliveries } from '../../src/notification/subscription-deliveries.ts'
import type { NewsJudge } from '../../src/notification/waiting-order.ts'
import { raisedRecord } from '../../src/webhook/notice-sender.ts'
import { makeReminder } from '../../src/webhook/reminders.ts'
import { accepted, failing } from './notifier-harness.ts'

export const storyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      alert: fc.nat({ max: 4 }),
      severity: fc.nat({ max: 3 }),
      pages: fc.boolean(),
      closes: fc.boolean()
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(0, 1_000, 5_000, 12_000, 400_000)
    })
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('turns' as const),
      count: fc.integer({ min: 1, max: 6 })
    })
  },
  { weight: 2, arbitrary: fc.constantFrom({ do: 'up' as const }, { do: 'down' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'restart' as const }, { do: 'die' as const }) }
)

export type StoryStep = typeof storyStep extends fc.Arbitrary<infer S> ? S : never

export interface Planned {
  readonly sequence: number
  readonly alert: number
  readonly pages: boolean
  readonly closes: boolean
}

export class Story {
  nowMs = Date.parse('2026-03-01T12:00:00Z')
  isUp = true
  /** The next record is lost with the process that wrote it. */
  diesNext = false
  /** Of the subscription's policy; none by default. */
  judge: NewsJudge | null = null
  /** How much is judged before each turn; null: all. */
  partUnits: number | null = null
  /** When each of them was received, ms. */
  readonly receivedMs: number[] = []
  readonly received: Delivery[] = []
  readonly planned: Planned[] = []
  readonly subscription: SubscriptionRecord
  #fold = new DeliveryFold()
  readonly #log: DeliveryRecord[] = []

  constructor(subscriptionId = 's') {
    this.subscription = {
      subscriptionId,
      order: 'newest-state',
      schedule: null
    } as unknown as SubscriptionRecord
  }

  get log(): readonly DeliveryRecord[] {
    return this.#log
  }

  get #id(): string {
    return this.subscription.subscriptionId
  }

  get fold(): SubscriptionDeliveries {
    return this.#fold.of(this.#id)
  }

  plan(
    alert: number,
    {
      pages,
      closes,
      severity = 1,
      isRefusal = false
    }: { pages: boolean; closes: boolean; severity?: number; isRefusal?: boolean }
  ): void {
    const sequence = this.fold.lastSequence + 1
    const data: PlannedData = {
      subscriptionId: this.#id,
      ...{
        sequence,
        eventId: `e${sequence}`,
        previousId: this.fold.lastEventId,
        alertId: `a${alert}`
      },
      ...{ verdict: 'event', partition: 0, position: String(sequence) },
      eventType: isRefusal ? 'tocsin.alert.action-refused.v1' : 'tocsin.alert.revised.v1',
      ...(isRefusal ? {} : { severity: severities[severity] ?? 'moderate' }),
      ...(pages ? { pages } : {}),
      ...(closes ? { closes } : {})
    }
    this.planned.push({ sequence, alert, pages, closes })
    this.#write([
      {
        type: 'delivery.planned',
        id: `p${sequence}`,
        time: this.#time(),
        cause: this.fold.lastPlanId,
        data
      }
    ])
  }

  replay(sequences: readonly number[]): void {
    const finished = sequences.filter(
      each => (this.fold.get(each)?.state ?? 'pending') !== 'pending'
    )
    const data = {
      subscriptionId: this.#id,
      replayId: `r${this.#log.length}`,
      sequences: finished,
      by: 'x'
    }
    this.#write([
      { type: 'delivery.replayed', id: data.replayId, time: this.#time(), cause: null, data }
    ])
  }

  /** The process dies and another folds the log. */
  restart(): void {
    this.#fold = new DeliveryFold()
    for (const record of this.#log) this.#fold.apply(record)
  }

  /** One turn of the sender; false if there is nothing to do now. */
  turn(): boolean {
    const isOver = ({ untilMs }: { readonly untilMs: number }) => untilMs <= this.nowMs
    const { nowMs, judge, partUnits } = this
    const isInParts = judge !== null && partUnits !== null
    while (isInParts && !this.fold.order(nowMs, judge, partUnits).isReady);
    const asking = { order: 'newest-state', suspect: null, nowMs, isOver, judge } as const
    const turn = nextTurn(this.fold, { ...asking, ...(isInParts ? { unitsMax: 0 } : {}) })
    if (turn === null || 'untilMs' in turn)
      return isInParts && this.fold.order(nowMs, judge, 0).isBehind(nowMs)
    const at = { subscription: this.subscription, nowMs: this.nowMs }
    if ('skip' in turn) return this.#skip(choiceRecord(at, turn.skip))
    if ('holds' in turn) {
      this.#write(turn.holds.map(each => holdRecord(at, each)))
      return true
    }
    if (turn.wait !== null || (this.fold.wait !== null && !isOver(this.fold.wait))) return false
    const { sequence } = turn.delivery
    if (turn.choice !== null) this.#write([choiceRecord(at, turn.choice)])
    const delivery = this.fold.get(sequence)
    if (delivery === undefined || delivery.state !== 'pending') return true
    if (this.isUp) {
      this.received.push(delivery)
      this.receivedMs.push(this.nowMs)
    }
    const outcome = (this.isUp ? accepted : failing) as Extract<SendOutcome, { kind: 'response' }>
    if (this.diesNext) {
      this.diesNext = false
      this.restart()
      return true
    }
    const decision = decideRetry(outcome, {
      ...{
        schedule: makeSchedule(null, 'moderate'),
        tries: this.fold.findTries(sequence) + 1,
        health: this.fold.health
      },
      ...{ jitter: 0, nowMs: this.nowMs }
    })
    this.#write([
      resultRecord(at, delivery, outcome, { decision, isTrial: false, isAnswerKept: true })
    ])
    return true
  }

  /** One that skips nothing would be made again, without end. */
  #skip(choice: DeliveryRecord): true {
    const { pendingCount } = this.fold
    this.#write([choice])
    if (this.fold.pendingCount >= pendingCount)
      throw new Error(`nothing is skipped by ${JSON.stringify(choice.data)}`)
    return true
  }

  /** Everything that is due until a time, each at its time. */
  runUntil(endMs: number): void {
    this.run()
    for (let next = this.nextMs; next !== null && next <= endMs; next = this.nextMs) {
      this.nowMs = Math.max(this.nowMs, next)
      this.run()
    }
    this.nowMs = endMs
  }

  /** When a policy is asked again, ms. */
  get nextMs(): number | null {
    return this.fold.order(this.nowMs, this.judge).nextMs
  }

  run(turns = 1_000): void {
    for (let i = 0; i < turns && this.turn(); i++);
  }

  take(step: StoryStep): void {
    if (step.do === 'plan') this.plan(step.alert, step)
    else if (step.do === 'wait') this.nowMs += step.ms
    else if (step.do === 'turns') this.run(step.count)
    else if (step.do === 'restart') this.restart()
    else if (step.do === 'die') this.diesNext = true
    else this.isUp = step.do === 'up'
  }

  /** What others write: the receiver ends the subscription, or somebody begins it again. */
  write(
    type:
      | 'gone'
      | 'again'
      | 'parked'
      | 'elsewhere'
      | 'resumed'
      | 'noticed'
      | 'reminded'
      | 'reminder-held'
  ): void {
    const { head, lastSequence } = this.fold
    const at = { id: `${type}${this.#log.length}`, time: this.#time(), cause: null }
    const subscriptionId = this.#id
    if (type === 'again') this.replay([1, Math.ceil(lastSequence / 2), lastSequence])
    else if (type === 'elsewhere')
      this.#write([{ ...at, type: 'delivery.resumed', data: { subscriptionId, by: 'address' } }])
    else if (type === 'resumed')
      this.#write([{ ...at, type: 'delivery.resumed', data: { subscriptionId, by: 'test' } }])
    else if (type === 'noticed') {
      const said = { state: 'down', since: null, pending: 1, parked: 0, channel: 'c' } as const
      const news = { about: 'endpoint', id: '', ...said } as const
      const { time, id: mark } = at
      this.#write([raisedRecord(subscriptionId, this.fold.notices, { news, mark, time })])
    } else if (type === 'reminded' || type === 'reminder-held') this.#again(type)
    else if (head !== undefined) {
      const { sequence, round, attempts } = head
      const data = {
        subscriptionId,
        sequence,
        round,
        attempt: attempts + 1,
        status: 410,
        durationMs: 1,
        excerpt: 'no'
      }
      if (type === 'gone')
        this.#write([
          { ...at, type: 'delivery.outcome', data: { ...data, outcome: 'ended', reason: 'gone' } }
        ])
      else
        this.#write([
          {
            ...at,
            type: 'delivery.outcome',
            data: { ...data, outcome: 'parked', reason: 'exhausted', last: 'timeout' }
          }
        ])
    }
  }

  /** What was told first of what stands is told again, or is not. */
  #again(type: 'reminded' | 'reminder-held'): void {
    this.run()
    const [alertId] = this.fold.alerts.told
    if (alertId === undefined) return
    const at = { id: `${type}${this.#log.length}`, time: this.#time(), cause: null }
    const subscriptionId = this.#id
    const hold = {
      subscriptionId,
      alertId,
      reason: 'quiet-hours',
      until: at.time,
      by: null
    } as const
    const [carried] = this.fold.newestFirst(alertId)
    if (type === 'reminder-held')
      this.#write([{ ...at, type: 'delivery.reminder-held', data: hold }])
    else if (carried !== undefined) {
      const [news, mark] = makeReminder(this.fold, alertId, carried)
      const raised = { news, mark, time: at.time }
      this.#write([raisedRecord(subscriptionId, this.fold.notices, raised)])
    }
  }

  /** What a narrower filter leaves out, or what waited for too long. */
  drop(why: 'left-out' | 'lapsed', sequences: readonly number[]): void {
    const data = { subscriptionId: this.#id, sequences, why }
    this.#write([
      {
        type: 'delivery.dropped',
        id: `${why} ${this.#log.length}`,
        time: this.#time(),
        cause: null,
        data
      }
    ])
  }

  /** What somebody else wrote. */
  append(record: DeliveryRecord): void {
    this.#write([record])
  }

  /** Everything is well for long enough. */
  settle(): void {
    this.isUp = true
    this.diesNext = false
    for (let i = 0; i < 3; i++) {
      this.nowMs += 3_600_000
      this.run()
    }
  }

  /** Sequences that the partner holds, as received or as named. */
  held(): ReadonlySet<number> {
    const held = new Set<number>()
    for (const { sequence, superseded } of this.received) {
      held.add(sequence)
      if (superseded !== null)
        for (let each = superseded.from; each <= superseded.to; each++) held.add(each)
    }
    return held
  }

  #time(): string {
    return new Date(this.nowMs).toISOString()
  }

  #write(records: readonly DeliveryRecord[]): void {
    for (const record of records) {
      this.#log.push(record)
      this.#fold.apply(record)
    }
  }
}

/**
 * A record of a time that concerns no subscription of a test: it vouches for the clock of who
 * starts later.
 */
export function heardAt(time: string): DeliveryRecord {
  const data = {
    subscriptionId: 'sub_other',
    checkpointId: 'none',
    forgetBefore: '2020-01-01T00:00:00.000Z'
  }
  return { id: `heard-${time}`, time, cause: null, type: 'delivery.checkpoint-begun', data }
}
