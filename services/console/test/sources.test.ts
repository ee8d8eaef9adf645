// Who is silent, and how badly each is missed.

import { describe, expect, it } from 'vitest'
import type { Source } from '../src/shown/source.ts'
import { sourceCounts, sourceRows } from '../src/upkeep/source-rows.ts'

const now = Date.parse('2026-03-10T00:00:00Z')
const aSource = (id: string, members: Partial<Source> = {}): Source => ({
  ...{ id, reliability: 'B', latenessDays: 3, cadenceDays: 1, archive: false, heard: [] },
  ...members
})
const heard = (theatre: string, day: string, state: 'live' | 'silent' | 'archive') => ({
  ...{ theatre, state },
  lastReportedAt: `2026-03-${day}T00:00:00Z`
})

describe('sources', () => {
  const all = [
    aSource('archive', { archive: true, heard: [heard('world', '01', 'archive')] }),
    aSource('new'),
    aSource('busy', { heard: [heard('world', '09', 'live')] }),
    aSource('late', { heard: [heard('world', '08', 'silent')] }),
    aSource('gone', { heard: [heard('world', '02', 'silent'), heard('sahel', '09', 'live')] })
  ]

  it('that are silent for longest beyond their rhythm come first, archives last', () => {
    const rows = sourceRows(all, () => now)
    expect(rows.map(({ source, theatre }) => `${source.id} ${theatre}`)).toEqual([
      ...['gone world', 'late world', 'busy world', 'gone sahel', 'new null', 'archive world']
    ])
    expect(rows.map(({ overdueMs }) => overdueMs / 86_400_000)).toEqual([7, 1, 0, 0, 0, 0])
  })

  it('are as quiet as the time of their theatre says', () => {
    const replayNow = Date.parse('2026-03-08T06:00:00Z')
    const [row] = sourceRows([aSource('late', { heard: [heard('replay', '08', 'live')] })], () => replayNow)
    expect(row?.quietMs).toBe(6 * 3_600_000)
  })

  it('that are live in one theatre count as heard', () => {
    expect(sourceCounts(all)).toEqual({ silent: 1, live: 2, unheard: 1, archive: 1 })
  })
})
