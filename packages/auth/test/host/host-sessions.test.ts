// Who the caller is, and the session of a browser that a key begins.

import { describe, expect, it } from 'vitest'
import {
  asOwner,
  controlOf,
  keyWith,
  repeatableRandom,
  type TestHost,
  testHost
} from '../support/fakes.ts'

const random = repeatableRandom(11)
const officer = keyWith(random, {
  name: 'Ama',
  scopes: ['alerts:read', 'alerts:operate'],
  handling: 'partners'
})
const bearer = { authorization: `Bearer ${officer.secret}` }

async function host(): Promise<TestHost> {
  return testHost([], { control: controlOf(officer.record) })
}
const callOf =
  ({ app }: TestHost) =>
  (method: 'GET' | 'POST', url: string, headers: Readonly<Record<string, string>> = {}) =>
    app.inject({ method, url, headers: { host: 'localhost:8080', ...headers } })
const cookieIn = (header: string | string[] | undefined) => String(header).split(';')[0] as string

describe('the caller', () => {
  it('is told who it is and what it may do, and a stranger nothing', async () => {
    const call = callOf(await host())
    expect((await call('GET', '/v1/me', bearer)).json()).toEqual({
      id: officer.keyId,
      name: 'Ama',
      scopes: ['alerts:read', 'alerts:operate'],
      theatres: '*',
      handling: 'partners',
      expiresAt: null,
      log: { epoch: expect.stringMatching(/^[0-9a-f]{8}$/), restored: null }
    })
    expect((await call('GET', '/v1/me', asOwner)).json()).toMatchObject({
      id: 'owner',
      handling: 'restricted'
    })
    expect((await call('GET', '/v1/me')).statusCode).toBe(401)
  })
})

describe('a session that a key began', () => {
  it('has the name and the rights of the key, and its cookie no script can read', async () => {
    const served = await host()
    const call = callOf(served)
    const begun = await call('POST', '/v1/sessions', bearer)
    expect(served.log.lines).toContainEqual(
      expect.objectContaining({ level: 'info', msg: 'signed in with a key', by: officer.keyId })
    )
    expect([begun.statusCode, begun.json().name]).toEqual([201, 'Ama'])
    expect(String(begun.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/)
    const cookie = cookieIn(begun.headers['set-cookie'])
    expect((await call('GET', '/v1/me', { cookie })).json()).toMatchObject({
      id: officer.keyId,
      name: 'Ama'
    })
    expect((await call('POST', '/v1/sign-in-links', { cookie })).statusCode).toBe(403)
  })
})
