// The view of watches follows all pages of their list.

import { expect, it } from 'vitest'
import { watches } from '../../src/http/requests.ts'
import { suiteAnswers } from '../state/a-suite.ts'

const pages: Readonly<Record<string, object>> = {
  '/v1/watches': { items: [{ id: 'wat_1', name: 'Night desk' }], next: 'a+b' },
  '/v1/watches?cursor=a%2Bb': { items: [{ id: 'wat_2', name: 'Joint desk' }], next: null }
}

it('shows the watches of every page, by name', async () => {
  suiteAnswers(path => Response.json(pages[path]))
  expect(await watches.list()).toMatchObject({
    kind: 'ok',
    body: { items: [{ id: 'wat_2' }, { id: 'wat_1' }], next: null }
  })
})

it('shows no half of the list where a page is refused', async () => {
  suiteAnswers(path =>
    path.includes('cursor') ? Response.json({}, { status: 503 }) : Response.json(pages[path])
  )
  expect((await watches.list()).kind).toBe('refused')
})
