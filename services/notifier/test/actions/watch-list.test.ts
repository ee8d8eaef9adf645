// The list of watches comes in pages that are bounded by count and by size.

import { expect, it } from 'vitest'
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
