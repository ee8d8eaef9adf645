import { expect, it } from 'vitest'
import { KeyedQueue } from '../../src/acceptance/keyed-queue.ts'

it('runs tasks of one key in the order of arrival, and tasks of other keys meanwhile', async () => {
  const queue = new KeyedQueue(10)
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = queue.run('a', () => gate.promise.then(() => void done.push('a1')))
  const second = queue.run('a', async () => void done.push('a2'))
  await queue.run('b', async () => void done.push('b1'))
  gate.resolve()
  await Promise.all([first, second])
  expect(done).toEqual(['b1', 'a1', 'a2'])
})
