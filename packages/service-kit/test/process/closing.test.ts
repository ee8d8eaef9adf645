import { ManualClock } from '@tocsin/testing/process/manual-clock'
import { describe, expect, it } from 'vitest'
import { closeInOrder } from '../../src/process/closing.ts'

describe('closing in order', () => {
  it('waits for each step before the next', async () => {
    const order: string[] = []
    const gate = Promise.withResolvers<void>()
    const steps = [
      { name: 'http', close: () => gate.promise.then(() => void order.push('http')) },
      { name: 'log', close: async () => void order.push('log') }
    ]
    const closing = closeInOrder(steps, 1000, new ManualClock())
    await Promise.resolve()
    expect(order).toEqual([])
    gate.resolve()
    expect(await closing).toEqual({ late: [], failed: [] })
    expect(order).toEqual(['http', 'log'])
  })

  it('gives every step a minimum time even if the first used up all', async () => {
    const clock = new ManualClock()
    let logClosed = false
    const steps = [
      { name: 'rules', close: () => new Promise<void>(() => {}) },
      {
        name: 'log',
        close: async () => {
          await clock.sleep(100)
          logClosed = true
        }
      }
    ]
    const closing = closeInOrder(steps, 1000, clock)
    clock.advance(1000)
    await expect.poll(() => clock.sleeping).toBe(2)
    clock.advance(100)
    expect(await closing).toEqual({ late: ['rules'], failed: [] })
    expect(logClosed).toBe(true)
  })

  it('continues after a step that throws at once', async () => {
    const error = new Error('no')
    const steps = [
      {
        name: 'rules',
        close: () => {
          throw error
        }
      }
    ]
    expect(await closeInOrder(steps, 1000, new ManualClock())).toEqual({
      late: [],
      failed: [{ name: 'rules', error }]
    })
  })
})
