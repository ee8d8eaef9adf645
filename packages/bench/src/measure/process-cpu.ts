// CPU time of this thread or another process, so that a figure shows a core's capacity even under
// other load.

import { readFileSync } from 'node:fs'

/** On Linux, as assumed by Node. */
const msPerTick = 10

/**
 * CPU time of a process so far, all threads, user and kernel, ms; null if the system does not
 * provide it.
 */
export function cpuMsOf(pid: number): number | null {
  try {
    // The program name, in brackets, may contain anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * msPerTick
  } catch {
    return null
  }
}

/** CPU time of this thread so far, user and kernel, ms, to the microsecond. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** Runs work of a process and returns its CPU time per item, µs; null if unavailable. */
export async function cpuPerItem<T>(
  pid: number,
  work: () => Promise<T>,
  itemsOf: (done: T) => number
): Promise<{ done: T; cpuUs: number | null }> {
  const before = cpuMsOf(pid)
  const done = await work()
  const after = cpuMsOf(pid)
  return {
    done,
    cpuUs: before === null || after === null ? null : ((after - before) * 1000) / itemsOf(done)
  }
}
