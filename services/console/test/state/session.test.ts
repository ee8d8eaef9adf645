// A session that ends while something is typed: whether it is over, what would be lost, and who
// goes on.

import './a-suite.ts'
import './a-stream.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pageNow } from '../../src/http/answers.ts'
import { changeDraft, clearDraft, makeDraft } from '../../src/state/acts.ts'
import {
  caller,
  doubtedSinceMs,
  freshness,
  nowMs,
  signedIn
} from '../../src/state/console-state.ts'
import { hasTyped } from '../../src/state/forms.ts'
import { signOut } from '../../src/state/live-link.ts'
import { begin, lookForSession, resume, signInAnew } from '../../src/state/session.ts'
import { asksBeforeItIsLeft } from '../support/a-page.ts'
import { ama as anyone, aProblem, suiteAnswers } from './a-suite.ts'

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
  clearDraft('a1')
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
  it('is asked about before the page is left', () => {
    expect([hasTyped(), asksBeforeItIsLeft()]).toEqual([true, true])
  })

  it('is there once the same key has signed in in another window', async () => {
    await ended('over')
    await lookForSession()
    expect(signedIn.peek().kind).toBe('none')
    me = ama
    await lookForSession()
    expect([caller.peek()?.name, makeDraft('a1').note]).toEqual(['Ama', 'Half a sen'])
  })

  it('stays where signing out fails', async () => {
    suiteAnswers(() => aProblem(503))
    expect([await signOut(), signedIn.peek().kind]).toEqual([false, 'caller'])
    expect(makeDraft('a1').note).toBe('Half a sen')
  })

  it('is dropped where another key signs in', async () => {
    await ended('over')
    me = ben
    await begin()
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
