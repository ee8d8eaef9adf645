// CloudEvents as the official SDK sends them, in both modes; errors name the attribute.

import { CloudEvent, emitterFor, HTTP, httpTransport, Mode } from 'cloudevents'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aReport, ownerKey, reportRecords } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

let served: ServedIntake
let url: string
beforeEach(async () => {
  served = await ServedIntake.start()
  url = `http://127.0.0.1:${await served.listen()}/v1/reports`
})
afterEach(() => served.end())

const { externalId: _, ...bare } = aReport
const eventOf = (data: object, rest: object = {}) =>
  new CloudEvent({
    id: 'e-1',
    source: '/feeds/wire',
    type: 'tocsin.report.v1',
    subject: 'a road',
    tracestate: 'x',
    data,
    ...rest
  })
const headers = { authorization: `Bearer ${ownerKey}` }

interface Sent {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function send(message: { headers: Record<string, unknown>; body: unknown }): Promise<Sent> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...(message.headers as Record<string, string>), ...headers },
    body: message.body as string
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the CloudEvents SDK', () => {
  it.each([Mode.BINARY, Mode.STRUCTURED])(
    'posts a report in %s mode through its own transport',
    async mode => {
      const emit = emitterFor(httpTransport(url), { mode })
      const answer = (await emit(eventOf(aReport), { headers })) as { body: string }
      expect(JSON.parse(answer.body)).toMatchObject({
        revision: 1,
        theatre: 'sahel',
        duplicate: false
      })
      expect(await reportRecords(served.log)).toHaveLength(1)
    }
  )

  it('posts one report in both modes: the second is a duplicate, with an external id and without', async () => {
    for (const data of [aReport, bare]) {
      const event = eventOf(data)
      const first = await send(HTTP.binary(event))
      const second = await send(HTTP.structured(event))
      expect([first.status, first.body.duplicate]).toEqual([202, false])
      expect(second.body).toEqual({ ...first.body, duplicate: true })
    }
    // The external id takes precedence over the event's id, so that is a third report, not a
    // fourth.
    const plain = await send({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(aReport)
    })
    expect(plain.body.duplicate).toBe(true)
    expect(await reportRecords(served.log)).toHaveLength(2)
  })

  it('is refused, and its report unchanged, if the same event id comes with other content: a restarted counter', async () => {
    const first = await send(HTTP.structured(eventOf(bare)))
    const another = eventOf({ ...bare, category: 'clash' })
    const detail = expect.stringMatching(/^was used with a different body/)
    expect(await send(HTTP.binary(another))).toMatchObject({
      status: 400,
      body: { code: 'header-invalid', errors: [{ pointer: 'ce-id', detail }] }
    })
    expect(await send(HTTP.structured(another))).toMatchObject({
      status: 422,
      body: { code: 'body-invalid', errors: [{ pointer: '/id', detail }] }
    })
    const lines = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...headers },
      body: `${HTTP.structured(another).body}\n`
    })
    const [line] = (await lines.text()).split('\n')
    expect(JSON.parse(line as string)).toMatchObject({
      line: 1,
      status: 422,
      errors: [{ pointer: '/id', detail }]
    })
    expect((await send(HTTP.structured(eventOf(bare)))).body).toMatchObject({
      revision: 1,
      duplicate: true
    })
    expect(await reportRecords(served.log)).toHaveLength(1)
    const other = await send(HTTP.binary(eventOf(bare, { source: '/feeds/other' })))
    expect(other.body.reportId).not.toBe(first.body.reportId)
  })

  it('is identified by an external id rather than by the event, and is refused with both an external id and an Idempotency-Key', async () => {
    const first = await send(HTTP.structured(eventOf(aReport, { id: 'e-1' })))
    const second = await send(HTTP.binary(eventOf(aReport, { id: 'e-2' })))
    expect(second.body).toEqual({ ...first.body, duplicate: true })
    const plain = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(aReport) }
    const stream = {
      headers: { 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(bare)
    }
    for (const message of [
      HTTP.structured(eventOf(aReport)),
      HTTP.binary(eventOf(aReport)),
      plain,
      stream
    ]) {
      const refused = await send({
        ...message,
        headers: { ...message.headers, 'idempotency-key': 'mine' }
      })
      const detail = expect.stringContaining(
        message === stream ? 'sent with a stream' : 'sent with an externalId'
      )
      const body = { code: 'header-invalid', errors: [{ pointer: 'idempotency-key' }], detail }
      expect(refused).toMatchObject({ status: 400, body })
    }
    expect(await reportRecords(served.log)).toHaveLength(1)
  })

  it('is refused in structured mode by pointer into the event', async () => {
    const wrongType = await send(
      HTTP.structured(eventOf(aReport, { type: 'tocsin.alert.raised.v1' }))
    )
    expect(wrongType).toMatchObject({
      status: 422,
      body: { code: 'body-invalid', errors: [{ pointer: '/type' }] }
    })
    const wrongReport = await send(HTTP.structured(eventOf({ ...aReport, category: 'nonsense' })))
    expect(wrongReport).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/data/category' }] }
    })
    expect(await reportRecords(served.log)).toEqual([])
  })

  it('is refused in binary mode by the name of the header, or by pointer into the report', async () => {
    const { headers: event, body } = HTTP.binary(eventOf(aReport))
    for (const [name, value] of [
      ['ce-specversion', '0.3'],
      ['ce-type', 'other'],
      ['ce-id', ''],
      ['ce-source', '%zz']
    ] as const) {
      const answer = await send({ headers: { ...event, [name]: value }, body })
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'header-invalid', errors: [{ pointer: name }] }
      })
    }
    const wrong = await send(HTTP.binary(eventOf({ ...aReport, category: 'nonsense' })))
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/category' }] } })
    expect(await reportRecords(served.log)).toEqual([])
  })
})
