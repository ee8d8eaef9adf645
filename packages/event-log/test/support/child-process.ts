// Processes started by a test, and their cleanup: one left behind by a failed test would keep the
// run from ending.

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export type TestProcess = ChildProcessByStdio<null, Readable, Readable>

const running = new Set<TestProcess>()

/** Runs a script of this folder. */
export function startProcess(
  flags: readonly string[],
  script: string,
  args: readonly string[]
): TestProcess {
  const file = fileURLToPath(new URL(script, import.meta.url))
  const child = spawn(process.execPath, [...flags, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  child.on('close', () => running.delete(child))
  return child
}

/** Kills the processes that are still running. */
export function endProcesses(): void {
  for (const child of running) child.kill('SIGKILL')
}
