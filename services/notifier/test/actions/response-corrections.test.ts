// What officers say of a response that was recorded before, over HTTP: corrected or withdrawn, by
// whom, and in every reader.

import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let suite: Suite
beforeEach(async () => {
  suite = await Suite.start()
  await suite.h.alerts.write('raised', 'a1')
  await settle()
})

const respond = (ifMatch: number, body: object, key = ownerKey, retryKey?: string) =>
  suite.ask('POST', '/v1/alerts/a1/response', {
    ...{ key, body },
    headers: {
      'if-match': String(ifMatch),
      ...(retryKey === undefined ? {} : { 'idempotency-key': retryKey })
    }
  })
const seenBy = async (key = ownerKey) => (await suite.ask('GET', '/v1/alerts/a1', { key })).body
const times = async (query = '') =>
  (await suite.ask('GET', `/v1/response-times${query}`)).body.items[0]
const at = (time: string) => `2026-03-01T${time}.000Z`

describe('a response that was recorded wrong', () => {
  it('is corrected, and the report, the list and the trail have what is right', async () => {
    expect(await respond(0, { kind: 'warned', at: at('02:00:00'), text: 'Called.' })).toMatchObject(
      { status: 200 }
    )
    expect(await times()).toMatchObject({ responded: 1, responseMedianS: 0 })
    await suite.h.clock.advance(10_000)
    const answer = await respond(1, {
      corrects: 'a1.1',
      at: at('12:00:03'),
      text: 'At noon, not at two.'
    })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        operatorRevision: 2,
        action: { by: 'owner', text: 'At noon, not at two.' },
        operator: {
          responses: {
            count: 1,
            last: { id: 'a1.2', kind: 'warned', at: at('12:00:03'), corrects: ['a1.1'] }
          }
        }
      }
    })
    expect(await times()).toMatchObject({ responded: 1, responseMedianS: 2 })
    const { revisions } = await seenBy()
    const trail = revisions.map(({ type, data }: { type: string; data: { action: unknown } }) => [
      type,
      data.action
    ])
    expect(trail).toMatchObject([
      ['tocsin.alert.raised.v1', null],
      ['tocsin.alert.responded.v1', { by: 'owner', text: 'Called.' }],
      ['tocsin.alert.response-corrected.v1', { by: 'owner', text: 'At noon, not at two.' }]
    ])
  })

  it('is withdrawn, and nobody has answered the alert', async () => {
    const open = async () => (await suite.ask('GET', '/v1/alerts?answered=false')).body.items.length
    await respond(0, { kind: 'sent' })
    expect(await open()).toBe(0)
    const { status, body } = await respond(1, {
      corrects: 'a1.1',
      withdrawn: true,
      text: 'It was another alert.'
    })
    expect(status).toBe(200)
    expect(body.operator.responses).toBeUndefined()
    expect(body.operator.responseWithdrawn).toMatchObject({ id: 'a1.1', kind: 'sent' })
    expect(await open()).toBe(1)
    expect(await times()).toMatchObject({ responded: 0, responseMedianS: null, unanswered: 1 })
  })
})

describe('a correction is refused', () => {
  it.each<[object, string]>([
    [{}, '/kind'],
    [{ withdrawn: true }, '/kind'],
    [{ kind: 'sent', withdrawn: true }, '/corrects'],
    [{ kind: 'sent', withdrawn: false }, '/corrects'],
    [{ corrects: 'a1.1', withdrawn: true, kind: 'sent' }, '/kind'],
    [{ corrects: 'a1.1', withdrawn: true, at: at('11:00:00') }, '/at'],
    [{ corrects: 'a1.1', withdrawn: 'yes' }, '/withdrawn'],
    [{ corrects: '' }, '/corrects'],
    [{ corrects: 'a1.1', kind: 'none' }, '/text'],
    [{ corrects: 'a1.1', at: '2999-01-01T00:00:00Z' }, '/at'],
    [{ corrects: 'a1.1', at: '2026-01-29T12:00:00Z' }, '/at']
  ])('for %j, which names %s', async (body, pointer) => {
    await respond(0, { kind: 'warned' })
    expect(await respond(1, body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })
})

describe('who may correct', () => {
  const officer = (handling: string, scopes = ['alerts:operate', 'alerts:read']) =>
    suite.key(scopes, { handling })

  it('is told to who may read it: others are told what stands, and not who said so', async () => {
    const partner = await officer('partners')
    await respond(0, { kind: 'sent', text: 'By the river.' })
    await respond(1, { corrects: 'a1.1', kind: 'moved', text: 'By the river road.' })
    const body = await seenBy(partner)
    expect(body.operator.responses).toMatchObject({
      count: 1,
      recent: [{ id: 'a1.2', kind: 'moved', corrects: ['a1.1'] }]
    })
    expect(body.revisions.at(-1)).toMatchObject({
      type: 'tocsin.alert.response-corrected.v1',
      data: { action: null }
    })
    expect(JSON.stringify(body)).not.toMatch(/river|owner|byId/)
  })
})
