// Where the time of a measured stretch goes, by the program's own files.

import type { Profiler } from 'node:inspector'
import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'

export interface FileShare {
  readonly file: string
  readonly share: number
}

/** Largest number of files listed. */
const filesMax = 16

export interface Profile {
  /** The share of each file, in descending order. */
  readonly shares: readonly FileShare[]
  readonly whole: Profiler.Profile
}

/** Begins a profile. `without`: files that have no share. */
export async function startProfile(
  without: readonly string[]
): Promise<{ stop(): Promise<Profile> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 500 })
  await session.post('Profiler.start')
  return {
    async stop() {
      const { profile } = await session.post('Profiler.stop')
      session.disconnect()
      const samples = new Map<number, number>()
      for (const id of profile.samples ?? []) samples.set(id, (samples.get(id) ?? 0) + 1)
      const byFile = new Map<string, number>()
      let total = 0
      for (const node of profile.nodes) {
        const count = samples.get(node.id) ?? 0
        const { url, functionName } = node.callFrame
        const file = url === '' ? functionName || 'native' : basename(url)
        if (functionName === '(idle)' || without.includes(file)) continue
        total += count
        byFile.set(file, (byFile.get(file) ?? 0) + count)
      }
      const shares = [...byFile].map(([file, count]) => ({
        file,
        share: Number((count / total).toFixed(3))
      }))
      return { shares: shares.sort((a, b) => b.share - a.share).slice(0, filesMax), whole: profile }
    }
  }
}
