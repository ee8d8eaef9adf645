import { expect, it } from 'vitest'
import { KeyedQueue } from '../../src/instances/keyed-queue.ts'

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

it('continues after a failed task', async () => {
  const queue = new KeyedQueue(10)
  const failed = queue.run('a', () => Promise.reject(new Error('no')))
  const next = queue.run('a', async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

it('is full at its limit, and empty once all tasks are done', async () => {
  const queue = new KeyedQueue(2)
  const gate = Promise.withResolvers<void>()
  const running = [queue.run('a', () => gate.promise), queue.run('a', () => gate.promise)]
  expect(queue.isFull).toBe(true)
  let isSettled = false
  const settled = queue.settled().then(() => {
    isSettled = true
  })
  expect(isSettled).toBe(false)
  gate.resolve()
  await Promise.all([...running, settled])
  expect(queue.isFull).toBe(false)
  expect(queue.running).toBe(0)
})
