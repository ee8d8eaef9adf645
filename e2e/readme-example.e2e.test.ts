// The first example of the README as pasted into a shell: it must raise an alert in an empty suite,
// and beside the demonstration.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '@tocsin/testing/process/free-port'
import { readOwnerKey, type SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const [, example = ''] =
  /## Three things to try\n[^`]*```sh\n([^`]*)```/.exec(
    readFileSync(join(root, 'README.md'), 'utf8')
  ) ?? []

interface Shown {
  readonly pattern: string
  readonly status: string
  readonly certainty: string
  readonly evidence: readonly unknown[]
}

/**
 * Runs the example with a suite on the folder `data`; resolves with the alerts that its last
 * command prints.
 */
async function pasted(dir: string, port: number): Promise<readonly Shown[]> {
  const script = example.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
  expect(script).not.toBe(example)
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: dir })
  const printed = stdout.trim().split('\n')
  const results = printed
    .slice(0, -1)
    .map(line => JSON.parse(line) as { status?: number; complete?: boolean })
  expect(results.map(({ status, complete }) => status ?? complete)).toEqual([
    202,
    202,
    202,
    202,
    true
  ])
  return (JSON.parse(printed.at(-1) as string) as { items: readonly Shown[] }).items
}

async function beside(
  args: readonly string[],
  act: (dir: string, suite: SuiteProcess) => Promise<void>
): Promise<void> {
  await withTempDir(async dir => {
    const dataDir = join(dir, 'data')
    await mkdir(dataDir, { mode: 0o700 })
    const suite = await spawnSuite({ role: 'up', dataDir, port: await freePort(), args })
    try {
      await act(dir, suite)
    } finally {
      await suite.stop()
    }
  })
}

it('exists', () => {
  expect(example).toContain('/v1/reports')
})

it('raises an alert in an empty suite', async () => {
  await beside([], async (dir, { options: { port } }) => {
    const alerts = await pasted(dir, port)
    expect(alerts).toMatchObject([
      { pattern: 'front', status: 'provisional', certainty: 'possible' }
    ])
    expect(alerts[0]?.evidence).toHaveLength(4)
  })
})

it('raises an alert beside the demonstration', async () => {
  await beside(
    ['--scenario', join(root, 'packages/host/scenarios/sahel.ndjson'), '--speed', '0'],
    async (dir, suite) => {
      await waitFor(() => suite.output.includes('the scenario is complete'), {
        what: 'the end of the demonstration',
        timeoutMs: 120_000
      })
      const before = await openFronts(dir, suite)
      const alerts = await pasted(dir, suite.options.port)
      expect(alerts).toHaveLength(before + 1)
      expect(alerts.filter(({ evidence }) => evidence.length === 4)).toMatchObject([
        { pattern: 'front', status: 'provisional', certainty: 'possible' }
      ])
    }
  )
})

async function openFronts(dir: string, { url }: SuiteProcess): Promise<number> {
  const headers = { authorization: `Bearer ${await readOwnerKey(join(dir, 'data'))}` }
  const answer = await fetch(`${url}/v1/alerts?pattern=front&status=provisional,confirmed`, {
    headers
  })
  return ((await answer.json()) as { items: readonly unknown[] }).items.length
}
