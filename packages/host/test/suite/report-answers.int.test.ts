// What a reporter is shown of the outcome of a report: the rules that it cannot trigger and why,
// and after a withdrawal the alerts that it had supported.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RunningSuite } from '../support/running-suite.ts'

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
})
afterAll(() => running?.end())

const headers = (key: string) => ({ host: 'localhost', authorization: `Bearer ${key}` })
async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  key = ownerKey()
) {
  const answer = await running.suite.host.app.inject({
    method,
    url,
    headers: headers(key),
    ...(payload === undefined ? {} : { payload })
  })
  return { status: answer.statusCode, body: answer.json() }
}
const ownerKey = () => readFileSync(join(running.dataDir, 'owner.key'), 'utf8').trim()

const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10)
let count = 0
const attack = (location: object, more: object = {}) => ({
  source: { id: 'desk-1' },
  externalId: `a-${++count}`,
  occurred: { from: day, to: day },
  category: 'attack',
  location: { country: 'ML', ...location },
  ...more
})

async function read(report: object, key?: string) {
  const { status, body } = await ask('POST', '/v1/reports', report)
  expect(status).toBe(202)
  return {
    reportId: body.reportId as string,
    shown: (await ask('GET', `/v1/reports/${body.reportId}?wait=10`, undefined, key)).body
  }
}
const reasons = (shown: { hindrances: readonly { reason: string }[] }) =>
  shown.hindrances.map(({ reason }) => reason)

describe('a report says why it triggers nothing', () => {
  it('if its place is too coarse for some rules, by name', async () => {
    const { shown } = await read(attack({ lat: 13, lon: -5 }))
    expect(shown.report.place).toMatchObject({ radiusKm: 55.6, precision: 'assumed' })
    expect(shown.hindrances).toContainEqual({
      reason: 'too-coarse',
      detail:
        'Its place is known to within 55.6 km, and some rules need a point known to within 20 km.',
      rules: ['front', 'near-repeat']
    })
    expect((await read(attack({ lat: 12.8212, lon: -5.1403 }))).shown.hindrances).toEqual([])
  })

  it('without names of rules for readers who may not see rules', async () => {
    const key = (
      await ask('POST', '/v1/keys', { name: 'r', scopes: ['reports:read'], handling: 'restricted' })
    ).body.secret
    const { shown } = await read(attack({ lat: 13, lon: -5 }), key)
    const some = { reason: 'too-coarse', rules: [] }
    expect(shown.hindrances).toMatchObject([some, some, some])
    expect(JSON.stringify(shown)).not.toContain('near-repeat')
  })

  it('if it is a statistic, poorly graded, or older than the retention of its theatre', async () => {
    const place = { lat: 12.8212, lon: -5.1403 }
    expect(reasons((await read(attack(place, { category: 'statistic' }))).shown)).toEqual([
      'statistic'
    ])
    expect(reasons((await read(attack(place, { credibility: 5 }))).shown)).toEqual(['grade'])
    await ask('PUT', '/v1/sources/poor-1', {
      reliability: 'E',
      latenessDays: 3,
      cadenceDays: 30,
      archive: false
    })
    const poor = (await read(attack(place, { source: { id: 'poor-1' } }))).shown
    expect(poor.hindrances).toMatchObject([
      { reason: 'grade', detail: expect.stringContaining('has reliability E'), rules: null }
    ])
    const old = (await read(attack(place, { occurred: { from: '2001-02-03', to: '2001-02-03' } })))
      .shown
    expect(old.incident).toBeNull()
    expect(reasons(old)).toEqual(['beyond-window'])
  })
})
