// The entry point of `tocsin`: arguments, output and signals of the process. The commands are in
// program.ts.

import { constants, getPriority, setPriority } from 'node:os'
import { collectByWholeSize } from '@tocsin/host/process/collect-by-whole-size'
import { recordCompiled } from '@tocsin/host/process/compile-cache'
import { restartWithSmallHeap } from '@tocsin/host/process/restart-with-small-heap'

restartWithSmallHeap()
collectByWholeSize()
recordCompiled()
// Imported after the restart: anything imported before it would be loaded twice.
const { runCommand } = await import('./run-command.ts')

/** `nice` increment of low-priority commands: about a third of the CPU under contention. */
const givesWayBy = 5

const stopController = new AbortController()
let listening = false
let isCutShort = false

// The reader of a pipe may exit first, and the disk of a file may be full: following commands then
// end, and a service continues without its reader. What did not come out whole is no success.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  stopController.abort()
  if (error.code === 'EPIPE' || isCutShort) return
  isCutShort = true
  process.exitCode = 1
  process.stderr.write(`standard output could not be written: ${error.message}\n`)
})
// No other place to report an error.
process.stderr.on('error', () => {})

const exitCode = await runCommand({
  args: process.argv.slice(2),
  env: process.env,
  output: {
    line: text => void process.stdout.write(`${text}\n`),
    bytes: process.stdout,
    note: text => void process.stderr.write(`${text}\n`),
    isTerminal: process.stdout.isTTY === true,
    notesOnTerminal: process.stderr.isTTY === true
  },
  giveWay: () => setPriority(Math.min(getPriority() + givesWayBy, constants.priority.PRIORITY_LOW)),
  /** Commands that request it end by themselves at a signal; the others end immediately, as usual. */
  stop() {
    if (!listening)
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => stopController.abort())
    listening = true
    return stopController.signal
  }
})
// An error of the last write comes after it.
process.exitCode = isCutShort ? exitCode || 1 : exitCode
