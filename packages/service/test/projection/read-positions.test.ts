import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import type { Cursor } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { type ControlState, emptyControlState } from '../../src/control/control-state.ts'
import { ReadPositions, readWaitMs } from '../../src/projection/read-positions.ts'
import { openCursor, sealCursor } from '../../src/projection/sealed-cursor.ts'

const key = Buffer.alloc(32, 7)
const epoch = 'abcdef01'

/**
 * Positions on a log of two partitions; a wait takes the given time and returns the given result.
 */
function given({ state = emptyControlState, folded = true, takesMs = 0 }: Partial<Setting> = {}) {
  let nowMs = 0
  const waited: { readonly topic: string; readonly timeoutMs: number }[] = []
  const wait = async (cursor: Cursor, timeoutMs: number | null) => {
    waited.push({ topic: cursor.topic, timeoutMs: timeoutMs ?? -1 })
    nowMs += takesMs
    return folded
  }
  const positions = new ReadPositions({
    log: { epoch: async () => epoch, partitionCount: async () => 2 },
    clock: { monotonicMs: () => nowMs },
    control: { state, waitFor: wait },
    key,
    waits: { [topics.incidents]: wait, [topics.alerts]: wait }
  })
  return { positions, waited }
}
interface Setting {
  readonly state: ControlState
  readonly folded: boolean
  readonly takesMs: number
}

const sealed = (...cursors: readonly Partial<Cursor>[]) =>
  sealCursor(key, {
    cursors: cursors.map(cursor => ({
      topic: topics.incidents,
      epoch,
      positions: [1n, 0n],
      ...cursor
    }))
  })
const problemOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (error: unknown) => error
  )
  return error instanceof ProblemError ? error.code : error
}

it('seals the position behind a record, and none of other partitions', async () => {
  const { positions } = given()
  const text = await positions.behind(topics.alerts, { partition: 1, position: 41n })
  expect(openCursor(key, text)).toEqual({
    ok: true,
    content: { cursors: [{ topic: topics.alerts, epoch, positions: [0n, 42n] }] }
  })
})

it('does not wait without a position', async () => {
  const { positions, waited } = given()
  await positions.reach(undefined)
  expect(waited).toEqual([])
})

it('waits for each followed topic, two seconds in all, and for no other', async () => {
  const { positions, waited } = given({ takesMs: 500 })
  await positions.reach(
    sealed(
      {},
      { topic: topics.deliveries },
      { topic: topics.alerts },
      { topic: topics.control, positions: [1n, 0n] }
    )
  )
  expect(waited).toEqual([
    { topic: topics.incidents, timeoutMs: readWaitMs },
    { topic: topics.alerts, timeoutMs: readWaitMs - 500 },
    { topic: topics.control, timeoutMs: readWaitMs - 1000 }
  ])
})

it('answers projection-behind after the timeout, with the time to retry', async () => {
  const { positions } = given({ folded: false })
  await expect(positions.reach(sealed({}))).rejects.toMatchObject({
    code: 'projection-behind',
    retryAfterS: 1
  })
})

it.each([
  ['text that is no cursor', () => 'nonsense'],
  ['one of another suite', () => sealCursor(Buffer.alloc(32, 1), { cursors: [] })],
  ['one of another log', () => sealed({ epoch: 'ffffffff' })],
  ['one of other partitions', () => sealed({ positions: [1n] })],
  [
    'one of another log, of a topic that is not followed',
    () => sealed({ topic: topics.deliveries, epoch: 'ffffffff' })
  ]
])('refuses %s', async (_, text) => {
  const { positions, waited } = given()
  expect(await problemOf(positions.reach(text()))).toBe('cursor-invalid')
  expect(waited).toEqual([])
})

it('accepts a cursor of the log that this one was copied from', async () => {
  const copied = { topic: topics.incidents, from: '00000000', to: epoch, ends: ['5', '5'] }
  const { positions, waited } = given({ state: { ...emptyControlState, copies: [copied] } })
  await positions.reach(sealed({ epoch: '00000000' }))
  expect(waited).toHaveLength(1)
})
