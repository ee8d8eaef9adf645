// Officers of another house act on an alert beside comments that they may not read. Every way out
// is tested in e2e/access/hidden-readers.test.ts.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
let partner: string
beforeEach(async () => {
  suite = await Suite.start()
  partner = await suite.key(['alerts:read', 'alerts:operate'], {
    handling: 'partners',
    name: 'red house'
  })
  await suite.h.alerts.write('raised', 'a1')
  await settle()
})

const act = (path: string, ifMatch: number, body: object, key = ownerKey) =>
  suite.ask('POST', `/v1/alerts/a1/${path}`, {
    key,
    headers: { 'if-match': String(ifMatch) },
    body
  })
const seenBy = (key: string) => suite.ask('GET', '/v1/alerts/a1', { key })

describe('an officer who may not read the comments of others', () => {
  it('is shown numbers without them, and acts by these numbers', async () => {
    expect((await act('comment', 0, { text: 'They lie.' })).body).toMatchObject({
      revision: 2,
      operatorRevision: 1
    })
    expect((await act('comment', 1, { text: 'All of them.' })).body).toMatchObject({
      revision: 3,
      operatorRevision: 2
    })
    const before = await seenBy(partner)
    expect(before).toMatchObject({
      headers: { etag: '"0"' },
      body: { revision: 1, operatorRevision: 0, action: null }
    })
    expect(before.body.revisions).toHaveLength(1)
    expect(await act('acknowledgement', 0, {}, partner)).toMatchObject({
      ...{ status: 200, headers: { etag: '"1"' } },
      body: { revision: 2, operatorRevision: 1, operator: { acknowledgedBy: 'an officer' } }
    })
    expect((await seenBy(ownerKey)).body).toMatchObject({
      operatorRevision: 3,
      operator: { acknowledgedBy: 'red house' }
    })
  })
  it('is refused by these numbers, without the name of who came first', async () => {
    await act('comment', 0, { text: 'They lie.' })
    await act('acknowledgement', 1, { note: 'Ours.' })
    const late = await act('assignment', 0, { to: 'Bo' }, partner)
    expect(late).toMatchObject({
      status: 409,
      body: { reason: 'stale-revision', operatorRevision: 1, by: 'an officer', byId: null }
    })
    expect(late.body.detail).toContain('an officer came first')
  })
  it('is not told that a comment came first', async () => {
    await act('comment', 0, { text: 'They lie.' })
    expect((await act('assignment', 7, { to: 'Bo' }, partner)).body).toMatchObject({
      operatorRevision: 0,
      by: null,
      at: null,
      change: null
    })
    expect((await act('assignment', 7, { to: 'Bo' })).body).toMatchObject({
      operatorRevision: 1,
      by: 'owner'
    })
  })
  it('reads what was written for partners, and counts it', async () => {
    await act('comment', 0, { text: 'The road is open.', handling: 'partners' })
    const { body } = await seenBy(partner)
    expect(body).toMatchObject({
      revision: 2,
      operatorRevision: 1,
      action: { by: 'owner', text: 'The road is open.' }
    })
  })
  it('is told what was done and when, and nothing of who said so or in which words', async () => {
    const at = '2026-03-01T11:30:00.000Z'
    await act('response', 0, { kind: 'moved', at, text: 'Forty families, by the river road.' })
    const { body } = await seenBy(partner)
    expect(body).toMatchObject({
      ...{ revision: 2, operatorRevision: 1, action: null },
      operator: {
        responses: { count: 1, first: { kind: 'moved', at }, last: { kind: 'moved', at } }
      }
    })
    expect(body.revisions.at(-1)).toMatchObject({
      type: 'tocsin.alert.responded.v1',
      data: { action: null }
    })
    expect(JSON.stringify(body)).not.toMatch(/river|owner/)
  })
  it('asks in vain for the action of another, and finds their own', async () => {
    suite.rules.isPaused = true
    const asking = (key: string) => ({ key, headers: { 'if-match': '0' }, body: {} })
    const theirs = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', asking(ownerKey))
    const own = await suite.askWaiting('POST', '/v1/alerts/a1/acknowledgement', asking(partner))
    expect([theirs.status, own.status]).toEqual([202, 202])
    const outcomes = async () => {
      const answers = await Promise.all(
        [theirs, own].map(({ headers }) =>
          suite.askWaiting('GET', headers.location as string, { key: partner })
        )
      )
      return answers.map(({ status, body }) => [status, body.state])
    }
    expect(await outcomes()).toEqual([
      [404, undefined],
      [200, 'pending']
    ])
    suite.rules.isPaused = false
    await suite.h.clock.advance(100)
    expect(await outcomes()).toEqual([
      [404, undefined],
      [200, 'refused']
    ])
  })
  it('is shown the same after a restart', async () => {
    await act('comment', 0, { text: 'They lie.' })
    await act('acknowledgement', 1, {})
    await act('comment', 2, { text: 'Still.' })
    const before = (await seenBy(partner)).body
    expect(before).toMatchObject({ revision: 2, operatorRevision: 1 })
    const again = await Suite.on({ store: suite.h.store }, { rules: false })
    expect((await again.ask('GET', '/v1/alerts/a1', { key: partner })).body).toEqual(before)
  })
  it.each(['secret', '', null, 3])(
    'is refused a handling that there is not: %j',
    async handling => {
      expect(await act('comment', 0, { text: 'x', handling }, partner)).toMatchObject({
        status: 422,
        body: { code: 'body-invalid' }
      })
    }
  )
})

it('says of a stale action nothing of what the officer may not see: neither alerts that are named, nor events before it was shown', async () => {
  const write = suite.h.alerts
  await write.write('raised', 'hidden', { handling: 'restricted' })
  await write.write('raised', 'open', { references: ['hidden'] })
  await write.write('raised', 'late', { handling: 'restricted' })
  await write.write('escalated', 'late', { handling: 'restricted', severity: 'severe' })
  await write.write('revised', 'late', { handling: 'public' })
  await settle()
  const changeOf = async (alertId: string, key: string) => {
    const headers = { 'if-match': '7' }
    return (
      await suite.ask('POST', `/v1/alerts/${alertId}/acknowledgement`, { headers, body: {}, key })
    ).body.change
  }
  expect([await changeOf('open', suite.owner), await changeOf('late', suite.owner)]).toEqual([
    'merged',
    'escalated'
  ])
  expect([await changeOf('open', partner), await changeOf('late', partner)]).toEqual([null, null])
})
