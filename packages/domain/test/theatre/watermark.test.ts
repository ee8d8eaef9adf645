// The watermark as it is kept, beside what it means: a look at all sources at every tick.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayMs } from '../../src/space-time/event-time.ts'
import {
  heardWith,
  type SourceHeard,
  type SourceStanding,
  Watermark
} from '../../src/theatre/watermark.ts'
import { runsOf } from '../test-size.ts'

const isLive = ({ heard, config }: SourceStanding, tickMs: number) =>
  !config.archive && tickMs - heard.greatestReportedAtMs <= config.cadenceDays * dayMs

function watermarkOf(sources: readonly SourceStanding[], tickMs: number): number | null {
  const live = sources.filter(each => isLive(each, tickMs))
  if (live.length === 0) return null
  return Math.min(
    ...live.map(
      ({ heard, config }) => Math.min(heard.latestOccurredMs, tickMs) - config.latenessDays * dayMs
    )
  )
}

function stalledOf(sources: readonly SourceStanding[]): number | null {
  const speaking = sources.filter(({ config }) => !config.archive)
  const ends = speaking.map(
    ({ heard, config }) => heard.greatestReportedAtMs + config.cadenceDays * dayMs
  )
  return ends.length === 0 ? null : watermarkOf(speaking, Math.max(...ends))
}

function nextSilenceOf(sources: readonly SourceStanding[], tickMs: number): number | null {
  const live = sources.filter(each => isLive(each, tickMs))
  if (live.length === 0) return null
  return Math.min(
    ...live.map(({ heard, config }) => heard.greatestReportedAtMs + config.cadenceDays * dayMs + 1)
  )
}

/** Few days, so that many are equal. */
const dayAt = fc.integer({ min: 0, max: 12 }).map(day => day * dayMs)
const id = fc.nat({ max: 7 }).map(n => `s${n}`)
const config = fc.record({
  reliability: fc.constant('B' as const),
  archive: fc.constantFrom(false, false, false, true),
  latenessDays: fc.integer({ min: 0, max: 3 }),
  cadenceDays: fc.integer({ min: 1, max: 4 })
})
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      id,
      occurredMs: dayAt,
      reportedMs: dayAt
    })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('set' as const), id, config }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('tick' as const), tickMs: dayAt }) }
)

describe('the watermark', () => {
  it('is that of a look at all sources, whatever they report, are set to, and however the tick moves (property)', () => {
    let [stalled, live, back] = [0, 0, 0]
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const watermark = new Watermark()
        const heard = new Map<string, SourceHeard>()
        const configs = new Map<string, SourceStanding['config']>()
        const standard = {
          reliability: 'F' as const,
          archive: false,
          latenessDays: 2,
          cadenceDays: 3
        }
        const standingOf = (each: string) => ({
          heard: heard.get(each) as SourceHeard,
          config: configs.get(each) ?? standard
        })
        let tickMs = 0
        for (const each of steps) {
          if (each.do === 'tick') {
            back += Number(each.tickMs < tickMs)
            tickMs = each.tickMs
          } else {
            if (each.do === 'hear')
              heard.set(each.id, heardWith(heard.get(each.id), each.occurredMs, each.reportedMs))
            else configs.set(each.id, each.config)
            if (heard.has(each.id)) watermark.put(each.id, standingOf(each.id))
          }
          const all = [...heard.keys()].map(standingOf)
          const is = [watermark.at(tickMs), watermark.stalledMs, watermark.nextSilenceMs(tickMs)]
          expect(is).toEqual([watermarkOf(all, tickMs), stalledOf(all), nextSilenceOf(all, tickMs)])
          if (is[0] === null) stalled++
          else live++
        }
      }),
      { numRuns: runsOf(500, 10) }
    )
    expect([stalled > 0, live > 0, back > 0]).toEqual([true, true, true])
  })
})
