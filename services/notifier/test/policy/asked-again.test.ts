// Many alerts that a policy holds are asked again and again: what is new waits for none of it, and
// what depends on one of them is told after it.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '@tocsin/domain/ports'
import { createLogger } from '@tocsin/service-kit/telemetry/logger'
import { formatSecret, parseSigningKey } from '@tocsin/webhooks/signing-keys'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/delivery/delivery.ts'
import type { NewsJudge } from '../../src/delivery/waiting-order.ts'
import { ScanScheduler, sliceUnitsMax } from '../../src/projection/scan-scheduler.ts'
import { createNotifierMetrics } from '../../src/telemetry/notifier-metrics.ts'
import { RequestRate } from '../../src/webhook/request-rate.ts'
import { SubscriptionSender } from '../../src/webhook/subscription-sender.ts'
import { WebhookConcurrency } from '../../src/webhook/webhook-concurrency.ts'
import { Story } from '../support/delivery-story.ts'
import { accepted, countingRandom } from '../support/notifier-harness.ts'

const [severe, extreme] = [2, 3]
const event = { pages: true, closes: false }
const key = parseSigningKey(formatSecret(new Uint8Array(32)))
const isExtreme = ({ severity }: Delivery) => severity === 'extreme'

/** Holds what is not extreme, and is asked again after ten seconds; ten alerts are a part. */
function holding(ends = (_: Delivery) => false) {
  const asked = new Map<string, number>()
  const judge: NewsJudge = {
    work: { units: 0 },
    decide: (delivery, _, nowMs) => {
      asked.set(delivery.alertId, (asked.get(delivery.alertId) ?? 0) + 1)
      judge.work.units += sliceUnitsMax / 10
      return isExtreme(delivery) || ends(delivery)
        ? { decision: { kind: 'tell', reason: 'first' }, againMs: null }
        : {
            decision: { kind: 'hold', reason: 'told-in-story', untilMs: null, by: 'siege' },
            againMs: nowMs + 10_000
          }
    }
  }
  return { judge, asked }
}

/** A sender at an endpoint that accepts, with parts of 200 ms each. */
class Sending {
  readonly story = new Story()
  readonly told: { readonly alertId: string; readonly part: number }[] = []
  readonly sender: SubscriptionSender
  part = 0
  onPart: (part: number) => void = () => {}

  constructor(judge: NewsJudge) {
    const { story } = this
    const clock: Clock = {
      nowMs: () => story.nowMs,
      monotonicMs: () => story.nowMs,
      sleep: async ms => {
        story.nowMs += ms
        await nextTurn()
      }
    }
    class Scans extends ScanScheduler {
      override async next(): Promise<void> {
        story.nowMs += 200
        sending.onPart(++sending.part)
        await super.next()
      }
    }
    const sending = this
    const bodies = {
      bodyOf: async ({ alertId }: { readonly alertId: string }) => {
        this.told.push({ alertId, part: this.part })
        return new Uint8Array()
      }
    }
    this.sender = new SubscriptionSender(
      {
        ...{
          clock,
          random: countingRandom(),
          logger: createLogger({ level: 'silent', name: 'test' }),
          scans: new Scans()
        },
        log: { write: async records => records.forEach(each => void story.append(each)) },
        metrics: createNotifierMetrics(new Registry()),
        transport: { send: async () => accepted, close: async () => {} },
        ...{
          reach: { of: () => ({}) },
          rate: new RequestRate(null),
          signing: { keysOf: () => [key] }
        },
        bodies: { bodyOf: (_, delivery) => bodies.bodyOf(delivery) },
        concurrency: new WebhookConcurrency(clock, {
          attemptsMax: 4,
          perHostMax: 4,
          perHostPerSecondMax: 1_000
        }),
        ...{
          maySend: () => true,
          isCurrent: async () => true,
          hasFolded: async () => true,
          judgeOf: () => judge
        }
      },
      { ...story.subscription, url: 'https://partner.example/' },
      story.fold
    )
  }

  /** Until so many parts were judged. */
  async run(parts: number, onPart: (part: number) => void): Promise<void> {
    this.onPart = part => {
      onPart(part)
      if (part >= parts) this.sender.stop()
    }
    await this.sender.run()
  }
}

describe('with so many held that to ask again of all takes longer than until they are asked again', () => {
  it('tells an extreme alert within one part, at the beginning and later', async () => {
    const { judge, asked } = holding()
    const sending = new Sending(judge)
    const { story } = sending
    for (let i = 0; i < 1_000; i++) story.plan(i, { ...event, severity: severe })
    const at = new Map([
      [30, 5_001],
      [400, 5_002],
      [777, 5_003]
    ])
    await sending.run(1_000, part => {
      const alert = at.get(part)
      if (alert === undefined) return
      story.plan(alert, { ...event, severity: extreme })
      sending.sender.wake()
    })
    expect(sending.told.map(({ alertId }) => alertId)).toEqual(['a5001', 'a5002', 'a5003'])
    for (const [i, planned] of [...at.keys()].entries())
      expect((sending.told[i]?.part ?? 0) - planned).toBeLessThanOrEqual(1)
    // The others are asked again all the while, each in its turn.
    const counts = [...asked].filter(([alertId]) => alertId.length < 5).map(([, count]) => count)
    expect(Math.min(...counts)).toBeGreaterThan(5)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })

  it('tells what is held no longer, in its turn', async () => {
    let ended = ''
    const { judge } = holding(({ alertId }) => alertId === ended)
    const sending = new Sending(judge)
    for (let i = 0; i < 1_000; i++) sending.story.plan(i, { ...event, severity: severe })
    await sending.run(600, part => {
      if (part === 400) ended = 'a617'
    })
    expect(sending.told.map(({ alertId }) => alertId)).toEqual(['a617'])
    expect(sending.told[0]?.part).toBeLessThan(502)
  })
})

describe('what others of its story may cover', () => {
  const [part, whole, wider] = [900, 150, 170]

  /**
   * All is silenced for a while, the story no longer than that; part of it is covered by what was
   * told of its whole.
   */
  const storyJudge = () => {
    const silence = { isLifted: false }
    const askedMs = new Map<string, number>()
    const coverOf = new Map([
      [`a${part}`, `a${whole}`],
      [`a${whole}`, `a${wider}`]
    ])
    const hold = (
      reason: 'silenced' | 'told-in-story',
      nowMs: number
    ): ReturnType<NewsJudge['decide']> => {
      return {
        decision: { kind: 'hold', reason, untilMs: null, by: null },
        againMs: nowMs + 10_000
      }
    }
    const judge: NewsJudge = {
      work: { units: 0 },
      decide: ({ alertId }, standingOf, nowMs) => {
        judge.work.units += sliceUnitsMax / 10
        askedMs.set(alertId, nowMs)
        const cover = coverOf.get(alertId)
        if (cover !== undefined && standingOf(cover).trace.accepted !== null)
          return hold('told-in-story', nowMs)
        const isOther = ![part, whole, wider].some(each => alertId === `a${each}`)
        if (isOther || !silence.isLifted) return hold('silenced', nowMs)
        return { decision: { kind: 'tell', reason: 'first' }, againMs: null }
      }
    }
    /** Both were asked for the last time so long ago that they are due. */
    const isDue = (nowMs: number) =>
      [whole, wider].every(each => (askedMs.get(`a${each}`) ?? 0) <= nowMs - 10_000)
    return { judge, silence, isDue }
  }
  const begin = (story: Story) => {
    for (let i = 0; i < 1_000; i++)
      if (i !== part) story.plan(i, { ...event, severity: i === wider ? extreme : severe })
  }

  it.each([
    ['after what covers its own cover', false, ['a170', 'a900']],
    ['never, for what covers it is as grave and told first', true, ['a150']]
  ])(
    'is told %s, though of the others it was not asked again yet',
    async (_, isWiderGone, expected) => {
      const { judge, silence, isDue } = storyJudge()
      const sending = new Sending(judge)
      const { story } = sending
      begin(story)
      if (isWiderGone) story.drop('delivery.lapsed', [wider + 1])
      await sending.run(600, at => {
        if (silence.isLifted || at < 300 || !isDue(story.nowMs)) return
        silence.isLifted = true
        story.plan(part, { ...event, severity: severe })
        sending.sender.wake()
      })
      expect(sending.told.map(({ alertId }) => alertId)).toEqual(expected)
      const atOnce = new Story()
      const other = storyJudge()
      atOnce.judge = other.judge
      begin(atOnce)
      if (isWiderGone) atOnce.drop('delivery.lapsed', [wider + 1])
      atOnce.run()
      atOnce.nowMs += 10_000
      other.silence.isLifted = true
      atOnce.plan(part, { ...event, severity: severe })
      atOnce.run()
      expect(atOnce.received.map(({ alertId }) => alertId)).toEqual(expected)
    }
  )
})
