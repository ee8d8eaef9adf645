// Loaded into a process before its own code: on SIGUSR2 it writes to standard error how many
// bytes it uses, as a numbered answer.

import { isMainThread } from 'node:worker_threads'
import { measureHeldMemory } from './held-memory.ts'

// Signals reach the main thread alone.
if (isMainThread) {
  let answer = 0
  process.on('SIGUSR2', () =>
    process.stderr.write(`held memory ${++answer}: ${measureHeldMemory()} bytes\n`)
  )
}
