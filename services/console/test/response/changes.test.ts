// Lists that others change: loaded as soon as the suite tells of it, and as before by a suite that
// does not.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Answer } from '../../src/http/answers.ts'
import { loadOnChanges } from '../../src/state/webhooks/changes.ts'

type Told = Answer<{ readonly seen: string }>
const told = (seen: string): Told => ({
  kind: 'ok',
  status: 200,
  body: { seen },
  staleSince: null,
  etag: null
})
const refused = (status: number): Told => ({
  kind: 'refused',
  problem: { code: 'no', detail: 'No.', status }
})

class Tab extends EventTarget {
  hidden = false
  turn(hidden: boolean) {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

/** A tab that follows a list, and a suite that answers by hand. */
function following() {
  const asked: {
    text: string | null
    signal: AbortSignal
    answer: (told: Told) => Promise<void>
  }[] = []
  let loads = 0
  const tab = new Tab()
  const ask = ({ text, signal }: { text: string | null; signal: AbortSignal }) => {
    const { promise, resolve } = Promise.withResolvers<Told>()
    const answer = async (told: Told) => {
      resolve(told)
      await vi.advanceTimersByTimeAsync(0)
    }
    asked.push({ text, signal, answer })
    return promise
  }
  const load = async () => {
    loads += 1
  }
  const stop = loadOnChanges(ask, load, tab as unknown as Document)
  return { asked, tab, stop, loads: () => loads, texts: () => asked.map(({ text }) => text) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('loads once for each change, and waits on with what was seen', async () => {
  const { asked, loads, texts } = following()
  for (const seen of ['a', 'a', 'b', 'b']) await asked.at(-1)?.answer(told(seen))
  expect([loads(), texts()]).toEqual([2, [null, 'a', 'a', 'b', 'b']])
})

it.each([
  ['a suite that knows no such question', refused(404), 60_000],
  ['one with no place for another wait', refused(429), 60_000],
  ['one that shuts down', refused(503), 5_000],
  ['none', { kind: 'unreachable' } as Told, 5_000]
])('asks %s again after a while, from the beginning', async (_what, answer, afterMs) => {
  const { asked, loads, texts } = following()
  await asked[0]?.answer(told('a'))
  await asked[1]?.answer(answer)
  await vi.advanceTimersByTimeAsync(afterMs - 1)
  expect([loads(), texts()]).toEqual([1, [null, 'a']])
  await vi.advanceTimersByTimeAsync(1)
  expect(texts()).toEqual([null, 'a', null])
  await asked[2]?.answer(told('b'))
  expect(loads()).toBe(2)
})

it('waits while the tab is looked at, and no longer than the view is shown', async () => {
  const { asked, tab, stop, loads } = following()
  tab.turn(true)
  expect(asked[0]?.signal.aborted).toBe(true)
  await asked[0]?.answer(told('a'))
  await vi.advanceTimersByTimeAsync(120_000)
  expect([asked.length, loads()]).toEqual([1, 0])
  tab.turn(false)
  tab.turn(false)
  await vi.advanceTimersByTimeAsync(0)
  expect(asked.length).toBe(2)
  stop()
  expect(asked[1]?.signal.aborted).toBe(true)
  tab.turn(true)
  tab.turn(false)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(asked.length).toBe(2)
})
