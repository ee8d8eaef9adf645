import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { startGuarded } from '../src/process/guarded-process.ts'
import { withTempDir } from '../src/process/temp-dir.ts'
import { waitFor } from '../src/process/wait-for.ts'

const source = fileURLToPath(new URL('../src/process/guarded-process.ts', import.meta.url))
const sleeper = [
  '-e',
  'process.on("SIGTERM", () => process.exit(7)); console.log("up"); setInterval(() => {}, 1000)'
]

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a guarded process', () => {
  it('exits with the code of the command, and keeps its output', () =>
    withTempDir(async dir => {
      const output = join(dir, 'out')
      const guarded = await startGuarded(process.execPath, sleeper, output)
      await waitFor(async () => (await readFile(output, 'utf8')).includes('up'), {
        what: 'start of the command'
      })
      guarded.signal('SIGTERM')
      expect(await guarded.exited).toBe(7)
      expect(guarded.running).toBe(false)
      await guarded.kill()
    }))

  it('ends when its parent is killed with kill -9, even while it is stopped', () =>
    withTempDir(async dir => {
      const starting = `
        const { startGuarded } = await import(${JSON.stringify(source)})
        const guarded = await startGuarded(process.execPath, ${JSON.stringify(sleeper)}, ${JSON.stringify(join(dir, 'out'))})
        guarded.signal('SIGSTOP')
        console.log(guarded.pid)
        setInterval(() => {}, 1000)`
      const parent = spawn(process.execPath, ['--input-type=module', '-e', starting], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      const pid = Number(await new Promise<Buffer>(resolve => parent.stdout.once('data', resolve)))
      expect(isThere(pid)).toBe(true)
      parent.kill('SIGKILL')
      await waitFor(() => !isThere(pid), { what: 'end of the command' })
    }))

  it('reports a missing command', () =>
    withTempDir(async dir => {
      const output = join(dir, 'out')
      const guarded = await startGuarded(join(dir, 'no-such-command'), [], output)
      expect(await guarded.exited).toBe(127)
      expect(await readFile(output, 'utf8')).toContain('no-such-command')
    }))
})
