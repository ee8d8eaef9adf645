// A fold that begins in the middle of the log, at what retention left, ends as one that has all of
// it.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DeliveryFold } from '../../src/delivery/delivery-fold.ts'
import type { DeliveryRecord } from '../../src/delivery/delivery-record.ts'
import { partsOf } from '../../src/delivery/delivery-retention.ts'
import { type CapturedDeliveries, stateRows } from '../../src/delivery/delivery-rows.ts'
import { Story } from '../support/delivery-story.ts'
import { sharedStep, takeStep } from '../support/shared-log.ts'

const ids = ['s', 't', 'u'] as const
const keepArb = fc.record({
  do: fc.constantFrom(
    'checkpoint' as const,
    'part' as const,
    'part' as const,
    'lapse' as const,
    'repeat' as const
  ),
  who: fc.nat({ max: 2 }),
  charsMax: fc.constantFrom(1, 300, 100_000),
  forget: fc.boolean()
})
const stepArb = fc.oneof({ weight: 4, arbitrary: sharedStep }, { weight: 2, arbitrary: keepArb })
type Step = typeof stepArb extends fc.Arbitrary<infer S> ? S : never

/** A log with checkpoints, some of which end midway, and the fold of all of it. */
class Kept {
  readonly log: DeliveryRecord[] = []
  readonly whole = new DeliveryFold()
  readonly #stories = ids.map(id => new Story(id))
  /** Parts that are not written yet. */
  readonly #parts: DeliveryRecord[][] = [[], [], []]
  #made = 0

  constructor() {
    this.whole.began()
  }

  take(step: Step): void {
    const story = this.#stories[step.who] as Story
    if ('what' in step) for (const record of takeStep(story, step.what)) this.#fold(record)
    else if (step.do === 'repeat') for (const record of this.log.slice(-3)) this.#fold(record)
    else this.#keep(step, story)
  }

  /** The first position of each subscription that it cannot do without. */
  get bases(): ReadonlyMap<string, number> {
    return new Map(ids.map(id => [id, Number(this.whole.basisOf(id) ?? 0n)]))
  }

  #keep(step: Extract<Step, { do: string }>, story: Story): void {
    const { subscriptionId } = story.subscription
    const at = { id: `k${this.#made++}`, time: new Date(story.nowMs).toISOString(), cause: null }
    if (step.do === 'part') this.#append(story, this.#parts[step.who]?.shift())
    else if (step.do === 'lapse') {
      const sequences = story.fold.overdue(new Date(story.nowMs - 60_000).toISOString())
      this.#append(story, { ...at, type: 'delivery.lapsed', data: { subscriptionId, sequences } })
    } else if (step.do === 'checkpoint') {
      const checkpointId = at.id
      const taken: CapturedDeliveries[] = []
      this.whole.whenBegun(checkpointId, captured => taken.push(captured))
      const forgetBefore = new Date(step.forget ? story.nowMs - 5_000 : 0).toISOString()
      this.#append(story, {
        ...at,
        type: 'delivery.checkpoint-begun',
        data: { subscriptionId, checkpointId, forgetBefore }
      })
      const parts = taken.flatMap(captured => [...partsOf(captured, step.charsMax)])
      this.#parts[step.who] = parts.map(({ rows, isLast }, part) => ({
        ...{ ...at, id: `${at.id}-${part}`, type: 'delivery.checkpoint' as const },
        data: { subscriptionId, checkpointId, part, isLast, rows: JSON.parse(JSON.stringify(rows)) }
      }))
    }
  }

  #append(story: Story, record: DeliveryRecord | undefined): void {
    if (record === undefined) return
    story.append(record)
    this.#fold(record)
  }

  #fold(record: DeliveryRecord): void {
    this.whole.apply(record, BigInt(this.log.length))
    this.log.push(record)
  }
}

function stateOf(fold: DeliveryFold): unknown {
  return ids.map(id => [...stateRows(fold.of(id).capture())])
}

it('whatever was checkpointed, lapsed, forgotten and repeated, and wherever between the log begins', () => {
  let missing = 0
  fc.assert(
    fc.property(
      fc.array(stepArb, { maxLength: 80 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, portion) => {
        const kept = new Kept()
        for (const step of steps) kept.take(step)
        const { bases } = kept
        for (const share of [1, portion]) {
          const cold = new DeliveryFold()
          for (const [i, record] of kept.log.entries()) {
            const basis = bases.get(record.data.subscriptionId) as number
            if (i >= Math.floor(basis * share)) cold.apply(record, BigInt(i))
            else missing++
          }
          cold.began()
          expect(stateOf(cold)).toEqual(stateOf(kept.whole))
        }
      }
    ),
    { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 400) }
  )
  expect(missing).toBeGreaterThan(0)
})

it('a checkpoint of a later version is refused, not read in part', () => {
  const at = { time: '2026-03-01T12:00:00.000Z', cause: null }
  const of = { subscriptionId: 's', checkpointId: 'k' }
  const cold = new DeliveryFold()
  cold.apply(
    { ...at, id: 'k', type: 'delivery.checkpoint-begun', data: { ...of, forgetBefore: at.time } },
    7n
  )
  const rows = [{ promises: [1] }]
  const last = {
    ...at,
    id: 'k-0',
    type: 'delivery.checkpoint' as const,
    data: { ...of, part: 0, isLast: true, rows }
  }
  expect(() => cold.apply(last, 8n)).toThrow(
    /subscription s has rows that this version does not know/
  )
})
