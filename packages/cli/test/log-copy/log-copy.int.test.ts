// `log copy` from folder to folder: in its own process killed in the middle, and repeated into an
// empty folder; and in this one refused.

import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import { LogReader } from '@tocsin/event-log/embedded/log-reader'
import { topics } from '@tocsin/event-log/topics'
import { freePort } from '@tocsin/testing/process/free-port'
import { SuiteProcess, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

/** Some seconds of copying: it is killed in the middle. */
const recordsMax = 30_000

/** Runs `tocsin log copy`; `whileRunning` may kill it. */
function logCopy(
  args: readonly string[],
  whileRunning: (kill: () => void) => Promise<void> = async () => {}
): Promise<Ended> {
  const child = spawn(process.execPath, [mainFile, 'log', 'copy', ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => (output += String(chunk)))
  const ended = new Promise<Ended>(resolve =>
    child.once('exit', (code, signal) => resolve({ code, signal, output }))
  )
  return whileRunning(() => child.kill('SIGKILL')).then(() => ended)
}

/** The same in this process. */
async function copyHere(...args: readonly string[]): Promise<Pick<Ended, 'code' | 'output'>> {
  const { code, lines, notes } = await runTocsin('log', 'copy', ...args)
  return { code, output: [...lines, ...notes].join('\n') }
}

async function fill(dataDir: string, count: number): Promise<void> {
  await using log = await openEmbeddedLog({ dataDir, partitions: 3 })
  const value = Buffer.alloc(500, 'x')
  for (let from = 0; from < count; from += 1000)
    await log.append(
      topics.incidents,
      Array.from({ length: 1000 }, (_, i) => ({
        id: `id-${from + i}`,
        key: `theatre-${i % 20}`,
        value
      }))
    )
  await log.commit('rules', await log.cursorAt(topics.incidents, 'latest'))
}

function held(dataDir: string): bigint {
  try {
    const reader = new LogReader(dataDir)
    const records = reader.state(topics.incidents).reduce((sum, state) => sum + state.end, 0n)
    reader.close()
    return records
  } catch {
    return 0n
  }
}

it('may be killed and repeated into an empty folder, and no suite accepts a partial copy as a complete log', async () => {
  await withTempDir(async dir => {
    const [from, to] = [join(dir, 'from'), join(dir, 'to')]
    await fill(from, recordsMax)
    const args = ['--from', `embedded:${from}`, '--to', `embedded:${to}`]
    const cut = await logCopy(args, async kill => {
      await waitFor(() => held(to) > 5_000n, {
        what: 'part of the copy',
        timeoutMs: 60_000,
        intervalMs: 1
      })
      kill()
    })
    expect(cut.signal).toBe('SIGKILL')
    const part = held(to)
    expect(part).toBeGreaterThan(5_000n)
    expect(part).toBeLessThan(BigInt(recordsMax))
    const early = new SuiteProcess({
      ...{ role: 'up', dataDir: to, port: await freePort() },
      env: { TOCSIN_MASTER_KEY: '7a'.repeat(32) }
    })
    expect(await early.exited).toEqual({ code: 1, signal: null })
    expect(early.output).toContain('it could not start: a copy into this log is unfinished')
    const again = await copyHere(...args)
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('give an empty log') })
    await rm(to, { recursive: true })
    const done = await copyHere(...args)
    expect(done.code).toBe(0)
    expect(done.output).toContain('cursors of clients stay valid')
    expect(done.output).toContain('consumers that continue at their position: rules')
    expect(held(to)).toBe(BigInt(recordsMax))
  })
})

it('refuses logs of a running suite, a missing log, and one log as both', async () => {
  await withTempDir(async dir => {
    const running = join(dir, 'running')
    const suite = await spawnSuite({ role: 'intake', dataDir: running, port: await freePort() })
    const other = `embedded:${join(dir, 'other')}`
    const busy = await copyHere('--from', `embedded:${running}`, '--to', other)
    expect(busy).toMatchObject({
      code: 1,
      output: expect.stringContaining('another process is the intake of')
    })
    await suite.stop()
    const none = await copyHere('--from', other, '--to', `embedded:${running}`)
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining('there is no log in') })
    expect(await copyHere('--from', other, '--to', other)).toMatchObject({ code: 2 })
    expect(await copyHere('--from', 'sqlite:x', '--to', other)).toMatchObject({
      code: 2,
      output: expect.stringContaining('a log must be given as embedded:DIR')
    })
  })
})
