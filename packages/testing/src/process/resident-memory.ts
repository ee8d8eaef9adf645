// The resident memory of a process.

import { readFileSync } from 'node:fs'

/** Resident memory of a process, MiB. */
export function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!line) throw new Error('the system does not show the memory of a process')
  return Number(line[1]) / 1024
}

/** Samples a process's memory every 50 ms until `stop`, which returns the maximum, MiB. */
export function watchMemory(pid: number): { readonly stop: () => number } {
  let greatest = residentMiB(pid)
  const timer = setInterval(() => {
    greatest = Math.max(greatest, residentMiB(pid))
  }, 50)
  return {
    stop() {
      clearInterval(timer)
      return greatest
    }
  }
}
