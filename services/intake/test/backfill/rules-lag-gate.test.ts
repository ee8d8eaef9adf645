import type { Clock } from '@tocsin/domain/ports'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { RulesProgress } from '@tocsin/service/projection/rules-progress'
import { expect, it } from 'vitest'
import { RulesLagGate } from '../../src/backfill/rules-lag-gate.ts'

/** A clock that advances only by sleep and step. */
function steppedClock(): Clock & { step(ms: number): void } {
  let nowMs = 0
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async ms => {
      nowMs += ms
    },
    step: ms => {
      nowMs += ms
    }
  }
}

async function gateWith(records: number) {
  const log = new MemoryLog()
  const clock = steppedClock()
  const gate = new RulesLagGate({
    progress: new RulesProgress({ log, clock }),
    clock,
    lagMs: 1000,
    patienceMs: 500
  })
  const append = async () => {
    const id = `r-${clock.monotonicMs()}-${(await log.cursorAt(topics.incidents, 'latest')).positions[0]}`
    await log.append(topics.incidents, [{ id, key: 'sahel', value: new Uint8Array(1) }])
    gate.saw(await log.cursorAt(topics.incidents, 'latest'))
  }
  for (let i = 0; i < records; i++) {
    await append()
    clock.step(100)
  }
  const commit = async (position: bigint) =>
    log.commit('rules', {
      ...(await log.cursorAt(topics.incidents, 'earliest')),
      positions: [position]
    })
  return { log, clock, gate, commit }
}

it('is open while the rules have folded everything', async () => {
  const { gate } = await gateWith(0)
  expect(await gate.opens(0)).toBe(true)
})

it('is closed while the rules have not folded what was there a second ago', async () => {
  const { gate, clock, commit } = await gateWith(5)
  expect(await gate.opens(0)).toBe(true)
  clock.step(600)
  await commit(1n)
  expect(await gate.opens(0)).toBe(false)
  await commit(5n)
  expect(await gate.opens(0)).toBe(true)
})

it('closes for the partitions whose instance of the rules lags, and for no other', async () => {
  const log = new MemoryLog({ like: 'kafka', partitions: 3 })
  const clock = steppedClock()
  const gate = new RulesLagGate({
    progress: new RulesProgress({ log, clock }),
    clock,
    lagMs: 1000,
    patienceMs: 100
  })
  const keys = Array.from({ length: 20 }, (_, i) => `theatre-${i}`)
  const written = await log.append(
    topics.incidents,
    keys.map(key => ({ id: key, key, value: new Uint8Array(1) }))
  )
  const [kept, other] = [...new Set(written.map(({ partition }) => partition))] as [number, number]
  const end = await log.cursorAt(topics.incidents, 'latest')
  gate.saw(end)
  clock.step(5000)
  await log.commit('rules', end, [kept])
  expect(await gate.opens(kept)).toBe(true)
  expect(await gate.opens(other)).toBe(false)
  await log.commit('rules', end, [other])
  expect(await gate.opens(other)).toBe(true)
})
