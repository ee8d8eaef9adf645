// Memory of a suite's process after a garbage collection.

import { fileURLToPath } from 'node:url'
import type { SuiteProcess } from './suite-process.ts'
import { waitFor } from './wait-for.ts'

const told = /^held memory \d+: \d+ bytes$/gm

/** Settings of a process whose memory is to be asked for. */
export const tellsHeldMemory = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./tells-held-memory.ts', import.meta.url))}`
} as const

/**
 * Reachable bytes of the main thread, including buffers, MiB. The process was started with
 * `tellsHeldMemory`.
 */
export async function readHeldMiB(suite: SuiteProcess): Promise<number> {
  const last = () => suite.output.match(told)?.at(-1)?.match(/\d+/g)?.map(Number) ?? [0, 0]
  const [before = 0] = last()
  suite.signal('SIGUSR2')
  await waitFor(() => (last()[0] ?? 0) > before, {
    what: 'the memory held',
    timeoutMs: 30_000,
    intervalMs: 25
  })
  return (last()[1] ?? Number.NaN) / 2 ** 20
}
