// What the page asks for beside the stream, and asks for again where it was not answered.

import '../support/a-page.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freshness, signedIn, sources, sourcesStanding } from '../../src/state/console-state.ts'
import { startClock } from '../../src/state/live-link.ts'
import { begin } from '../../src/state/session.ts'
import { codeNames } from '../../src/words/code-names.ts'
import { ama } from './a-suite.ts'

const names = { areas: {}, countries: { ML: 'Mali' }, categories: {}, tactics: {}, reasons: {} }
const caller = { ...ama, name: 'Reporter', scopes: ['reports:write'] }
const ready = { ready: true, log: 'ok', checks: {} }

class Refusal {
  readonly detail: string
  readonly status: number
  constructor(detail: string, status = 403) {
    this.detail = detail
    this.status = status
  }
}

/** What the suite answers, by path; anything else is not reached. */
const answers = new Map<string, unknown>()
const asked: string[] = []
globalThis.fetch = (async (path: string) => {
  asked.push(path)
  const answer = answers.get(path)
  if (answer === undefined) throw new TypeError('not reached')
  const ok = !(answer instanceof Refusal)
  const body = ok ? answer : { detail: answer.detail }
  // Without streams, which take turns of the real clock.
  return {
    ok,
    status: ok ? 200 : answer.status,
    headers: new Headers(),
    text: async () => JSON.stringify(body),
    json: async () => body
  }
}) as unknown as typeof fetch

describe('a page without a stream', () => {
  let stop: () => void

  beforeAll(async () => {
    vi.useFakeTimers()
    stop = startClock()
  })
  afterAll(() => {
    stop()
    vi.useRealTimers()
  })

  it('says why it does not know who is signed in, while it asks again', async () => {
    await begin()
    expect(signedIn.peek()).toEqual({ kind: 'unknown', why: 'unreachable' })
    answers.set('/v1/me', new Refusal('The address of this page is not one of the suite.'))
    await vi.advanceTimersByTimeAsync(3_000)
    expect(signedIn.peek()).toMatchObject({
      kind: 'unknown',
      why: { detail: expect.stringContaining('address') }
    })
    answers.set('/v1/me', caller)
    answers.set('/readyz', ready)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(signedIn.peek()).toEqual({ kind: 'caller', caller })
  })

  it('asks for the names of countries until they have come, and then no more', async () => {
    await vi.advanceTimersByTimeAsync(40_000)
    expect(codeNames.peek().countries).toEqual({})
    answers.set('/names.json?language=en', names)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(codeNames.peek().countries).toEqual({ ML: 'Mali' })
    const before = asked.filter(path => path.startsWith('/names.json')).length
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked.filter(path => path.startsWith('/names.json'))).toHaveLength(before)
  })

  it('does not go on saying that sources are heard once the suite tells nothing of them', async () => {
    const heard = [{ theatre: 'world', lastReportedAt: '2026-03-09T00:00:00Z', state: 'live' }]
    answers.set('/v1/sources', {
      items: [{ id: 'wire-1', archive: false, cadenceDays: 1, heard }],
      next: null
    })
    await vi.advanceTimersByTimeAsync(61_000)
    expect(sourcesStanding.peek()).toMatchObject({ kind: 'heard', live: 1, all: 1 })
    answers.delete('/v1/sources')
    await vi.advanceTimersByTimeAsync(240_000)
    expect(sourcesStanding.peek()).toMatchObject({ kind: 'unknown', was: { live: 1, all: 1 } })
    // What was told stays to be read, as of when it was.
    expect(sources.peek()).toHaveLength(1)
  })

  it('is over within a minute for a key that is revoked', async () => {
    expect(freshness.peek().kind).toBe('live')
    answers.set('/v1/me', new Refusal('This key was revoked.', 401))
    answers.set('/v1/sources', new Refusal('This key was revoked.', 401))
    answers.set('/sign-in/ways', { identityProvider: null })
    await vi.advanceTimersByTimeAsync(61_000)
    expect(signedIn.peek()).toMatchObject({ kind: 'none', hasEnded: true })
  })
})
