import { systemClock } from '@tocsin/service/process/clock'
import { expect, it } from 'vitest'
import { WriteQueue } from '../../src/acceptance/write-queue.ts'

it('runs writes of one report in the order of arrival, and those of others meanwhile', async () => {
  const queue = new WriteQueue(systemClock, 10, 10_000)
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = queue.run('a', () => gate.promise.then(() => void done.push('a1')))
  const second = queue.run('a', async () => void done.push('a2'))
  await queue.run('b', async () => void done.push('b1'))
  gate.resolve()
  await Promise.all([first, second])
  expect(done).toEqual(['b1', 'a1', 'a2'])
})
