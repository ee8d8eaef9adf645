// An ended session stays ended: after a restart and at other instances. If the log cannot be
// written the caller is told.

import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { secretsFrom } from '@tocsin/service-kit/privacy/secrets'
import { Authenticator } from '@tocsin/service-kit/sign-in/authentication'
import { sessionCookie } from '@tocsin/service-kit/sign-in/session'
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

  it('leaves one record, however often sign-out is requested', async () => {
    const suite = await Suite.start()
    const cookie = await signIn(suite)
    const { records: before } = await suite.h.log.read(topics.control, 0, 0n, {
      recordsMax: 1000,
      bytesMax: 1e6
    })
    for (let i = 0; i < 5; i++) expect(await signOut(suite, cookie)).toBe(204)
    const { records } = await suite.h.log.read(topics.control, 0, 0n, {
      recordsMax: 1000,
      bytesMax: 1e6
    })
    expect(records.length - before.length).toBe(1)
    expect(records.map(({ value }) => Buffer.from(value ?? []).toString()).join()).not.toContain(
      cookie.split('=')[1]
    )
  })

  it('is over at this instance if the log cannot be written, and the same cookie may retry', async () => {
    let isAway = false
    const error = new EventLogError('log-unavailable', 'away')
    const hooks = {
      beforeAppend: () =>
        isAway ? ({ kind: 'refuse', error } as const) : ({ kind: 'write' } as const)
    }
    const suite = await Suite.on({ hooks })
    const cookie = await signIn(suite)
    isAway = true
    const refused = await suite.host.app.inject({
      method: 'POST',
      url: '/sign-out',
      headers: { cookie }
    })
    expect([refused.statusCode, refused.headers['set-cookie']]).toEqual([503, undefined])
    expect(await ask(suite, cookie)).toBe(401)
    isAway = false
    expect(await signOut(suite, cookie)).toBe(204)
    await settle()
    expect(suite.h.control.state.endedSessions.get('owner')?.ended.size).toBe(1)
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

describe('a session of a key that another instance has just created', () => {
  it('is valid there at once', async () => {
    const store = new MemoryStore({ partitions: 1 })
    const one = await Suite.on({ store, like: 'kafka' })
    let held: Promise<void> | undefined
    const { promise, resolve } = Promise.withResolvers<void>()
    const hooks = { beforeDelivery: () => held }
    const other = await Suite.on(
      { store, like: 'kafka', clock: one.h.clock, instance: 1, hooks },
      { rules: false }
    )
    held = promise
    const key = await one.key(['admin'])
    const { url } = (await one.ask('POST', '/v1/sign-in-links', { key })).body
    const answer = await one.host.app.inject({
      method: 'POST',
      url: url.slice(url.indexOf('/sign-in'))
    })
    const cookie = `${sessionCookie}=${/=([^;]*)/.exec(String(answer.headers['set-cookie']))?.[1]}`
    const asked = ask(other, cookie)
    await settle()
    expect(other.h.control.state.keys.size).toBe(0)
    resolve()
    expect(await asked).toBe(200)
  })
})

describe('the owner', () => {
  it('whose key was replaced is signed out with it', async () => {
    const suite = await Suite.start()
    const authenticatorOf = (ownerKey: string) =>
      new Authenticator({
        secrets: secretsFrom(new Uint8Array(32).fill(7), ownerKey),
        control: suite.h.control,
        clock: suite.h.clock,
        random: { bytes: length => new Uint8Array(length).fill(3), next: () => 0 },
        sessionHours: 1,
        signInMinutes: 1
      })
    const session = (await signIn(suite)).split('=')[1]
    const judge = (ownerKey: string) =>
      authenticatorOf(ownerKey).authenticate({ authorization: undefined, session, address: '::1' })
    expect(judge(suite.owner)).toMatchObject({ kind: 'principal', principal: { id: 'owner' } })
    expect(judge('tk_another-owner-key-0123456789')).toEqual({
      kind: 'refused',
      reason: 'session-over'
    })
  })
})
