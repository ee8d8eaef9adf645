// What a policy decides for a subscriber rests on nothing that the subscriber may not see: with and without hidden alerts of the
// same stories the same bytes come at the same times, and the list of deliveries says the same, over kills of the notifier.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { FakeNetwork } from '../support/notifier-harness.ts'

const hidden = ['massacre']
const alertIds = ['siege', 'front', ...hidden]

const step = fc.record({
  afterS: fc.constantFrom(0, 20, 60),
  alertId: fc.constantFrom(...alertIds),
  severity: fc.constantFrom('moderate' as const, 'severe' as const, 'extreme' as const),
  ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
  partOf: fc.option(fc.constantFrom(...alertIds)),
  references: fc.uniqueArray(fc.constantFrom(...alertIds), { maxLength: 1 }),
  dies: fc.constantFrom(false, false, false, true)
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

const policies = fc.record({
  minSeverity: fc.constantFrom('minor' as const, 'severe' as const),
  groupWaitSeconds: fc.constantFrom(0, 30),
  updateMinutes: fc.constantFrom(0, 2),
  stories: fc.constant('one' as const)
})

/** A partner's subscription while the log grows; it may be another notifier that goes on. */
class Course {
  readonly #store = new MemoryStore()
  readonly #clock = new ManualClock()
  readonly #network = new FakeNetwork()
  readonly #received: string[] = []
  /** Of each side of its own: the hidden ones move no number and no time of the others. */
  readonly #writers = { open: new AlertWriter(null as never), hidden: new AlertWriter(null as never) }
  #suite!: Suite
  #partner = ''

  async begin(policy: object): Promise<this> {
    const send = this.#network.send.bind(this.#network)
    this.#network.send = (request, signal) => {
      this.#received.push(`${this.#clock.nowMs()} ${Buffer.from(request.body).toString()}`)
      return send(request, signal)
    }
    await this.#open()
    this.#partner = await this.#suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })
    const body = { url: 'https://partner.example/hook', policy }
    const made = await this.#suite.ask('POST', '/v1/subscriptions', { body, key: this.#partner })
    expect(made.status).toBe(201)
    return this
  }

  async take({ afterS, alertId, severity, ending, partOf, references, dies }: Step, isWritten: boolean): Promise<void> {
    await this.#clock.advance(afterS * 1_000)
    if (dies) {
      await this.#suite.h.kill()
      await this.#open()
    }
    if (!isWritten) return
    const isHidden = hidden.includes(alertId)
    const writer = this.#writers[isHidden ? 'hidden' : 'open']
    const [record] = writer.record('revised', alertId, {
      ...{ severity, partOf: partOf === alertId ? null : partOf, references: references.filter(each => each !== alertId) },
      ...{ notify: 'page', status: ending ?? 'provisional' },
      ...(isHidden ? { handling: 'restricted', theatre: 'lake' } : { handling: 'public' })
    })
    await this.#suite.h.log.append(topics.alerts, [record])
    await settle(30)
  }

  /** It becomes hidden from the partner. */
  async leave(alertId: string): Promise<void> {
    const [record] = this.#writers.open.record('revised', alertId, { handling: 'restricted' })
    await this.#suite.h.log.append(topics.alerts, [record])
    await settle(30)
  }

  /** What came and when, and what the partner reads of its deliveries, in the end. */
  async end(): Promise<readonly string[]> {
    // Longer than any wait of these policies.
    await this.#clock.advance(150_000)
    const { body } = await this.#suite.ask('GET', '/v1/subscriptions?limit=1', { key: this.#partner })
    const told: string[] = []
    for (const path of [`subscriptions/${body.items[0].id}/deliveries`, 'alerts', 'alerts?answered=false', 'response-times'])
      told.push(JSON.stringify((await this.#suite.ask('GET', `/v1/${path}`, { key: this.#partner })).body))
    await this.#suite.close()
    return [...this.#received, ...told]
  }

  async #open(): Promise<void> {
    this.#suite = await Suite.open({ store: this.#store, clock: this.#clock, network: this.#network }, { rules: false })
  }
}

async function toldIn(policy: object, steps: readonly Step[], isWritten: (step: Step) => boolean): Promise<readonly string[]> {
  const course = await new Course().begin(policy)
  for (const each of steps) await course.take(each, isWritten(each))
  return course.end()
}

describe('a policy of a partner', () => {
  it('decides the same with hidden alerts of the same stories, and without them (property)', async () => {
    let hiddenCount = 0
    await fc.assert(
      fc.asyncProperty(policies, fc.array(step, { minLength: 6, maxLength: 14 }), async (policy, steps) => {
        const whole = await toldIn(policy, steps, () => true)
        const without = await toldIn(policy, steps, ({ alertId }) => !hidden.includes(alertId))
        hiddenCount += steps.filter(({ alertId }) => hidden.includes(alertId)).length
        expect(whole).toEqual(without)
      }),
      { numRuns: runsOf(60) }
    )
    expect(hiddenCount).toBeGreaterThan(10)
  })

  it('is covered by no alert that left the view, though it was told before', async () => {
    const news: Omit<Step, 'alertId'> = {
      ...{ afterS: 60, severity: 'severe', ending: null, partOf: null, references: [], dies: false }
    }
    const course = await new Course().begin({ groupWaitSeconds: 0 })
    await course.take({ ...news, alertId: 'crisis' }, true)
    await course.leave('crisis')
    await course.take({ ...news, alertId: 'siege', partOf: 'crisis' }, true)
    const told = await course.end()
    const types = told.flatMap(each => /"type":"([^"]+)".*"subject":"([^"]+)"/.exec(each)?.slice(1, 3).join(' ') ?? [])
    expect(types.slice(0, 3)).toEqual([
      'tocsin.alert.revised.v1 crisis',
      'tocsin.alert.left-view.v1 crisis',
      'tocsin.alert.revised.v1 siege'
    ])
  })
})
