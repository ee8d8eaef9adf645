import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@tocsin/testing/process/free-port'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownerKey } from '../support/fakes.ts'

const fixture = fileURLToPath(new URL('../support/run-fixture.ts', import.meta.url))
let folder: string
let running: ChildProcess | null = null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-run-'))
})
afterEach(() => {
  running?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

function run(mode: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [fixture], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      TOCSIN_TEST_MODE: mode,
      ...env
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  running = child
  const said = { out: '', err: '' }
  child.stdout.on('data', chunk => {
    said.out += chunk
  })
  child.stderr.on('data', chunk => {
    said.err += chunk
  })
  const code = new Promise<number | null>(resolve => child.once('close', resolve))
  const says = (text: string) => expect.poll(() => said.out, { timeout: 60_000 }).toContain(text)
  return { child, said, code, says }
}

describe('a process', () => {
  it('reads the file named by TOCSIN_CONFIG, prints its configuration with secrets masked, and closes in order', async () => {
    writeFileSync(join(folder, 'other.yaml'), 'bodyBytesMax: 123456\n')
    const { child, said, code, says } = run('', {
      TOCSIN_CONFIG: join(folder, 'other.yaml'),
      TOCSIN_OWNER_KEY: ownerKey,
      TOCSIN_LOG_LEVEL: 'debug'
    })
    await says('listening')
    child.kill('SIGTERM')
    expect(await code).toBe(0)
    for (const text of ['"ownerKey":"***"', '"logLevel":"debug"', '"bodyBytesMax":"123456"'])
      expect(said.out).toContain(text)
    expect(said.out + said.err).not.toContain(ownerKey)
    expect(said.out).toMatch(/"stopping".*"the log is closed".*"clean":true.*"stopped"/s)
  })

  it('exits with 2 for an invalid configuration, and says what is wrong and where', async () => {
    writeFileSync(join(folder, 'tocsin.yaml'), 'data: ./x\nprot: 1\n')
    const { said, code } = run('', { TOCSIN_BODY_BYTES_MAX: 'many' })
    expect(await code).toBe(2)
    expect(said.err).toContain('tocsin.yaml:2: prot is not a setting (is port meant?)')
    expect(said.err).toContain('TOCSIN_BODY_BYTES_MAX: bodyBytesMax "many" must be integer')
    expect(said.out).toBe('')
  })

  it.each([
    ['start-fails', 'no log'],
    ['service-fails', 'the loop ended'],
    ['rejection', 'nobody looked'],
    // The engine may quote a body: the quoted name is removed, and the frames say where.
    ['exception', 'Cannot read properties of undefined (reading …)']
  ])('exits with 1 and one fatal line after %s', async (mode, message) => {
    const { said, code } = run(mode)
    expect(await code).toBe(1)
    const fatal = said.out.split('\n').filter(line => line.includes('"level":"fatal"'))
    expect(fatal).toHaveLength(1)
    expect(fatal[0]).toContain(message)
    if (mode === 'exception') expect(fatal[0]).toContain('run-fixture.ts:')
    if (mode === 'service-fails') expect(said.out).toContain('the log is closed')
    expect(`${said.out}${said.err}`).not.toContain('boom')
  })

  it('closes what it has started if it is stopped while starting', async () => {
    const { child, said, code, says } = run('slow-start')
    await says('starting slowly')
    child.kill('SIGINT')
    expect(await code).toBe(0)
    expect(said.out).toContain('the log is closed')
  })

  it('exits with 1 if a service does not close in time, after closing the log', async () => {
    const { child, said, code, says } = run('hung-close', { TOCSIN_TEST_CLOSE_MS: '200' })
    await says('listening')
    child.kill('SIGTERM')
    expect(await code).toBe(1)
    expect(said.out).toMatch(/"late":\["rules"\]/)
    expect(said.out).toContain('the log is closed')
  })

  it('keeps serving, counts dropped lines, and still exits if nobody reads its log lines', async () => {
    const port = await freePort()
    const child = spawn(process.execPath, [fixture], {
      cwd: folder,
      env: { PATH: process.env.PATH, TOCSIN_TEST_MODE: 'chatty', TOCSIN_TEST_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    running = child
    const end = new Promise(resolve => child.once('exit', (_code, signal) => resolve(signal)))
    const dropped = async () => {
      const figures = await fetch(`http://127.0.0.1:${port}/metrics`).then(
        answer => answer.text(),
        () => ''
      )
      return Number(/^tocsin_log_lines_dropped_total ([0-9]+)$/m.exec(figures)?.[1] ?? 0)
    }
    await expect.poll(dropped, { timeout: 60_000 }).toBeGreaterThan(1000)
    child.kill('SIGTERM')
    // Killed after everything is closed: a write that nobody reads would prevent the exit.
    expect(await end).toBe('SIGKILL')
  })

  it('exits at once on a second signal', async () => {
    const { child, code, says } = run('hung-close', { TOCSIN_TEST_CLOSE_MS: '60000' })
    await says('listening')
    child.kill('SIGTERM')
    await says('stopping')
    child.kill('SIGINT')
    expect(await code).toBe(1)
  })
})
