// The dry run of an import over HTTP: what it answers is what the posts get after it.

import { gzipSync } from 'node:zlib'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importRowsMax } from '../../src/imports/import-routes.ts'
import { aReport, reportRecords } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

let running: ServedIntake
beforeEach(async () => {
  running = await ServedIntake.start()
})
afterEach(() => running.end())

const lines = (reports: readonly object[]) =>
  Buffer.from(reports.map(each => `${JSON.stringify(each)}\n`).join(''))
const tried = (payload: Buffer, query = 'format=ndjson', key?: string) =>
  running.ask('POST', `/v1/imports/dry-run?${query}`, {
    payload,
    headers: { 'content-type': 'application/octet-stream' },
    ...(key === undefined ? {} : { key })
  })

describe('a dry run over HTTP', () => {
  it('answers what the posts get after it, and writes nothing', async () => {
    const [known, fresh] = ['known', 'fresh'].map(externalId => ({ ...aReport, externalId }))
    const headers = { 'content-type': 'application/json' }
    await running.ask('POST', '/v1/reports', { payload: known, headers })
    const ended = { source: aReport.source, externalId: 'known' }
    const withdraw = { withdraw: { ...ended, reason: 'Wrong place.' } }
    const file = lines([known as object, fresh as object, fresh as object, { source: 1 }, withdraw])
    const answer = await tried(gzipSync(file))
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      ...{ rows: 5, accepted: 1, duplicates: 2, withdrawals: 1, refused: 1, brokenBy: null },
      refusedRows: [{ row: 4 }],
      reports: [fresh],
      toWithdraw: [{ externalId: 'known', reason: 'Wrong place.', mayBeAbsent: false }]
    })
    expect(await reportRecords(running.log)).toHaveLength(1)
    // Backfill waits for rules that are behind, however slow the machine is.
    const catchUp = async () =>
      running.log.commit('rules', await running.log.cursorAt(topics.incidents, 'latest'))
    await catchUp()
    const sent = await running.ask('POST', '/v1/reports?lane=backfill', {
      payload: lines(answer.json().reports),
      headers: { 'content-type': 'application/x-ndjson' }
    })
    expect(sent.body).toContain('"accepted":1')
    expect((await tried(file)).json()).toMatchObject({ accepted: 0, duplicates: 3 })
    const [{ reportId, reason }] = answer.json().toWithdraw
    await catchUp()
    const gone = await running.ask('DELETE', `/v1/reports/${reportId}?lane=backfill`, {
      payload: { reason },
      headers
    })
    expect(gone.statusCode).toBe(202)
  })

  it('judges by the key: what it may not report is a refused row', async () => {
    const open = await running.keyWith(['reports:write'], { handling: 'public' })
    const { rows, refusedRows } = (
      await tried(lines([{ ...aReport, handling: 'partners' }]), undefined, open)
    ).json()
    expect([rows, refusedRows[0].faults[0].reason]).toEqual([1, 'not-allowed'])
    const reader = await running.keyWith(['reports:read'])
    expect((await tried(lines([aReport]), undefined, reader)).statusCode).toBe(403)
  })

  it('takes a mapping by name or as text, and says which it needs', async () => {
    const mapping = JSON.stringify({
      version: 1,
      source: { value: 'log' },
      externalId: 'Id',
      occurred: { from: 'Day' },
      category: { value: 'attack' },
      location: { lat: 'Lat', lon: 'Lon' }
    })
    const csv = Buffer.from('Id,Day,Lat,Lon\n1,2025-06-01,14.8,-5.2\n2,soon,14.8,-5.2\n')
    const answer = await tried(csv, `format=csv&mapping=${encodeURIComponent(mapping)}`)
    expect(answer.json()).toMatchObject({
      accepted: 1,
      refusedRows: [{ row: 3, faults: [{ column: 'Day', reason: 'malformed' }] }]
    })
    for (const [query, detail] of [
      ['format=csv', 'mapping is missing'],
      ['format=csv&mapping=version:%202', 'mapping is not valid'],
      ['format=acled&mapping=gtd', 'mapping does not apply'],
      ['format=ndjson&reportedAt=2025-06-01T00:00:00Z', 'reportedAt does not apply']
    ] as const) {
      const { statusCode, ...refused } = await tried(csv, query)
      expect([statusCode, refused.json().detail]).toEqual([400, expect.stringContaining(detail)])
    }
  })

  it('refuses a file that is none, or too large', async () => {
    expect((await tried(Buffer.alloc(0))).json().detail).toContain('the file is empty')
    const many = Array.from({ length: importRowsMax + 1 }, () => ({}))
    expect((await tried(gzipSync(lines(many)))).json()).toMatchObject({
      code: 'body-too-large',
      detail: expect.stringContaining('10,000 rows')
    })
    expect((await tried(gzipSync(Buffer.alloc(33 * 1024 * 1024, '\n')))).json().code).toBe(
      'body-too-large'
    )
  })
})
