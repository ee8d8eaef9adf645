// Intake behind a real host, on a real embedded log in a folder of its own: headers, statuses,
// scopes, cursors, restarts.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { sealCursor } from '@tocsin/service/projection/sealed-cursor'
import { allStored } from '@tocsin/testing/report/stored-records'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  incidentData,
  recordData
} from '../../../packages/contracts/test/support/schema-samples.ts'
import {
  aReport,
  ownerKey,
  reportRecords,
  secrets,
  wallStart
} from './support/intake-under-test.ts'
import { type Asked, ServedIntake } from './support/served-intake.ts'

let running: ServedIntake

type Asking = Pick<Asked, 'payload' | 'headers'> & {
  readonly method: Parameters<ServedIntake['ask']>[0]
  readonly url: string
}
const asked = ({ method, url, ...rest }: Asking, key = ownerKey) =>
  running.ask(method, url, { ...rest, key })
const post = (payload: unknown, headers: Record<string, string> = {}, key?: string) =>
  asked(
    {
      method: 'POST',
      url: '/v1/reports',
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
      headers: { 'content-type': 'application/json', ...headers }
    },
    key
  )

describe('intake over HTTP', () => {
  beforeEach(async () => {
    running = await ServedIntake.start()
  })
  afterEach(async () => {
    vi.useRealTimers()
    await running.end()
  })

  it('answers a post with 202 and its position, in body and header', async () => {
    const answer = await post(aReport)
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({
      reportId: expect.stringMatching(/^[0-9a-f]{32}$/),
      revision: 1,
      theatre: 'sahel',
      duplicate: false,
      place: { resolution: 'stated', candidates: [] },
      cursor: expect.any(String)
    })
    expect(answer.headers['tocsin-cursor']).toBe(answer.json().cursor)
    expect(await reportRecords(running.log)).toHaveLength(1)
    const again = await post(aReport)
    expect(again.statusCode).toBe(202)
    expect(again.json()).toEqual({ ...answer.json(), duplicate: true })
  })

  it('corrects, withdraws, and shows the result', async () => {
    const { reportId } = (await post(aReport)).json()
    const url = `/v1/reports/${reportId}`
    const put = await asked({ method: 'PUT', url, payload: { ...aReport, category: 'ambush' } })
    expect(put.statusCode).toBe(202)
    expect(put.json()).toMatchObject({ reportId, revision: 2, theatre: 'sahel', duplicate: false })
    const shown = await asked({ method: 'GET', url })
    expect(shown.json()).toMatchObject({
      reportId,
      revision: 2,
      withdrawn: null,
      report: { category: 'ambush' },
      incident: null,
      alerts: []
    })
    const gone = await asked({ method: 'DELETE', url, payload: { reason: 'sent in error' } })
    expect(gone.statusCode).toBe(202)
    expect((await asked({ method: 'GET', url })).json()).toMatchObject({
      withdrawn: { reason: 'sent in error', at: wallStart },
      report: null
    })
    const refused = await asked({ method: 'PUT', url, payload: aReport })
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ code: 'report-withdrawn' })
  })

  it('lists the reports that lie in no theatre', async () => {
    const abroad = { country: 'FR', lat: 45.76, lon: 4.83 }
    const { reportId } = (
      await post({ ...aReport, externalId: 'W-outside', location: abroad })
    ).json()
    const listed = await asked({ method: 'GET', url: '/v1/reports?theatre=_unassigned' })
    expect(listed.json()).toMatchObject({
      items: [{ reportId, hindrances: [{ reason: 'no-theatre' }] }],
      lastWeek: 1
    })
  })

  it('finds a report by the address of its sender', async () => {
    const source = { id: 'ops-example.org' }
    const { reportId } = (await post({ ...aReport, source })).json()
    const url = `/v1/reports?source=ops@example.org&externalId=${aReport.externalId}`
    expect((await asked({ method: 'GET', url })).json()).toMatchObject({ items: [{ reportId }] })
  })

  it('finds a report by its source and external id', async () => {
    const { reportId } = (await post(aReport)).json()
    const found = await asked({ method: 'GET', url: '/v1/reports?source=wire-1&externalId=W-1' })
    expect(found.json()).toMatchObject({
      items: [{ reportId, report: { externalId: 'W-1' } }],
      next: null
    })
    expect(
      (await asked({ method: 'GET', url: '/v1/reports?source=wire-1&externalId=W-9' })).json()
    ).toEqual({
      items: [],
      next: null
    })
    expect((await asked({ method: 'GET', url: '/v1/reports?source=wire-1' })).json()).toMatchObject(
      {
        code: 'query-invalid',
        errors: [{ pointer: 'externalId' }]
      }
    )
  })

  it('shows a key without reports:read what it posted itself, and no report of others', async () => {
    const reporter = await running.keyWith(['reports:write'])
    const other = await running.keyWith(['reports:write'])
    const own = (await post({ ...aReport, externalId: 'own' }, {}, reporter)).json()
    const theirs = (await post({ ...aReport, externalId: 'theirs' }, {}, other)).json()
    const url = `/v1/reports/${own.reportId}`
    const get = (path: string, key: string) => asked({ method: 'GET', url: path }, key)
    const mine = async (key: string) =>
      (await get('/v1/me/reports', key)).json().items.map((item: typeof own) => item.reportId)
    // Posting what another key has posted makes it no report of this key.
    await post({ ...aReport, externalId: 'theirs' }, {}, reporter)
    expect((await get(`/v1/reports/${theirs.reportId}`, reporter)).statusCode).toBe(404)
    expect(await mine(reporter)).toEqual([own.reportId])
    // Others' corrections change neither what it reads nor how many revisions it counts.
    await asked({ method: 'PUT', url, payload: { ...aReport, category: 'ambush' } })
    const shown = (await get(url, reporter)).json()
    expect(shown).toMatchObject({ revision: 1, report: { category: aReport.category } })
    expect(shown).toMatchObject({ incident: null, alerts: [] })
    await running.restart()
    expect(await mine(reporter)).toEqual([own.reportId])
    expect(await mine(other)).toEqual([theirs.reportId])
  })

  it('accepts JSON only, and streams and events only where reports are posted', async () => {
    for (const type of [
      'text/plain',
      'application/cloudevents-batch+json',
      'application/json; charset=latin1'
    ]) {
      const answer = await post(aReport, { 'content-type': type })
      expect(answer.statusCode).toBe(415)
      expect(answer.json()).toMatchObject({
        code: 'content-type-unsupported',
        detail: expect.stringMatching(/JSON|json/)
      })
    }
    expect((await post(aReport, { 'content-type': 'text/plain' })).json().detail).toMatch(
      /application\/json or application\/cloudevents\+json, .* as application\/x-ndjson\.$/
    )
    expect(await reportRecords(running.log)).toEqual([])
    const { reportId } = (await post(aReport)).json()
    for (const type of ['application/x-ndjson', 'application/cloudevents+json']) {
      const headers = { 'content-type': type }
      const payload = JSON.stringify(aReport)
      const url = `/v1/reports/${reportId}`
      expect((await asked({ method: 'PUT', url, headers, payload })).statusCode).toBe(415)
    }
  })

  it('refuses queries and ids that it does not know', async () => {
    expect(
      (await asked({ method: 'POST', url: '/v1/reports?lane=fast', payload: aReport })).json()
    ).toMatchObject({
      code: 'query-invalid',
      errors: [{ pointer: 'lane' }]
    })
    expect((await asked({ method: 'GET', url: '/v1/reports/nonsense' })).statusCode).toBe(404)
    expect(
      (await asked({ method: 'GET', url: `/v1/reports/${'0'.repeat(32)}` })).json()
    ).toMatchObject({ code: 'not-found' })
    expect(
      (await asked({ method: 'GET', url: `/v1/reports/${'0'.repeat(32)}?wait=99` })).statusCode
    ).toBe(400)
    const empty = await asked({ method: 'DELETE', url: `/v1/reports/${'0'.repeat(32)}` })
    expect(empty.json()).toMatchObject({ code: 'body-invalid' })
  })

  it('waits for what a cursor covers, and refuses a foreign one', async () => {
    const first = await post(aReport)
    const cursor = String(first.headers['tocsin-cursor'])
    expect(
      (await post({ ...aReport, externalId: 'W-2' }, { 'tocsin-cursor': cursor })).statusCode
    ).toBe(202)
    expect((await post(aReport, { 'tocsin-cursor': 'nonsense' })).json()).toMatchObject({
      code: 'cursor-invalid'
    })
    const forged = sealCursor(Buffer.alloc(32, 1), { cursors: [] })
    expect((await post(aReport, { 'tocsin-cursor': forged })).json()).toMatchObject({
      code: 'cursor-invalid'
    })
    const end = await running.log.cursorAt(topics.incidents, 'latest')
    const cursorKey = secrets.derive('cursor')
    const foreign = sealCursor(cursorKey, { cursors: [{ ...end, epoch: 'ffffffff' }] })
    expect((await post(aReport, { 'tocsin-cursor': foreign })).json()).toMatchObject({
      code: 'cursor-invalid'
    })
    const ahead = sealCursor(cursorKey, {
      cursors: [{ ...end, positions: end.positions.map(p => p + 5n) }]
    })
    const control = await running.log.cursorAt(topics.control, 'latest')
    const declared = sealCursor(cursorKey, {
      cursors: [{ ...control, positions: control.positions.map(p => p + 5n) }]
    })
    const url = `/v1/reports/${first.json().reportId}`
    // A cursor that nobody reaches is waited for for two seconds.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.setTimerTickMode('nextTimerAsync')
    for (const header of [ahead, declared]) {
      const headers = { 'tocsin-cursor': header }
      const answers = await Promise.all([
        post(aReport, headers),
        asked({ method: 'PUT', url, headers, payload: { ...aReport, category: 'ambush' } }),
        asked({ method: 'DELETE', url, headers, payload: { reason: 'sent in error' } })
      ])
      for (const answer of answers)
        expect(answer.json()).toMatchObject({ code: 'projection-behind', status: 503 })
    }
    expect(await reportRecords(running.log)).toHaveLength(2)
  })

  it('waits for the incident and the alerts of a report, and answers what is known after the timeout', async () => {
    const { reportId } = (await post(aReport)).json()
    const url = `/v1/reports/${reportId}?wait=5`
    expect((await asked({ method: 'GET', url: `/v1/reports/${reportId}` })).json()).toMatchObject({
      assembled: false,
      incident: null
    })
    const waiting = asked({ method: 'GET', url })
    const incident = {
      ...incidentData(),
      ...{ theatre: 'sahel', incidentId: 'i1', revision: 1, handling: 'partners' },
      reports: [{ reportId, contentHash: 'c', sourceId: 'wire-1' }],
      seq: 1
    }
    await running.append(topics.assembly, { type: 'incident.assembled', data: incident })
    const head = { alertId: 'al1', status: 'provisional', headline: 'Diosso is cut off' }
    const alert = {
      ...recordData('alert.raised'),
      ...{ ...head, theatre: 'sahel', seq: 1, handling: 'partners', concerns: 'partners' },
      evidence: [{ incidentId: 'i1', revision: 1, role: 'trigger', handling: 'partners' }]
    }
    const state = alert as unknown as AlertState
    running.model.setAlertFold({ load() {}, take() {}, find: () => ({ state, sum: null }) })
    await running.append(topics.alerts, { type: 'alert.raised', data: alert })
    await running.log.commit('rules', await running.log.cursorAt(topics.incidents, 'latest'))
    const answer = (await waiting).json()
    expect(answer).toMatchObject({
      assembled: true,
      incident: { incidentId: 'i1', revision: 1 },
      alerts: [head]
    })
    const reader = await running.keyWith(['reports:read'])
    expect((await asked({ method: 'GET', url }, reader)).json()).toMatchObject({
      assembled: true,
      alerts: []
    })
    const open = await running.keyWith(['reports:read', 'alerts:read'], { handling: 'partners' })
    expect((await asked({ method: 'GET', url }, open)).json().alerts).toHaveLength(1)
    // Another source reports the same, above this reader's level: neither that nor its id is shown.
    // What was shown before stays.
    await running.append(topics.assembly, {
      type: 'incident.revised',
      data: { ...incident, incidentId: 'hidden', revision: 2, seq: 2, handling: 'restricted' }
    })
    const told = async (key: typeof open) =>
      (await asked({ method: 'GET', url }, key)).json().incident
    await expect
      .poll(async () => (await asked({ method: 'GET', url })).json().incident?.incidentId)
      .toBe('hidden')
    expect(await told(open)).toEqual({ incidentId: 'i1' })
  })

  it('counts the outcomes of requests', async () => {
    await post(aReport)
    await post(aReport)
    await post({ ...aReport, category: 'heist' })
    const text = await running.metrics.metrics()
    expect(text).toContain('tocsin_intake_requests_total{operation="post",outcome="accepted"} 1')
    expect(text).toContain('tocsin_intake_requests_total{operation="post",outcome="duplicate"} 1')
    expect(text).toContain('tocsin_intake_requests_total{operation="post",outcome="refused"} 1')
    expect(text).toContain('tocsin_intake_reports_known 1')
  })

  it('is not ready, and writes nothing, once its log holds a record of a newer version', async () => {
    const value = Buffer.from(
      encodeRecord(
        { id: 'n', source: '/x', time: wallStart, cause: null, theatre: 'sahel' },
        { type: 'clock.ticked', data: {} }
      )
    )
    const newer = Buffer.from(value.toString().replace('.v1"', '.v2"'))
    await running.log.append(topics.incidents, [{ id: 'n', key: 'sahel', value: newer }])
    await expect.poll(() => running.intake.readiness().ready).toBe(false)
    expect(running.intake.readiness().checks.incidents).toContain('newer')
    const answer = await post(aReport)
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('5')
    expect(await allStored(running.log, topics.incidents)).toHaveLength(2)
  })

  it('quarantines unparsable bytes and continues', async () => {
    await running.log.append(topics.incidents, [
      { id: 'q', key: 'sahel', value: Buffer.from('{"half":') }
    ])
    expect((await post(aReport)).statusCode).toBe(202)
    await running.model.views.incidents.catchUp(5000)
    expect(running.intake.readiness().ready).toBe(true)
    const [aside] = await allStored(running.log, topics.quarantine)
    expect(Buffer.from(aside?.value ?? []).toString()).toContain('"reason":"not-json"')
  })
})
