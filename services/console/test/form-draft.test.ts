// What is typed and sent: whose outcome is shown.

import './support/a-page.ts'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/http/answers.ts'
import { bulkDraft } from '../src/state/bulk-acts.ts'
import { formDraft, sending } from '../src/state/form-draft.ts'
import { asksBeforeItIsLeft } from './support/a-page.ts'

const ok = <T>(body: T): Answer<T> => ({ kind: 'ok', status: 200, body, staleSince: null, etag: null })

describe('what is sent', () => {
  it('tells its outcome beside what it was about, and not beside what is shown since', async () => {
    const acting = sending()
    const answered = Promise.withResolvers<Answer<string>>()
    const sent = acting.send(
      () => answered.promise,
      body => `Done: ${body}`
    )
    expect(acting.state.peek()).toEqual({ kind: 'asking' })
    acting.forget()
    answered.resolve(ok('A'))
    // Who asked still hears of it.
    expect(await sent).toEqual({ body: 'A' })
    expect(acting.state.peek()).toEqual({ kind: 'idle' })
    await acting.send(
      async () => ok('B'),
      body => `Done: ${body}`
    )
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
