// What a view asks for again and again: which answer counts, and whose it is.

import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/http/answers.ts'
import type { Page } from '../src/http/requests.ts'
import { askWhileSeen, createPages, resource } from '../src/state/resource.ts'

const ok = <T>(body: T): Answer<T> => ({
  ...{ kind: 'ok', status: 200, body }
})
const refused = (status: number): Answer<never> => ({
  kind: 'refused',
  problem: { code: 'no', detail: 'No.', status }
})
const unreachable: Answer<never> = { kind: 'unreachable' }

/** Questions that are answered by hand, in any order. */
function byHand<T>() {
  const asked: ((answer: Answer<T>) => void)[] = []
  const ask = () => new Promise<Answer<T>>(resolve => asked.push(resolve))
  return { ask, answer: (turn: number, answer: Answer<T>) => asked[turn]?.(answer) }
}

describe('a resource', () => {
  it('keeps what was told when a later question fails, and tells when it was told', async () => {
    let nowMs = 0
    const answers = [ok('first'), unreachable, refused(503), ok('second')]
    const asked = resource(async () => answers.shift() ?? unreachable, { clock: () => nowMs })
    const told = async () => {
      nowMs += 1_000
      await asked.load()
      const { body, failure, toldAtMs } = asked.state.peek()
      return [body, failure, toldAtMs]
    }
    expect(await told()).toEqual(['first', null, 1_000])
    expect(await told()).toEqual(['first', 'unreachable', 1_000])
    expect(await told()).toEqual(['first', { detail: 'No.', status: 503 }, 1_000])
    expect(await told()).toEqual(['second', null, 4_000])
  })

  it.each([403, 404])('keeps nothing that it may no longer have: %i', async status => {
    const answers = [ok('first'), refused(status)]
    const asked = resource(async () => answers.shift() ?? unreachable)
    await asked.load()
    await asked.load()
    const failure = { detail: 'No.', status }
    expect(asked.state.peek()).toEqual({ body: null, failure, toldAtMs: null })
  })

  it('asks one question at a time, and once more for who asks meanwhile: they read what they wrote', async () => {
    const hand = byHand<string>()
    const asked = resource(hand.ask)
    const loads = [asked.load(), asked.load(), asked.load()]
    hand.answer(0, ok('before'))
    await Promise.resolve()
    expect(asked.state.peek().body).toBe('before')
    hand.answer(1, ok('after'))
    await Promise.all(loads)
    expect(asked.state.peek().body).toBe('after')
  })

  it('shows nothing of what it was about before, nor takes a late answer to that', async () => {
    const hand = byHand<string>()
    const about = signal('a')
    const asked = resource(hand.ask, { key: () => about.value })
    const first = asked.load()
    hand.answer(0, ok('of a'))
    await first
    const second = asked.load()
    expect(asked.state.peek().body).toBe('of a')
    about.value = 'b'
    expect(asked.state.peek().body).toBeNull()
    hand.answer(1, ok('of a, later'))
    await second
    expect(asked.state.peek()).toEqual({ body: null, failure: null, toldAtMs: null })
  })
})

describe('pages', () => {
  /** A list, newest first, two to a page, and how often it was asked. */
  function aList(begin: readonly string[]) {
    const list = { items: begin, asked: 0, isReachable: true }
    const ask = async (cursor: string | null): Promise<Answer<Page<string>>> => {
      list.asked += 1
      if (!list.isReachable) return unreachable
      const from = cursor === null ? 0 : list.items.indexOf(cursor) + 1
      const items = list.items.slice(from, from + 2)
      return ok({ items, next: from + 2 < list.items.length ? (items.at(-1) ?? null) : null })
    }
    return { list, pages: createPages(ask) }
  }

  it('add the older ones that are asked for', async () => {
    const { list, pages } = aList(['e', 'd', 'c', 'b', 'a'])
    await pages.load()
    expect([pages.all.peek(), pages.next.peek()]).toEqual([['e', 'd'], 'd'])
    await pages.loadOlder()
    expect([pages.all.peek(), pages.next.peek()]).toEqual([['e', 'd', 'c', 'b'], 'b'])
    await pages.loadOlder()
    expect([pages.all.peek(), pages.next.peek()]).toEqual([['e', 'd', 'c', 'b', 'a'], null])
    const { asked } = list
    await pages.loadOlder()
    expect(list.asked).toBe(asked)
  })

  it('miss no row that others have pushed out of the first page, and show older rows as they are now', async () => {
    const { list, pages } = aList(['d', 'c', 'b', 'a'])
    await pages.load()
    await pages.loadOlder()
    list.items = ['g', 'f', 'e', 'd', 'C', 'b', 'a']
    await pages.load()
    expect(pages.all.peek()).toEqual(['g', 'f', 'e', 'd'])
    await pages.loadOlder()
    expect(pages.all.peek()).toEqual(['g', 'f', 'e', 'd', 'C', 'b'])
  })

  it('say that older ones could not be had, keep what was shown, and bring them with the next answer', async () => {
    const { list, pages } = aList(['d', 'c', 'b', 'a'])
    await pages.load()
    list.isReachable = false
    await pages.loadOlder()
    expect([pages.all.peek(), pages.state.peek().failure]).toEqual([['d', 'c'], 'unreachable'])
    list.isReachable = true
    await pages.load()
    expect([pages.all.peek(), pages.state.peek().failure]).toEqual([['d', 'c', 'b', 'a'], null])
  })

  it('take none of what was shown before', async () => {
    const hand = byHand<Page<string>>()
    const about = signal('a')
    const pages = createPages(hand.ask, { key: () => about.value })
    const first = pages.load()
    hand.answer(0, ok({ items: ['c'], next: 'to-b' }))
    await first
    const second = pages.loadOlder()
    about.value = 'b'
    hand.answer(1, ok({ items: ['c'], next: 'to-b' }))
    await second
    expect([pages.all.peek(), pages.next.peek()]).toEqual([[], null])
  })
})

describe('a view that asks while its tab is looked at', () => {
  it('asks at once when the tab is looked at again, and no more once it is left', () => {
    const tab = Object.assign(new EventTarget(), { hidden: false })
    let asked = 0
    const ask = async () => {
      asked += 1
    }
    const end = askWhileSeen(ask, 3_600_000, tab as unknown as Document)
    const seen = (isSeen: boolean) => {
      tab.hidden = !isSeen
      tab.dispatchEvent(new Event('visibilitychange'))
      return asked
    }
    expect([asked, seen(false), seen(true)]).toEqual([1, 1, 2])
    end()
    expect(seen(true)).toBe(2)
  })
})
