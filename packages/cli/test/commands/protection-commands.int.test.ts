// quarantine and reports erase against a running suite: input, output and exit code.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { topics } from '@tocsin/event-log/topics'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const report = {
  source: { id: 'wire-1' },
  externalId: 'W-1',
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  location: { country: 'ML', lat: 14.8252, lon: -5.2547 },
  private: { persons: [{ name: 'Awa Diallo' }] }
}

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
  await running.suite.log.append(
    topics.incidents,
    [1, 2].map(n => ({ id: `q-${n}`, key: 'world', value: Buffer.from(`{"half${n}":`) }))
  )
})
afterAll(() => running?.end())

const tocsin = (...args: string[]) => runTocsin(...args, ...running.here)

const entries = async (state: string) =>
  JSON.parse((await tocsin('quarantine', '--json', '--state', state)).lines[0]!) as { id: string }[]

it('lists quarantined records, and shows an entry with its bytes', async () => {
  await expect.poll(async () => (await entries('open')).length).toBe(2)
  const { lines } = await tocsin('quarantine')
  expect(lines[0]).toMatch(
    /^ID +QUARANTINED AT +TOPIC +PARTITION +POSITION +REASON +BYTES +SETTLED$/
  )
  expect(lines[1]).toMatch(/ tocsin\.incidents\.v1 +0 +\d+ +not-json +9 +-$/)
  const [{ id }] = (await entries('open')) as [{ id: string }]
  expect((await tocsin('quarantine', 'show', id)).lines).toContain('text: {"half2":')
  expect((await tocsin('quarantine', 'show', '0'.repeat(32))).notes[0]).toContain('not-found')
})

it('replaces an entry by a corrected report from a file, and dismisses another', async () => {
  const [second, first] = (await entries('open')) as [{ id: string }, { id: string }]
  const file = join(running.dataDir, 'mended.json')
  writeFileSync(file, '{"half')
  expect(await tocsin('quarantine', 'replay', first.id, '--report', file)).toMatchObject({
    code: 1,
    notes: [`${file} is not JSON`]
  })
  expect(await tocsin('quarantine', 'replay', first.id, '--report', `${file}.none`)).toMatchObject({
    code: 2
  })
  writeFileSync(file, JSON.stringify({ ...report, category: 'heist' }))
  expect((await tocsin('quarantine', 'replay', first.id, '--report', file)).notes[0]).toContain(
    '/category'
  )
  writeFileSync(file, JSON.stringify(report))
  const replayed = await tocsin('quarantine', 'replay', first.id, '--report', file, '--backfill')
  expect(replayed).toMatchObject({
    code: 0,
    lines: [expect.stringMatching(/^report [0-9a-f]{32} revision 1 in world$/)]
  })
  expect(await tocsin('quarantine', 'dismiss', second.id)).toMatchObject({
    code: 0,
    lines: ['dismissed']
  })
  expect(await entries('open')).toEqual([])
  expect((await tocsin('quarantine', '--state', 'settled')).lines.join('\n')).toMatch(
    /replayed by owner at .*report [0-9a-f]{32}/
  )
})

it('erases the private texts of a report when confirmed', async () => {
  const { api } = running
  const { reportId } = (
    await api.call('POST', '/v1/reports', { body: { ...report, externalId: 'W-2' } })
  ).body as {
    reportId: string
  }
  expect(await tocsin('reports', 'erase', reportId)).toMatchObject({
    code: 2,
    notes: [expect.stringContaining('--yes')]
  })
  expect(await tocsin('reports', 'erase', reportId, '--yes')).toMatchObject({
    code: 0,
    lines: ['erased']
  })
  expect(await tocsin('reports', 'erase', reportId, '--yes')).toMatchObject({
    code: 0,
    lines: ['there was nothing to erase']
  })
  expect((await api.call('GET', `/v1/reports/${reportId}`)).body).toMatchObject({
    report: { private: null }
  })
})
