// Previews: what a reader may see of them, what ends them, and that there is one at a time.

import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { describe, expect, it } from 'vitest'
import { FoldStory } from '../../../packages/domain/test/fold-story.ts'
import { PreviewDesk, type PreviewDeskOptions } from '../src/rule/preview-desk.ts'

const siege: RuleVersion = { ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {} }
const reader = (handling: Handling, theatres: Principal['theatres'] = '*') => ({ handling, theatres }) as Principal
const waits = () => false

function storyOf(handling: Handling): FoldStory {
  const story = new FoldStory({ rules: [siege], start: '2024-12-01' })
  const place = { settlement: 'Diosso', admin1: 'ML-4', at: '2025-01-01', to: '2025-01-12', handling } as const
  story.report({ id: 'a', category: 'blockade', ...place })
  story.report({ id: 'b', category: 'movement-denied', source: 'wire-2', ...place })
  story.tick('2025-02-01')
  return story
}

/** A desk over one theatre of this instance and one of another; `stepMs` is what each look at the clock takes. */
function deskOf(story: FoldStory, stepMs = 0, ended: PreviewDeskOptions['ended'] = () => undefined): PreviewDesk {
  let nowMs = 0
  const monotonicMs = () => {
    nowMs += stepMs
    return nowMs
  }
  const theatres = new Map(['sahel', 'lake'].map(id => [id, { id }]))
  return new PreviewDesk({
    engine: () => ({ theatre: (id: string) => (id === 'sahel' ? { fold: story.fold } : undefined) }) as never,
    control: { state: { theatres, rules: new Map([['siege', siege]]) } } as never,
    clock: { monotonicMs, nowMs: () => 0, sleep: async () => undefined },
    ended,
    desk: {
      rulesFor: () => [siege],
      versionOf: (_: Principal, ruleId: string, ask: object) => ({ ruleId, ruleVersion: 2, parameters: {}, ...ask })
    } as never
  })
}

describe('a preview', () => {
  it('tells of the theatres that the key may see and this instance folds, and names the others', async () => {
    const desk = deskOf(storyOf('internal'))
    const body = { rules: [{ id: 'siege' }] }
    expect(await desk.preview(body, reader('internal'), waits)).toMatchObject({
      theatres: [{ theatre: 'sahel', vanish: [{ ruleId: 'siege', group: { settlement: 'Diosso' }, triggers: 2 }], same: 0 }],
      elsewhere: ['lake'],
      complete: false
    })
    expect(await desk.preview(body, reader('internal', ['sahel']), waits)).toMatchObject({ elsewhere: [], complete: true })
    await expect(desk.preview({ ...body, theatres: ['lake'] }, reader('internal', ['sahel']), waits)).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  it('leaves no trace of what rests on anything above the reader', async () => {
    const desk = deskOf(storyOf('restricted'))
    const seen = async (handling: Handling) => {
      const { theatres } = await desk.preview({ rules: [{ id: 'siege', pattern: 'siege' }] }, reader(handling, ['sahel']), waits)
      return theatres
    }
    expect(await seen('internal')).toEqual([{ theatre: 'sahel', appear: [], change: [], vanish: [], same: 0, omitted: 0 }])
    expect(await seen('restricted')).toMatchObject([{ same: 1 }])
    const vanished = await desk.preview({ rules: [{ id: 'siege' }] }, reader('partners', ['sahel']), waits)
    expect(vanished.theatres).toMatchObject([{ vanish: [] }])
  })

  it('folds a rule in the theatres that it would belong to, and ends it in the others', async () => {
    const desk = deskOf(storyOf('internal'))
    const seen = async (theatres: string[]) => {
      const body = { rules: [{ id: 'siege', pattern: 'siege', theatres }], theatres: ['sahel'] }
      return (await desk.preview(body, reader('restricted'), waits)).theatres
    }
    expect(await seen(['lake', 'sahel'])).toMatchObject([{ same: 1, vanish: [] }])
    expect(await seen(['lake'])).toMatchObject([{ same: 0, vanish: [{ ruleId: 'siege' }] }])
  })

  it('is given up when it takes too long, or nobody waits, and the next one can be made', async () => {
    const story = storyOf('internal')
    const body = { rules: [{ id: 'siege', pattern: 'siege' }] }
    await expect(deskOf(story, 20_000).preview(body, reader('internal'), waits)).rejects.toMatchObject({ code: 'overloaded' })
    const desk = deskOf(story, 10)
    await expect(desk.preview(body, reader('internal'), () => true)).rejects.toMatchObject({ code: 'overloaded' })
    expect(await desk.preview(body, reader('internal'), waits)).toMatchObject({ theatres: [{ same: 1 }] })
  })

  it('is refused while another is under way', async () => {
    const desk = deskOf(storyOf('internal'), 10)
    const body = { rules: [{ id: 'siege', pattern: 'siege' }] }
    const [first, second] = await Promise.allSettled([1, 2].map(() => desk.preview(body, reader('internal'), waits)))
    expect([first?.status, second]).toMatchObject([
      'fulfilled',
      { status: 'rejected', reason: { code: 'too-many', retryAfterS: 2 } }
    ])
  })

  it('is not kept waiting by who asks what nearly fired, and the other way round', async () => {
    const desk = deskOf(storyOf('internal'), 10)
    const ask = () => desk.near('sahel', 'siege', reader('internal'), waits)
    const body = { rules: [{ id: 'siege', pattern: 'siege' }] }
    const [near, preview, second] = await Promise.allSettled([ask(), desk.preview(body, reader('internal'), waits), ask()])
    expect([near.status, preview.status, second]).toMatchObject([
      'fulfilled',
      'fulfilled',
      { status: 'rejected', reason: { code: 'too-many' } }
    ])
  })

  it('tells how it ended, and after what time', async () => {
    const [story, told] = [storyOf('internal'), [] as unknown[]]
    const body = { rules: [{ id: 'siege', pattern: 'siege' }] }
    const desk = (stepMs: number) => deskOf(story, stepMs, (outcome, seconds) => told.push([outcome, seconds > 0]))
    const both = desk(10)
    await Promise.allSettled([both.preview(body, reader('internal'), waits), both.preview(body, reader('internal'), waits)])
    await expect(desk(20_000).preview(body, reader('internal'), waits)).rejects.toThrow()
    await expect(desk(10).preview({ ...body, theatres: ['none'] }, reader('internal'), waits)).rejects.toThrow()
    expect(told).toEqual([
      ['busy', true],
      ['done', true],
      ['given-up', true],
      ['refused', true]
    ])
  })
})
