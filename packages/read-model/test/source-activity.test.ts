import { inMemory, ReadModel } from '@tocsin/read-model/read-model'
import { reportTables } from '@tocsin/read-model/schema'
import { SourceActivity } from '@tocsin/read-model/theatres/source-activity'
import { expect, it } from 'vitest'

const day = (n: number) => `2025-06-${String(n).padStart(2, '0')}T00:00:00.000Z`
const source = (id: string, more = {}) =>
  ({ id, cadenceDays: 2, archive: false, ...more }) as Parameters<SourceActivity['of']>[0]

const makeActivity = () =>
  new SourceActivity(ReadModel.open({ path: inMemory, groups: [reportTables], version: '1' }))

it('counts pairs of source and theatre that are silent, and the longest silence of each source', () => {
  const activity = makeActivity()
  const hear = (theatre: string, sourceId: string, reportedAt: string) =>
    activity.took(theatre, { sourceId, reportedAt, handling: 'internal', drill: false })
  hear('sahel', 'a', day(9))
  hear('lake', 'a', day(3))
  // The latest counts, in any order.
  hear('lake', 'a', day(2))
  hear('sahel', 'b', day(1))
  hear('sahel', 'old', day(1))
  hear('sahel', 'undeclared', day(1))
  const declared = [source('a'), source('b'), source('old', { archive: true }), source('never')]
  const { silent, secondsBySource } = activity.silence(declared, () => day(10))
  expect(silent).toBe(2)
  expect([...secondsBySource]).toEqual([
    ['a', 7 * 86_400],
    ['b', 9 * 86_400]
  ])
})

it('counts reports of the last 90 days that a level may see', () => {
  const activity = makeActivity()
  const hear = (reportedAt: string, handling: 'internal' | 'public') =>
    activity.took('sahel', { sourceId: 'a', reportedAt, handling, drill: false })
  for (const n of [1, 9, 9]) hear(day(n), 'public')
  hear(day(10), 'internal')
  hear('2025-01-01T00:00:00.000Z', 'public')
  const counts = (level: 'internal' | 'public') => {
    const [heard] = activity.of(source('a'), () => day(10), level)
    return [heard?.reportsADay.length, heard?.reportsADay.slice(-10)]
  }
  expect(counts('internal')).toEqual([90, [1, 0, 0, 0, 0, 0, 0, 0, 2, 1]])
  expect(counts('public')).toEqual([90, [1, 0, 0, 0, 0, 0, 0, 0, 2, 0]])
})
