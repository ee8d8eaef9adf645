// A list that is read every few seconds: only what has changed is sent again.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { askAgain, dropQuestions } from '../../src/http/answers.ts'
import { askWhileSeen, resource } from '../../src/state/resource.ts'

class Tab extends EventTarget {
  hidden = false
}

/** A suite with one list, and the tags that it was asked with. */
function suiteWithList() {
  const held = { list: ['a'], version: 1 }
  const tags: (string | null)[] = []
  vi.stubGlobal('fetch', async (_path: string, { headers }: RequestInit) => {
    const [tag, etag] = [new Headers(headers).get('if-none-match'), `"${held.version}"`]
    tags.push(tag)
    return tag === etag
      ? new Response(null, { status: 304, headers: { etag } })
      : Response.json(held.list, { headers: { etag } })
  })
  return { held, tags }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  dropQuestions()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('shows a change at the next question, and asks with the tag of what it has', async () => {
  const { held, tags } = suiteWithList()
  const shown = resource(() => askAgain<readonly string[]>('/v1/silences'))
  const tab = new Tab()
  const stop = askWhileSeen(shown.load, 5_000, tab as unknown as Document)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(shown.state.peek().body).toEqual(['a'])
  Object.assign(held, { list: ['a', 'b'], version: 2 })
  await vi.advanceTimersByTimeAsync(4_999)
  expect(shown.state.peek().body).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(1)
  expect(shown.state.peek().body).toEqual(['a', 'b'])
  tab.hidden = true
  await vi.advanceTimersByTimeAsync(60_000)
  expect(tags).toEqual([null, '"1"', '"1"'])
  stop()
})

it('forgets what another key was shown', async () => {
  const { tags } = suiteWithList()
  await askAgain('/v1/silences')
  dropQuestions()
  expect(await askAgain('/v1/silences')).toMatchObject({ kind: 'ok', body: ['a'] })
  expect(tags).toEqual([null, null])
})
