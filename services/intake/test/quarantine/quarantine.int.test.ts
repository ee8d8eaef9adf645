// The quarantine end to end on a real log: unparsable bytes are listed without their content, shown
// to principals with full access, and dismissed.

import { engineVersion } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aReport } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

const canary = 'Zanzibarquartz'
const broken = Buffer.from(`{"private":{"persons":[{"name":"${canary} Diallo"}]},"half":`)

let intake: ServedIntake
beforeEach(async () => {
  intake = await ServedIntake.start({ quarantineDays: 90 })
})
afterEach(() => intake.end())

async function setAside(id: string, value: Buffer = broken): Promise<void> {
  await intake.log.append(topics.incidents, [{ id, key: 'sahel', value }])
  await intake.model.views.incidents.catchUp(5000)
}

async function firstEntry(state = 'open') {
  const { items } = (await intake.ask('GET', `/v1/quarantine?state=${state}`)).json()
  return items[0] as { id: string; topic: string; position: string; settled: unknown }
}

it('lists the position and the reason, and never the content', async () => {
  await setAside('q-1')
  const listed = await intake.ask('GET', '/v1/quarantine')
  expect(listed.json()).toEqual({
    items: [
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        topic: 'tocsin.incidents.v1',
        partition: 0,
        position: '1',
        reason: 'not-json',
        bytes: broken.length,
        truncated: false,
        engine: engineVersion,
        quarantinedAt: expect.any(String),
        settled: null
      }
    ],
    next: null
  })
  const all = `${listed.body}${intake.lines.text}${await intake.metrics.metrics()}`
  expect(all).not.toContain(canary)
  expect(all).not.toContain(broken.toString('base64').slice(4, -4))
  expect(await intake.metrics.metrics()).toContain('tocsin_intake_quarantine_open 1')
})

it('shows the bytes only to principals with full access', async () => {
  await setAside('q-1')
  const { id } = await firstEntry()
  const url = `/v1/quarantine/${id}`
  const content = { base64: broken.toString('base64'), text: broken.toString() }
  expect((await intake.ask('GET', url)).json()).toMatchObject({ id, content })
  const allowed = await intake.keyWith(['admin', 'persons:read'])
  expect((await intake.ask('GET', url, { key: allowed })).json()).toMatchObject({ content })
  const narrower = [
    await intake.keyWith(['admin']),
    await intake.keyWith(['admin', 'persons:read'], { theatres: ['sahel'] }),
    await intake.keyWith(['admin', 'persons:read'], { handling: 'internal' })
  ]
  for (const key of narrower) {
    const shown = await intake.ask('GET', url, { key })
    expect(shown.statusCode).toBe(200)
    expect(shown.json()).not.toHaveProperty('content')
  }
  const outside = await intake.keyWith(['reports:read', 'reports:write', 'persons:read'])
  for (const path of ['/v1/quarantine', url])
    expect((await intake.ask('GET', path, { key: outside })).statusCode).toBe(403)
  expect((await intake.ask('GET', `/v1/quarantine/${'0'.repeat(32)}`)).statusCode).toBe(404)
})

it('marks bytes that are not text', async () => {
  await setAside('q-1', Buffer.from([0xff, 0xfe, 0x00]))
  const { id } = await firstEntry()
  expect((await intake.ask('GET', `/v1/quarantine/${id}`)).json()).toMatchObject({
    reason: 'not-utf8',
    content: { base64: '//4A', text: null }
  })
})

it('dismisses an entry once', async () => {
  await setAside('q-1')
  const { id } = await firstEntry()
  const url = `/v1/quarantine/${id}`
  const gone = await intake.ask('DELETE', url)
  expect(gone.json()).toMatchObject({
    id,
    settled: { how: 'dismissed', by: 'owner', reportId: null }
  })
  expect((await intake.ask('DELETE', url)).json()).toEqual(gone.json())
  expect(await intake.stored(topics.quarantine)).toHaveLength(2)
})

it('blocks no later records, and is listed in pages', async () => {
  for (let n = 0; n < 5; n++) await setAside(`q-${n}`)
  expect((await intake.ask('POST', '/v1/reports', { payload: aReport })).statusCode).toBe(202)
  const first = (await intake.ask('GET', '/v1/quarantine?limit=2')).json()
  expect(first.items.map((item: { position: string }) => item.position)).toEqual(['5', '4'])
  const second = (await intake.ask('GET', `/v1/quarantine?limit=2&cursor=${first.next}`)).json()
  expect(second.items.map((item: { position: string }) => item.position)).toEqual(['3', '2'])
  const third = (await intake.ask('GET', `/v1/quarantine?limit=2&cursor=${second.next}`)).json()
  expect(third).toMatchObject({ items: [{ position: '1' }], next: null })
  expect((await intake.ask('GET', '/v1/quarantine?limit=0')).json()).toMatchObject({
    code: 'query-invalid'
  })
  expect((await intake.ask('GET', '/v1/quarantine?cursor=none')).json()).toMatchObject({
    status: 400,
    code: 'cursor-invalid'
  })
})
