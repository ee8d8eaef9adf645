// Erasure of private texts: who may, what is left on the disk, and that nothing else changes.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeControlRecord, decodeDataKey } from '@tocsin/contracts/record/records'
import { topics } from '@tocsin/event-log/topics'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aReport } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

const privateReport = {
  ...aReport,
  private: { narrative: 'She was seen at the well.', links: [], persons: [{ name: 'Awa Diallo' }] }
}
const shownTexts = {
  narrative: 'She was seen at the well.',
  links: [],
  persons: [{ name: 'Awa Diallo', aliases: [], role: null, kind: null }]
}

let intake: ServedIntake
beforeEach(async () => {
  intake = await ServedIntake.start()
})
afterEach(() => intake.end())

const post = async (body: unknown): Promise<string> => {
  const answer = await intake.ask('POST', '/v1/reports', { payload: body })
  expect(answer.statusCode).toBe(202)
  return answer.json().reportId
}
const textsOf = async (reportId: string) =>
  (await intake.ask('GET', `/v1/reports/${reportId}`)).json().report.private
const erase = (reportId: string, key?: string) =>
  intake.ask('DELETE', `/v1/reports/${reportId}/private`, key === undefined ? {} : { key })

/** Sealed key material in the keys log, which must be gone after an erasure. */
async function keyMaterial(): Promise<string[]> {
  return (await intake.stored(topics.keys)).flatMap(({ value }) => {
    const decoded = value === null ? null : decodeDataKey(value)
    return decoded?.kind === 'decoded'
      ? [decoded.record.wrapped.ciphertext, decoded.record.wrapped.iv, decoded.record.wrapped.tag]
      : []
  })
}

/** Files of the data folder that contain a text. */
function filesWith(text: string): string[] {
  return readdirSync(intake.dataDir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => readFileSync(file).includes(text))
}

it('records once who asked for it, with the theatre and handling needed to read that record', async () => {
  const reportId = await post(privateReport)
  const key = await intake.keyWith(['reports:write', 'persons:read'], { handling: 'partners' })
  const requests = async () =>
    (await intake.stored(topics.control)).flatMap(({ value }) => {
      const decoded = decodeControlRecord(value ?? new Uint8Array())
      return decoded.kind === 'decoded' && decoded.record.type === 'report.erasure-requested'
        ? [decoded.record]
        : []
    })
  expect(await requests()).toEqual([])
  for (const erased of [true, false])
    expect((await erase(reportId, key)).json()).toEqual({ reportId, erased })
  expect(await requests()).toMatchObject([
    {
      data: { reportId, theatre: 'sahel', handling: 'partners' },
      by: { id: expect.stringMatching(/^key_/) }
    }
  ])
  expect(JSON.stringify(await requests())).not.toContain('Awa')
})

it('leaves nothing of the key in any file of the data folder, and keeps the keys of other reports', async () => {
  const reportId = await post(privateReport)
  const erased = await keyMaterial()
  const others: string[] = []
  for (let n = 0; n < 10; n++)
    others.push(await post({ ...privateReport, externalId: `W-other-${n}` }))
  expect(erased).toHaveLength(3)
  for (const text of erased) expect(filesWith(text).length).toBeGreaterThan(0)
  await erase(reportId)
  // Erased bytes leave the write-ahead log a moment after their tombstone is durable.
  for (const text of erased)
    await expect.poll(() => filesWith(text), { timeout: 60_000 }).toEqual([])
  for (const other of others) expect(await textsOf(other)).toEqual(shownTexts)
  await intake.restart()
  for (const text of erased) expect(filesWith(text)).toEqual([])
  for (const other of others) expect(await textsOf(other)).toEqual(shownTexts)
})

it('needs both scopes, to write reports and to see persons, for the report’s theatre and handling', async () => {
  const reportId = await post(privateReport)
  const refused = [
    [await intake.keyWith(['reports:write']), 403],
    [await intake.keyWith(['reports:read', 'persons:read']), 403],
    [await intake.keyWith(['reports:write', 'persons:read'], { theatres: ['lake'] }), 404],
    [await intake.keyWith(['reports:write', 'persons:read'], { handling: 'public' }), 404],
    ['tk_nobody', 401]
  ] as const
  for (const [key, status] of refused) expect((await erase(reportId, key)).statusCode).toBe(status)
  expect(await textsOf(reportId)).toEqual(shownTexts)
  expect((await erase('0'.repeat(32))).statusCode).toBe(404)
  expect((await erase('nonsense')).statusCode).toBe(404)
  const allowed = await intake.keyWith(['reports:write', 'persons:read'], { handling: 'partners' })
  expect((await erase(reportId, allowed)).json()).toEqual({ reportId, erased: true })
})
