// Silence of a source: single cases.

import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/finding/finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { sourceSilence } from '../../../src/patterns/silence/source-silence.ts'
import { dayMs, formatTime, type Span } from '../../../src/space-time/event-time.ts'
import { FoldStory } from '../../fold-story.ts'
import { incidentFrom, machineFor, parametersOf } from '../pattern-fold.ts'

const startMs = Date.parse('2025-01-06T00:00:00Z')
const parameters = parametersOf(sourceSilence)
const areas = ['ML-4', 'ML-5', 'ML-6'] as const

interface Word {
  readonly day: number
  readonly area: (typeof areas)[number]
  readonly live: boolean
}

function incidentsOf(words: readonly Word[]): Incident[] {
  const incidents = words.map(({ day, area, live }, i) => {
    const at = formatTime(startMs + day * dayMs).slice(0, 10)
    return incidentFrom({
      id: `r${String(i).padStart(3, '0')}`,
      at,
      category: 'protest',
      admin1: area,
      lane: live ? 'live' : 'backfill'
    })
  })
  return incidents.sort(compareIncidents)
}

function seen(
  incidents: readonly Incident[],
  watermarkMs: number,
  unheard: readonly Span[]
): readonly Finding[] {
  return machineFor(sourceSilence, 'wire-1', incidents, parameters).findings(
    momentAt(watermarkMs, unheard)
  )
}

describe('silence of a source', () => {
  const weekly = (area: Word['area'], from: number, to: number, live = true): Word[] =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ day: (from + i) * 7, area, live }))
  const late = startMs + 200 * dayMs

  it('is not caused by backfilled reports, and is broken by one', () => {
    const silent = [...weekly('ML-4', 0, 9), ...weekly('ML-5', 0, 20)]
    expect(seen(incidentsOf(silent), late, [])).toHaveLength(1)
    expect(
      seen(
        incidentsOf([
          ...weekly('ML-4', 0, 9),
          ...weekly('ML-5', 0, 9),
          ...weekly('ML-5', 10, 20, false)
        ]),
        late,
        []
      )
    ).toEqual([])
    expect(
      seen(incidentsOf([...weekly('ML-4', 0, 9, false), ...weekly('ML-5', 0, 20)]), late, [])
    ).toEqual([])
    expect(seen(incidentsOf([...silent, ...weekly('ML-4', 12, 20, false)]), late, [])).toEqual([])
  })

  it('does not begin during our own downtime', () => {
    const incidents = incidentsOf([...weekly('ML-4', 0, 9), ...weekly('ML-5', 0, 14)])
    expect(seen(incidents, late, [])).toHaveLength(1)
    expect(
      seen(incidents, late, [{ fromMs: startMs + 70 * dayMs, toMs: startMs + 90 * dayMs }])
    ).toEqual([])
  })
})

describe('reporting blackout', () => {
  const rules = [
    { ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {} },
    { ruleId: 'reporting-blackout', ruleVersion: 1, pattern: 'reporting-blackout', parameters: {} }
  ]
  const at = (day: number) => formatTime(startMs + day * dayMs).slice(0, 10)

  function told(archive = false): FoldStory {
    const story = new FoldStory({ rules, sources: ['wire-1', 'wire-2'], start: at(0) })
    if (archive) {
      const data = {
        id: 'wire-1',
        reliability: 'B',
        latenessDays: 3,
        cadenceDays: 60,
        archive: true
      } as const
      story.take({ type: 'source.configured', data })
    }
    for (let week = 0; week < 20; week++) {
      story.tick(at(week * 7 + 1))
      if (week < 10)
        story.report({
          id: `a${week}`,
          at: at(week * 7),
          category: 'protest',
          admin1: 'ML-4',
          lat: 14
        })
      story.report({
        id: `b${week}`,
        at: at(week * 7),
        category: 'protest',
        admin1: 'ML-5',
        lat: 16
      })
      story.report({
        id: `c${week}`,
        source: 'wire-2',
        at: at(week * 7),
        category: 'protest',
        admin1: 'ML-6',
        lat: 18
      })
    }
    return story
  }

  it('escalates if a siege is open in the area', () => {
    const story = told()
    const before = story.standing('reporting-blackout')[0]?.levels.length as number
    for (const [i, category] of (['blockade', 'movement-denied'] as const).entries())
      story.report({
        id: `s${i}`,
        source: `wire-${i + 2}`,
        at: at(100),
        to: at(112),
        category,
        settlement: 'Diosso'
      })
    const alert = story.standing('reporting-blackout')[0]
    expect(alert?.levels).toHaveLength(before + 1)
    expect(alert?.levels.map(l => l.reason)).toContain('siege in the same area')
    expect(alert?.headline).toContain('Diosso')
  })
})
