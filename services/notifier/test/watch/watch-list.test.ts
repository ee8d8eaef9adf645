// The list of watches comes in pages that are bounded by count and by size.

import { expect, it } from 'vitest'
import { pageCharsMax } from '../../src/watch/watch-routes.ts'
import { Suite } from '../support/http-suite.ts'

interface Page {
  readonly items: readonly { readonly id: string }[]
  readonly next: string | null
}

const declare = async (suite: Suite, name: string, more: object = {}): Promise<string> =>
  (await suite.ask('POST', '/v1/watches', { body: { name, ...more } })).body.id

async function page(suite: Suite, query: string, cursor: string | null): Promise<Page> {
  const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
  const answer = await suite.ask('GET', `/v1/watches?${query}${after}`)
  expect(answer.status).toBe(200)
  return answer.body
}

async function all(suite: Suite, query: string, between: () => Promise<void> = async () => {}) {
  const pages: Page[] = []
  do {
    pages.push(await page(suite, query, pages.at(-1)?.next ?? null))
    await between()
  } while (pages.at(-1)?.next !== null)
  return pages
}

it('each watch is on one page, and one that is withdrawn between two pages moves no other', async () => {
  const suite = await Suite.start()
  const ids: string[] = []
  for (const name of ['e', 'd', 'c', 'b', 'a']) ids.push(await declare(suite, name))
  const pages = await all(suite, 'limit=2')
  expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1])
  const listed = pages.flatMap(({ items }) => items.map(({ id }) => id))
  expect(listed).toEqual(ids.toSorted())

  let withdrawn = false
  const rest = await all(suite, 'limit=2', async () => {
    if (!withdrawn)
      for (const id of listed.slice(0, 2)) await suite.ask('DELETE', `/v1/watches/${id}`)
    withdrawn = true
  })
  expect(rest.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(listed)
  expect((await suite.ask('GET', '/v1/watches?cursor=x')).body.code).toBe('cursor-invalid')
})

it('a page of full rosters has fewer watches, and one at least', async () => {
  const suite = await Suite.start()
  const { id } = (
    await suite.ask('POST', '/v1/subscriptions', { body: { url: 'https://partner.example/hook' } })
  ).body
  const hour = (n: number) => new Date(suite.h.clock.nowMs() + n * 3_600_000).toISOString()
  const shift = (n: number) => ({
    officer: 'Ama',
    from: hour(n),
    until: hour(n + 1),
    lines: [id],
    note: 'x'.repeat(2_000)
  })
  const shifts = Array.from({ length: 200 }, (_, n) => shift(n))
  for (let n = 0; n < 5; n++) await declare(suite, `desk ${n}`, { shifts })
  const pages = await all(suite, 'limit=50')
  expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1])
  for (const each of pages) expect(JSON.stringify(each).length).toBeLessThan(pageCharsMax + 10_000)
})
