// Keys that sign webhooks: secrets of subscriptions and their rotation, and the suite's own
// published keys.

import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { type Verification, verifyWebhook } from '@tocsin/webhooks/verification'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { failing } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
})

const hourMs = 3_600_000
const url = 'https://partner.example/hook'
const keysPath = '/.well-known/tocsin-keys.json'

interface Key {
  readonly kid: string
  readonly text: string
  readonly x: string
  readonly state: string
}

const made = async (more: object = {}) =>
  (await suite.ask('POST', '/v1/subscriptions', { body: { url, policy: null, ...more } })).body
const publishedKeys = async (): Promise<readonly Key[]> =>
  (await suite.ask('GET', keysPath)).body.keys
const keyIn = async (state: string): Promise<Key> =>
  (await publishedKeys()).find(each => each.state === state) as Key
const rotate = (id: string, body: object = {}) =>
  suite.ask('POST', `/v1/subscriptions/${id}/rotation`, { body })
const rotateSuite = () => suite.ask('POST', '/v1/webhook-keys/rotation')

/** Judged at the moment of the attempt. */
function verify(key: string, index = -1): Verification {
  const { headers = {}, body = Buffer.alloc(0) } = suite.h.network.requests.at(index) ?? {}
  return verifyWebhook(
    { headers, body },
    [parseVerifyingKey(key)],
    Number(headers['webhook-timestamp'])
  )
}

let count = 0
async function sendOne(): Promise<void> {
  await suite.h.alerts.write('raised', `a${++count}`)
  await settle(30)
}

describe('every webhook', () => {
  it("is signed by the subscription's secret and by the published key", async () => {
    const { secret } = await made()
    await sendOne()
    expect(verify(secret).ok).toBe(true)
    expect(verify((await keyIn('current')).text).ok).toBe(true)
    expect(verify((await keyIn('next')).text).ok).toBe(false)
  })
})

describe('the published keys', () => {
  it('are open, may be kept for an hour, and are valid JSON Web Keys', async () => {
    const answer = await suite.host.app.inject({
      method: 'GET',
      url: keysPath,
      headers: { host: 'localhost' }
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, max-age=3600')
    const { keys } = answer.json<{ keys: readonly Key[] }>()
    expect(keys.map(({ state }) => state)).toEqual(['current', 'next'])
    for (const { x, text } of keys)
      expect(`whpk_${Buffer.from(x, 'base64url').toString('base64')}`).toBe(text)
  })

  it('rotate: the next one signs, and the one before beside it for a day', async () => {
    await made()
    const [before, next] = [await keyIn('current'), await keyIn('next')]
    expect((await rotateSuite()).status).toBe(200)
    expect((await keyIn('current')).kid).toBe(next.kid)
    await sendOne()
    expect([verify(before.text).ok, verify(next.text).ok]).toEqual([true, true])
    suite.h.clock.jump(24 * hourMs)
    await sendOne()
    expect([verify(before.text).ok, verify(next.text).ok]).toEqual([false, true])
    expect((await publishedKeys()).map(({ kid }) => kid)).not.toContain(before.kid)
  })
})

describe('a rotated secret', () => {
  it('signs first, and the one before beside it until the overlap ends, judged when it is sent', async () => {
    const { id, secret } = await made({ schedule: [3_600] })
    const rotated = await rotate(id)
    expect(rotated.status).toBe(200)
    expect(rotated.body.secret).toMatch(/^whsec_/)
    expect(rotated.body.secret).not.toBe(secret)
    suite.h.network.answer = () => failing
    await sendOne()
    expect([verify(secret, 0).ok, verify(rotated.body.secret, 0).ok]).toEqual([true, true])
    suite.h.clock.jump(30 * hourMs)
    await suite.h.clock.advance(1.5 * hourMs)
    await settle(30)
    expect(suite.h.network.requests.length).toBeGreaterThan(1)
    expect([verify(secret).ok, verify(rotated.body.secret).ok]).toEqual([false, true])
    expect(suite.h.network.events.at(-1)).toEqual(suite.h.network.events[0])
  })
})

describe('a change of a subscription', () => {
  it('leaves what is not sent, and sends what is pending to the new address', async () => {
    const { id } = await made()
    suite.h.network.answer = () => failing
    await sendOne()
    const changed = await suite.ask('PATCH', `/v1/subscriptions/${id}`, {
      body: { url: 'https://new.example/in', contact: 'desk' }
    })
    expect(changed).toMatchObject({
      status: 200,
      body: { url: 'https://new.example/in', contact: 'desk', order: 'newest-state', pending: 1 }
    })
    await suite.h.clock.advance(2_000)
    await settle(30)
    expect(suite.h.network.requests.at(-1)?.url).toBe('https://new.example/in')
  })

  it('of two at the same time only the first counts', async () => {
    const { id } = await made()
    const both = await Promise.all([rotate(id), rotate(id)])
    await sendOne()
    const good = both.filter(({ status }) => status === 200)
    expect(good.length).toBeGreaterThan(0)
    for (const { body } of good) expect(verify(body.secret).ok).toBe(true)
  })
})
