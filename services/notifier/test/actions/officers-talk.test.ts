// Officers of another house act on an alert beside comments that they may not read. Every way out
// is tested in e2e/access/hidden-readers.test.ts.

import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { LevelledWriter } from '../support/levelled-writer.ts'
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

describe('an officer below the handling of an act on the same alert', () => {
  it('acts by the number that the officer is shown: the fold of the clearance decides', async () => {
    const rules = new LevelledWriter(suite.h.log)
    await rules.write('partners', 'raised', 'a9', { operatorRevision: 3 })
    await rules.begin('restricted', 'partners')
    await rules.write('restricted', 'commented', 'a9', { operatorRevision: 4 })
    await settle()
    suite.rules.isPaused = true
    const headers = { 'if-match': '3' }
    const path = '/v1/alerts/a9/acknowledgement'
    const sent = await suite.askWaiting('POST', path, { key: partner, headers, body: {} })
    expect(sent.status).toBe(202)
    const [end] = await suite.h.log.state(topics.incidents)
    const page = await suite.h.log.read(topics.incidents, 0, end!.end - 1n, {
      ...{ recordsMax: 1, bytesMax: 100_000 }
    })
    const value = JSON.parse(Buffer.from(page.records[0]!.value!).toString())
    expect(value).toMatchObject({ data: { alertId: 'a9', ifMatch: 3 } })
  })
})

describe('an officer who may not read the comments of others', () => {
  it('is shown the number that the officer acts by, without a word', async () => {
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
      headers: { etag: '"2"' },
      body: { revision: 3, operatorRevision: 2, action: null }
    })
    expect(before.body.revisions).toHaveLength(1)
    expect(await act('acknowledgement', 2, {}, partner)).toMatchObject({
      ...{ status: 200, headers: { etag: '"3"' } },
      body: { revision: 4, operatorRevision: 3, operator: { acknowledgedBy: 'an officer' } }
    })
    expect((await seenBy(ownerKey)).body).toMatchObject({
      operatorRevision: 3,
      operator: { acknowledgedBy: 'red house' }
    })
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
