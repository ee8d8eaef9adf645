// All strings in a process's memory, from a heap snapshot. Strings are truncated at a thousand
// characters; buffers are not included.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteProcess } from '@tocsin/testing/process/suite-process'
import { waitFor } from '@tocsin/testing/process/wait-for'

/** Environment of a process that can write a heap snapshot on request. */
export function dumpingTo(folder: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${folder}` }
}

/** Requests the snapshot, after a garbage collection, and waits until it is written. */
export async function heapOf(process: SuiteProcess, folder: string): Promise<string> {
  process.signal('SIGUSR2')
  const named = () => readdirSync(folder).find(name => name.endsWith('.heapsnapshot'))
  const file = await waitFor(named, {
    what: 'picture of the memory',
    timeoutMs: 180_000,
    intervalMs: 50
  })
  // The process writes it in one go and answers nobody meanwhile.
  await (await fetch(`${process.url}/livez`)).arrayBuffer()
  const picture = readFileSync(join(folder, file), 'utf8')
  // Before them are numbers alone, several times as much.
  const strings = picture.lastIndexOf('"strings":[')
  if (strings < 0) throw new Error(`no strings are in ${file}`)
  return picture.slice(strings)
}
