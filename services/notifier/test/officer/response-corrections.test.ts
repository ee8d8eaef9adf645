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
const refusedAt = (pointer: string, detail: RegExp) => ({
  status: 422,
  body: { code: 'body-invalid', errors: [{ pointer, detail: expect.stringMatching(detail) }] }
})

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

  it('stays corrected after a restart', async () => {
    await respond(0, { kind: 'sent', at: at('02:00:00') })
    await respond(1, { corrects: 'a1.1', at: at('12:00:02') })
    const again = await Suite.on({ store: suite.h.store }, { rules: false })
    expect((await again.ask('GET', '/v1/response-times')).body).toEqual(
      (await suite.ask('GET', '/v1/response-times')).body
    )
    expect((await again.ask('GET', '/v1/alerts/a1')).body).toEqual(await seenBy())
  })

  it('is corrected once where the same Idempotency-Key is used twice', async () => {
    await respond(0, { kind: 'sent' })
    const [one, two] = [
      await respond(1, { corrects: 'a1.1', kind: 'moved' }, ownerKey, 'k'),
      await respond(1, { corrects: 'a1.1', kind: 'moved' }, ownerKey, 'k')
    ]
    expect([one.status, two.status]).toEqual([200, 200])
    expect(await respond(1, { corrects: 'a1.1', withdrawn: true }, ownerKey, 'k')).toMatchObject({
      status: 400
    })
    expect((await seenBy()).operator).toMatchObject({
      responses: { count: 1 },
      responsesRecorded: 2
    })
  })
})

describe('a correction is refused', () => {
  it('of what was corrected before, by which, and of what there is not', async () => {
    await respond(0, { kind: 'sent' })
    await respond(1, { corrects: 'a1.1', kind: 'moved' })
    await respond(2, { kind: 'sent' })
    await respond(3, { corrects: 'a1.3', withdrawn: true })
    const correct = (id: string) => respond(4, { corrects: id, kind: 'other' })
    expect(await correct('a1.1')).toMatchObject(
      refusedAt('/corrects', /^was corrected before by a1\.2, at 2026-03-01T/)
    )
    expect(await correct('a1.3')).toMatchObject(refusedAt('/corrects', /^was withdrawn before$/))
    expect(await correct('a2.1')).toMatchObject(
      refusedAt('/corrects', /^is the id of a response to another alert$/)
    )
    expect(await correct('a1.7')).toMatchObject(
      refusedAt('/corrects', /^is the id of no response$/)
    )
    expect(await respond(1, { corrects: 'a1.2', kind: 'other' })).toMatchObject({
      status: 409,
      body: { reason: 'stale-revision' }
    })
  })

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

  it('of a decision not to act, to one without its reason', async () => {
    await respond(0, { kind: 'none', text: 'The road is shut.' })
    expect(await respond(1, { corrects: 'a1.1', at: at('11:00:00') })).toMatchObject(
      refusedAt('/text', /say why/)
    )
    expect(await respond(1, { corrects: 'a1.1', withdrawn: true })).toMatchObject({ status: 200 })
  })
})

describe('who may correct', () => {
  const officer = (handling: string, scopes = ['alerts:operate', 'alerts:read']) =>
    suite.key(scopes, { handling })

  it('is who recorded it, also with a name that this key may not read', async () => {
    const partner = await officer('partners')
    expect(await respond(0, { kind: 'sent', handling: 'internal' }, partner)).toMatchObject({
      status: 200
    })
    expect(await respond(1, { corrects: 'a1.1', kind: 'moved' }, partner)).toMatchObject({
      status: 200
    })
  })

  it('is whoever may read who recorded it and in which words', async () => {
    const [partner, other] = [await officer('partners'), await officer('internal')]
    await respond(0, { kind: 'sent', handling: 'partners' })
    await respond(1, { kind: 'moved' })
    expect(await respond(2, { corrects: 'a1.1', kind: 'other' }, partner)).toMatchObject({
      status: 200
    })
    expect(await respond(3, { corrects: 'a1.2', kind: 'other' }, partner)).toMatchObject(
      refusedAt('/corrects', /may not read$/)
    )
    expect(await respond(3, { corrects: 'a1.2', kind: 'other' }, other)).toMatchObject({
      status: 200
    })
  })

  it('is nobody who may not record', async () => {
    await respond(0, { kind: 'sent' })
    const reader = await officer('restricted', ['alerts:read'])
    expect(await respond(1, { corrects: 'a1.1', withdrawn: true }, reader)).toMatchObject({
      status: 403
    })
  })

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
