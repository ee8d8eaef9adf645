import { encodeRecord } from '@tocsin/contracts/record/records'
import type { TheatreConfig } from '@tocsin/contracts/theatre/theatre-record'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { aReport, makePlace } from '@tocsin/testing/report/report-builder'
import { describe, expect, it, vi } from 'vitest'
import { countLeftOutside, describeCover } from '../../src/admin/theatre-area.ts'

const base = { clock: 'wall', retentionDays: 820, countries: null, polygon: null } as const
const world: TheatreConfig = { ...base, id: 'world' }
const ethiopia: TheatreConfig = { ...base, id: 'eth', countries: ['ET'] }
const fiji: TheatreConfig = {
  ...base,
  id: 'fiji',
  polygon: [
    [
      [176, -20],
      [-177, -20],
      [-177, -14],
      [176, -14],
      [176, -20]
    ]
  ]
}
const now = '2026-11-28T00:00:00.000Z'
const long = '2025-11-28T00:00:00.000Z'

/** A log with a revision for each: report, country, time of acceptance, theatre. */
async function logOf(...revisions: readonly (readonly [string, string, string, string?])[]) {
  const log = new MemoryLog()
  for (const [i, [reportId, country, time, theatre = 'world']] of revisions.entries()) {
    const data = aReport({ reportId, theatre, place: makePlace({ country }) })
    const head = { id: `record-${i}`, source: '/test', time, cause: null, theatre }
    const value = encodeRecord(head, { type: 'report.received', data })
    await log.append(topics.incidents, [{ id: head.id, key: theatre, value }])
  }
  return log
}

describe('the reports that a declaration leaves outside', () => {
  it('are those of the last week that counted in a theatre, by their newest revision', async () => {
    const log = await logOf(
      ['old', 'NE', '2026-11-20T00:00:00.000Z'],
      ['moved', 'NE', '2026-11-25T00:00:00.000Z'],
      ['niger', 'NE', '2026-11-26T00:00:00.000Z'],
      ['eth', 'ET', '2026-11-26T00:00:00.000Z'],
      ['moved', 'ET', '2026-11-27T00:00:00.000Z']
    )
    const count = (
      before: readonly TheatreConfig[],
      after: readonly TheatreConfig[],
      max?: number
    ) => countLeftOutside(log, { before, after }, () => now, max)
    expect(await count([world, ethiopia], [world, ethiopia, fiji])).toBeNull()
    expect(await count([world], [world, ethiopia])).toMatchObject({
      reports: 1,
      isAll: true,
      hint: expect.stringMatching(/^1 report of the last 7 days lies in no theatre/)
    })
    expect(await count([world], [world, ethiopia], 3)).toMatchObject({ reports: 1, isAll: false })
  })

  it('are sought no further back than the last week: an archive may lie before it', async () => {
    const archive = Array.from({ length: 4000 }, (_, i) => [`a${i}`, 'NE', long] as const)
    const log = await logOf(...archive, ['niger', 'NE', '2026-11-26T00:00:00.000Z'])
    const read = vi.spyOn(log, 'read')
    const areas = { before: [world], after: [world, ethiopia] }
    expect(await countLeftOutside(log, areas, () => now)).toMatchObject({ reports: 1, isAll: true })
    expect(read.mock.calls.every(([, , position]) => position > 2000n)).toBe(true)
  })

  it('are found behind the years of a replay', async () => {
    const played = Array.from({ length: 2000 }, (_, i) => [`p${i}`, 'ET', long, 'east'] as const)
    const log = await logOf(['niger', 'NE', '2026-11-26T00:00:00.000Z'], ...played)
    const east: TheatreConfig = { ...ethiopia, id: 'east', clock: 'replay' }
    const areas = { before: [world], after: [world, east] }
    expect(await countLeftOutside(log, areas, () => now)).toMatchObject({ reports: 1, isAll: true })
  })
})

it.each([
  [world, [world], 'every place'],
  [world, [world, ethiopia], 'nothing: other theatres are declared'],
  [ethiopia, [ethiopia], 'Ethiopia'],
  [
    { ...ethiopia, countries: ['ET', 'ML', 'NE', 'BF', 'TD', 'SO', 'SD'] },
    [],
    /Chad, 2 more countries$/
  ],
  [fiji, [fiji], 'a polygon from 20°S to 14°S, 176°E to 177°W'],
  [
    { ...fiji, polygon: [square(160, 162), square(-176, -173)] },
    [fiji],
    'a polygon from 1°S to 1°N, 160°E to 173°W'
  ],
  [{ ...fiji, polygon: [square(-10, 5)] }, [fiji], 'a polygon from 1°S to 1°N, 10°W to 5°E']
])('says what a theatre covers: %#', (theatre, theatres, words) => {
  expect(describeCover(theatre, theatres)).toMatch(words)
})

function square(west: number, east: number): [number, number][] {
  return [
    [west, -1],
    [east, -1],
    [east, 1],
    [west, 1],
    [west, -1]
  ]
}
