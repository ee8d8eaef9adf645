// Alerts that were raised before the wider one that they belong to: they join it quietly, without
// events of their own.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertEvent } from '../../src/alert/alert.ts'
import { defaultCompoundRules, defaultRules } from '../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch, throughText } from '../fold-story.ts'
import { runsOf, shareOf } from '../test-size.ts'

const rules = defaultRules.filter(
  ({ pattern }) => pattern === 'mass-casualty' || pattern === 'surge'
)

function massacreBeforeSurge(handling: ReportSketch['handling'] = 'public'): FoldStory {
  const story = new FoldStory({ start: '2025-01-01', rules, sources: [] })
  for (const id of ['wire-1', 'wire-2'])
    story.take({
      type: 'source.configured',
      data: { id, reliability: 'B', latenessDays: 0, cadenceDays: 60, archive: false }
    })
  const attack = (id: string, at: string, deaths: number, settlement: string) =>
    story.report({
      id,
      at,
      deaths,
      settlement,
      source: 'wire-1',
      targets: ['civilians'],
      handling: id === 'third' ? handling : 'public'
    })
  attack('past', '2025-01-02', 0, 'Konna')
  story.tickDaily('2025-01-03', '2025-03-01')
  // Visible to all: what a public alert waits for rests on public reports.
  story.report({
    id: 'other',
    at: '2025-02-20',
    admin1: 'ML-6',
    settlement: 'Tonka',
    source: 'wire-2',
    handling: 'public'
  })
  attack('first', '2025-03-01', 0, 'Konna')
  story.tick('2025-03-02')
  attack('massacre', '2025-03-02', 30, 'Dioura')
  story.tick('2025-03-03')
  attack('third', '2025-03-03', 0, 'Sofara')
  return story
}

const of = (events: readonly AlertEvent[], ruleId: string) =>
  events.flatMap(({ type, data }) =>
    'pattern' in data && data.ruleId === ruleId
      ? [{ type, notify: data.notify, partOf: data.partOf, severity: data.severity }]
      : []
  )

describe('an alert that stood alone', () => {
  it('joins a wider one once that shares its reports: published with the next record, to lists only', () => {
    const story = massacreBeforeSurge()
    const [surge] = story.standing('surge')
    expect(surge).toBeDefined()
    const before = of(story.events, 'mass-casualty')
    expect(before.map(({ type, partOf }) => [type, partOf])).toEqual([['alert.raised', null]])
    const told = story.tick('2025-03-03T01:00:00.000Z')
    expect(of(told, 'mass-casualty')).toEqual([
      { ...before[0], type: 'alert.revised', notify: 'quiet', partOf: surge?.alertId }
    ])
    expect(of(story.tick('2025-03-03T02:00:00.000Z'), 'mass-casualty')).toEqual([])
  })

  it.each(['public', 'partners', 'restricted'] as const)(
    'is moved before those alone who may see what it is part of: %s',
    handling => {
      const story = massacreBeforeSurge(handling)
      const [surge] = story.standing('surge')
      expect(surge?.handling).toBe(handling)
      const moved = story
        .tick('2025-03-03T01:00:00.000Z')
        .filter(({ data }) => 'partOf' in data && data.partOf !== null)
      expect(moved.map(({ data }) => 'concerns' in data && data.concerns)).toEqual([handling])
      story.withdraw('third')
      const back = story
        .tick('2025-03-03T02:00:00.000Z')
        .filter(({ type }) => type === 'alert.revised')
      expect(back.map(({ data }) => 'concerns' in data && data.concerns)).toEqual([handling])
    }
  )

  it('stands alone again once the wider one is withdrawn, also after a restart', () => {
    const story = massacreBeforeSurge()
    story.tick('2025-03-03T01:00:00.000Z')
    const [away, at] = [throughText(story.fold), story.records.length]
    story.withdraw('third')
    expect(of(story.tick('2025-03-03T02:00:00.000Z'), 'mass-casualty')).toMatchObject([
      { type: 'alert.revised', notify: 'quiet', partOf: null }
    ])
    expect(of(story.tick('2025-03-03T03:00:00.000Z'), 'mass-casualty')).toEqual([])
    expect(story.records.slice(at).map(record => away.apply(record))).toEqual(
      story.outputs.slice(at)
    )
  })
})

describe('lists', () => {
  it('show no open alert as part of an ended one, once all events of a day are published (40 stories)', () => {
    const deed = fc.record({
      day: fc.integer({ min: 60, max: 110 }),
      place: fc.integer({ min: 0, max: 5 }),
      deaths: fc.constantFrom(0, 0, 2, 12, 30, 120),
      source: fc.constantFrom('wire-1', 'wire-2'),
      isWithdrawn: fc.boolean()
    })
    const startMs = Date.parse('2025-01-01')
    let [folded, freed] = [0, 0]
    fc.assert(
      fc.property(fc.array(deed, { minLength: 30, maxLength: 70 }), deeds => {
        const story = new FoldStory({
          start: '2025-01-01',
          rules: [...defaultRules, ...defaultCompoundRules]
        })
        const partOf = new Map<string, string | null>()
        const follow = (events: readonly AlertEvent[]) => {
          for (const { type, data } of events) {
            if (!('partOf' in data)) continue
            const before = partOf.get(data.alertId)
            if (
              type === 'alert.revised' &&
              data.notify === 'quiet' &&
              before !== undefined &&
              before !== data.partOf
            ) {
              if (before === null) folded++
              else freed++
            }
            partOf.set(data.alertId, data.partOf)
          }
        }
        for (let day = 2; day < 150; day++) {
          for (const [i, d] of deeds.entries()) {
            const id = `r${i}`
            const at = formatTime(startMs + d.day * dayMs).slice(0, 10)
            const where = {
              settlement: `S${d.place}`,
              admin1: `ML-${d.place % 2}`,
              lat: 13 + d.place,
              lon: -5
            }
            const what = { category: 'attack', targets: ['civilians'], actors: ['JNIM'] } as const
            if (d.day === day - 1)
              follow(
                story.report({ id, at, deaths: d.deaths, source: d.source, ...where, ...what })
              )
            if (d.day === day - 4 && d.isWithdrawn) follow(story.withdraw(id))
          }
          const at = formatTime(startMs + day * dayMs).slice(0, 10)
          follow(story.tick(at))
          for (let s = 10; story.fold.alerts.hasMoreToSay && s < 30; s++)
            follow(story.tick(`${at}T00:00:${s}.000Z`))
          const open = story
            .standing()
            .filter(({ status }) => status === 'provisional' || status === 'confirmed')
          const gathering = new Set(open.map(({ alertId }) => alertId))
          for (const alert of open)
            if (alert.partOf !== null) expect(gathering).toContain(alert.partOf)
        }
      }),
      { numRuns: runsOf(40, 10) }
    )
    expect(folded).toBeGreaterThan(shareOf(20, 40, 10))
    expect(freed).toBeGreaterThan(shareOf(20, 40, 10))
  }, 120_000)
})
