// Retaliation watch: against a simple reading of a settlement's events, and the stories of Diosso
// as text.

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Input } from '../../../src/detection/compound-scope.ts'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { appealAftermath } from '../../../src/patterns/compound/appeal-aftermath.ts'
import { retaliationWatch } from '../../../src/patterns/compound/retaliation-watch.ts'
import { compoundPatterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { course, FoldStory } from '../../fold-story.ts'
import { runsOf, shareOf } from '../../test-size.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'
import { viewWith } from './view-with.ts'

const startMs = Date.parse('2025-01-01T00:00:00Z')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const parameters = resolveParameters(
  compoundPatterns.get('retaliation-watch') as unknown as AnyPattern,
  {}
) as never
const quietMs = 60 * dayMs

interface Hold {
  readonly from: number
  readonly days: number | null
}

function holdingOf({ from, days }: Hold, i: number): Input {
  const atMs = startMs + from * dayMs
  const finding: Finding = {
    group: { settlement: 'Diosso', settlementId: 'ML-4/diosso' },
    situation: null,
    fromMs: atMs,
    toMs: days === null ? null : atMs + days * dayMs,
    levels: [{ level: 1, atMs, reason: 'partial' }],
    measure: { name: 'n', value: 1, threshold: 1, baseline: null },
    triggers: [
      incidentFrom({ id: `hold${i}`, at: day(from), category: 'blockade', settlement: 'Diosso' })
    ],
    support: [],
    omitted: 0,
    headline: 'h',
    explanation: 'e'
  }
  return { ruleId: 'siege', pattern: 'siege', finding }
}

/**
 * Expected: for each chain of appeals, threats and attacks without sixty quiet days between, the
 * first appeal while the place was held.
 */
function expectedOf(all: readonly Incident[], holds: readonly Hold[], horizonMs: number) {
  const chains: Incident[][] = []
  for (const incident of all) {
    const chain = chains.at(-1)
    const endMs = chain ? Math.max(...chain.map(i => i.toMs)) + quietMs : Number.NEGATIVE_INFINITY
    if (chain && endMs > incident.fromMs) chain.push(incident)
    else if (incident.category === 'appeal') {
      // Threats and attacks of the same moment belong to it, whatever their ids.
      const same = all.filter(
        i =>
          i.category !== 'appeal' &&
          i.fromMs === incident.fromMs &&
          all.indexOf(i) < all.indexOf(incident)
      )
      chains.push([...same, incident])
    }
  }
  return chains.flatMap(chain => {
    const endMs = Math.max(...chain.map(i => i.toMs)) + quietMs
    const during = (voice: Incident) =>
      holds.filter(h => {
        const [fromMs, toMs] = [
          startMs + h.from * dayMs,
          h.days === null ? Infinity : startMs + (h.from + h.days) * dayMs
        ]
        return fromMs <= voice.toMs && toMs >= voice.fromMs
      })
    const voice = chain.find(i => i.category === 'appeal' && during(i).length > 0)
    if (!voice) return []
    const enteredMs = Math.max(
      voice.fromMs,
      Math.min(...during(voice).map(h => startMs + h.from * dayMs))
    )
    const after = chain.filter(
      i => i.category !== 'appeal' && i.fromMs >= voice.fromMs && i.toMs >= enteredMs
    )
    const levels = 1 + new Set(after.map(i => i.category)).size
    return [
      { fromMs: enteredMs, toMs: endMs <= horizonMs ? endMs : null, levels, value: after.length }
    ]
  })
}

const fired = { watches: 0, escalated: 0, ended: 0, several: 0 }

describe('retaliation watch', () => {
  const deed = fc.record({
    from: fc.integer({ min: 0, max: 300 }),
    days: fc.constantFrom(0, 0, 0, 5, 40),
    category: fc.constantFrom('appeal', 'appeal', 'threat', 'attack')
  })
  const hold = fc.record({
    from: fc.integer({ min: 0, max: 250 }),
    days: fc.option(fc.integer({ min: 1, max: 150 }), { nil: null })
  })

  it('is what a simple reading of the settlement finds (500 stories)', () => {
    fc.assert(
      fc.property(
        fc.array(deed, { maxLength: 12 }),
        fc.array(hold, { maxLength: 3 }),
        (deeds, holds) => {
          const all = deeds
            .map((d, i) =>
              incidentFrom({
                id: `i${String(i).padStart(2, '0')}`,
                at: day(d.from),
                to: day(d.from + d.days),
                category: d.category as 'appeal',
                settlement: 'Diosso'
              })
            )
            .sort(compareIncidents)
          const horizonMs = startMs + 330 * dayMs
          const aftermaths = foldAll(appealAftermath, all, horizonMs).map(finding => ({
            ruleId: 'mine',
            pattern: 'appeal-aftermath',
            finding
          }))
          const view = viewWith('ML-4/diosso', [...holds.map(holdingOf), ...aftermaths])
          const told = retaliationWatch.findings(view, horizonMs, parameters, []).map(f => ({
            fromMs: f.fromMs,
            toMs: f.toMs,
            levels: f.levels.length,
            value: f.measure.value
          }))
          expect(told).toEqual(expectedOf(all, holds, horizonMs))
          fired.watches += told.length
          fired.escalated += told.filter(f => f.levels > 1).length
          fired.ended += told.filter(f => f.toMs !== null).length
          if (told.length > 1) fired.several += 1
        }
      ),
      { numRuns: runsOf(500, 10) }
    )
  })

  afterAll(() => {
    expect(Math.min(...Object.values(fired))).toBeGreaterThan(shareOf(20, 500, 10))
  })
})

describe('retaliation watch in a theatre', () => {
  const rules = ['siege', 'retaliation-watch'].map(id => ({
    ruleId: id,
    ruleVersion: 1,
    pattern: id,
    parameters: {}
  }))
  const diosso = { settlement: 'Diosso', lat: 13.88321, lon: -5.36211 } as const
  const whole = ['encirclement', 'movement-denied', 'aid-denied', 'hunger', 'no-medical-care']

  it('begins at the appeal of a settlement under siege, and ends after sixty quiet days', () => {
    const story = new FoldStory({ rules, start: '2023-12-01' })
    story.tick('2023-12-20')
    for (const [i, category] of (['blockade', 'movement-denied'] as const).entries())
      story.report({
        id: `s${i}`,
        source: `wire-${i + 1}`,
        at: '2023-12-01',
        to: '2023-12-18',
        category,
        ...diosso
      })
    story.tick('2025-03-08')
    const events = story.report({
      id: 'v',
      source: 'voices',
      at: '2025-03-01',
      to: '2025-03-07',
      category: 'appeal',
      tactics: whole,
      credibility: 6,
      ...diosso
    })
    expect(course(events)).toContain('raised retaliation-watch 1')
    expect(story.standing('retaliation-watch')[0]?.headline).toBe(
      'Diosso spoke up on 1 March 2025 while under siege: retaliation may follow'
    )
    story.tick('2025-04-01')
    expect(
      course(story.report({ id: 't', at: '2025-03-30', category: 'threat', ...diosso }))
    ).toEqual(['escalated retaliation-watch 2'])
    expect(course(story.tick('2025-05-29'))).not.toContain('resolved retaliation-watch 2')
    expect(course(story.tick('2025-05-30'))).toContain('resolved retaliation-watch 2')
  })
})
