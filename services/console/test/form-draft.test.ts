// What is typed and sent: whose outcome is shown.

import './support/a-page.ts'
import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/http/answers.ts'
import { bulkDraft } from '../src/state/bulk-acts.ts'
import { command, formDraft } from '../src/state/forms.ts'
import { asksBeforeItIsLeft } from './support/a-page.ts'

const ok = <T>(body: T): Answer<T> => ({
  ...{ kind: 'ok', status: 200, body }
})

describe('what is sent', () => {
  it('tells its outcome beside what it was about, and not beside what is shown since', async () => {
    const shown = signal('a')
    const acting = command({ key: () => shown.value })
    const answered = Promise.withResolvers<Answer<string>>()
    const done = (body: string) => `Done: ${body}`
    const sent = acting.send(() => answered.promise, done)
    expect(acting.state.peek()).toEqual({ kind: 'asking' })
    shown.value = 'b'
    answered.resolve(ok('A'))
    // Who asked still hears of it.
    expect(await sent).toEqual({ body: 'A' })
    expect(acting.state.peek()).toEqual({ kind: 'idle' })
    await acting.send(async () => ok('B'), done)
    expect(acting.state.peek()).toEqual({ kind: 'done', text: 'Done: B' })
  })
})

describe('a page on which something was typed', () => {
  it('asks before it is left', () => {
    const form = formDraft(() => ({ text: '' }))
    expect(asksBeforeItIsLeft()).toBe(false)
    form.change({ text: 'x' })
    expect(asksBeforeItIsLeft()).toBe(true)
    form.clear()
    expect(asksBeforeItIsLeft()).toBe(false)
  })

  it('asks for the note of an act on many too', () => {
    bulkDraft.value = { ...bulkDraft.peek(), note: 'All of the same night.' }
    expect(asksBeforeItIsLeft()).toBe(true)
    bulkDraft.value = { ...bulkDraft.peek(), note: ' ' }
    expect(asksBeforeItIsLeft()).toBe(false)
  })
})

describe('what is typed while something is on its way', () => {
  const typedAt = (begin = '') =>
    formDraft(
      () => ({ id: '', text: begin }),
      ({ id }) => id
    )

  it('stays, and is told apart from what was sent', () => {
    const form = typedAt()
    form.change({ text: 'sent' })
    const sent = form.typed.peek()
    form.change({ text: 'sent, and more' })
    expect(form.settle(sent)).toBe(false)
    expect(form.typed.peek().text).toBe('sent, and more')
    expect(asksBeforeItIsLeft()).toBe(true)
    expect(form.settle(form.typed.peek())).toBe(true)
    expect(form.typed.peek().text).toBe('')
    expect(asksBeforeItIsLeft()).toBe(false)
  })

  it('of another thing is not touched by what becomes of the first', () => {
    const form = typedAt()
    form.show({ id: 'a', text: 'A' })
    form.change({ text: 'A, changed' })
    const sent = form.typed.peek()
    form.show({ id: 'b', text: 'B' })
    form.change({ text: 'B, changed' })
    expect(form.typedOf('a')).toEqual(sent)
    expect(form.settle(sent, { id: 'a', text: 'A, saved' })).toBe(true)
    expect([form.typed.peek(), form.typedOf('a')]).toEqual([
      { id: 'b', text: 'B, changed' },
      undefined
    ])
    form.clear()
    expect(asksBeforeItIsLeft()).toBe(false)
  })

  it('goes on from what was taken, also where it was left meanwhile', () => {
    const form = typedAt()
    form.show({ id: 'a', text: 'A' })
    const sent = form.typed.peek()
    form.change({ text: 'more' })
    form.show({ id: 'b', text: 'B' })
    const isDone = form.settle(sent, { id: 'a', text: 'saved' }, ({ id, text }) => ({
      ...{ id, text: `v2 ${text}` }
    }))
    expect(isDone).toBe(false)
    form.show({ id: 'a', text: 'anew' })
    expect(form.typed.peek()).toEqual({ id: 'a', text: 'v2 more' })
    form.restart({ id: 'a', text: 'anew' })
    expect([form.typed.peek().text, asksBeforeItIsLeft()]).toEqual(['anew', false])
  })

  it('nothing was typed in is not kept: it begins anew', () => {
    const form = typedAt()
    form.show({ id: 'a', text: 'version 1' })
    form.show({ id: 'b', text: 'B' })
    form.show({ id: 'a', text: 'version 2' })
    expect([form.typed.peek().text, form.typedOf('b')]).toEqual(['version 2', undefined])
  })
})
