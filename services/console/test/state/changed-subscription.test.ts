// A change of a subscription does not undo another one that came since its form was opened.

import '../support/a-page.ts'
import { beforeEach, expect, it } from 'vitest'
import type { Subscription } from '../../src/shown/subscription.ts'
import {
  beginChange,
  changedSubscription,
  changeOpen,
  changing,
  saveChange,
  warned
} from '../../src/state/webhooks/subscriptions.ts'
import { changeOnto } from '../../src/upkeep/subscription-draft.ts'
import { aSubscription } from '../support/records.ts'
import { thePageIsLive } from './a-live-page.ts'
import { suiteAnswers } from './a-suite.ts'

const seen = aSubscription()

beforeEach(() => thePageIsLive())

it('is not sent over another one, and after it was seen sends what was typed alone', async () => {
  let held = { ...seen, filter: { country: ['ML'] } }
  const sent: unknown[] = []
  suiteAnswers((_path, { method, body }) => {
    if (method !== 'PATCH') return Response.json({ items: [held], next: null })
    const change = JSON.parse(String(body)) as Partial<Subscription>
    sent.push(change)
    held = { ...held, ...change } as typeof held
    return Response.json(held)
  })
  beginChange(seen)
  changedSubscription.change({ minSeverity: 'severe', contact: 'ops' })
  await saveChange()
  expect(sent).toEqual([])
  expect(changing.state.peek()).toMatchObject({
    kind: 'refused',
    text: expect.stringContaining('changed meanwhile')
  })
  expect(changedSubscription.typed.peek()).toMatchObject({ minSeverity: 'severe', contact: 'ops' })

  changedSubscription.change(changeOnto(changedSubscription.typed.peek(), held))
  await saveChange()
  expect(sent).toEqual([{ filter: { minSeverity: 'severe', country: ['ML'] }, contact: 'ops' }])
  expect([changing.state.peek().kind, changeOpen.peek()]).toEqual(['done', null])
})

it('keeps what was typed while it was on its way, as a change of what it made', async () => {
  let held = seen
  const sent: unknown[] = []
  suiteAnswers((_path, { method, body }) => {
    if (method !== 'PATCH') return Response.json({ items: [held], next: null })
    const change = JSON.parse(String(body)) as Partial<Subscription>
    sent.push(change)
    held = { ...held, ...change }
    if (sent.length === 1) changedSubscription.change({ heartbeatSeconds: '60' })
    return Response.json(held)
  })
  beginChange(seen)
  changedSubscription.change({ contact: 'ops' })
  await saveChange()
  expect(changeOpen.peek()).toBe('sub_1')
  await saveChange()
  expect(sent).toEqual([{ contact: 'ops' }, { heartbeatSeconds: 60 }])
  expect(changeOpen.peek()).toBe(null)
})

it('names the version that it was made of, and says so where another came between', async () => {
  let held: Subscription = { ...seen, version: 4 }
  const sent: (string | null)[] = []
  let isBetween = true
  suiteAnswers((_path, { method, headers }) => {
    if (method !== 'PATCH') return Response.json({ items: [held], next: null })
    sent.push(new Headers(headers).get('if-match'))
    if (!isBetween) return Response.json({ ...held, contact: 'ops' })
    isBetween = false
    held = { ...held, version: 5 }
    return Response.json({ code: 'action-refused', detail: 'first', version: 5 }, { status: 409 })
  })
  beginChange(held)
  changedSubscription.change({ contact: 'ops' })
  await saveChange()
  expect(changing.state.peek()).toMatchObject({
    kind: 'refused',
    text: expect.stringContaining('changed meanwhile')
  })
  expect(changedSubscription.typed.peek()).toMatchObject({ contact: 'ops' })
  await saveChange()
  expect([sent, changeOpen.peek()]).toEqual([['"4"', '"5"'], null])
})

it('says which part of it stands though it would be refused if it were new, and goes on saying it beside that one', async () => {
  const warnings = [{ pointer: '/policy/watch', detail: 'is no watch that you may know of' }]
  suiteAnswers((_path, { method }) =>
    method === 'PATCH'
      ? Response.json({ ...seen, contact: 'ops', warnings })
      : Response.json({ items: [seen], next: null })
  )
  beginChange(seen)
  changedSubscription.change({ contact: 'ops' })
  await saveChange()
  const text = 'The watch of its policy is no watch that you may know of.'
  expect([changing.state.peek(), changeOpen.peek()]).toEqual([
    { kind: 'done', text: `Saved. ${text}` },
    null
  ])
  expect(warned.peek()).toEqual({ id: 'sub_1', text })
})
