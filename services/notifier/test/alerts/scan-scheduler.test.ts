// Long scans of all alerts: never two slices in one turn of the event loop.

import { describe, expect, it } from 'vitest'
import { ScanScheduler } from '../../src/alerts/scan-scheduler.ts'

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
