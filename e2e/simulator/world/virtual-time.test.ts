// Foundations of every run: one order per seed, promises drained between two events, and processes
// that really die.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { FaultSchedule } from './fault-schedule.ts'
import { Life, WallClock } from './life.ts'
import { RandomSource } from './random-source.ts'
import { SimulatedLog } from './simulated-log.ts'
import { VirtualTime } from './virtual-time.ts'

/** The order in which twenty events of one moment happen. */
async function orderOf(seed: string): Promise<string> {
  const time = new VirtualTime(new RandomSource(seed))
  const order: number[] = []
  for (let i = 0; i < 20; i++) time.after(5, `event ${i}`, () => order.push(i))
  await time.runUntil(() => false, 10)
  return order.join()
}

describe('virtual time', () => {
  it('orders equal moments by the seed, the same each time', async () => {
    expect(await orderOf('a')).toBe(await orderOf('a'))
    expect(await orderOf('a')).not.toBe(await orderOf('b'))
  })

  it('lets all promises run dry before the next event', async () => {
    const time = new VirtualTime(new RandomSource('dry'))
    const seen: string[] = []
    time.after(1, 'first', async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve()
      seen.push('after fifty promises')
    })
    time.after(2, 'second', () => seen.push('second'))
    await time.runUntil(() => false, 3)
    expect(seen).toEqual(['after fifty promises', 'second'])
  })

  it('stands at the end of a wait in which nothing happens, and does not run what was called off', async () => {
    const time = new VirtualTime(new RandomSource('idle'))
    const callOff = time.after(5, 'never', () => expect.fail('it was called off'))
    callOff()
    expect(await time.runUntil(() => false, 1_000)).toBe(false)
    expect(time.nowMs).toBe(1_000)
  })

  it('has equal traces for equal runs alone', async () => {
    const traceOf = async (what: string) => {
      const time = new VirtualTime(new RandomSource('trace'))
      time.after(1, what, () => time.note(what))
      await time.runUntil(() => false, 2)
      return time.traceHash()
    }
    expect(await traceOf('x')).toBe(await traceOf('x'))
    expect(await traceOf('x')).not.toBe(await traceOf('y'))
  })
})

describe('the life of a process', () => {
  const wallStartMs = Date.parse('2025-06-10T00:00:00Z')

  it('has a wall clock that jumps and a monotonic one that does not', async () => {
    const time = new VirtualTime(new RandomSource('clocks'))
    const wall = new WallClock(time, wallStartMs)
    const { clock } = new Life('p', time, wall)
    wall.jump(-86_400_000)
    await time.runUntil(() => false, 500)
    expect(clock.nowMs()).toBe(wallStartMs - 86_400_000 + 500)
    expect(clock.monotonicMs()).toBe(500)
  })

  it('wakes its sleepers by time or by their signal, and none of them once it is over', async () => {
    const time = new VirtualTime(new RandomSource('sleep'))
    const life = new Life('p', time, new WallClock(time, 0))
    const woken: string[] = []
    const signal = new AbortController()
    void life.clock.sleep(10).then(() => woken.push('by time'))
    void life.clock.sleep(1_000, signal.signal).then(() => woken.push('by signal'))
    void life.clock.sleep(50).then(() => woken.push('after death'))
    await time.runUntil(() => false, 20)
    signal.abort()
    await time.runUntil(() => false, 30)
    life.end()
    await time.runUntil(() => false, 100)
    expect(woken).toEqual(['by time', 'by signal'])
  })

  it('leaves appends that were under way either written or not, and hears of neither', async () => {
    const outcomes = new Set<number>()
    for (let i = 0; i < 20; i++) {
      const random = new RandomSource(`dying ${i}`)
      const [time, store] = [new VirtualTime(random), new MemoryStore()]
      const life = new Life('p', time, new WallClock(time, 0))
      const options = {
        store,
        life,
        time,
        faults: new FaultSchedule(random),
        random,
        die: () => {}
      }
      const log = new SimulatedLog(options)
      let isHeard = false
      const record = { id: 'x', key: 'k', value: Buffer.from('v') }
      void log.append(topics.incidents, [record]).then(() => {
        isHeard = true
      })
      life.end()
      await time.runUntil(() => false, 10_000)
      expect(isHeard).toBe(false)
      outcomes.add(store.topics.get(topics.incidents)?.partitions[0]?.records.length ?? -1)
    }
    expect([...outcomes].sort()).toEqual([0, 1])
  })
})
