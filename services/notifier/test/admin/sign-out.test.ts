// An ended session stays ended: after a restart and at other instances. If the log cannot be
// written the caller is told.

import { sessionCookie } from '@tocsin/auth/sign-in/session'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

async function signIn(suite: Suite): Promise<string> {
  const { pathname, search } = new URL(suite.host.signInLink())
  const answer = await suite.host.app.inject({ method: 'POST', url: `${pathname}${search}` })
  return `${sessionCookie}=${/=([^;]*)/.exec(String(answer.headers['set-cookie']))?.[1]}`
}
const ask = async (
  suite: Suite,
  cookie: string,
  method: 'GET' | 'POST' = 'GET',
  url = '/v1/alerts',
  more = {}
) => (await suite.host.app.inject({ method, url, headers: { cookie, ...more } })).statusCode
const signOut = (suite: Suite, cookie: string, more = {}) =>
  ask(suite, cookie, 'POST', '/sign-out', more)

describe('a session that was ended', () => {
  it('stays ended after a restart, and other sessions continue', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const first = await Suite.on({ store })
    const [ended, other] = [await signIn(first), await signIn(first)]
    expect(await signOut(first, ended)).toBe(204)
    const second = await Suite.on({ store, clock: first.h.clock }, { rules: false })
    expect([await ask(second, ended), await ask(second, other)]).toEqual([401, 200])
  })

  it('is ended at another instance too', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const one = await Suite.on({ store, like: 'kafka' })
    const other = await Suite.on(
      { store, like: 'kafka', clock: one.h.clock, instance: 1 },
      { rules: false }
    )
    const cookie = await signIn(one)
    expect(await ask(other, cookie)).toBe(200)
    expect(await signOut(one, cookie)).toBe(204)
    await settle()
    expect(await ask(other, cookie)).toBe(401)
  })

  it('cannot be ended by a page of another origin', async () => {
    const suite = await Suite.on({ config: { allowedOrigins: ['https://desk.example'] } })
    const cookie = await signIn(suite)
    expect(await signOut(suite, cookie, { origin: 'https://desk.example' })).toBe(204)
    expect(await ask(suite, cookie)).toBe(200)
    expect(
      await signOut(suite, cookie, { origin: 'http://localhost:80', host: 'localhost:80' })
    ).toBe(204)
    expect(await ask(suite, cookie)).toBe(401)
  })
})

describe('a session of a key that was revoked', () => {
  it('is over after a restart too', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const first = await Suite.on({ store })
    const key = await first.key(['admin'])
    const { url } = (await first.ask('POST', '/v1/sign-in-links', { key })).body
    const answer = await first.host.app.inject({
      method: 'POST',
      url: url.slice(url.indexOf('/sign-in'))
    })
    const cookie = `${sessionCookie}=${/=([^;]*)/.exec(String(answer.headers['set-cookie']))?.[1]}`
    const restarted = () => Suite.on({ store, clock: first.h.clock }, { rules: false })
    expect(await ask(await restarted(), cookie)).toBe(200)
    const [{ keyId }] = (await first.ask('GET', '/v1/keys')).body.items
    await first.ask('DELETE', `/v1/keys/${keyId}`)
    expect(await ask(await restarted(), cookie)).toBe(401)
  })
})
