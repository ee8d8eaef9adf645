// A process that cannot outlive its parent, even if that is killed with kill -9: a test run must
// leave no process behind.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

/**
 * A shell runs the command and reports its process id; a reader waits on a pipe that only our
 * process keeps open. When our process ends, the pipe closes and the reader kills the command;
 * likewise if the shell is killed. All share a session of their own, so that Ctrl-C reaches only
 * us, and we stop the command in order.
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

/** A shell's exit code for a command killed with kill -9. */
export const killedCode = 137

export interface GuardedProcess {
  /** Of the command itself: signals to it do not reach the shell. */
  readonly pid: number
  /** Its exit code; 128 + signal if it was killed. */
  readonly exited: Promise<number>
  readonly running: boolean
  signal(signal: NodeJS.Signals): void
  /** kill -9. Resolves when it is gone. Idempotent. */
  kill(): Promise<void>
}

/**
 * Starts a command and appends its output to a file. Needs a POSIX shell. Rejects if the command
 * could not be started.
 */
export async function startGuarded(
  command: string,
  args: readonly string[],
  outputFile: string
): Promise<GuardedProcess> {
  const output = openSync(outputFile, 'a')
  const shell = spawn('sh', ['-c', guard, 'sh', command, ...args], {
    stdio: ['pipe', 'pipe', output],
    detached: true
  })
  closeSync(output)
  const exited = new Promise<number>(resolve =>
    shell.once('exit', (code, signal) => resolve(signal ? killedCode : (code ?? 1)))
  )
  const pid = await readFirstLine(shell)
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

function readFirstLine(shell: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    shell.once('error', reject)
    shell.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString('utf8'))))
    shell.once('exit', () => reject(new Error('the process ended before it started')))
  })
}
