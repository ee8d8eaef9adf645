// All texts that a process holds in memory, as its own picture of it tells. Texts are cut at a thousand characters; bytes in buffers are not in it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { waitFor } from '@tocsin/testing/process/wait-for'

/** The environment of a process that can be asked for a picture of its memory. */
export function dumpingTo(folder: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}` }
}

/** Asks for the picture, after a collection of what nobody holds, and waits until it is written. */
export function heapOf(process: SuiteProcess, folder: string): Promise<string> {
  process.signal('SIGUSR2')
  return waitFor(() => wholeDump(folder), { what: 'picture of the memory', timeoutMs: 180_000, intervalMs: 250 })
}

function wholeDump(folder: string): string | null {
  const [file] = readdirSync(folder).filter(name => name.endsWith('.heapsnapshot'))
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8')
  return text.trimEnd().endsWith('}') ? text : null
}
