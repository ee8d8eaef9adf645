import { describe, expect, it } from 'vitest'
import { type FeedPage, followAlerts } from '../../src/client/follow-alerts.ts'

const row = (id: string, prev: string, cursor: string) => ({
  event: { id, type: 'tocsin.alert.raised.v1', data: {} as never },
  prev,
  cursor
})

/** A feed that answers its pages one after the other, then stops its follower. */
async function follow(
  from: string,
  pages: readonly FeedPage[]
): Promise<{ ids: string[]; cursors: (string | null)[]; ages: unknown[] }> {
  const stop = new AbortController()
  const ids: string[] = []
  const cursors: (string | null)[] = []
  const ages: unknown[] = []
  const rest = [...pages]
  const clock = { nowMs: () => 0, monotonicMs: () => 0, sleep: async () => {} }
  const api = {
    async callPatiently(_method: string, path: string) {
      cursors.push(new URL(path, 'http://suite').searchParams.get('cursor'))
      const body = rest.shift() ?? { recovered: true, items: [], next: 'end' }
      if (rest.length === 0) stop.abort()
      return {
        status: 200,
        body,
        cursor: null,
        problem: null,
        retryAfterS: null,
        ageSeconds: 5 * cursors.length
      }
    }
  }
  const onRow = (taken: { readonly event: { readonly id: string } }) => ids.push(taken.event.id)
  await followAlerts({ api, clock, signal: stop.signal, from, onRow, onAge: age => ages.push(age) })
  return { ids, cursors, ages }
}

describe('a follower of the feed', () => {
  it('continues from each page and handles each row once', async () => {
    const pages = [
      { recovered: true, items: [row('a', 'c0', 'c1'), row('b', 'c1', 'c2')], next: 'c3' },
      { recovered: true, items: [row('c', 'c3', 'c4')], next: 'c4' }
    ]
    expect(await follow('latest', pages)).toEqual({
      ids: ['a', 'b', 'c'],
      cursors: ['latest', 'c3'],
      ages: [5, 10]
    })
  })

  it.each([
    [
      'within a page',
      [{ recovered: true, items: [row('a', 'c0', 'c1'), row('b', 'cX', 'c2')], next: 'c2' }]
    ],
    [
      'between two pages',
      [
        { recovered: true, items: [], next: 'c1' },
        { recovered: true, items: [row('a', 'cX', 'c2')], next: 'c2' }
      ]
    ],
    [
      'at the cursor that it came with',
      [{ recovered: true, items: [row('a', 'cX', 'c2')], next: 'c2' }]
    ]
  ])('reports a gap %s', async (_where, pages) => {
    await expect(follow('c0', pages)).rejects.toThrow('the feed has a gap before event')
  })

  it('fails when its position is lost', async () => {
    await expect(follow('c0', [{ recovered: false, items: [], next: 'c9' }])).rejects.toThrow(
      'no longer holds'
    )
  })
})
