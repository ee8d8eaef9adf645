// A change of a subscription does not undo another one that came since its form was opened.

import '../support/a-page.ts'
import { beforeEach, expect, it } from 'vitest'
import type { Subscription } from '../../src/shown/answers.ts'
import {
  beginChange,
  changedSubscription,
  changeOpen,
  saveChange
} from '../../src/state/subscriptions.ts'
import { aSubscription } from '../support/records.ts'
import { thePageIsLive } from './a-live-page.ts'
import { suiteAnswers } from './a-suite.ts'

const seen = aSubscription()

beforeEach(() => thePageIsLive())

/** A suite with one subscription, and what it was sent as changes of that. */
function suiteWith(
  begin: Subscription,
  answer: (change: Partial<Subscription>) => Response | null
) {
  const suite = { held: begin, sent: [] as object[], tags: [] as (string | null)[] }
  suiteAnswers((_path, { method, body, headers }) => {
    if (method !== 'PATCH') return Response.json({ items: [suite.held], next: null })
    const change = JSON.parse(String(body)) as Partial<Subscription>
    suite.sent.push(change)
    suite.tags.push(new Headers(headers).get('if-match'))
    const other = answer(change)
    if (other !== null) return other
    suite.held = { ...suite.held, ...change }
    return Response.json(suite.held)
  })
  return suite
}

async function change(members: Parameters<typeof changedSubscription.change>[0]): Promise<void> {
  beginChange(seen)
  changedSubscription.change(members)
  await saveChange()
}
it('keeps what was typed while it was on its way, as a change of what it made', async () => {
  const suite = suiteWith(seen, ({ contact }) => {
    if (contact !== undefined) changedSubscription.change({ heartbeatSeconds: '60' })
    return null
  })
  await change({ contact: 'ops' })
  expect(changeOpen.peek()).toBe('sub_1')
  await saveChange()
  expect(suite.sent).toEqual([{ contact: 'ops' }, { heartbeatSeconds: 60 }])
  expect(changeOpen.peek()).toBe(null)
})

it('is refused where another one came first, and after that was seen sends what was typed alone', async () => {
  const first = { code: 'action-refused', detail: 'Another change came first.', version: 5 }
  const suite = suiteWith({ ...seen, version: 4 }, () => {
    if (suite.held.version === 5) return null
    suite.held = { ...suite.held, version: 5, filter: { country: ['ML'] } }
    return Response.json(first, { status: 409 })
  })
  beginChange(suite.held)
  changedSubscription.change({ contact: 'ops' })
  await saveChange()
  const text = expect.stringContaining('came first')
  expect(changedSubscription.state.peek()).toMatchObject({ kind: 'refused', text })
  expect(changedSubscription.typed.peek()).toMatchObject({ contact: 'ops' })
  changedSubscription.change({ version: 5 })
  await saveChange()
  expect([suite.tags, suite.sent.at(-1)]).toEqual([['"4"', '"5"'], { contact: 'ops' }])
  expect(changeOpen.peek()).toBe(null)
})

it('says which part of it stands though it would be refused if it were new, and closes the form', async () => {
  const warnings = [{ pointer: '/policy/watch', detail: 'is no watch that you may know of' }]
  suiteWith(seen, () => Response.json({ ...seen, contact: 'ops', warnings }))
  await change({ contact: 'ops' })
  const text = 'The roster of its policy is no watch that you may know of.'
  expect(changedSubscription.state.peek()).toEqual({ kind: 'done', text: `Saved. ${text}` })
  expect(changeOpen.peek()).toBe(null)
})
