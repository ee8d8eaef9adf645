// Waiting for what another officer does to silences and watches: it ends at once, and not by what
// the caller may not know of.

import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

let suite: Suite
let officer: string
beforeEach(async () => {
  suite = await Suite.start({ 'stream.feedWaitsPerKeyMax': 2 })
  officer = await suite.key(['alerts:read', 'alerts:operate'], {
    name: 'Officer',
    handling: 'internal'
  })
})

const changes = (of: 'silences' | 'watches', more = '', key = officer) =>
  suite.ask('GET', `/v1/changes?of=${of}${more}`, { key })
const seen = async (of: 'silences' | 'watches', key = officer) =>
  (await changes(of, '', key)).body.seen as string
const silence = (more: object = {}, key = suite.owner) =>
  suite.ask('POST', '/v1/silences', {
    body: { reason: 'Known.', minutes: 60, filter: { theatre: ['sahel'] }, ...more },
    key
  })

/** A wait, and whether it is over. */
async function waitingFor(of: 'silences' | 'watches', key = officer) {
  const before = await seen(of, key)
  let isOver = false
  const answer = changes(of, `&seen=${before}&wait=25`, key).then(answered => {
    isOver = true
    return answered
  })
  await settle()
  return { before, answer, isOver: () => isOver }
}

describe('waiting for changes', () => {
  it('ends at once, with no time gone by, when a silence is made and when it is ended', async () => {
    const made = await waitingFor('silences')
    expect(made.isOver()).toBe(false)
    const { id } = (await silence()).body
    const { status, body } = await made.answer
    expect([status, body.seen === made.before]).toEqual([200, false])
    const ended = await waitingFor('silences')
    expect(ended.before).toBe(body.seen)
    await suite.ask('DELETE', `/v1/silences/${id}`)
    expect((await ended.answer).body.seen).not.toBe(ended.before)
  })

  it('ends at once when a watch is declared, handed over and withdrawn', async () => {
    const declared = await waitingFor('watches')
    const made = await suite.ask('POST', '/v1/watches', { body: { name: 'Joint desk' } })
    expect((await declared.answer).body.seen).not.toBe(declared.before)
    const changed = await waitingFor('watches')
    const { id, version } = made.body
    await suite.ask('PATCH', `/v1/watches/${id}`, { body: { version, name: 'Night desk' } })
    expect((await changed.answer).body.seen).not.toBe(changed.before)
    const withdrawn = await waitingFor('watches')
    await suite.ask('DELETE', `/v1/watches/${id}`)
    expect((await withdrawn.answer).body.seen).toBe(declared.before)
  })

  it('answers as before when the time is over, and at once without a wait or with something else seen', async () => {
    const waiting = await waitingFor('silences')
    await suite.h.clock.advance(24_000)
    expect(waiting.isOver()).toBe(false)
    await suite.h.clock.advance(2_000)
    expect((await waiting.answer).body).toEqual({ of: 'silences', seen: waiting.before })
    for (const more of ['', '&wait=25', '&seen=x&wait=25', `&seen=${waiting.before}`])
      expect((await changes('silences', more)).body.seen).toBe(waiting.before)
    expect((await changes('silences', '&wait=31')).status).toBe(400)
    expect((await suite.ask('GET', '/v1/changes?of=keys', { key: officer })).status).toBe(400)
  })

  it('is not ended, nor changed in a bit, by what the caller may not know of', async () => {
    const manager = await suite.key(['subscriptions:manage', 'alerts:read'], {
      name: 'Partner',
      handling: 'partners'
    })
    const [theirs, ours] = [await waitingFor('silences', manager), await waitingFor('silences')]
    await silence({ handling: 'restricted' })
    await silence()
    await settle(40)
    expect([theirs.isOver(), ours.isOver()]).toEqual([false, true])
    await suite.h.clock.advance(26_000)
    expect((await theirs.answer).body.seen).toBe(theirs.before)
    expect((await suite.ask('GET', '/v1/silences', { key: manager })).body.items).toEqual([])
  })

  it('is refused beyond the limit of waits, and to a key that was revoked meanwhile', async () => {
    const [one, two] = [await waitingFor('silences'), await waitingFor('watches')]
    const third = await changes('silences', `&seen=${one.before}&wait=25`)
    expect([third.status, third.headers['retry-after']]).toEqual([429, '30'])
    const { items } = (await suite.ask('GET', '/v1/keys')).body
    await suite.ask(
      'DELETE',
      `/v1/keys/${items.find(({ name }: { name: string }) => name === 'Officer').keyId}`
    )
    expect([(await one.answer).status, (await two.answer).status]).toEqual([401, 401])
  })

  it('holds no place for a caller who left', async () => {
    const before = await seen('silences')
    await suite.host.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = suite.host.app.server.address() as AddressInfo
    const [held, left] = [suite.h.notifier.feedWaits, new AbortController()]
    const url = `http://127.0.0.1:${port}/v1/changes?of=silences&seen=${before}&wait=25`
    const asked = fetch(url, {
      signal: left.signal,
      headers: { authorization: `Bearer ${officer}` }
    }).catch(() => 'left')
    await vi.waitUntil(() => held.sum === 1)
    left.abort()
    expect(await asked).toBe('left')
    await vi.waitUntil(() => held.sum === 0)
  })

  it('ends when its key does', async () => {
    const endsAt = new Date(suite.h.clock.nowMs() + 10_000).toISOString()
    const key = await suite.key(['alerts:operate'], {
      name: 'For now',
      handling: 'internal',
      expiresAt: endsAt
    })
    const waiting = await waitingFor('silences', key)
    await suite.h.clock.advance(9_000)
    expect(waiting.isOver()).toBe(false)
    await suite.h.clock.advance(1_001)
    expect((await waiting.answer).status).toBe(401)
  })

  it('delays no shutdown, and says so', async () => {
    const waiting = await waitingFor('silences')
    await suite.host.close()
    const { status, body } = await waiting.answer
    expect([status, body.code]).toEqual([503, 'shutting-down'])
  })

  it('is for who may see either list', async () => {
    expect((await changes('silences', '', await suite.key(['alerts:read']))).status).toBe(403)
  })
})
