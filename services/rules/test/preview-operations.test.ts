// Previews: what a reader may see, what ends them, and that one runs at a time.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RuleVersion } from '@tocsin/domain/record/theatre-record'
import type { Handling } from '@tocsin/domain/report/handling'
import type { AlertDifference } from '@tocsin/domain/rule/rule-preview'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { describe, expect, it } from 'vitest'
import { FoldStory } from '../../../packages/domain/test/fold-story.ts'
import {
  PreviewOperations,
  type PreviewOperationsOptions
} from '../src/preview/preview-operations.ts'
import { type PreviewWatch, previewsInSlices } from '../src/preview/preview-runner.ts'

const siege: RuleVersion = { ruleId: 'siege', ruleVersion: 1, pattern: 'siege', parameters: {} }
const reader = (handling: Handling, theatres: Principal['theatres'] = '*') =>
  ({ handling, theatres }) as Principal
const waits = () => false

function storyOf(handling: Handling): FoldStory {
  const story = new FoldStory({ rules: [siege], start: '2024-12-01' })
  const place = {
    settlement: 'Diosso',
    admin1: 'ML-4',
    at: '2025-01-01',
    to: '2025-01-12',
    handling
  } as const
  story.report({ id: 'a', category: 'blockade', ...place })
  story.report({ id: 'b', category: 'movement-denied', source: 'wire-2', ...place })
  story.tick('2025-02-01')
  return story
}

/** Previews of three theatres, two at once, which end when they are told to. */
function heldOperations(sizes: Readonly<Record<string, number>>) {
  const { fold } = storyOf('internal')
  const begun = new Map<
    string,
    { readonly watch: PreviewWatch; readonly end: PromiseWithResolvers<AlertDifference> }
  >()
  const theatreOf = (id: string) =>
    id in sizes && {
      fold: {
        incidentCount: sizes[id],
        previewGround: () => ({ ...fold.previewGround('restricted'), theatre: id })
      }
    }
  const operations = new PreviewOperations({
    engine: () => ({ theatre: theatreOf }) as never,
    control: { state: { theatres: new Map(Object.keys(sizes).map(id => [id, { id }])) } } as never,
    clock: { monotonicMs: () => 0, nowMs: () => 0, sleep: async () => undefined },
    ended: () => undefined,
    operations: { rulesFor: () => [siege], ...fitting } as never,
    runner: {
      atOnce: 2,
      close: async () => {},
      run({ ground: { theatre } }, watch) {
        const end = Promise.withResolvers<AlertDifference>()
        begun.set(theatre, { watch, end })
        return end.promise
      }
    }
  })
  const difference = (theatre: string): AlertDifference => {
    return { theatre, incidents: 0, sinceMs: null, appear: [], change: [], vanish: [], same: [] }
  }
  const end = (theatre: string) => begun.get(theatre)?.end.resolve(difference(theatre))
  return { operations, begun, end }
}

/** Rules that fit their theatres, and name what is there. */
const fitting = { checkRetention: () => {}, checkNames: () => {} }

/**
 * Over one theatre of this instance and one of another; the clock advances by `stepMs` per reading.
 */
function operationsOf(
  story: FoldStory,
  stepMs = 0,
  ended: PreviewOperationsOptions['ended'] = () => undefined
): PreviewOperations {
  let nowMs = 0
  const monotonicMs = () => {
    nowMs += stepMs
    return nowMs
  }
  const theatres = new Map(['sahel', 'lake'].map(id => [id, { id }]))
  return new PreviewOperations({
    engine: () =>
      ({ theatre: (id: string) => (id === 'sahel' ? { fold: story.fold } : undefined) }) as never,
    control: { state: { theatres, rules: new Map([['siege', siege]]) } } as never,
    clock: { monotonicMs, nowMs: () => 0, sleep: async () => undefined },
    ended,
    runner: previewsInSlices({ monotonicMs }),
    operations: {
      rulesFor: () => [siege],
      versionOf: (_: Principal, ruleId: string, ask: object) => ({
        ruleId,
        ruleVersion: 2,
        parameters: {},
        ...ask
      }),
      ...fitting
    } as never
  })
}

describe('a preview', () => {
  it('says which alerts would be exercises, and counts the others', async () => {
    const story = storyOf('internal')
    const place = {
      settlement: 'Dioura',
      admin1: 'ML-5',
      lat: 14.8,
      lon: -5.2,
      at: '2025-01-02',
      to: '2025-01-12'
    } as const
    story.report({ id: 'c', category: 'blockade', drill: true, ...place })
    story.report({ id: 'd', category: 'movement-denied', source: 'wire-2', drill: true, ...place })
    const body = { rules: [{ id: 'siege', pattern: 'siege' }], against: 'nothing' } as const
    const { theatres } = await operationsOf(story).preview(body, reader('restricted'), waits)
    const [one] = theatres as readonly {
      appear: { headline: string; drill?: true }[]
      months: unknown[]
    }[]
    const appear = one?.appear.map(({ headline, drill }) => [
      headline.startsWith('EXERCISE: '),
      drill === true
    ])
    expect(new Set(appear?.map(told => told.join()))).toEqual(new Set(['false,false', 'true,true']))
    expect(appear).toHaveLength(2)
    expect(one?.months).toEqual([{ month: '2025-01', alerts: { moderate: 1 } }])
  })

  it('covers the theatres that the key may see and this instance folds, and names the others', async () => {
    const operations = operationsOf(storyOf('internal'))
    const body = { rules: [{ id: 'siege' }] }
    expect(await operations.preview(body, reader('internal'), waits)).toMatchObject({
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
    expect(await operations.preview(body, reader('internal', ['sahel']), waits)).toMatchObject({
      elsewhere: [],
      complete: true
    })
    await expect(
      operations.preview({ ...body, theatres: ['lake'] }, reader('internal', ['sahel']), waits)
    ).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  it('shows nothing that rests on reports above the reader', async () => {
    const operations = operationsOf(storyOf('restricted'))
    const seen = async (handling: Handling) => {
      const { theatres } = await operations.preview(
        { rules: [{ id: 'siege', pattern: 'siege' }] },
        reader(handling, ['sahel']),
        waits
      )
      return theatres
    }
    const nothing = {
      since: null,
      months: [],
      lateness: null,
      appear: [],
      change: [],
      vanish: [],
      same: 0,
      omitted: 0
    }
    expect(await seen('internal')).toEqual([{ theatre: 'sahel', ...nothing }])
    expect(await seen('restricted')).toMatchObject([{ same: 1 }])
    const vanished = await operations.preview(
      { rules: [{ id: 'siege' }] },
      reader('partners', ['sahel']),
      waits
    )
    expect(vanished.theatres).toMatchObject([{ vanish: [] }])
  })

  it('is given up on timeout or disconnection, and the next one can run', async () => {
    const story = storyOf('internal')
    const body = { rules: [{ id: 'siege', pattern: 'siege' }] }
    await expect(
      operationsOf(story, 20_000).preview(body, reader('internal'), waits)
    ).rejects.toMatchObject({
      code: 'overloaded'
    })
    const operations = operationsOf(story, 10)
    await expect(operations.preview(body, reader('internal'), () => true)).rejects.toMatchObject({
      code: 'overloaded'
    })
    expect(await operations.preview(body, reader('internal'), waits)).toMatchObject({
      theatres: [{ same: 1 }]
    })
  })

  it('folds theatres side by side, the largest first, and says how far each is to who waits for it', async () => {
    const { operations, begun, end } = heldOperations({ small: 1, large: 9, middle: 5 })
    const asker = { ...reader('restricted'), id: 'key-1' } as Principal
    const preview = operations.preview({ rules: [{ id: 'siege' }] }, asker, waits)
    await nextTurn()
    expect([...begun.keys()]).toEqual(['large', 'middle'])
    begun.get('large')?.watch.at(1_000_000)
    const startedAt = '1970-01-01T00:00:00.000Z'
    const shares = { small: 0, large: 0.99, middle: 0 }
    const theatres = Object.entries(shares).map(([theatre, share]) => ({ theatre, share }))
    expect(operations.progress(asker)).toEqual({ startedAt, theatres })
    expect(operations.progress({ ...asker, id: 'key-2' })).toBeNull()
    end('middle')
    await nextTurn()
    expect([...begun.keys()]).toEqual(['large', 'middle', 'small'])
    expect(operations.progress(asker)?.theatres).toContainEqual({ theatre: 'middle', share: 1 })
    end('small')
    end('large')
    expect((await preview).theatres).toMatchObject([
      { theatre: 'small' },
      { theatre: 'large' },
      { theatre: 'middle' }
    ])
    expect(operations.progress(asker)).toBeNull()
  })
})
