// Processor time of another process, so that a figure says what a core can do also where others keep the core busy.

import { readFileSync } from 'node:fs'

/** Of Linux as Node runs on it. */
const msPerTick = 10

/** What a process has used so far, with all its threads, in user space and in the kernel, ms; null where the system does not tell. */
export function cpuMsOf(pid: number): number | null {
  try {
    // The name of the program, in brackets, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * msPerTick
  } catch {
    return null
  }
}

/** Runs some work of a process, and tells what it used for each thing done, µs; null where that can't be told. */
export async function cpuPerItem<T>(
  pid: number,
  work: () => Promise<T>,
  itemsOf: (done: T) => number
): Promise<{ done: T; cpuUs: number | null }> {
  const before = cpuMsOf(pid)
  const done = await work()
  const after = cpuMsOf(pid)
  return { done, cpuUs: before === null || after === null ? null : ((after - before) * 1000) / itemsOf(done) }
}
