// A search finds what a look at every alert finds.

import {
  type AlertFilter,
  type FilterFacts,
  matchesFilter
} from '@tocsin/contracts/alert/alert-filter'
import { handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { severities } from '@tocsin/contracts/theatre/severity'
import type { Circle } from '@tocsin/domain/space-time/asked-area'
import { AlertTable } from '@tocsin/read-model/alerts/alert-table'
import { computeMask } from '@tocsin/read-model/alerts/levels'
import type { Place } from '@tocsin/read-model/alerts/search-bounds'
import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { alertTables } from '@tocsin/read-model/schema'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const circle = fc.option(
  fc.tuple(
    fc.constantFrom(-89, -30, 13, 13.2, 60, 85),
    fc.constantFrom(-179.9, -5, 0, 0.1, 179.9),
    fc.constantFrom(0.1, 20, 500)
  ),
  { nil: null }
)
const facts = fc
  .record({
    severity: fc.constantFrom(...severities),
    status: fc.constantFrom('provisional' as const, 'resolved' as const),
    theatre: fc.constantFrom('sahel', 'chad'),
    handling: fc.constantFrom(...handlings),
    country: fc.subarray(['ML', 'NE']),
    circle
  })
  .map(
    ({ country, circle: where, ...given }): FilterFacts => ({
      ...{ ...given, pattern: 'siege', ruleId: 'siege', category: [], certainty: 'likely' },
      ...{ drill: false, area: { country, admin1: [], circle: where, settlement: null } }
    })
  )
const rows = fc.array(
  fc.record({
    facts,
    // Each is written once more with these.
    later: fc.option(facts, { nil: null }),
    minute: fc.integer({ min: 0, max: 5 }),
    levels: fc.subarray([...handlings], { minLength: 1 }),
    // Null: not rendered yet.
    headline: fc.constantFrom('attacks near gao', 'siege of gao', 'attacks near kidal', null)
  }),
  { maxLength: 30 }
)
const square = (west: number, east: number): NonNullable<AlertFilter['polygon']> => ({
  type: 'Polygon',
  coordinates: [
    [west, east, east, west, west].map((lon, i) => [lon, i === 1 || i === 2 || i === 4 ? 12 : 14])
  ]
})
const filter: fc.Arbitrary<AlertFilter> = fc.record(
  {
    severity: fc.subarray([...severities], { minLength: 1 }),
    country: fc.subarray(['ML', 'NE'], { minLength: 1 }),
    circle: fc.tuple(
      fc.constantFrom(-88, 13, 86),
      fc.constantFrom(-180, -5, 0.2, 180),
      fc.constantFrom(1, 50, 2_000)
    ),
    polygon: fc.constantFrom(square(-6, -4), square(179, 181), square(-1, 1))
  },
  { requiredKeys: [] }
)
const timeOf = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`

it('a search finds what a look at every alert finds, in order, from any place on', () => {
  fc.assert(
    fc.property(
      rows,
      filter,
      fc.constantFrom(...handlings),
      fc.constantFrom('newest' as const, 'oldest' as const),
      fc.nat({ max: 30 }),
      fc.subarray(['gao', 'attack', 'near gao']),
      fc.record({ sortedMax: fc.nat({ max: 30 }), chunkRows: fc.integer({ min: 1, max: 40 }) }),
      (written, asked, level, direction, skipped, words, limits) => {
        const model = ReadModel.open({ path: inMemory, groups: [alertTables], version: '1' })
        const table = new AlertTable(model, limits)
        const stored = written.map((row, i) => {
          const given = {
            ...{ alertId: `a${String(i).padStart(2, '0')}`, firstTime: timeOf(row.minute) },
            ...{
              levels: computeMask(row.levels),
              isUnacknowledged: false,
              disposition: null,
              body: '{}',
              listed: null
            }
          }
          const theatre = row.facts.theatre
          const n = table.put(null, { ...given, theatre, facts: row.facts })
          if (row.later !== null) table.put(n, { ...given, theatre, facts: row.later })
          if (row.headline !== null) table.putHeadline(n, row.headline)
          const hasWords = words.every(word => row.headline?.includes(word) ?? true)
          return {
            ...given,
            hasWords,
            facts: row.later ?? row.facts,
            isAt: row.levels.includes(level)
          }
        })
        const shown = stored.filter(each => each.isAt && maySee(level, each.facts.handling))
        const expected = shown
          .filter(each => each.hasWords && matchesFilter(asked, each.facts))
          .sort((a, b) => (a.firstTime + a.alertId < b.firstTime + b.alertId ? -1 : 1))
        if (direction === 'newest') expected.reverse()
        const { circle: near, polygon, ...ofKinds } = asked
        const find = (after: Place | null) =>
          [
            ...table.search({
              ...{ level, direction, after, from: null, to: null, words },
              area: { ...(near && { circle: near as Circle }), ...(polygon && { polygon }) },
              wantsKind: kind => matchesFilter(ofKinds, kind.facts)
            })
          ]
            .flat()
            .map(({ alertId }) => alertId)
        const ids = expected.map(({ alertId }) => alertId)
        expect(find(null)).toEqual(ids)
        const place = expected[skipped] ?? null
        if (place !== null) expect(find(place)).toEqual(ids.slice(skipped + 1))
        expect(table.countKinds(level).reduce((sum, [, count]) => sum + count, 0)).toBe(
          shown.length
        )
        model.close()
      }
    )
  )
})
