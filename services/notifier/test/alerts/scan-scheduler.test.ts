// Long scans of all alerts: never two slices in one turn of the event loop; and great reports, one at a
// time.

import { describe, expect, it } from 'vitest'
import { ReportQueue, ScanScheduler } from '../../src/alerts/scan-scheduler.ts'

describe('the slices of concurrent scans', () => {
  it('run one per turn of the event loop, however many scans there are', async () => {
    const scans = new ScanScheduler()
    let sinceTurn = 0
    let [most, slices] = [0, 0]
    let isOver = false
    const watch = () => {
      sinceTurn = 0
      if (!isOver) setImmediate(watch)
    }
    setImmediate(watch)
    const look = async () => {
      for (let slice = 0; slice < 20; slice++) {
        await scans.next()
        sinceTurn++
        slices++
        most = Math.max(most, sinceTurn)
      }
    }
    await Promise.all(Array.from({ length: 10 }, look))
    isOver = true
    expect(slices).toBe(200)
    expect(most).toBe(1)
  })
})

it('makes one report at a time, refuses what is too much at once, and goes on after one that failed', async () => {
  const queue = new ReportQueue({ total: 3, perKey: 2 })
  const gates: (() => void)[] = []
  let running = 0
  let most = 0
  const work = async (fails = false) => {
    most = Math.max(most, ++running)
    await new Promise<void>(resolve => gates.push(resolve))
    running--
    if (fails) throw new Error('the report failed')
    return 'made'
  }
  const first = queue.run('a', () => work(true))
  const second = queue.run('a', () => work())
  await expect(queue.run('a', () => work())).rejects.toMatchObject({ code: 'too-many' })
  const third = queue.run('b', () => work())
  await expect(queue.run('c', () => work())).rejects.toMatchObject({ code: 'too-many' })
  const ends = Promise.allSettled([first, second, third])
  while (gates.length < 3) {
    await new Promise(resolve => setImmediate(resolve))
    gates.at(-1)?.()
  }
  gates.at(-1)?.()
  expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  expect(most).toBe(1)
  const again = queue.run('a', async () => 'made')
  expect(await again).toBe('made')
})
