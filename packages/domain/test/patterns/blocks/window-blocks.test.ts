// Count, distinct-count, sum and all-of against exhaustive searches of all moments and all
// incidents.

import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs } from '../../../src/space-time/event-time.ts'
import { type BlockSketch, blockIncidents, blockStartMs, foldBlocks } from './block-incidents.ts'

const pattern = (id: string) => patterns.get(id) as AnyPattern

describe('groups', () => {
  const three = [
    { day: 1, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['JNIM'] },
    { day: 2, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['jnim '] },
    { day: 3, days: 1, admin1: 'ML-4', settlement: 'Dioura', actors: ['JNIM', 'ISSP'] }
  ]
  const horizonMs = blockStartMs + 4 * dayMs

  it.each([
    ['theatre', ['all'], { theatre: 'all' }],
    ['country', ['ML'], { country: 'ML' }],
    ['admin1', ['ML-4'], { admin1: 'ML-4' }],
    ['settlement', ['ML-4/dioura'], { settlement: 'Dioura', settlementId: 'ML-4/dioura' }],
    ['category', ['attack'], { category: 'attack' }],
    ['actor', ['jnim'], { actor: 'jnim' }],
    ['source', ['wire-1'], { source: 'wire-1' }]
  ])('by %s', (groupBy, scopes, group) => {
    const seen = foldBlocks(pattern('count'), blockIncidents(three), horizonMs, { groupBy })
    expect([...seen].filter(([, findings]) => findings.length > 0).map(([scope]) => scope)).toEqual(
      scopes
    )
    expect(seen.get(scopes[0] as string)?.[0]?.group).toEqual(group)
  })

  it('keep drills apart', () => {
    const drills = blockIncidents(three.map(s => ({ ...s, drill: true })))
    const seen = foldBlocks(pattern('count'), drills, horizonMs, {})
    expect(seen.get('drill/all')?.[0]?.group).toEqual({ theatre: 'all', drill: 'true' })
  })

  it.each(['Drill/JNIM', 'world/x', 'World/Drill/x'])(
    'keep drills apart from an actor called %s',
    name => {
      const own = name.toLowerCase()
      const called = (actor: string, drill: boolean) =>
        three.map(s => ({ ...s, actors: [actor], drill }))
      const groupsOf = (...sketches: BlockSketch[]) =>
        [
          ...foldBlocks(pattern('count'), blockIncidents(sketches), horizonMs, {
            groupBy: 'actor'
          }).values()
        ]
          .flat()
          .map(f => f.group)
      const [world, drills, alike] = [
        called(name, false),
        called(name, true),
        called(own.slice(own.indexOf('/') + 1), true)
      ]
      expect(groupsOf(...world)).toEqual([{ actor: own }])
      expect(groupsOf(...drills)).toEqual([{ actor: own, drill: 'true' }])
      for (const others of [drills, alike])
        expect(groupsOf(...world.slice(0, 2), ...others.slice(0, 2))).toEqual([])
    }
  )

  it('by area do not trigger on an incident whose area is uncertain', () => {
    const vague = blockIncidents(three).map(i => ({
      ...i,
      place: { ...i.place, areaCertain: false }
    }))
    expect(
      foldBlocks(pattern('count'), vague, horizonMs, { groupBy: 'admin1' }).get('ML-4')
    ).toEqual([])
    expect(foldBlocks(pattern('count'), vague, horizonMs, {}).get('all')).toHaveLength(1)
  })
})

describe('limits and faults', () => {
  it.each([
    ['count', { window: 'hopping' }, 'window', 'sliding, tumbling, session'],
    ['count', { groupBy: 'moon' }, 'groupBy', 'theatre, country'],
    ['count', { leave: 4 }, 'leave', 'greater than the threshold'],
    ['count', { levels: [2] }, 'levels.0', 'greater than 3'],
    ['count', { levels: [5, 5] }, 'levels.1', 'greater than 5'],
    ['distinct-count', { field: 'colour' }, 'field', 'admin1, settlement'],
    ['sum', { field: 'deaths' }, 'field', 'deaths.low'],
    ['all-of', { steps: [] }, 'steps', '1 to 8'],
    [
      'all-of',
      { steps: ['category == "attack"', 'category = "threat"'] },
      'steps.1',
      'character 10'
    ],
    ['sequence', { steps: ['category == "attack"'] }, 'steps', 'one step only'],
    ['sequence', { steps: [{ absent: 'drill' }, 'drill'] }, 'steps.0', 'must come'],
    [
      'sequence',
      { steps: ['drill', { absent: 'drill', days: 3 }, 'drill'] },
      'steps.1.days',
      'at the end'
    ],
    ['sequence', { steps: ['drill', { absent: 'dril' }] }, 'steps.1.absent', 'Unknown variable'],
    ['absence', { expected: [] }, 'expected', 'at least one'],
    ['absence', { expected: ['x'] }, 'expected.0', 'Unknown variable'],
    ['absence', { levels: [10] }, 'levels.0', 'greater than 30']
  ] as const)('%s refuses %j, at %s', (id, overrides, path, reason) => {
    const parameters = resolveParameters(pattern(id), overrides)
    const faults = pattern(id).faultsOf?.(parameters) ?? []
    expect(faults.map(f => f.path.join('.'))).toContain(path)
    expect(faults.find(f => f.path.join('.') === path)?.detail).toContain(reason)
    // An invalid rule that got into a log nevertheless finds nothing, and breaks nothing.
    expect(() =>
      foldBlocks(
        pattern(id),
        blockIncidents([
          { day: 1, days: 1 },
          { day: 2, days: 2 }
        ]),
        blockStartMs,
        overrides
      )
    ).not.toThrow()
  })
})
