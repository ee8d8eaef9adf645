// What patterns keep is bounded by what there can be, or its limit is told by the alert.

import { describe, expect, it } from 'vitest'
import { groupsMax } from '../../src/detection/incident-groups.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { sequence } from '../../src/patterns/blocks/sequence.ts'
import { sequencesMax } from '../../src/patterns/blocks/sequence-machine.ts'
import { cumulativeDeaths } from '../../src/patterns/deaths/cumulative-deaths.ts'
import { massCasualty, openMax } from '../../src/patterns/deaths/mass-casualty.ts'
import { abductionToKilling } from '../../src/patterns/people/abduction-to-killing.ts'
import { supplyLineInterdiction } from '../../src/patterns/supply/supply-line-interdiction.ts'
import { territoryLost } from '../../src/patterns/territory/territory-lost.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { FoldStory, type ReportSketch } from '../fold-story.ts'
import { foldAll, incidentFrom, parametersOf } from './pattern-fold.ts'

const startMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(startMs + n * dayMs).slice(0, 10)
const many = (count: number, sketch: (i: number) => Omit<ReportSketch, 'id'>): Incident[] =>
  Array.from({ length: count }, (_, i) =>
    incidentFrom({ id: `i${String(i).padStart(5, '0')}`, ...sketch(i) })
  )

const massacre = (i: number): Omit<ReportSketch, 'id'> => ({
  ...{ at: day(0), category: 'attack-on-civilians', deaths: 12, settlement: `S${i}` },
  ...{ lat: -40 + Math.floor(i / 40), lon: (i % 40) * 2 }
})

describe('killings of many civilians', () => {
  it('stay open, however many others do', () => {
    const found = foldAll(massCasualty, many(260, massacre), startMs + dayMs)
    expect([found.length, found.filter(({ toMs }) => toMs !== null).length]).toEqual([260, 0])
  })

  it('beyond the limit end, and say so', () => {
    const parameters = parametersOf(massCasualty)
    const [first, last] = many(2, massacre) as [Incident, Incident]
    const one = massCasualty.step(massCasualty.initial('theatre'), first, parameters)
    const full = {
      ...one,
      open: Array.from(
        { length: openMax },
        (_, i) => ({ ...one.open[0], lastMs: startMs + i }) as never
      )
    }
    const { open, closed } = massCasualty.step(full, last, parameters)
    expect([open.length, closed.length]).toEqual([openMax, 1])
    expect(closed[0]?.explanation).toContain(`no longer followed: above ${openMax} open killings`)
  })
})

describe('what comes before an alert', () => {
  it('of cut supply routes is all its evidence', () => {
    const road = { category: 'blockade', tactics: ['road-block'] } as const
    const hits = many(151, i => ({
      ...road,
      ...(i < 150
        ? { at: day(0), admin1: 'ML-2', lat: 13.55, lon: -8.05 }
        : { at: day(2), admin1: 'ML-3', lat: 11.75, lon: -7.6 })
    }))
    expect(
      foldAll(supplyLineInterdiction, hits, startMs + 3 * dayMs).map(
        ({ triggers }) => triggers.length
      )
    ).toEqual([151])
  })

  it('of a lost settlement counts, however many others are spoken of', () => {
    const tax = { category: 'imposed-rule', tactics: ['tax'], admin1: 'ML-4' } as const
    const signs = many(601, i => ({ ...tax, at: day(0), settlement: `S${i}` }))
    const shut = {
      id: 'shut',
      at: day(1),
      category: 'other',
      tactics: ['other:forces-shut-out'],
      admin1: 'ML-4'
    } as const
    const found = foldAll(
      territoryLost,
      [...signs, incidentFrom({ ...shut, settlement: 'S0' })],
      startMs + 2 * dayMs
    )
    expect(found.map(({ group }) => group.settlement)).toEqual(['S0'])
  })

  it('of an abduction in the fold, on the same days, is what becomes of the abducted', () => {
    const named = (i: number) => [{ key: `p${i}`, role: null, kind: null, aliasKeys: [] }]
    const killed = many(250, i => ({
      at: day(0),
      to: day(4),
      category: 'killing',
      settlement: 'Tonka',
      persons: named(i)
    }))
    const taken = {
      id: 'taken',
      at: day(0),
      to: day(5),
      category: 'abduction',
      settlement: 'Tonka',
      persons: named(0)
    } as const
    const found = foldAll(abductionToKilling, [...killed, incidentFrom(taken)], startMs + 6 * dayMs)
    expect(found.map(({ headline }) => headline)).toEqual([expect.stringContaining('killed')])
  })
})

describe('independent sources', () => {
  it('are not forgotten, however often others tell of it', () => {
    const says = (source: string) =>
      ({ at: day(1), category: 'clash', tactics: ['other:territory-regained'], source }) as const
    const seized = incidentFrom({
      id: 'seized',
      at: day(0),
      category: 'territory-seized',
      settlement: 'Djibo',
      actors: ['JNIM']
    })
    const told = many(122, i => ({
      ...says(i === 0 ? 'a' : i < 121 ? 'b' : 'c'),
      settlement: 'Djibo'
    }))
    const found = foldAll(territoryLost, [seized, ...told], startMs + 2 * dayMs, {
      retakenSourcesMin: 3
    })
    expect(found.map(({ toMs }) => toMs !== null)).toEqual([true])
  })
})

it('the statistic that ends last is the baseline, however many began after it', () => {
  const told = { category: 'statistic', admin1: null, lat: null, lon: null } as const
  const yearly = incidentFrom({ id: 'year', ...told, at: day(0), to: day(364), deaths: 73 })
  const weekly = many(20, i => ({ ...told, at: day(7 * i + 1), to: day(7 * i + 7), deaths: 1 }))
  const battle = incidentFrom({ id: 'battle', at: day(370), deaths: 40 })
  const found = foldAll(cumulativeDeaths, [yearly, ...weekly, battle], startMs + 371 * dayMs)
  expect(found.map(({ measure }) => measure.baseline)).toEqual([6])
})

describe('building blocks', () => {
  it('say where they drop sequences', () => {
    const told = many(2 * sequencesMax + 2, i => ({
      at: formatTime(startMs + i * 1000),
      category: i % 2 === 0 ? 'threat' : 'attack'
    }))
    const found = foldAll(sequence, told, startMs + 2 * dayMs)
    expect([found.length, found.at(-1)?.explanation]).toEqual([
      sequencesMax,
      expect.stringContaining('only the last ones')
    ])
    expect(found[0]?.triggers[0]?.id).toBe(told[2]?.id)
    expect(found[0]?.explanation).not.toContain('only the last ones')
  })
})

describe('a rule that groups', () => {
  const tell = (
    actors: readonly string[],
    groupBy: readonly ('settlement' | 'actor')[],
    groups: number
  ) => {
    const rule = {
      ruleId: 'all',
      ruleVersion: 1,
      pattern: 'count',
      parameters: { threshold: 1, windowDays: 5 },
      groupBy
    }
    const story = new FoldStory({ rules: [rule] })
    const spots = Array.from({ length: 21 }, (_, i) => ({
      settlement: `S${i}`,
      lat: 12 + i / 10,
      lon: -4
    }))
    story.tick('2025-05-02')
    story.report({ id: 'a', at: '2025-05-01', actors, ...spots[0], alsoAt: spots.slice(1) })
    const alerts = story.standing()
    expect(alerts.length).toBe(groups)
    return alerts.map(({ explanation }) => explanation.includes(`more than ${groupsMax} groups`))
  }

  it('counts an incident at each of its places', () => {
    expect(new Set(tell(['A'], ['settlement'], 21))).toEqual(new Set([false]))
    expect(new Set(tell(['A', 'B', 'C'], ['settlement', 'actor'], 63))).toEqual(new Set([false]))
  })

  it('says where it does not count in all of its groups', () => {
    expect(new Set(tell(['A', 'B', 'C', 'D'], ['settlement', 'actor'], groupsMax))).toEqual(
      new Set([true])
    )
  })
})
