// Clocks: CPU time of processes and threads, by which a figure is nearly independent of other load,
// and one that processes share.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** On Linux, as assumed by Node. */
const msPerTick = 10

/** CPU time of processes so far, all threads, user and kernel, ms, in steps of 10. */
export function readCpuMs(...pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // The program name, in brackets, may contain anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) * msPerTick
  }, 0)
}

/** CPU time of this thread so far, user and kernel, ms, to the microsecond. */
export function readThreadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** CPU time of this process so far, all threads, ms. */
export function readOwnCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * Pins a process with all its threads to one core. False if the tool is missing, or with a single
 * core.
 */
export function runOnCore(pid: number, core: number): boolean {
  return spawnSync('taskset', ['-a', '-cp', String(core), String(pid)]).status === 0
}

/** A clock that all processes of a machine share, ms. */
export function readSharedMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
