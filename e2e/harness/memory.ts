// The memory of a process as the system sees it.

import { readFileSync } from 'node:fs'

/** Memory of a process that is really in use, MiB. */
export function residentMiB(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  if (!line) throw new Error('the system does not tell the memory of a process')
  return Number(line[1]) / 1024
}

/** Looks at a process's memory every 50 ms until `stop`, which gives the greatest that was seen, MiB. */
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
