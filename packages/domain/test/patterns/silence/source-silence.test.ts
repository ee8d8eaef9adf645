// Silence of a source: against a simple reading, report by report, and single cases as text.

import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { AlertState } from '../../../src/alert/alert.ts'
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

/** The moment at which so many moments of listening are over, counted one by one. */
function heardUntil(sinceMs: number, days: number, unheard: readonly Span[]): number {
  const stops = [...new Set(unheard.flatMap(s => [s.fromMs, s.toMs]))]
    .filter(ms => ms > sinceMs)
    .sort((a, b) => a - b)
  let [atMs, leftMs] = [sinceMs, days * dayMs]
  for (const stopMs of stops) {
    const isUnheard = unheard.some(s => s.fromMs <= atMs && s.toMs > atMs)
    if (!isUnheard && leftMs <= stopMs - atMs) return atMs + leftMs
    if (!isUnheard) leftMs -= stopMs - atMs
    atMs = stopMs
  }
  return atMs + leftMs
}

interface Expected {
  readonly area: string
  readonly fromMs: number
  readonly toMs: number | null
  readonly levels: number
}

/** Expected by definition: every pause between two reports of an area by itself. */
function expectedOf(
  all: readonly Incident[],
  watermarkMs: number,
  unheard: readonly Span[]
): Expected[] {
  const isLive = (i: Incident) => i.witnesses[0]?.archived !== true
  const first = all.find(isLive)
  return areas.flatMap(area => {
    const here = all.filter(i => i.place.admin1 === area)
    let endedMs = Number.NEGATIVE_INFINITY
    return here.flatMap((last, k): Expected[] => {
      const counted = here.slice(0, k + 1).filter(isLive)
      const rated = counted.at(-1)
      if (!rated || !first) return []
      const week = (i: Incident) => Math.floor(i.fromMs / (7 * dayMs))
      const inYear = counted.filter(i => week(i) > week(rated) - 26).length
      const days = Math.min(182, (rated.fromMs - first.fromMs) / dayMs)
      if (inYear < 5 || days < 28) return []
      const periodDays = Math.max(3, (Math.log(100) * days) / inYear)
      const next = here[k + 1]
      const before = next ? all.slice(0, all.indexOf(next)) : all
      const elsewhereMs = Math.max(
        ...before.filter(i => i.place.admin1 !== area && isLive(i)).map(i => i.toMs),
        0
      )
      const attestedMs = Math.min(elsewhereMs, next?.fromMs ?? Number.POSITIVE_INFINITY)
      const enteredMs = heardUntil(last.toMs, periodDays, unheard)
      if (last.toMs < endedMs || enteredMs > attestedMs) return []
      endedMs = here[k + 2]?.fromMs ?? Number.POSITIVE_INFINITY
      const longMs = heardUntil(last.toMs, 3 * periodDays, unheard)
      if (enteredMs > watermarkMs) return []
      const levels = longMs <= attestedMs && longMs <= watermarkMs ? 2 : 1
      return [{ area, fromMs: last.toMs, toMs: here[k + 2]?.fromMs ?? null, levels }]
    })
  })
}

const fired = { level1: 0, level2: 0, ended: 0, unheard: 0 }

describe('silence of a source', () => {
  const word = fc.record({
    day: fc.integer({ min: 0, max: 150 }),
    area: fc.constantFrom(...areas),
    live: fc.constantFrom(true, true, true, true, false)
  })
  /** One area has a report every few days until it stops; the others vary. */
  const story = fc.record({
    words: fc.array(word, { minLength: 5, maxLength: 60 }),
    every: fc.integer({ min: 2, max: 7 }),
    until: fc.integer({ min: 30, max: 90 }),
    again: fc.array(fc.integer({ min: 80, max: 150 }), { maxLength: 3 }),
    watermark: fc.integer({ min: 60, max: 160 }),
    unheard: fc.array(fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 15 })), {
      maxLength: 2
    })
  })

  it('is what a simple reading of the reports finds (400 stories)', () => {
    fc.assert(
      fc.property(story, ({ words, every, until, again, watermark, unheard }) => {
        const steady = Array.from(
          { length: Math.floor(until / every) },
          (_, i) => ({ day: i * every, area: 'ML-4', live: true }) as const
        )
        const returned = again.map(day => ({ day, area: 'ML-4', live: true }) as const)
        const others = words.filter(w => w.area !== 'ML-4' || w.day <= until)
        const incidents = incidentsOf([...steady, ...returned, ...others])
        const spans = unheard
          .map(([from, days]) => ({
            fromMs: startMs + from * dayMs,
            toMs: startMs + (from + days) * dayMs
          }))
          .sort((a, b) => a.fromMs - b.fromMs)
          .filter((s, i, all) => i === 0 || s.fromMs > (all[i - 1] as Span).toMs)
        const watermarkMs = startMs + watermark * dayMs
        const found = seen(incidents, watermarkMs, spans).map(f => ({
          area: f.group.admin1,
          fromMs: f.fromMs,
          toMs: f.toMs,
          levels: f.levels.length
        }))
        const inOrder = (list: readonly Expected[]) =>
          [...list].sort((a, b) =>
            a.area < b.area ? -1 : a.area > b.area ? 1 : a.fromMs - b.fromMs
          )
        expect(inOrder(found as Expected[])).toEqual(
          inOrder(expectedOf(incidents, watermarkMs, spans))
        )
        for (const f of found) {
          fired.level1 += 1
          if (f.levels > 1) fired.level2 += 1
          if (f.toMs !== null) fired.ended += 1
          if (spans.length > 0) fired.unheard += 1
        }
      }),
      { numRuns: 400 }
    )
  })

  afterAll(() => {
    expect(Math.min(...Object.values(fired))).toBeGreaterThan(10)
  })

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

  it('is hidden again when the watermark moves back', () => {
    const incidents = incidentsOf([
      ...weekly('ML-4', 0, 9),
      ...weekly('ML-4', 18, 20),
      ...weekly('ML-5', 0, 20)
    ])
    const machine = machineFor(sourceSilence, 'wire-1', incidents, parameters)
    expect(machine.findings(momentAt(late))).toHaveLength(1)
    expect(machine.findings(momentAt(startMs + 70 * dayMs))).toEqual([])
    expect(machine.findings(momentAt(late))).toHaveLength(1)
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

  it('waits for the watermark', () => {
    const story = told()
    const { data } = story.events.find(e => e.type === 'alert.raised') as { data: AlertState }
    expect(data.group).toEqual({ source: 'wire-1', admin1: 'ML-4' })
    const detectedMs = Date.parse(data.times.detectedAt)
    const silentMs = Date.parse((data.levels[0] as { at: string }).at)
    // The watermark trails by the lateness of the sources, 3 days.
    expect(detectedMs - silentMs).toBeGreaterThan(3 * dayMs)
  })

  it('is never that of an archive, also if it is declared as one afterwards', () => {
    expect(told(true).standing('reporting-blackout')).toEqual([])
    const story = told()
    const data = {
      id: 'wire-1',
      reliability: 'B',
      latenessDays: 3,
      cadenceDays: 60,
      archive: true
    } as const
    story.take({ type: 'source.configured', data })
    expect(story.standing('reporting-blackout').map(s => s.status)).toEqual(['retracted'])
  })

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
