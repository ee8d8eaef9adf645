import { describe, expect, it } from 'vitest'
import { partnersMax } from '../../src/incident/crowds.ts'
import type { RuleVersion } from '../../src/record/theatre-record.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'

const dioura = { settlement: 'Dioura', at: '2025-06-01', lat: 14.8252, lon: -5.2547 }

describe('an alert on incidents out of a crowd', () => {
  const count = (threshold: number): RuleVersion => {
    return {
      ruleId: 'count',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { threshold, windowDays: 30 }
    }
  }
  const sketches = (size: number, more: Partial<ReportSketch> = {}, prefix = 's') =>
    Array.from(
      { length: size },
      (_, i): ReportSketch => ({ id: `${prefix}${i}`, source: `${prefix}${i}`, ...dioura, ...more })
    )
  const begun = (threshold: number, of: readonly ReportSketch[]) => {
    const story = new FoldStory({
      rules: [count(threshold)],
      start: '2025-06-02',
      sources: of.map(({ source }) => source ?? '')
    })
    for (const report of of) story.report(report)
    return story
  }

  it('says so, from the first to the last of them, and only then', () => {
    const reports = sketches(partnersMax + 3)
    const story = begun(100, reports.slice(0, -2))
    expect(story.standing()).toEqual([])
    for (const report of reports.slice(-2)) story.report(report)
    const [alert] = story.standing()
    expect(alert?.measure.value).toBe(partnersMax + 3)
    expect(alert?.headline).toMatch(/^COUNT UNCERTAIN: /)
    expect(alert?.explanation).toContain(
      `${partnersMax + 3} incidents of its evidence are out of a crowd: of more than 200 reports`
    )
    story.withdraw('s0')
    expect(story.standing()[0]?.explanation).toContain(
      `${partnersMax + 2} incidents of its evidence are out of a crowd`
    )
    story.withdraw('s1')
    expect(story.standing()[0]?.status).toBe('retracted')
    const [joined] = begun(1, sketches(partnersMax)).standing()
    expect([joined?.headline, joined?.explanation].join()).not.toMatch(/crowd|UNCERTAIN/)
  })

  it('speaks of a crowd of hidden reports to those alone who see it', () => {
    const open = sketches(partnersMax - 10, { handling: 'public' })
    const elsewhere = {
      ...dioura,
      id: 'elsewhere',
      source: 's0',
      settlement: 'Boulkessi',
      lat: 14.4,
      lon: -0.6
    }
    const hidden = sketches(30, { handling: 'restricted', category: 'clash' }, 'h')
    const seen = [...open, { ...elsewhere, handling: 'public' as const }]
    const saidOf = (reports: readonly ReportSketch[]) => {
      const alerts = begun(2, reports).standing()
      return alerts.map(({ handling, explanation, measure, evidence }) => [
        handling,
        explanation,
        measure.value,
        evidence.length
      ])
    }
    const [told] = saidOf(seen)
    expect([told?.[0], told?.[2]]).toEqual(['public', 2])
    // Those above the limit are in a crowd: each is an incident of its own, for readers of
    // everything alone.
    const whole = saidOf([...seen, ...hidden])
    expect([whole.length, whole[0]?.[0], whole[0]?.[2]]).toEqual([1, 'restricted', 32])
    expect(whole[0]?.[1]).toContain('30 incidents of its evidence are out of a crowd')
  })
})
