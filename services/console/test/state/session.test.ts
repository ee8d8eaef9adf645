// A session that ends while something is typed: whether it is over, what would be lost, and who
// goes on.

import './a-suite.ts'
import './a-stream.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pageNow } from '../../src/http/page-time.ts'
import {
  caller,
  doubtedSinceMs,
  freshness,
  nowMs,
  signedIn
} from '../../src/state/console-state.ts'
import { changeDraft, clearDraft, makeDraft } from '../../src/state/drafts.ts'
import { signOut } from '../../src/state/live-link.ts'
import { whatIsTyped } from '../../src/state/session/typed.ts'
import { begin, beginAnew, lookForSession, resume, signInAnew } from '../../src/state/session.ts'
import { newSilence } from '../../src/state/webhooks/silences.ts'
import { watchForm } from '../../src/state/webhooks/watches.ts'
import { asksBeforeItIsLeft } from '../support/a-page.ts'
import { ama as anyone, aProblem, held, suiteAnswers } from './a-suite.ts'

const ama = { ...anyone, id: 'oidc:1', scopes: ['reports:write'] }
const ben = { ...ama, id: 'oidc:2', name: 'Ben' }

/** Who has a session at the suite, and how the provider answers who asks to go on with one. */
let me: typeof ama | null = null
let renewal: 'goes on' | 'over' | 'silent' = 'over'
let isReached = true

const reload = vi.fn()
Object.assign(location, { reload })
Object.assign(document, { body: { replaceChildren: () => {} } })

beforeEach(async () => {
  vi.useFakeTimers()
  reload.mockClear()
  isReached = true
  suiteAnswers(path => {
    if (!isReached) throw new TypeError('not reached')
    if (path === '/v1/me') return me === null ? aProblem(401) : Response.json(me)
    if (path === '/sign-in/ways') return Response.json({ identityProvider: 'accounts.example' })
    if (path === '/readyz') return Response.json({ ready: true, log: 'ok', checks: {} })
    if (path !== '/sign-in/identity/renewal') return Response.json({ items: [], next: null })
    if (renewal === 'goes on') me = ama
    return renewal === 'goes on' ? Response.json({}) : aProblem(renewal === 'over' ? 401 : 502)
  })
  me = ama
  await begin()
  changeDraft('a1', { note: 'Half a sen' })
})
afterEach(() => {
  for (const id of ['a1', 'a2']) clearDraft(id)
  newSilence.clear()
  watchForm.clear()
  vi.clearAllTimers()
  vi.useRealTimers()
})

async function ended(answer: typeof renewal): Promise<void> {
  me = null
  renewal = answer
  await resume(true)
}

describe('a session that has ended', () => {
  it('is over where the provider says so', async () => {
    await ended('over')
    expect(signedIn.peek()).toMatchObject({ kind: 'none', hasEnded: true, isAwaited: false })
  })

  it.each(['provider', 'suite'])(
    'is in doubt, and not over, while the %s does not answer: the page says so and goes on',
    async who => {
      isReached = who === 'provider'
      await ended('silent')
      nowMs.value = pageNow()
      expect([caller.peek()?.name, doubtedSinceMs.peek()]).toEqual(['Ama', pageNow()])
      expect(freshness.peek()).toMatchObject({ kind: 'stale', isOver: true })
      await vi.advanceTimersByTimeAsync(30_000)
      expect(caller.peek()?.name).toBe('Ama')
      isReached = true
      renewal = 'goes on'
      await vi.advanceTimersByTimeAsync(10_000)
      expect([caller.peek()?.name, doubtedSinceMs.peek()]).toEqual(['Ama', null])
      expect(makeDraft('a1').note).toBe('Half a sen')
    }
  )

  it('is over once the provider says so after a while, or nobody waits any longer', async () => {
    await ended('silent')
    renewal = 'over'
    await vi.advanceTimersByTimeAsync(10_000)
    expect(signedIn.peek()).toMatchObject({ kind: 'none', hasEnded: true, isAwaited: false })
    me = ama
    await begin()
    await ended('silent')
    signInAnew()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(signedIn.peek()).toMatchObject({ kind: 'none', hasEnded: true })
    expect(makeDraft('a1').note).toBe('Half a sen')
  })
})

describe('what was typed when the session ended', () => {
  it('is named by kind, and the page asks before it is left', () => {
    newSilence.change({ reason: 'Too many.' })
    watchForm.change({ words: 'All quiet.' } as never)
    changeDraft('a2', { note: 'Another' })
    expect(whatIsTyped()).toEqual([
      { kind: 'note', count: 2 },
      { kind: 'silence', count: 1 },
      { kind: 'watch-change', count: 1 }
    ])
    expect(asksBeforeItIsLeft()).toBe(true)
  })

  it('is there once the same key has signed in in another window', async () => {
    await ended('over')
    await lookForSession()
    expect(signedIn.peek().kind).toBe('none')
    me = ama
    await lookForSession()
    expect([caller.peek()?.name, makeDraft('a1').note]).toEqual(['Ama', 'Half a sen'])
  })

  it('stays where signing out fails, and where it was typed while that was under way: nobody was asked about it', async () => {
    const { promise, answer } = held()
    suiteAnswers(path => (path === '/sign-out' ? promise : aProblem(401)))
    const leaving = signOut(() => false)
    changeDraft('a2', { note: 'Meanwhile' })
    answer(aProblem(503))
    const after = async (left: Promise<boolean>) => [
      await left,
      signedIn.peek().kind,
      makeDraft('a2').note
    ]
    expect(await after(leaving)).toEqual([false, 'caller', 'Meanwhile'])
    suiteAnswers(path => (path === '/sign-out' ? Response.json({}) : aProblem(401)))
    expect(await after(signOut(() => false))).toEqual([true, 'none', 'Meanwhile'])
    expect(asksBeforeItIsLeft()).toBe(true)
  })

  it('is dropped for another key only after that was said, and stays for the first one who comes back', async () => {
    await ended('over')
    me = ben
    await begin()
    expect(signedIn.peek()).toMatchObject({ kind: 'none', successor: { name: 'Ben' } })
    expect([makeDraft('a1').note, reload.mock.calls]).toEqual(['Half a sen', []])
    me = ama
    await lookForSession()
    expect([caller.peek()?.name, makeDraft('a1').note]).toEqual(['Ama', 'Half a sen'])
    beginAnew()
    expect(reload).toHaveBeenCalledOnce()
    expect(asksBeforeItIsLeft()).toBe(false)
  })
})

describe('a page that another key signs in to', () => {
  it.each([
    { id: 'oidc:2', name: 'Ben' },
    { handling: 'public' },
    { scopes: ['alerts:read'] },
    { theatres: ['sahel'] }
  ])('is loaded again, so that nothing of what the first was shown is in it: %o', async rights => {
    clearDraft('a1')
    me = { ...ama, ...rights } as never
    await begin()
    expect([caller.peek()?.name, reload.mock.calls.length]).toEqual(['Ama', 1])
    me = { ...ama }
    await begin()
    expect(reload).toHaveBeenCalledOnce()
  })
})
