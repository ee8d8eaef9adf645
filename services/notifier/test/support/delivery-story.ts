// One subscription over outages and crashes, on the fold and the choice alone: its log, a partner
// at the far end, and a process that may die at any point.

import type { SubscriptionRecord } from '@tocsin/contracts/record/control-record'
import { makeSchedule } from '@tocsin/contracts/subscription/retry-schedule'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import fc from 'fast-check'
import { raisedRecord, resultRecord } from '../../src/notification/attempt-records.ts'
import { type Delivery, isStanding } from '../../src/notification/delivery.ts'
import { DeliveryFold } from '../../src/notification/delivery-fold.ts'
import type { DeliveryRecord, PlannedData } from '../../src/notification/delivery-record.ts'
import { nextStep } from '../../src/notification/next-delivery.ts'
import { decideRetry } from '../../src/notification/retry-policy.ts'
import type { SubscriptionDeliveries } from '../../src/notification/subscription-deliveries.ts'
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
    const sequence = this.fold.chain.lastSequence + 1
    const data: PlannedData = {
      subscriptionId: this.#id,
      ...{
        sequence,
        eventId: `e${sequence}`,
        previousId: this.fold.chain.lastEventId,
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
        cause: this.fold.chain.lastPlanId,
        data
      }
    ])
  }

  replay(sequences: readonly number[]): void {
    const finished = sequences.filter(
      each => (this.fold.table.get(each)?.state ?? 'pending') !== 'pending'
    )
    const replayId = `r${this.#log.length}`
    const asked = { subscriptionId: this.#id, by: 'replay', replayId, asker: 'x' } as const
    const data = { ...asked, sequences: finished }
    this.#write([{ type: 'delivery.resumed', id: replayId, time: this.#time(), cause: null, data }])
  }

  /** The process dies and another folds the log. */
  restart(): void {
    this.#fold = new DeliveryFold()
    for (const record of this.#log) this.#fold.apply(record)
  }

  /** One turn of the sender; false if there is nothing to do now. */
  turn(): boolean {
    const { nowMs } = this
    const step = nextStep(this.fold, { order: 'newest-state', suspect: null, nowMs })
    if ('untilMs' in step) return false
    const at = { subscription: this.subscription, nowMs }
    if ('decided' in step) {
      this.#write(step.decided)
      return true
    }
    if (this.fold.wait !== null && this.fold.wait.untilMs > nowMs) return false
    const { sequence } = step.delivery
    if (step.choice !== null) this.#write([step.choice])
    const delivery = this.fold.table.get(sequence)
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
        tries: this.fold.countTries(delivery) + 1,
        health: this.fold.health
      },
      ...{ jitter: 0, nowMs: this.nowMs }
    })
    this.#write([
      resultRecord(at, delivery, outcome, { decision, isTrial: false, isAnswerKept: true })
    ])
    return true
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
    const { head } = this.fold.table
    const { lastSequence } = this.fold.chain
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
      this.#write([raisedRecord(this.fold, this.nowMs, news, at.id)])
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
    const told = this.fold.table.listAlerts().find(isStanding)
    if (told === undefined) return
    const { alertId } = told
    const id = `${type}${this.#log.length}`
    const [subscriptionId, time] = [this.#id, this.#time()]
    if (type === 'reminder-held') {
      const hold = { reason: 'quiet-hours', until: time, by: null } as const
      const data = { subscriptionId, sequence: null, alertId, ...hold }
      this.#write([{ id, time, cause: null, type: 'delivery.held', data }])
      return
    }
    const [carried] = this.fold.table.newestFirst(alertId)
    if (carried === undefined) return
    const { sequence, eventId, eventType, partition, position } = carried
    const event = { sequence, eventId, eventType, partition, position }
    const news = { about: 'alert', id: alertId, ...event, count: 1, since: time } as const
    this.#write([raisedRecord(this.fold, this.nowMs, news, id)])
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
  return { id: `heard-${time}`, time, cause: null, type: 'delivery.checkpoint', data }
}
