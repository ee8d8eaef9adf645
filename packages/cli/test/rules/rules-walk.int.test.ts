// The walk-through in RULES.md: its commands are run here, and its output is what they printed.
// With `-u` it is rewritten.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteApi } from '@tocsin/host/client/suite-api'
import { withMadeParts } from '@tocsin/rule-packs/made-sections'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const handbookFile = new URL('../../../rule-packs/RULES.md', import.meta.url)
const handbook = readFileSync(handbookFile, 'utf8')
const pack = /^```yaml\n(version: 1\nid: mine\n.*?)^```$/ms.exec(handbook)?.[1] as string

let running: RunningSuite
let api: SuiteApi
beforeAll(async () => {
  running = await RunningSuite.start()
  api = running.api
})
afterAll(() => running?.end())

const report = (
  id: string,
  category: string,
  name: string,
  country: string,
  admin1: string,
  lat: number,
  to: string
) => ({
  source: { id: `source-${id}` },
  externalId: id,
  reportedAt: '2025-01-31T12:00:00Z',
  occurred: { from: '2025-01-10', to },
  category,
  // Djibo lies in the east of its country.
  location: { name, country, admin1, lat, lon: country === 'BF' ? -1.6 : -5, radiusKm: 2 }
})

const reports = [
  report('a', 'blockade', 'Diosso', 'ML', 'ML-4', 13.88, '2025-01-25'),
  report('b', 'movement-denied', 'Diosso', 'ML', 'ML-4', 13.88, '2025-01-25'),
  report('c', 'blockade', 'Tenenkou', 'ML', 'ML-5', 14.46, '2025-01-15'),
  report('d', 'aid-denied', 'Tenenkou', 'ML', 'ML-5', 14.46, '2025-01-15'),
  report('e', 'blockade', 'Djibo', 'BF', 'BF-12', 14.1, '2025-01-25'),
  report('f', 'aid-denied', 'Djibo', 'BF', 'BF-12', 14.1, '2025-01-25'),
  report('g', 'blockade', 'Kolongo', 'ML', 'ML-4', 13.97, '2025-01-25')
]

async function tellStory(): Promise<void> {
  const theatre = { countries: ['ML', 'BF'], clock: 'replay' }
  expect((await api.call('PUT', '/v1/theatres/sahel', { body: theatre })).status).toBe(201)
  await api.call('POST', '/v1/theatres/sahel/ticks', { body: { to: '2025-02-01T00:00:00Z' } })
  for (const body of reports)
    expect((await api.call('POST', '/v1/reports', { body })).status).toBe(202)
  await api.call('POST', '/v1/theatres/sahel/ticks', { body: { to: '2025-02-02T00:00:00Z' } })
}

const sieges = async () => {
  const { items } = (await api.call('GET', '/v1/alerts?pattern=siege')).body as {
    items: { alertId: string; group: { settlement: string }; headline: string }[]
  }
  return items.sort((a, b) => (a.group.settlement < b.group.settlement ? -1 : 1))
}

/** Command and output, without paths of this machine. */
async function shown(args: readonly string[], text = pack, needsSuite = true): Promise<string> {
  const file = join(running.dataDir, 'mine.yaml')
  writeFileSync(file, text)
  const typed = args.map(arg => (arg === 'mine.yaml' ? file : arg))
  const { lines, notes } = await runTocsin(...typed, ...(needsSuite ? running.here : []))
  // A preview that takes long says how far it is.
  expect(notes.filter(note => !note.startsWith('previewing: '))).toEqual([])
  const printed = lines.map(line => line.replaceAll(file, 'mine.yaml').trimEnd())
  return ['```', `$ tocsin ${args.join(' ')}`, ...printed, '```'].join('\n')
}

it('prints what the handbook shows', async () => {
  const slips = pack
    .replace('pattern: siege', 'pattern: seige')
    .replace('threshold: 3', 'threshold: 0')
    .replace('tactics: [ied]', 'tactics: [bomb]')
  expect(slips).not.toBe(pack)
  const lint = await shown(['rules', 'lint', 'mine.yaml'], slips, false)
  const wrong = await shown(
    ['rules', 'test', 'mine.yaml'],
    pack.replace('severity: severe', 'severity: minor'),
    false
  )
  await tellStory()
  await expect.poll(async () => (await sieges()).length, { timeout: 60_000 }).toBe(2)
  const diff = await shown(['rules', 'diff', 'mine.yaml'])
  const apply = await shown(['rules', 'apply', 'mine.yaml'])
  await expect
    .poll(async () => (await sieges()).map(alert => alert.headline).join(), { timeout: 60_000 })
    .toContain('cut off')
  await expect.poll(async () => (await sieges()).length, { timeout: 60_000 }).toBe(3)
  const diosso = (await sieges()).find(({ group }) => group.settlement === 'Diosso')
    ?.alertId as string
  const parts = {
    lint,
    test: wrong,
    diff,
    apply,
    // Ids depend on the secret of each suite.
    explain: (await shown(['rules', 'explain', diosso])).replaceAll(diosso, 'ALERT'),
    near: await shown(['rules', 'explain', '--near', '--rule', 'siege'])
  }
  await expect(withMadeParts(handbook, parts)).toMatchFileSnapshot(handbookFile.pathname)
})
