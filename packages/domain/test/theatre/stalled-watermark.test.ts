// A theatre whose sources have all fallen silent: its watermark depends on what was heard, not on
// when it arrived.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TheatrePayload } from '../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, revisionOf } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const rule = {
  ruleId: 'no-attack',
  ruleVersion: 1,
  pattern: 'absence',
  parameters: { expected: ['category == "attack"'], days: 5 }
}
const startMs = Date.parse('2023-01-01T00:00:00.000Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const lastDay = 400

function told(payloads: readonly TheatrePayload[]): FoldStory {
  const story = new FoldStory({ start: day(0), rules: [rule] })
  for (const payload of payloads) story.take(payload)
  story.tick(day(lastDay))
  for (let minute = 1; minute <= 3; minute++)
    story.tick(formatTime(startMs + lastDay * dayMs + minute * 60_000))
  return story
}

const found = (story: FoldStory) =>
  story
    .standing()
    .filter(({ status }) => status !== 'retracted')
    .map(({ window, levels, measure }) => JSON.stringify({ window, levels, measure }))
    .sort()

const report = fc
  .record({
    at: fc.integer({ min: 1, max: 60 }),
    isAttack: fc.boolean(),
    source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
  })
  .map(({ at, isAttack, source }): TheatrePayload => {
    const id = `${at}-${source}-${isAttack}`
    const sketch = {
      id,
      at: day(at),
      source,
      category: isAttack ? 'attack' : 'protest',
      settlement: 'Diosso'
    } as const
    return { type: 'report.received', data: revisionOf(sketch) }
  })
const tick = fc.integer({ min: 2, max: lastDay - 1 }).map(
  (n): TheatrePayload => ({
    type: 'clock.ticked',
    data: { to: `${day(n)}T00:00:00.000Z`, gap: false }
  })
)

describe('a theatre whose sources fell silent', () => {
  it('knows the same of silence whether it was reported in time or long afterwards', () => {
    let silences = 0
    fc.assert(
      fc.property(
        fc.array(report, { minLength: 2, maxLength: 8 }),
        fc.array(tick, { maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (reports, ticks, chance) => {
          const inOrder = told([...reports, ...ticks])
          const mixed = [...reports, ...ticks].map(payload => ({
            payload,
            at: chance.next().value as number
          }))
          const late = told(mixed.sort((a, b) => a.at - b.at).map(({ payload }) => payload))
          expect(inOrder.fold.isStalled).toBe(true)
          expect(late.fold.watermarkMs).toBe(inOrder.fold.watermarkMs)
          expect(found(late)).toEqual(found(inOrder))
          silences += found(inOrder).length
        }
      ),
      { numRuns: runsOf(200, 10) }
    )
    expect(silences).toBeGreaterThan(shareOf(50, 200, 10))
  })
})
