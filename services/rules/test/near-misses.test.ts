// Near misses as a reader is shown them.

import { defaultRules } from '@tocsin/domain/patterns/pattern-catalogue'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { expect, it } from 'vitest'
import { FoldStory } from '../../../packages/domain/test/fold-story.ts'
import type { RulesEngine } from '../src/partition/rules-engine.ts'
import { nearMisses } from '../src/preview/near-misses.ts'

const reader = { handling: 'restricted', theatres: '*' } as Principal

it('say which of them are exercises', async () => {
  const story = new FoldStory({ rules: defaultRules.filter(({ pattern }) => pattern === 'siege') })
  const place = {
    admin1: 'ML-5',
    lat: 14.8,
    lon: -5.2,
    at: '2025-01-02',
    to: '2025-01-12',
    category: 'blockade'
  } as const
  story.report({ id: 'played', settlement: 'Dioura', drill: true, ...place })
  story.report({ id: 'real', settlement: 'Konna', ...place })
  const engine = { owners: [{ fold: story.fold }] } as unknown as RulesEngine
  const { items } = await nearMisses(
    engine,
    { near: () => Promise.reject(new Error('not asked')) },
    'siege',
    reader,
    () => false
  )
  expect(items.map(({ group, drill }) => [group.settlement, drill])).toEqual(
    expect.arrayContaining([
      ['Dioura', true],
      ['Konna', undefined]
    ])
  )
  expect(items).toHaveLength(2)
})
