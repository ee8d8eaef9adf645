// The entry point of `tocsin`: arguments, output and signals of the process. What the commands are is program.ts.

import { constants, getPriority, setPriority } from 'node:os'
import { keepCompiled } from './process/compile-cache.ts'
import { restartWithSmallHeap } from './process/restart-with-small-heap.ts'

restartWithSmallHeap()
keepCompiled()
// Only now: what is loaded before would be loaded twice.
const { runCommand } = await import('./run-command.ts')

/** So far behind what it is, as `nice` has it, a command that gives way goes: a third of the processor where it is short. */
const givesWayBy = 5

const stopController = new AbortController()
let listening = false

// Who reads on the other side of a pipe may have seen enough: commands that follow something end then, and a service goes on without its reader.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  stopController.abort()
})

process.exitCode = await runCommand({
  args: process.argv.slice(2),
  env: process.env,
  output: {
    line: text => void process.stdout.write(`${text}\n`),
    note: text => void process.stderr.write(`${text}\n`),
    isTerminal: process.stdout.isTTY === true
  },
  giveWay: () => setPriority(Math.min(getPriority() + givesWayBy, constants.priority.PRIORITY_LOW)),
  /** Commands that ask for it end by themselves at a signal; the others end at once, as any program. */
  stop() {
    if (!listening) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopController.abort())
    listening = true
    return stopController.signal
  }
})
