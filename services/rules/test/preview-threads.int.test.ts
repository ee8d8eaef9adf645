// Previews in threads: they answer as those in this thread do, tell how far they are, and end when
// they must.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import {
  type PreviewedRule,
  type PreviewGround,
  previewRules
} from '@tocsin/domain/rule/rule-preview'
import { afterAll, describe, expect, it } from 'vitest'
import { FoldStory } from '../../../packages/domain/test/fold-story.ts'
import type { PreviewAsk } from '../src/preview/preview-runner.ts'
import { PreviewThreads } from '../src/preview/preview-threads.ts'

const ruleOf = (pattern: string, parameters: object = {}): RuleVersion =>
  ({ ruleId: pattern, ruleVersion: 1, pattern, parameters }) as RuleVersion
const names = [
  'siege',
  'front',
  'mass-casualty',
  'sustained-threat',
  'coordinated-attack',
  'convergence'
]
const rules = names.map(name => ruleOf(name))

/** A theatre with alerts of some rules, in part of hidden reports. */
function groundOf(reports: number, clearance: 'internal' | 'restricted'): PreviewGround {
  const story = new FoldStory({ rules, start: '2024-12-01' })
  const place = { settlement: 'Diosso', admin1: 'ML-4', at: '2025-01-01', to: '2025-01-12' }
  story.report({ id: 'a', category: 'blockade', ...place })
  story.report({
    id: 'b',
    category: 'movement-denied',
    source: 'wire-2',
    ...place,
    handling: 'restricted'
  })
  for (let i = 0; i < reports; i++) {
    const day = `2025-01-${String(1 + (i % 28)).padStart(2, '0')}`
    const handling = i % 5 === 0 ? 'restricted' : 'public'
    story.report({
      id: `r-${i}`,
      category: 'attack',
      admin1: 'ML-5',
      lat: 14 + (i % 7) / 20,
      lon: -4,
      at: day,
      handling
    })
  }
  story.tick('2025-02-01')
  return story.fold.previewGround(clearance)
}

const change: readonly PreviewedRule[] = [
  ruleOf('front', { minPoints: 6 }),
  { ruleId: 'siege', removed: true },
  ruleOf('sustained-threat')
]

function previewedHere({ ground, rules: changes, against }: PreviewAsk) {
  const work = previewRules(ground, changes, against)
  for (let steps = 0; ; steps++) {
    const step = work.next()
    if (step.done) return { difference: step.value, steps }
  }
}

const threads = new PreviewThreads(2)
afterAll(() => threads.close())
const watch = { refusal: () => null, at: () => {} }

describe('a preview in a thread', () => {
  it.each(['internal', 'restricted'] as const)(
    'finds for a reader of %s what one in this thread finds',
    async clearance => {
      const ground = groundOf(300, clearance)
      for (const against of ['in-force', 'nothing'] as const) {
        const ask = { ground, rules: against === 'nothing' ? change.slice(0, 1) : change, against }
        const { difference } = previewedHere(ask)
        expect(
          difference.change.length + difference.vanish.length + difference.appear.length
        ).toBeGreaterThan(0)
        expect(await threads.run(ask, watch)).toEqual(difference)
      }
    }
  )

  it('ends with the refusal in the midst of its work, and the next one is answered', async () => {
    const ground = groundOf(300, 'restricted')
    const refused = new ProblemError('overloaded', 'enough')
    const told: number[] = []
    // Many rules: more than is folded between two looks.
    const many = Array.from({ length: 50 }, (_, i) => ({
      ...ruleOf('front'),
      ruleId: `front-${i}`
    }))
    const run = threads.run(
      { ground, rules: many, against: 'nothing' },
      { refusal: () => refused, at: n => told.push(n) }
    )
    await expect(run).rejects.toBe(refused)
    expect(told.length).toBeGreaterThan(0)
    const ask: PreviewAsk = { ground, rules: change, against: 'in-force' }
    expect(await threads.run(ask, watch)).toEqual(previewedHere(ask).difference)
  })
})
