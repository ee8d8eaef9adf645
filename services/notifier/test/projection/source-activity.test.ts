import { expect, it } from 'vitest'
import { SourceActivity } from '../../src/projection/source-activity.ts'

const day = (n: number) => `2025-06-${String(n).padStart(2, '0')}T00:00:00.000Z`
const source = (id: string, more = {}) =>
  ({ id, cadenceDays: 2, archive: false, ...more }) as Parameters<SourceActivity['of']>[0]

it('counts pairs of source and theatre that are silent, and the longest silence of each source', () => {
  const activity = new SourceActivity()
  const hear = (theatre: string, sourceId: string, reportedAt: string) =>
    activity.took(theatre, { sourceId, reportedAt, handling: 'internal', drill: false })
  hear('sahel', 'a', day(9))
  hear('lake', 'a', day(3))
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
