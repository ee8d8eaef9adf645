// Beyond the boundary of R: late reports before what the base contains, intervals across it. A
// theatre restored from its snapshot continues like one that was never stopped.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, revisionOf, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const rules = [...defaultRules, ...defaultCompoundRules]
const theatre = { id: 'sahel', countries: null, polygon: null, clock: 'replay' } as const

describe('a theatre past its boundary', () => {
  it('continues from its snapshot wherever that was taken, while the boundary moves (30 stories)', () => {
    const startMs = Date.parse('2020-01-01T00:00:00.000Z')
    const kinds = [
      'attack',
      'attack-on-civilians',
      'blockade',
      'aid-denied',
      'movement-denied',
      'appeal',
      'abduction'
    ] as const
    const deed = fc.record({
      day: fc.integer({ min: 0, max: 1500 }),
      lasts: fc.constantFrom(0, 0, 0, 5, 60, 400),
      late: fc.constantFrom(0, 0, 3, 30, 300),
      kind: fc.constantFrom(...kinds),
      place: fc.integer({ min: 0, max: 3 }),
      source: fc.constantFrom('wire-1', 'wire-2', 'wire-3')
    })
    let events = 0
    fc.assert(
      fc.property(fc.array(deed, { minLength: 60, maxLength: 150 }), fc.nat(), (deeds, cut) => {
        const story = new FoldStory({ start: '2019-12-31', rules })
        story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 468 } })
        const dated = deeds.map((d, i) => ({
          ...d,
          i,
          knownMs: startMs + (d.day + d.lasts + d.late) * dayMs
        }))
        let away: ReturnType<typeof throughText> | null = null
        let tickMs = startMs
        for (const d of dated.sort((a, b) => a.knownMs - b.knownMs || a.i - b.i)) {
          const take = (payload: Parameters<FoldStory['take']>[0]) => {
            const output = story.take(payload)
            const record = story.records.at(-1)
            if (away !== null && record !== undefined) expect(away.apply(record)).toEqual(output)
            events += output.alerts.length
          }
          for (; tickMs <= d.knownMs; tickMs += 7 * dayMs)
            take({ type: 'clock.ticked', data: { to: formatTime(tickMs), gap: d.i % 9 === 0 } })
          const at = formatTime(startMs + d.day * dayMs).slice(0, 10)
          const to = formatTime(startMs + (d.day + d.lasts) * dayMs).slice(0, 10)
          const where = {
            settlement: `S${d.place}`,
            admin1: `ML-${d.place}`,
            lat: 13 + d.place,
            lon: -5 - d.place
          }
          const sketch = {
            id: `r${d.i}`,
            at,
            to,
            category: d.kind,
            source: d.source,
            actors: ['JNIM'],
            deaths: d.i % 12,
            ...where
          }
          take({ type: 'report.received', data: revisionOf(sketch) })
          if (away === null && story.records.length > 20 + (cut % 120))
            away = throughText(story.fold)
        }
      }),
      { numRuns: runsOf(30, 10) }
    )
    expect(events).toBeGreaterThan(shareOf(500, 30, 10))
  }, 120_000)
})
