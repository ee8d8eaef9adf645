// `tocsin tail --policy` against a running suite: told by the policy with its reasons, from its
// cursor on, or refused in words.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyOf } from '../../src/client/connection.ts'
import { followByPolicy, policyInFile, type ToldRow } from '../../src/client/follow-by-policy.ts'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
})
afterAll(() => running?.end())

function file(name: string, policy: unknown): string {
  const path = join(running.dataDir, name)
  writeFileSync(path, JSON.stringify(policy))
  return path
}

/** Follows until it was told once. */
async function toldOnce(policy: object, from: string, onBegin = () => {}): Promise<ToldRow> {
  const stop = new AbortController()
  const rows: ToldRow[] = []
  const key = keyOf({ data: running.dataDir }, {})
  await followByPolicy({
    ...{ url: running.suite.url, key, signal: stop.signal, filter: {}, from },
    policy: policyInFile(file('policy.json', policy)),
    onBegin,
    onRow: row => {
      rows.push(row)
      stop.abort()
    }
  })
  return rows[0] as ToldRow
}

async function report(externalId: string, lat: number): Promise<void> {
  const body = {
    ...{ source: { id: 'wire-1' }, externalId, occurred: { from: yesterday, to: yesterday } },
    ...{
      category: 'attack-on-civilians',
      location: { country: 'ML', lat, lon: -5.2547, radiusKm: 2 }
    },
    fatalities: { low: 40, best: 45, high: 50 }
  }
  await running.api.call('POST', '/v1/reports', { body })
}

it('tells by the policy and says why, and goes on from a cursor', async () => {
  const policy = { stories: 'each', groupWaitSeconds: 1 }
  const begun = Promise.withResolvers<void>()
  const first = toldOnce(policy, 'latest', begun.resolve)
  await begun.promise
  await report('first', 14.8252)
  const row = await first
  expect(row).toMatchObject({
    event: { type: 'tocsin.alert.raised.v1' },
    told: { because: 'first', held: 'group-wait' }
  })
  await report('second', 16.7252)
  const next = await toldOnce(policy, row.cursor)
  expect(next.told?.because).toBe('first')
  expect(next.event.id).not.toBe(row.event.id)
  await expect(toldOnce({ ...policy, updateMinutes: 1 }, next.cursor)).rejects.toThrow(
    'of another policy or filter'
  )
})

it('refuses what is no policy, and says what the suite refuses', async () => {
  const faulty = await runTocsin(
    'tail',
    '--policy',
    file('faulty.json', { updateMinutes: -1 }),
    ...running.here
  )
  expect(faulty).toMatchObject({ code: 2, lines: [] })
  expect(faulty.notes.join()).toContain('/updateMinutes')
  const joined = await runTocsin(
    'tail',
    '--policy',
    file('joined.json', { minSeverity: 'severe' }),
    ...running.here
  )
  expect(joined).toMatchObject({ code: 1, lines: [] })
  expect(joined.notes.join()).toContain('/stories must be "each"')
  expect(
    (await runTocsin('tail', '--policy', join(running.dataDir, 'none.json'), ...running.here)).code
  ).toBe(2)
})
