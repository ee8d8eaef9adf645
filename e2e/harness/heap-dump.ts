// All strings in a process's memory, from a heap snapshot. Strings are truncated at a thousand characters; buffers are not
// included.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { waitFor } from '@tocsin/testing/process/wait-for'

/** Environment of a process that can write a heap snapshot on request. */
export function dumpingTo(folder: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}` }
}

/** Requests the snapshot, after a garbage collection, and waits until it is written. */
export function heapOf(process: SuiteProcess, folder: string): Promise<string> {
  process.signal('SIGUSR2')
  return waitFor(() => wholeDump(folder), { what: 'picture of the memory', timeoutMs: 180_000, intervalMs: 250 })
}

function wholeDump(folder: string): string | null {
  const [file] = readdirSync(folder).filter(name => name.endsWith('.heapsnapshot'))
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
  return text.trimEnd().endsWith('}') ? text : null
}
