// Support of an open episode is named up to a limit and then counted: an alert is not revised for
// each further report.

import { describe, expect, it } from 'vitest'
import type { MachinePattern, Pattern } from '../../../src/detection/pattern.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { count } from '../../../src/patterns/blocks/count.ts'
import { thirdPartyConvergence } from '../../../src/patterns/convergence/third-party-convergence.ts'
import { cumulativeDeaths } from '../../../src/patterns/deaths/cumulative-deaths.ts'
import { massCasualty } from '../../../src/patterns/deaths/mass-casualty.ts'
import { supportNamedMax } from '../../../src/patterns/episode/named-support.ts'
import { newActor } from '../../../src/patterns/first-seen/new-actor.ts'
import { supplyLineInterdiction } from '../../../src/patterns/supply/supply-line-interdiction.ts'
import { territoryLost } from '../../../src/patterns/territory/territory-lost.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const more = 45

type Said = Partial<ReportSketch>

interface Story {
  readonly pattern: Pattern<never, never>
  /** What opens the episode. */
  readonly made: readonly Said[]
  /** What recurs while it is open, and changes nothing. */
  readonly again: Said
}

const story = <P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  made: readonly Said[],
  again: Said
): Story => ({
  pattern: pattern as unknown as Pattern<never, never>,
  made,
  again
})

const bamako = { admin1: 'ML-BKO', lat: 12.65, lon: -8 }
const attack = { category: 'attack', settlement: 'Dioura', admin1: 'ML-5' } as const
const seized = {
  category: 'territory-seized',
  settlement: 'Djibo',
  admin1: 'BF-12',
  country: 'BF',
  actors: ['JNIM']
} as const
const advice = (by: string): Said => ({ category: 'advisory', country: 'ML', actors: [by] })

const stories: readonly Story[] = [
  story(cumulativeDeaths, [{ category: 'attack', deaths: [60, 60, 60] }], {
    category: 'attack',
    deaths: [1, 1, 1]
  }),
  story(massCasualty, [{ category: 'attack-on-civilians', deaths: [12, 12, 12] }], {
    category: 'attack-on-civilians',
    deaths: [11, 11, 11],
    credibility: 5
  }),
  story(newActor, [{ ...attack, actors: ['JNIM'] }], { ...attack, actors: ['JNIM'] }),
  story(supplyLineInterdiction, [{ category: 'blockade', tactics: ['fuel-blockade'], ...bamako }], {
    category: 'blockade',
    tactics: ['fuel-blockade'],
    ...bamako,
    credibility: 5
  }),
  story(territoryLost, [seized], seized),
  story(
    thirdPartyConvergence,
    [advice('Germany'), advice('France'), advice('Italy')],
    advice('Italy')
  ),
  story(count, [attack, attack, attack], { ...attack, credibility: 5 })
]

describe.each(stories)('support of $pattern.id', ({ pattern, made, again }) => {
  // All on one day, so that no window moves: the order of ids is that of the reports.
  const sketches: readonly ReportSketch[] = [
    ...made,
    ...Array.from({ length: more }, () => again)
  ].map((said, i) => ({
    id: `r${String(i).padStart(3, '0')}`,
    at: '2025-01-01',
    ...said
  }))

  it('is named up to a limit, and counted above it', () => {
    const incidents: readonly Incident[] = sketches.map(sketch => incidentFrom(sketch))
    const [found, ...others] = foldAll(pattern, incidents, originMs + dayMs)
    expect(others).toEqual([])
    expect(found?.triggers).toHaveLength(made.length)
    expect(found?.support.map(i => i.id)).toEqual(
      sketches.slice(made.length, made.length + supportNamedMax).map(s => s.id)
    )
    expect(found?.omitted).toBe(more - supportNamedMax)
  })

  it('above the limit causes no revision of the alert', () => {
    const told = new FoldStory({
      rules: [{ ruleId: 'mine', ruleVersion: 1, pattern: pattern.id, parameters: {} }],
      start: '2023-01-01'
    })
    told.report({
      id: 'long-ago',
      at: '2023-01-02',
      category: 'other',
      settlement: 'Diffa',
      admin1: 'NE-2',
      country: 'NE'
    })
    told.tick(formatTime(originMs).slice(0, 10))
    const events = sketches.map((sketch, i) => {
      const before = told.outputs.length
      // Each of its own source: no two of them are one incident.
      told.report({
        ...sketch,
        lat: sketch.lat ?? 14.8,
        lon: sketch.lon ?? -5.2,
        reportedAt: formatTime(originMs + (i + 1) * 60_000)
      })
      return told.outputs.slice(before).flatMap(output => output.alerts).length
    })
    expect(
      events.slice(0, made.length + supportNamedMax).reduce((sum, n) => sum + n, 0)
    ).toBeGreaterThan(0)
    expect(events.slice(made.length + supportNamedMax)).toEqual(
      new Array(more - supportNamedMax).fill(0)
    )
  })
})
