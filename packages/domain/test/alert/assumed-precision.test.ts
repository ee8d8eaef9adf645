// Evidence with coordinates of unstated precision: such alerts are `likely` at most.

import { describe, expect, it } from 'vitest'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

const front = { ruleId: 'front', ruleVersion: 1, pattern: 'front', parameters: {} } as const
const massCasualty = {
  ruleId: 'mass-casualty',
  ruleVersion: 1,
  pattern: 'mass-casualty',
  parameters: {}
} as const

/** Four attacks within some kilometres and days, each reported by two good sources. */
function attacks(of: (n: number) => Partial<ReportSketch>): readonly ReportSketch[] {
  return [0, 1, 2, 3].flatMap(n =>
    ['A1', 'A2'].map(source => ({
      id: `${source}-${n}`,
      source,
      at: `2025-06-0${n + 1}`,
      lat: 14 + n / 100,
      credibility: 2 as const,
      radiusKm: 5,
      ...of(n)
    }))
  )
}

function certaintyOf(rule: typeof front | typeof massCasualty, reports: readonly ReportSketch[]) {
  const story = new FoldStory({ rules: [rule], start: '2025-05-30', sources: ['A1', 'A2'] })
  for (const report of reports) story.report(report)
  return story.standing(rule.ruleId).map(alert => alert.certainty)
}

describe('an alert', () => {
  it('is observed if good sources agree, and likely at most if the precision of its places is assumed', () => {
    expect(
      certaintyOf(
        front,
        attacks(() => ({}))
      )
    ).toEqual(['observed'])
    expect(
      certaintyOf(
        front,
        attacks(() => ({ precision: 'assumed' }))
      )
    ).toEqual(['likely'])
  })

  it('is as certain as the weakest of the triggers that it needs: one assumed place beside enough precise ones changes nothing', () => {
    expect(
      certaintyOf(
        front,
        attacks(n => (n === 0 ? { precision: 'assumed' } : {}))
      )
    ).toEqual(['observed'])
    expect(
      certaintyOf(
        front,
        attacks(n => (n <= 1 ? { precision: 'assumed' } : {}))
      )
    ).toEqual(['likely'])
  })
})
