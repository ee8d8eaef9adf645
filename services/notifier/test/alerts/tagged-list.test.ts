// Silences and watches that a reader asks for again and again: 304 until what the reader may know
// of has changed.

import { beforeAll, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'

let suite: Suite
let officer: string
let partner: string
beforeAll(async () => {
  suite = await Suite.open({})
  officer = await suite.key(['alerts:read', 'alerts:operate'], { handling: 'internal' })
  partner = await suite.key(['subscriptions:manage', 'alerts:read'], { handling: 'partners' })
  return () => suite.close()
})

const list = (url: string, key: string, tag = '"none"') =>
  suite.ask('GET', url, { key, headers: { 'if-none-match': tag } })

it.each([
  [
    '/v1/silences',
    { reason: 'Known.', minutes: 60, filter: { theatre: ['sahel'] }, handling: 'internal' }
  ],
  ['/v1/watches', { name: 'Joint desk', handling: 'internal' }]
])('%s answers 304 to who has it, and otherwise the list', async (url, body) => {
  const [before, theirs] = [await list(url, officer), await list(url, partner)]
  expect([before.status, before.body.items]).toEqual([200, []])
  expect(theirs.headers.etag).not.toBe(before.headers.etag)
  expect((await list(url, officer, before.headers.etag)).status).toBe(304)
  const made = await suite.ask('POST', url, { body })
  expect(made.status).toBe(201)
  const after = await list(url, officer, before.headers.etag)
  expect([after.status, after.body.items.length]).toEqual([200, 1])
  // Who may not know of it is not told by the tag either.
  expect((await list(url, partner, theirs.headers.etag)).status).toBe(304)
  expect((await list(`${url}?limit=1`, officer, after.headers.etag)).status).toBe(200)
  await suite.ask('DELETE', `${url}/${made.body.id}`)
  expect((await list(url, officer, after.headers.etag)).status).toBe(200)
})
