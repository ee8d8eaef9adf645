import { expect, it } from 'vitest'
import { OneAtATime } from '../../src/instances/one-at-a-time.ts'

it('does work of one key in the order of arrival, and work of others meanwhile', async () => {
  const work = new OneAtATime(10)
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = work.run('a', () => gate.promise.then(() => void done.push('a1')))
  const second = work.run('a', async () => void done.push('a2'))
  await work.run('b', async () => void done.push('b1'))
  gate.resolve()
  await Promise.all([first, second])
  expect(done).toEqual(['b1', 'a1', 'a2'])
})

it('goes on after work that failed', async () => {
  const work = new OneAtATime(10)
  const failed = work.run('a', () => Promise.reject(new Error('no')))
  const next = work.run('a', async () => 'yes')
  await expect(failed).rejects.toThrow('no')
  expect(await next).toBe('yes')
})

it('is full at its limit, and holds nothing when all is done', async () => {
  const work = new OneAtATime(2)
  const gate = Promise.withResolvers<void>()
  const running = [work.run('a', () => gate.promise), work.run('a', () => gate.promise)]
  expect(work.isFull).toBe(true)
  let isSettled = false
  const settled = work.settled().then(() => {
    isSettled = true
  })
  expect(isSettled).toBe(false)
  gate.resolve()
  await Promise.all([...running, settled])
  expect(work.isFull).toBe(false)
  expect(work.running).toBe(0)
})
