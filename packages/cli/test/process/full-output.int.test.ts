// Standard output into a file on a full disk: a command says that it failed, and no process stays
// that neither serves nor ends. Into a pipe whose reader has gone: a process ends as it would have
// otherwise.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const mainFile = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const logOutput = new URL('../../../service/src/telemetry/log-output.ts', import.meta.url).href
const fullFile = '/dev/full'

interface Ended {
  readonly code: number | null
  readonly notes: string
}

/**
 * Runs Node with its standard output in the full file; one that does not end is killed, and has no
 * code.
 */
async function withFullOutput(...args: readonly string[]): Promise<Ended> {
  const full = await open(fullFile, 'w')
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', full.fd, 'pipe'],
    timeout: 60_000,
    killSignal: 'SIGKILL'
  })
  let notes = ''
  child.stderr?.on('data', chunk => {
    notes += chunk
  })
  const { promise, resolve } = Promise.withResolvers<number | null>()
  child.on('close', resolve)
  const code = await promise
  await full.close()
  return { code, notes }
}

describe.runIf(existsSync(fullFile))('standard output on a full disk', () => {
  it('fails a command, in one line', async () => {
    const { code, notes } = await withFullOutput(mainFile, 'alerts', '--help')
    expect(code).toBe(1)
    expect(notes).toMatch(/^standard output could not be written: ENOSPC[^\n]*\n$/)
  }, 90_000)

  it('keeps no process with lines of its log from ending', async () => {
    const script = `
      const { standardOutput } = await import(${JSON.stringify(logOutput)})
      const { stream } = standardOutput(() => {})
      for (let i = 0; i < 3; i++) stream.write('{"msg":"a line"}\\n')
      process.exit(3)`
    expect((await withFullOutput('--input-type=module', '--eval', script)).code).toBe(3)
  }, 90_000)
})

it('a process whose reader has gone ends as it wants, and not by being killed', async () => {
  const script = `
    const { standardOutput } = await import(${JSON.stringify(logOutput)})
    const output = standardOutput(() => {})
    process.stdin.once('data', async () => {
      for (let i = 0; i < 3; i++) output.stream.write('{"msg":"a line"}\\n')
      const isWritten = await output.end(5_000)
      process.exit(isWritten ? 3 : 4)
    })
    process.stderr.write('begun')`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: 'pipe',
    timeout: 60_000
  })
  await new Promise(resolve => child.stderr.once('data', resolve))
  child.stdout.destroy()
  child.stdin.on('error', () => {})
  const closed = new Promise(resolve => child.once('exit', resolve))
  child.stdin.end('end')
  expect(await closed).toBe(3)
}, 90_000)
