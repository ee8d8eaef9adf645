// Building blocks over findings.

import { describe, expect, it } from 'vitest'
import { defaultRules } from '../../../src/patterns/pattern-catalogue.ts'
import type { RuleVersion } from '../../../src/record/theatre-record.ts'
import { ruleFaults } from '../../../src/rule/rule-check.ts'
import { course, FoldStory } from '../../fold-story.ts'

const level0 = defaultRules.filter(r => r.pattern === 'front' || r.pattern === 'siege')

function begun(pattern: string, parameters: RuleVersion['parameters']): FoldStory {
  const rule = { ruleId: 'mine', ruleVersion: 1, pattern, parameters }
  const story = new FoldStory({ rules: [...level0, rule] })
  story.tick('2025-04-01')
  return story
}

function reportFront(
  story: FoldStory,
  prefix: string,
  day: number,
  lat: number,
  admin1 = 'ML-4'
): void {
  for (const i of [0, 1, 2]) {
    const at = new Date(Date.UTC(2025, 2, day + i)).toISOString().slice(0, 10)
    story.report({ id: `${prefix}${i}`, at, lat: lat + i / 100, lon: -5, admin1 })
  }
}

function standing(story: FoldStory) {
  return story.standing('mine').filter(s => s.status !== 'retracted')
}

describe('building blocks over findings', () => {
  it('count findings by their entry, and show their incidents', () => {
    const story = begun('findings-count', { of: ['front'], threshold: 2, windowDays: 14 })
    reportFront(story, 'a', 1, 14)
    reportFront(story, 'b', 5, 15)
    const [alert] = standing(story)
    expect(alert?.measure).toMatchObject({ value: 2, threshold: 2 })
    expect(alert?.headline).toContain('2 findings')
    expect(alert?.evidence.map(e => e.incidentId).sort()).toEqual([
      'a0',
      'a1',
      'a2',
      'b0',
      'b1',
      'b2'
    ])
    expect(course(story.withdraw('b1'))).toEqual(['retracted front 1', 'retracted mine 1'])
  })

  it('count in each area that a finding touches, if grouped by area', () => {
    const story = begun('findings-count', {
      of: ['front'],
      threshold: 2,
      windowDays: 14,
      groupBy: 'admin1'
    })
    reportFront(story, 'a', 1, 14, 'ML-4')
    reportFront(story, 'b', 5, 15, 'ML-5')
    expect(standing(story)).toEqual([])
    reportFront(story, 'c', 6, 16, 'ML-4')
    expect(standing(story).map(s => s.group)).toEqual([{ admin1: 'ML-4' }])
  })

  it('find one kind of finding after another', () => {
    const steps = ['"other:finding-siege" in tactics', '"other:finding-front" in tactics']
    const story = begun('findings-sequence', { steps })
    for (const [i, category] of (['blockade', 'movement-denied'] as const).entries())
      story.report({
        id: `s${i}`,
        source: `wire-${i + 1}`,
        at: '2025-02-01',
        to: '2025-02-12',
        category,
        settlement: 'Diosso'
      })
    expect(standing(story)).toEqual([])
    reportFront(story, 'a', 1, 14)
    expect(standing(story).map(s => s.evidence.length)).toEqual([5])
  })

  it('are refused if they name a pattern of level 1: there are no cycles', () => {
    const rule = {
      ruleId: 'mine',
      pattern: 'findings-count',
      parameters: { of: ['front', 'compound-crisis'] }
    }
    expect(ruleFaults(rule)).toMatchObject([{ path: ['parameters', 'of', 1] }])
    expect(ruleFaults({ ...rule, parameters: { of: ['front'] } })).toEqual([])
  })
})
