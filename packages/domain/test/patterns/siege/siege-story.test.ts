// Fifteen months of siege, the last ten without a report: what is published, and how often.

import { describe, expect, it } from 'vitest'
import type { AlertState } from '../../../src/alert/alert.ts'
import { defaultRules } from '../../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../../src/record/theatre-record.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../../fold-story.ts'

const diosso = { settlement: 'Diosso', admin1: 'ML-4' } as const
const siegeAlone = defaultRules.filter(({ pattern }) => pattern === 'siege')

/** The reports of the first five months, each one day late. */
const told: readonly ReportSketch[] = [
  {
    id: 'blockade',
    at: '2024-01-01',
    to: '2024-01-09',
    category: 'blockade',
    source: 'wire-1',
    ...diosso
  },
  {
    id: 'fields',
    at: '2024-01-02',
    to: '2024-01-10',
    category: 'movement-denied',
    source: 'wire-2',
    ...diosso
  },
  { id: 'convoy', at: '2024-02-20', category: 'aid-denied', source: 'wire-3', ...diosso },
  {
    id: 'hunger',
    at: '2024-04-11',
    category: 'food-insecurity',
    tactics: ['hunger'],
    source: 'wire-2',
    ...diosso
  },
  { id: 'last', at: '2024-05-30', category: 'blockade', source: 'wire-1', ...diosso }
]
const begin = '2024-01-01'
const lastWord = '2024-05-31'
const end = '2025-04-01'

/** The five months with their reports, a tick each day. */
function fiveMonths(rules: readonly RuleVersion[] = siegeAlone): FoldStory {
  const story = new FoldStory({ rules, start: begin })
  for (let ms = Date.parse(begin) + dayMs; ms <= Date.parse(lastWord); ms += dayMs) {
    story.tick(formatTime(ms))
    const yesterday = formatTime(ms - dayMs).slice(0, 10)
    for (const sketch of told) {
      if ((sketch.to ?? sketch.at) === yesterday)
        story.report({ ...sketch, reportedAt: formatTime(ms) })
    }
  }
  return story
}

const siegeOf = (story: FoldStory) => {
  const sieges = story.standing('siege')
  expect(sieges).toHaveLength(1)
  return sieges[0] as AlertState
}
/** All events of sieges: `escalated by 30 days; page`, …. */
const courseOf = (story: FoldStory) =>
  story.events.flatMap(({ type, data }) => {
    if (!('levels' in data) || data.ruleId !== 'siege') return []
    const because = type === 'alert.escalated' ? ` by ${data.reason}` : ''
    return [`${type.slice('alert.'.length)}${because}; ${data.notify}`]
  })
const levelsOf = (story: FoldStory) =>
  siegeOf(story).levels.map(({ at, reason }) => `${at.slice(0, 10)} ${reason}`)

/** Without the ten months. */
const ofFiveMonths = [
  'raised; page',
  'escalated by 30 days; page',
  'escalated by full; page',
  'confirmed; update',
  'escalated by 90 days; page',
  'escalated by hunger; page',
  'revised; update'
]
const allLevels = [
  '2024-01-09 partial',
  '2024-02-08 30 days',
  '2024-02-20 full',
  '2024-04-08 90 days',
  '2024-04-11 hunger',
  '2024-07-07 180 days',
  '2025-01-08 365 days'
]

describe('a siege of fifteen months without a report for the last ten', () => {
  it('is one open alert that states its age; in ten months of silence people are paged twice, at half a year and at a year', () => {
    const story = fiveMonths()
    expect(courseOf(story)).toEqual(ofFiveMonths)
    story.tickDaily('2024-06-01', end)
    expect(courseOf(story).slice(ofFiveMonths.length)).toEqual([
      'escalated by 180 days; page',
      'escalated by 365 days; page'
    ])
    expect(levelsOf(story)).toEqual(allLevels)
    const siege = siegeOf(story)
    expect(siege).toMatchObject({
      status: 'confirmed',
      severity: 'extreme',
      urgency: 'immediate',
      window: { to: null }
    })
    expect(siege.headline).toBe('Siege of Diosso, for more than 365 days')
    expect(siege.explanation).toContain('Encirclement since 1 January 2024')
    expect(siege.explanation).toContain('a lack of reports does not end it')
    expect(siege.evidence.map(({ incidentId }) => incidentId)).toEqual(told.map(({ id }) => id))
  })
})
