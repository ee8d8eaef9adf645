// Previews in threads: they answer as those in this thread do, and end when they must.

import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { AlertDifference } from '@tocsin/engine/theatre/preview'
import { afterAll, describe, expect, it } from 'vitest'
import { makeGround, type PreviewTask, previewChanges } from '../src/preview/preview-ground.ts'
import { PreviewPool } from '../src/preview/preview-pool.ts'
import type { RuleChange } from '../src/rule/rule-operations.ts'
import { addSiege, makeRule, TheatreStory } from './theatre-story.ts'

const rules = ['siege', 'front', 'mass-casualty', 'sustained-threat', 'compound-crisis'].map(name =>
  makeRule(name)
)
const changes: readonly RuleChange[] = [
  { ...makeRule('front', { epsilonKm: 45 }), ruleVersion: 2 },
  { ruleId: 'siege', removed: true },
  { ...makeRule('sustained-threat'), ruleVersion: 2 }
]

/** A theatre with alerts of some rules. */
function makeStory(isTold: (handling: Handling) => boolean = () => true): TheatreStory {
  const story = new TheatreStory(rules)
  for (let i = 0; i < 300; i++) {
    const handling = i % 5 === 1 ? 'restricted' : 'public'
    const at = `2025-01-${String(1 + (i % 28)).padStart(2, '0')}`
    const place = { name: null, lat: 14 + (i % 7) / 20, lon: -4, admin1: 'ML-5' }
    if (isTold(handling)) story.report({ reportId: `r-${i}`, handling, at, place })
  }
  addSiege(story, { handling: 'public' })
  story.tick('2025-02-01')
  return story
}

function makeTask({ engine }: TheatreStory, handling: Handling, more = {}): PreviewTask {
  return { ground: makeGround(engine, handling), changes, against: 'in-force', ...more }
}

function previewHere(task: PreviewTask): AlertDifference {
  const work = previewChanges(task)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

const pool = new PreviewPool(2)
afterAll(() => pool.close())
const watch = { refuse: () => null, report: () => {} }

describe('a preview in a thread', () => {
  it.each(['internal', 'restricted'] as const)(
    'finds for a reader of %s what one in this thread finds',
    async handling => {
      const story = makeStory()
      for (const against of ['in-force', 'nothing'] as const) {
        const more = { against, ...(against === 'nothing' ? { changes: [changes[0]] } : {}) }
        const difference = previewHere(makeTask(story, handling, more))
        const { appear, change, vanish } = difference
        expect(appear.length + change.length + vanish.length).toBeGreaterThan(0)
        expect(await pool.run(makeTask(story, handling, more), watch)).toEqual(difference)
      }
    }
  )

  it('finds for a reader what it would find without the reports above the reader', async () => {
    const full = previewHere(makeTask(makeStory(), 'internal'))
    const visible = makeStory(handling => handling === 'public')
    expect(full).toEqual(previewHere(makeTask(visible, 'internal')))
    expect(full).not.toEqual(previewHere(makeTask(makeStory(), 'restricted')))
  })

  it('ends with the refusal in the midst of its work, and the next one is answered', async () => {
    const story = makeStory()
    const refused = new ProblemError('overloaded', 'enough')
    const shares: number[] = []
    // Many rules: more than is folded between two looks.
    const many = Array.from({ length: 50 }, (_, i) => ({
      ...makeRule('front'),
      ruleId: `front-${i}`
    }))
    const run = pool.run(makeTask(story, 'restricted', { changes: many, against: 'nothing' }), {
      refuse: () => refused,
      report: share => shares.push(share)
    })
    await expect(run).rejects.toBe(refused)
    expect(shares.length).toBeGreaterThan(0)
    expect(await pool.run(makeTask(story, 'restricted'), watch)).toEqual(
      previewHere(makeTask(story, 'restricted'))
    )
  })
})
