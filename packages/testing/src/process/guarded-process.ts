// A process that cannot outlive the one that started it, even when that is killed with kill -9: a test run must leave nothing behind.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/**
 * A shell runs the command and tells its process id; beside it waits a reader of the pipe that only our process holds open. When we end, however,
 * the pipe closes and the reader kills the command. It also does when the shell is the one that was killed. All are a session of their own, so
 * that Ctrl-C in a terminal reaches us alone, and we stop the command in order.
 */
const guard = `
exec 3<&0
"$@" 3<&- </dev/null >&2 &
child=$!
{ cat <&3 >/dev/null; kill -KILL $child; } >/dev/null 2>&1 &
echo $child
exec 1>&-
wait $child
exit $?
`

/** How a shell tells that a command was killed with kill -9. */
export const killedCode = 137

export interface GuardedProcess {
  /** Of the command itself: signals sent to it reach no shell. */
  readonly pid: number
  /** The code that it ended with; 128 + signal where it was killed. */
  readonly exited: Promise<number>
  readonly running: boolean
  signal(signal: NodeJS.Signals): void
  /** kill -9. Resolves when it is gone. Idempotent. */
  kill(): Promise<void>
}

/** Starts a command; what it prints is added to a file. Needs a POSIX shell. Rejects when the command could not be started at all. */
export async function startGuarded(command: string, args: readonly string[], outputFile: string): Promise<GuardedProcess> {
  const output = openSync(outputFile, 'a')
  const shell = spawn('sh', ['-c', guard, 'sh', command, ...args], { stdio: ['pipe', 'pipe', output], detached: true })
  closeSync(output)
  const exited = new Promise<number>(resolve => shell.once('exit', (code, signal) => resolve(signal ? killedCode : (code ?? 1))))
  const pid = await firstLine(shell)
  let running = true
  void exited.then(() => {
    running = false
    shell.stdin?.destroy()
  })
  return {
    pid,
    exited,
    get running() {
      return running
    },
    signal: signal => {
      if (running) process.kill(pid, signal)
    },
    async kill() {
      if (running) process.kill(pid, 'SIGKILL')
      await exited
    }
  }
}

function firstLine(shell: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    shell.once('error', reject)
    shell.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString('utf8'))))
    shell.once('exit', () => reject(new Error('the process ended before it began')))
  })
}
