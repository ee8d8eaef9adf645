// The entry point of `tocsin`: arguments, output and signals of the process. What the commands are is program.ts.

import { runCommand } from './run-command.ts'

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
  /** Commands that ask for it end by themselves at a signal; the others end at once, as any program. */
  stop() {
    if (!listening) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopController.abort())
    listening = true
    return stopController.signal
  }
})
