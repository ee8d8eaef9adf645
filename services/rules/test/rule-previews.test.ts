// Previews: what a reader may see, what ends them, and that one runs at a time.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '@tocsin/auth/access/principal'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { AlertDifference } from '@tocsin/engine/theatre/preview'
import { describe, expect, it } from 'vitest'
import { previewChanges } from '../src/preview/preview-ground.ts'
import type { PreviewRunner, PreviewWatch } from '../src/preview/preview-pool.ts'
import { RulePreviews } from '../src/preview/rule-previews.ts'
import { addSiege, makeRule, makeSiege, type TheatreStory } from './theatre-story.ts'

const makeReader = (handling: Handling, theatres: Principal['theatres'] = '*') =>
  ({ id: 'key-1', handling, theatres }) as Principal
const stays = () => false

const inThisThread: PreviewRunner = {
  parallelism: 1,
  close: async () => {},
  async run(task, watch) {
    const work = previewChanges(task)
    for (;;) {
      const step = work.next()
      if (step.done === true) return step.value
      watch.report(step.value)
      const refused = watch.refuse()
      if (refused !== null) throw refused
    }
  }
}

interface Instance {
  readonly theatres: Readonly<Record<string, { engine: object; reportCount: number } | undefined>>
  readonly runner?: PreviewRunner
  /** The clock advances by as much per reading. */
  readonly stepMs?: number
}

function makePreviews({ theatres, runner = inThisThread, stepMs = 0 }: Instance): RulePreviews {
  let nowMs = 0
  const monotonicMs = () => {
    nowMs += stepMs
    return nowMs
  }
  const declared = new Map(Object.keys(theatres).map(id => [id, { id }]))
  return new RulePreviews({
    engine: () => ({ theatre: (id: string) => theatres[id] as never }),
    control: { state: { theatres: declared } } as never,
    clock: { monotonicMs, nowMs: () => 0, sleep: async () => undefined },
    ended: () => undefined,
    runner,
    operations: {
      rulesFor: () => [makeRule('siege')],
      findVersion: (_: Principal, ruleId: string, ask: object) => ({
        ...{ ruleId, ruleVersion: 2, parameters: {} },
        ...ask
      }),
      checkRetention: () => {},
      checkNames: () => {}
    } as never
  })
}

/** The theatre `sahel` here, and `lake` of another instance. */
function makePreviewsOver({ engine }: TheatreStory, stepMs = 0): RulePreviews {
  return makePreviews({ theatres: { sahel: { engine, reportCount: 2 }, lake: undefined }, stepMs })
}

const unchanged = { rules: [{ id: 'siege', pattern: 'siege' }] }
const removal = { rules: [{ id: 'siege' }] }

describe('a preview', () => {
  it('says which alerts would be exercises, and counts the others', async () => {
    const story = makeSiege('internal')
    addSiege(story, { place: { lat: 14.2 }, drill: true }, 'Dioura')
    story.tick('2025-02-02')
    const body = { ...unchanged, against: 'nothing' } as const
    const reader = makeReader('restricted')
    const { theatres } = await makePreviewsOver(story).preview(body, reader, stays)
    const [one] = theatres as { appear: { drill?: true; headline: string }[]; months: object[] }[]
    expect(one?.appear.map(({ drill }) => drill === true).sort()).toEqual([false, true])
    expect(one?.months).toEqual([{ month: '2025-01', alerts: { moderate: 1 } }])
  })

  it('covers the theatres that the key may see and this instance folds, and names the others', async () => {
    const previews = makePreviewsOver(makeSiege('internal'))
    expect(await previews.preview(removal, makeReader('internal'), stays)).toMatchObject({
      theatres: [
        {
          theatre: 'sahel',
          vanish: [{ ruleId: 'siege', group: { settlement: 'Diosso' }, triggers: 2 }],
          same: 0
        }
      ],
      elsewhere: ['lake'],
      complete: false
    })
    const ofSahel = makeReader('internal', ['sahel'])
    expect(await previews.preview(removal, ofSahel, stays)).toMatchObject({
      elsewhere: [],
      complete: true
    })
    await expect(
      previews.preview({ ...removal, theatres: ['lake'] }, ofSahel, stays)
    ).rejects.toMatchObject({ code: 'not-found' })
  })

  it('shows nothing that rests on reports above the reader', async () => {
    const previews = makePreviewsOver(makeSiege('restricted'))
    const show = async (body: typeof removal, handling: Handling) =>
      (await previews.preview(body, makeReader(handling, ['sahel']), stays)).theatres
    const empty = { since: null, months: [], lateness: null, omitted: 0 }
    const lists = { appear: [], change: [], vanish: [], same: 0 }
    expect(await show(unchanged, 'internal')).toEqual([{ theatre: 'sahel', ...empty, ...lists }])
    expect(await show(unchanged, 'restricted')).toMatchObject([{ same: 1 }])
    expect(await show(removal, 'partners')).toMatchObject([{ vanish: [] }])
  })

  it('is given up on timeout or disconnection, and the next one can run', async () => {
    const story = makeSiege('internal')
    const reader = makeReader('internal')
    await expect(
      makePreviewsOver(story, 20_000).preview(unchanged, reader, stays)
    ).rejects.toMatchObject({ code: 'overloaded' })
    const previews = makePreviewsOver(story, 10)
    await expect(previews.preview(unchanged, reader, () => true)).rejects.toMatchObject({
      code: 'overloaded'
    })
    expect(await previews.preview(unchanged, reader, stays)).toMatchObject({
      theatres: [{ same: 1 }]
    })
  })

  it('ends the one before of the same key', async () => {
    let isFree = false
    const runner: PreviewRunner = {
      ...inThisThread,
      async run(task, watch) {
        for (;;) {
          await nextTurn()
          const refused = watch.refuse()
          if (refused !== null) throw refused
          if (isFree) return inThisThread.run(task, watch)
        }
      }
    }
    const { engine } = makeSiege('internal')
    const previews = makePreviews({ theatres: { sahel: { engine, reportCount: 2 } }, runner })
    const reader = makeReader('internal')
    const first = previews.preview(unchanged, reader, stays)
    const second = previews.preview(removal, reader, stays)
    await expect(first).rejects.toMatchObject({ code: 'too-many' })
    isFree = true
    expect(await second).toMatchObject({ theatres: [{ same: 0 }] })
  })

  it('folds theatres side by side, the largest first, one preview at a time, and says how far each is to who waits for it', async () => {
    const begun = new Map<string, { watch: PreviewWatch; end: () => void }>()
    const runner: PreviewRunner = {
      parallelism: 2,
      close: async () => {},
      run({ ground: { theatre } }, watch) {
        const { promise, resolve } = Promise.withResolvers<AlertDifference>()
        const lists = { appear: [], change: [], vanish: [], same: [] }
        const end = () => resolve({ theatre, incidents: 0, sinceMs: null, ...lists })
        begun.set(theatre, { watch, end })
        return promise
      }
    }
    const makeFolded = (id: string, reportCount: number) => {
      const fold = makeSiege('public').engine.getFold('public')
      const named = Object.assign(Object.create(fold), {
        options: { ...fold.options, theatre: id }
      })
      return { engine: { getFold: () => named }, reportCount }
    }
    const sizes = { small: 1, large: 9, middle: 5 }
    const theatres = Object.entries(sizes).map(([id, size]) => [id, makeFolded(id, size)])
    const previews = makePreviews({ theatres: Object.fromEntries(theatres), runner })
    const reader = makeReader('restricted')
    const preview = previews.preview(removal, reader, stays)
    await nextTurn()
    expect([...begun.keys()]).toEqual(['large', 'middle'])
    begun.get('large')!.watch.report(0.5)
    expect(previews.progress(reader)).toEqual({
      startedAt: '1970-01-01T00:00:00.000Z',
      theatres: [
        { theatre: 'small', share: 0 },
        { theatre: 'large', share: 0.5 },
        { theatre: 'middle', share: 0 }
      ]
    })
    expect(previews.progress({ ...reader, id: 'key-2' })).toBeNull()
    const another = { ...reader, id: 'key-2' }
    await expect(previews.preview(removal, another, stays)).rejects.toMatchObject({
      code: 'too-many'
    })
    begun.get('middle')!.end()
    await nextTurn()
    expect([...begun.keys()]).toEqual(['large', 'middle', 'small'])
    expect(previews.progress(reader)?.theatres).toContainEqual({ theatre: 'middle', share: 1 })
    begun.get('small')!.end()
    begun.get('large')!.end()
    const answer = await preview
    expect(answer.theatres).toMatchObject(Object.keys(sizes).map(theatre => ({ theatre })))
    expect(previews.progress(reader)).toBeNull()
  })
})
