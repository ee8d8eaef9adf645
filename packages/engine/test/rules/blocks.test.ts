// The building blocks that measure a window, against a search of every day by definition.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertToDay, formatDay, never } from '../../src/data/time.ts'
import { allOf } from '../../src/rules/all-of.ts'
import { count } from '../../src/rules/count.ts'
import type { AnyRuleDefinition } from '../../src/rules/definition.ts'
import { distinctCount } from '../../src/rules/distinct-count.ts'
import type { DayRule } from '../../src/rules/rule.ts'
import { sum } from '../../src/rules/sum.ts'
import { resolveParameters } from '../../src/theatre/rule-set.ts'
import { makeReport } from '../support/make-report.ts'
import { ScopeFold } from '../support/scope-fold.ts'

const firstDay = convertToDay(Date.parse('2025-06-02'))
const lastDay = firstDay + 60

interface Sketch {
  readonly from: number
  readonly to: number
  readonly area: string
  readonly category: 'attack' | 'threat'
  readonly deaths: number | null
  /** Corrected from another sketch, or withdrawn. */
  readonly was: 'new' | 'corrected' | 'withdrawn'
}

interface Window {
  readonly window: string
  readonly windowDays: number
  readonly gapDays: number
  readonly threshold: number
  readonly leave: number
  readonly levels: readonly number[]
}

interface Found {
  readonly from: string
  readonly to: string | null
  readonly level: number
  readonly value: number
}

const sketches = fc.array(
  fc
    .record({
      from: fc.integer({ min: firstDay, max: firstDay + 40 }),
      days: fc.constantFrom(0, 0, 0, 1, 6),
      area: fc.constantFrom('ML-1', 'ML-2', 'ML-3', 'ML-4'),
      category: fc.constantFrom('attack' as const, 'threat' as const),
      deaths: fc.constantFrom(null, 0, 1, 5),
      was: fc.constantFrom(
        'new' as const,
        'new' as const,
        'corrected' as const,
        'withdrawn' as const
      )
    })
    .map(({ days, ...sketch }) => ({ ...sketch, to: sketch.from + days })),
  { maxLength: 30 }
)

const windows = fc.record({
  window: fc.constantFrom('sliding', 'tumbling', 'session'),
  windowDays: fc.integer({ min: 1, max: 15 }),
  gapDays: fc.integer({ min: 1, max: 9 }),
  threshold: fc.integer({ min: 2, max: 5 }),
  leave: fc.integer({ min: 0, max: 2 }),
  levels: fc.constantFrom([], [6], [6, 8])
})

const measures: readonly {
  readonly definition: AnyRuleDefinition
  readonly measure: (sketches: readonly Sketch[]) => number
}[] = [
  { definition: count, measure: all => all.length },
  { definition: distinctCount, measure: all => new Set(all.map(({ area }) => area)).size },
  {
    definition: sum,
    measure: all => all.reduce((total, { deaths }) => total + (deaths ?? 0), 0)
  }
]

describe.each(measures)('$definition.id', ({ definition, measure }) => {
  it('finds what a search of every day finds', () => {
    fc.assert(
      fc.property(sketches, windows, fc.integer({ min: 0, max: 20 }), (all, window, age) => {
        const rule = definition.make(resolveParameters(definition, { ...window }), {
          id: 'rule',
          pattern: definition.id
        }) as DayRule
        const today = Math.max(firstDay, ...all.map(({ from }) => from)) + age
        const remaining = all.filter(({ was }) => was !== 'withdrawn')
        const counted =
          definition === sum ? remaining.filter(one => (one.deaths ?? 0) > 0) : remaining
        expect(fold(rule, all, today)).toEqual(search(counted, window, measure, today))
      })
    )
  })
})

describe('all-of', () => {
  it('finds what a search of every day finds', () => {
    fc.assert(
      fc.property(sketches, fc.integer({ min: 1, max: 12 }), (all, withinDays) => {
        const parameters = {
          withinDays,
          steps: ['category == "attack"', 'category == "threat"', 'admin1 == "ML-1"']
        }
        const rule = allOf.make(resolveParameters(allOf, parameters), {
          id: 'rule',
          pattern: 'all-of'
        }) as DayRule
        const window = {
          ...{ window: 'sliding', windowDays: withinDays, gapDays: 1 },
          ...{ threshold: 3, leave: 0, levels: [] }
        }
        const measure = (some: readonly Sketch[]) =>
          (some.some(({ category }) => category === 'attack') ? 1 : 0) +
          (some.some(({ category }) => category === 'threat') ? 1 : 0) +
          (some.some(({ area }) => area === 'ML-1') ? 1 : 0)
        const remaining = all.filter(({ was }) => was !== 'withdrawn')
        expect(fold(rule, all, lastDay)).toEqual(search(remaining, window, measure, lastDay))
      })
    )
  })
})

/** Reports in the order of the list, so that many come late; some are corrected or withdrawn. */
function fold(rule: DayRule, all: readonly Sketch[], today: number): Found[] {
  const scopes = new ScopeFold(rule)
  scopes.advance(today)
  const withdrawn: number[] = []
  for (const [i, sketch] of all.entries()) {
    const last = all[all.length - 1 - i]!
    if (sketch.was === 'corrected') scopes.add(report(i, last, '2025-06-01'))
    const row = scopes.add(report(i, sketch, '2025-06-02'))
    if (sketch.was === 'withdrawn') withdrawn.push(row)
  }
  for (const row of withdrawn) scopes.withdraw(row)
  return scopes
    .listEpisodes()
    .map(episode => ({
      from: formatDay(episode.startDay),
      to: episode.endDay === never ? null : formatDay(episode.endDay),
      level: episode.level,
      value: episode.measure().value
    }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
}

function report(index: number, { from, to, area, category, deaths }: Sketch, reportedAt: string) {
  return makeReport({
    reportId: `report-${index}`,
    contentHash: reportedAt,
    reportedAt: `${reportedAt}T00:00:00.000Z`,
    at: [formatDay(from), formatDay(to)],
    category,
    place: { admin1: area, foundAdmin1: area, statedAdmin1: area },
    fatalities: { low: deaths, best: null, high: null }
  })
}

function search(
  all: readonly Sketch[],
  window: Window,
  measure: (sketches: readonly Sketch[]) => number,
  today: number
): Found[] {
  const leaveBelow = window.leave === 0 ? window.threshold : window.leave
  const found: { from: number; to: number; level: number; value: number }[] = []
  let open: (typeof found)[number] | null = null
  for (let day = firstDay; day <= lastDay; day++) {
    const inWindow = listInWindow(all, window, day)
    const value = measure(inWindow)
    const ends =
      window.window === 'session'
        ? inWindow.length === 0 || isNewSession(all, window, day)
        : value < leaveBelow
    if (open !== null && ends) {
      open.to = window.window === 'session' ? day - 1 : day
      open = null
    }
    if (open === null && value >= window.threshold && all.some(({ from }) => from === day)) {
      open = { from: day, to: never, level: 1, value: 0 }
      found.push(open)
    }
    if (open === null) continue
    open.value = Math.max(open.value, value)
    open.level = 1 + window.levels.filter(level => level <= open!.value).length
  }
  return found.map(({ from, to, level, value }) => ({
    from: formatDay(from),
    to: to < today ? formatDay(to) : null,
    level,
    value
  }))
}

/** The incidents that began by a day and are in its window. */
function listInWindow(all: readonly Sketch[], window: Window, day: number): readonly Sketch[] {
  const begun = all.filter(({ from }) => from <= day)
  if (window.window === 'session') return listSession(begun, window, day)
  const week = Math.floor((day - monday) / window.windowDays) * window.windowDays + monday
  const from = window.window === 'tumbling' ? week : day - window.windowDays + 1
  return begun.filter(({ to }) => to >= from)
}

const monday = convertToDay(Date.parse('1970-01-05'))

function listSession(begun: readonly Sketch[], { gapDays }: Window, day: number) {
  let session: Sketch[] = []
  let until = 0
  for (const one of [...begun].sort((a, b) => a.from - b.from)) {
    if (one.from > until) session = []
    session.push(one)
    until = Math.max(until, one.to + gapDays - 1)
  }
  return day <= until ? session : []
}

function isNewSession(all: readonly Sketch[], window: Window, day: number): boolean {
  const before = all.filter(({ from }) => from < day)
  return listSession(before, window, day).length === 0
}
