// Beyond the boundary of R: late reports before what the base contains, intervals across it. A
// theatre restored from its snapshot continues like one that was never stopped.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import type { TheatreFold } from '../../src/theatre/theatre-fold.ts'
import { FoldStory, type ReportSketch, revisionOf, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const rules = [...defaultRules, ...defaultCompoundRules]
const theatre = { id: 'sahel', countries: null, polygon: null, clock: 'replay' } as const

describe('a theatre past its boundary', () => {
  it('keeps a late report that precedes the base', () => {
    const story = new FoldStory({ start: '2020-01-01', rules })
    story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 820 } })
    const say = (
      id: string,
      at: string,
      to: string,
      category: ReportSketch['category'] & string,
      source: string
    ) => story.report({ id, at, to, category, settlement: 'Diosso', source })
    say('old', '2020-03-01', '2020-03-01', 'blockade', 'wire-1')
    say('next', '2020-06-01', '2020-06-01', 'blockade', 'wire-1')
    story.tick('2022-10-15')
    say('long', '2020-02-01', '2022-10-01', 'blockade', 'wire-2')
    say('late', '2020-05-01', '2020-09-01', 'aid-denied', 'wire-1')
    story.tick('2022-10-16')
    story.tick('2023-02-20')
    const [away, at] = [throughText(story.fold), story.records.length]
    story.tick('2023-02-21')
    say('last', '2022-09-28', '2022-09-28', 'movement-denied', 'wire-2')
    story.tick('2023-02-22')
    const said = story.outputs.slice(at)
    expect(said.flatMap(output => output.alerts).map(event => event.type)).toContain(
      'alert.escalated'
    )
    expect(story.records.slice(at).map(record => away.apply(record))).toEqual(said)
  })

  it('corrects a late report that it still folds before the base', () => {
    const told = (corrects: boolean) => {
      const story = new FoldStory({ start: '2020-01-01', rules })
      story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 820 } })
      const say = (
        id: string,
        at: string,
        to: string,
        category: ReportSketch['category'] & string,
        more: Partial<ReportSketch> = {}
      ) =>
        story.report({ id, at, to, category, settlement: 'Diosso', source: `wire-${id}`, ...more })
      say('old', '2020-03-01', '2020-03-01', 'blockade')
      say('next', '2020-06-01', '2020-06-01', 'blockade')
      story.tick('2022-10-15')
      say('long', '2020-02-01', '2022-10-01', 'blockade')
      say('late', '2020-05-01', '2020-09-01', 'aid-denied', { deaths: corrects ? 2 : 3 })
      story.tick('2022-10-16')
      story.tick('2023-02-20')
      if (corrects)
        say('late', '2020-05-01', '2020-09-01', 'aid-denied', {
          deaths: 3,
          reportedAt: '2023-02-20T00:00:00.000Z'
        })
      story.tick('2023-02-21')
      return story
        .standing('siege')
        .flatMap(({ evidence }) => evidence.map(e => `${e.incidentId} ${e.revision}`))
    }
    expect(told(false)).toEqual(['long 1', 'late 1', 'next 1'])
    expect(told(true)).toEqual(['long 1', 'late 2', 'next 1'])
  })

  it('does not fold again what a removed scope had dropped, if its snapshot still has it', () => {
    const story = new FoldStory({ start: '2024-12-01', rules })
    story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 45 } })
    const say = (id: string, at: string, to: string, more: Partial<ReportSketch> = {}) =>
      story.report({ id, at, to, category: 'attack', settlement: 'Dioura', ...more })
    say('old', '2025-03-20', '2025-03-20')
    story.tick('2025-05-11')
    const away = throughText(story.fold)
    const at = story.records.length
    say('late', '2025-03-08', '2025-04-17', { actors: ['JNIM'], targets: ['civilians'], deaths: 0 })
    for (const record of story.records.slice(at)) away.apply(record)
    const foldedIn = (fold: TheatreFold) =>
      [...fold.capture()].flatMap(([name, rows]) => (name === 'tracks' ? [...rows] : []))
    expect(foldedIn(away)).toEqual(foldedIn(story.fold))
  })

  it.each(['2024-03-14', '2024-03-15', '2024-03-18'])(
    'goes on from its snapshot where less is retained at once from %s on',
    day => {
      const story = new FoldStory({ start: '2020-01-01', rules })
      story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 1500 } })
      for (let i = 0; i < 12; i++) {
        const [at, to] = [`2021-0${1 + (i % 6)}-01`, `2021-0${1 + (i % 6)}-2${i % 7}`]
        const category = i % 2 === 0 ? 'blockade' : 'aid-denied'
        story.report({
          id: `r${i}`,
          at,
          to,
          category,
          settlement: `S${i % 3}`,
          source: `wire-${1 + (i % 3)}`
        })
      }
      story.tick(formatTime(Date.parse(day) - dayMs))
      story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 468 } })
      story.tick(day)
      const [away, at] = [throughText(story.fold), story.records.length]
      const tracks = (fold: TheatreFold) =>
        [...fold.capture()].flatMap(([name, rows]) => (name === 'tracks' ? [...rows] : []))
      expect(tracks(away)).toEqual(tracks(story.fold))
      for (let i = 0; i < 12; i++) story.withdraw(`r${i}`)
      for (let i = 0; i < 9; i++) story.tick(formatTime(Date.parse(day) + (1 + i) * dayMs))
      expect(story.records.slice(at).map(record => away.apply(record))).toEqual(
        story.outputs.slice(at)
      )
    }
  )

  it('keeps a continuing silence when the clock jumps over years', () => {
    const blackouts = rules.filter(({ pattern }) => pattern === 'reporting-blackout')
    const story = new FoldStory({ start: '2020-01-01', rules: blackouts, sources: [] })
    story.take({ type: 'theatre.configured', data: { ...theatre, retentionDays: 468 } })
    const say = (id: string, at: string, admin1: string) =>
      story.report({ id, at, admin1, settlement: `S-${admin1}`, source: 'wire-3' })
    const days = [
      '2020-01-23',
      '2020-03-21',
      '2020-03-22',
      '2020-03-23',
      '2020-03-25',
      '2020-03-26'
    ]
    for (const [i, day] of days.entries()) say(`word-${i}`, day, 'ML-1')
    say('elsewhere', '2021-04-30', 'ML-2')
    say('again', '2021-05-02', 'ML-1')
    story.tick('2023-10-22')
    story.withdraw('word-5')
    say('later', '2023-11-01', 'ML-0')
    story.tick('2023-11-10')
    const [away, at] = [throughText(story.fold), story.records.length]
    say('latest', '2023-11-09', 'ML-0')
    say('back', '2023-11-06', 'ML-1')
    say('last', '2023-11-08', 'ML-2')
    const said = story.outputs
      .flatMap(({ alerts }) => alerts)
      .map(({ type, data }) => [type, 'reason' in data && data.reason])
    expect(said).toEqual([
      ['alert.raised', null],
      ['alert.confirmed', null],
      ['alert.resolved', 'situation-ended']
    ])
    expect(story.records.slice(at).map(record => away.apply(record))).toEqual(
      story.outputs.slice(at)
    )
  })

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
      { numRuns: runsOf(30) }
    )
    expect(events).toBeGreaterThan(shareOf(500, 30))
  }, 120_000)
})
