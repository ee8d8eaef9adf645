// Several notifiers on one log with Kafka's promises: they start, stop, are killed, paused and
// expelled at random, and their writes may be in doubt or repeated. Each partner must get what one
// notifier alone would have sent it.

import { EventLogError } from '@tocsin/event-log/errors'
import { type AppendFate, MemoryLog, MemoryStore } from '@tocsin/event-log/memory-log'
import type { NewRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import type { SendOutcome } from '@tocsin/webhooks/webhook-transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { type Step, step } from '../support/dispatching-steps.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { Instance } from '../support/shared-instance.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

const theatres = ['sahel', 'coast', 'lake'] as const
const subscriptions = ['sub_1', 'sub_2', 'sub_3', 'sub_4'] as const
const urlOf = (id: string) => `https://${id.replace('_', '-')}.example/hook`

const fate = fc.constantFrom('write', 'write', 'write', 'refuse', 'doubt', 'drop', 'torn')
const answer = fc.constantFrom('accept', 'accept', 'accept', 'fail', 'lose')

class World {
  readonly clock = new ManualClock()
  readonly network = new FakeNetwork()
  readonly store: MemoryStore
  readonly writer: AlertWriter
  readonly instances: Instance[] = []
  readonly #rulesLog: MemoryLog
  readonly #written: NewRecord[] = []
  readonly #seen = new Set<string>()
  readonly #fates: string[]
  readonly #partitions: number
  #made = 0

  constructor(
    partitions: number,
    fates: readonly string[],
    answers: readonly string[],
    like: 'embedded' | 'kafka'
  ) {
    this.store = new MemoryStore({ partitions })
    this.#partitions = partitions
    this.#fates = [...fates]
    this.#rulesLog = new MemoryLog({ like }, this.store)
    this.writer = new AlertWriter(this.#rulesLog)
    const script = [...answers]
    this.network.answer = (): SendOutcome => {
      const next = script.shift() ?? 'accept'
      // The partner accepted it, and the answer was lost.
      if (next === 'lose') return { kind: 'failed', reason: 'connection-lost', durationMs: 1 }
      return next === 'fail' ? failing : accepted
    }
  }

  nextFate(): AppendFate {
    const kind = this.#fates.shift() ?? 'write'
    if (kind === 'refuse') return { kind, error: new EventLogError('log-busy', 'busy') }
    if (kind === 'torn') return { kind, partitions: [this.#fates.length % this.#partitions] }
    return { kind: kind as 'write' | 'doubt' | 'drop' }
  }

  async join(): Promise<void> {
    if (this.instances.length >= 3) return
    this.instances.push(await new Instance(this, ++this.#made).start())
  }

  async play(each: Step): Promise<void> {
    switch (each.do) {
      case 'alert':
        return this.#alert(each)
      case 'burst':
        return this.#burst(each.alerts)
      case 'split':
        return this.#split(each)
      case 'alert-again': {
        const record = this.#written[each.which % Math.max(1, this.#written.length)]
        if (record !== undefined) await this.#rulesLog.append(topics.alerts, [record])
        return
      }
      case 'join':
        return this.join()
      case 'wait':
        return this.clock.advance(each.ms)
      default: {
        const instance = this.instances[each.who]
        if (instance === undefined) return
        if (each.do === 'leave' || each.do === 'kill') {
          if (this.instances.length < 2) return
          this.instances.splice(each.who, 1)
        }
        await instance[each.do](each.partition)
      }
    }
  }

  async #burst(alerts: readonly number[]): Promise<void> {
    for (const each of alerts)
      await this.#alert({
        do: 'alert',
        theatre: each % 3,
        alert: Math.floor(each / 3),
        quiet: false
      })
  }

  /**
   * Two instances believe that they own the same subscriptions, and neither sees all events to
   * plan.
   */
  async #split({ who, partition, alerts }: Extract<Step, { do: 'split' }>): Promise<void> {
    const one = this.instances[who]
    one?.expel()
    one?.blind(partition)
    this.instances[(who + 1) % 3]?.blind((partition + 1) % 3)
    await this.#burst(alerts)
    await settle(10)
    await this.#burst(alerts)
    one?.stall()
    for (const instance of this.instances) instance.see()
    await settle(20)
  }

  async #alert({ theatre, alert: number, quiet }: Extract<Step, { do: 'alert' }>): Promise<void> {
    const id = `${theatres[theatre]}-${number}`
    const isFirst = !this.#seen.has(id)
    this.#seen.add(id)
    const [record] = this.writer.record(isFirst ? 'raised' : 'revised', id, {
      theatre: theatres[theatre] as string,
      notify: quiet ? 'quiet' : isFirst ? 'page' : 'update',
      handling: number === 2 ? 'restricted' : 'public'
    })
    this.#written.push(record)
    await this.#rulesLog.append(topics.alerts, [record])
  }

  /** Resumes everything, and sends all pending deliveries. */
  async finish(): Promise<void> {
    for (const instance of this.instances) {
      instance.resume()
      instance.readmit()
    }
    for (let i = 0; i < 20; i++) await this.clock.advance(10_000)
    await settle(50)
  }

  /** What a partner got, by theatre, without repeats. */
  received(id: string): Record<string, string[]> {
    const seen = new Set<string>()
    const byTheatre: Record<string, string[]> = {}
    for (const [i, event] of this.network.events.entries()) {
      if (this.network.requests[i]?.url !== urlOf(id) || seen.has(event.id)) continue
      seen.add(event.id)
      const theatre = (event.data as unknown as { theatre: string }).theatre
      byTheatre[theatre] = [...(byTheatre[theatre] ?? []), event.id]
    }
    return byTheatre
  }

  /** In newest-state order: repeats are the same, and every sequence was received or named. */
  holdToRange(id: string, last: number): void {
    const held = new Set<number>()
    const bodies = new Map<unknown, string>()
    for (const { url, headers, body } of this.network.requests) {
      if (url !== urlOf(id)) continue
      const text = Buffer.from(body).toString()
      expect(bodies.get(headers['webhook-id']) ?? text).toBe(text)
      bodies.set(headers['webhook-id'], text)
      const { sequence, superseded } = JSON.parse(text) as {
        readonly sequence: number
        readonly superseded?: { readonly from: number; readonly to: number }
      }
      held.add(sequence)
      if (superseded) for (let each = superseded.from; each <= superseded.to; each++) held.add(each)
    }
    expect([...held].sort((a, b) => a - b)).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  }

  holdToChain(id: string): void {
    const own = new FakeNetwork()
    own.requests.push(...this.network.requests.filter(({ url }) => url === urlOf(id)))
    checkChain(own)
  }
}

async function declareAll(h: Harness, order: 'strict' | 'newest-state' = 'strict'): Promise<void> {
  for (const subscriptionId of subscriptions)
    await subscribed(h, {
      subscriptionId,
      url: urlOf(subscriptionId),
      order,
      handling: subscriptionId === 'sub_4' ? 'public' : 'restricted'
    })
}

/** What one notifier alone sends for these alerts, on a log that rejects repeated ids. */
async function alone(steps: readonly Step[], partitions: number) {
  const world = new World(partitions, [], [], 'embedded')
  const h = await new Harness({
    store: world.store,
    clock: world.clock,
    network: world.network
  }).start()
  await declareAll(h)
  await settle(20)
  for (const each of steps) {
    if (each.do === 'alert' || each.do === 'burst') await world.play(each)
    if (each.do === 'split')
      for (let i = 0; i < 2; i++) await world.play({ do: 'burst', alerts: each.alerts })
  }
  await world.finish()
  const received = subscriptions.map(id => world.received(id))
  await h.close()
  return received
}

describe('several notifiers in newest-state order', () => {
  it('leave each partner with the whole range, and no delivery with two contents, whatever faults occur', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 30 }),
        fc.array(fate, { maxLength: 40 }),
        fc.array(fc.constantFrom('accept', 'fail', 'fail', 'lose'), { maxLength: 40 }),
        async (steps, fates, answers) => {
          const world = new World(3, fates, answers, 'kafka')
          await world.join()
          await declareAll(world.instances[0]?.h as Harness, 'newest-state')
          await world.join()
          await settle(20)
          for (const each of steps) await world.play(each)
          await world.finish()
          // What was skipped last is named by the next event.
          await world.play({ do: 'burst', alerts: [0, 3, 6] })
          await world.finish()
          for (const id of subscriptions) {
            const folds = world.instances.map(({ h }) => h.notifier.dispatcher.of(id))
            const last = folds[0]?.chain.lastSequence as number
            for (const fold of folds)
              expect({ pending: fold.table.pendingCount, last: fold.chain.lastSequence }).toEqual({
                pending: 0,
                last
              })
            world.holdToRange(id, last)
          }
          for (const instance of world.instances) await instance.h.close()
        }
      ),
      { numRuns: computeRuns(15) }
    )
  }, 240_000)
})

describe('several notifiers', () => {
  it('send each partner what one alone would have sent, whatever faults occur', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(fate, { maxLength: 40 }),
        fc.array(answer, { maxLength: 40 }),
        fc.constantFrom(1, 3, 3),
        async (steps, fates, answers, partitions) => {
          const expected = await alone(steps, partitions)
          const world = new World(partitions, fates, answers, 'kafka')
          await world.join()
          await declareAll(world.instances[0]?.h as Harness)
          await world.join()
          await world.join()
          await settle(20)
          for (const each of steps) await world.play(each)
          await world.finish()
          for (const [i, id] of subscriptions.entries()) {
            expect(world.received(id)).toEqual(expected[i])
            world.holdToChain(id)
            // Every instance has the same delivery fold.
            const folds = world.instances.map(({ h }) => h.notifier.dispatcher.of(id))
            const count = Object.values(expected[i] ?? {}).flat().length
            for (const fold of folds) {
              expect({ pending: fold.table.pendingCount, last: fold.chain.lastSequence }).toEqual({
                pending: 0,
                last: count
              })
              expect(fold.chain.lastPlanId).toBe(folds[0]?.chain.lastPlanId)
            }
          }
          for (const instance of world.instances) await instance.h.close()
        }
      ),
      { numRuns: computeRuns(50) }
    )
  }, 240_000)
})
