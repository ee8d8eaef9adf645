import type { Clock } from '@tocsin/domain/ports'
import { EventLogError } from '@tocsin/event-log/errors'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { EventLog } from '@tocsin/event-log/port'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { type RulesPositions, RulesProgress } from '../../src/projection/rules-progress.ts'

/**
 * A log with counted queries, a clock that advances by sleeping, and rules with the given progress.
 */
async function given() {
  const log = new MemoryLog()
  await log.append(topics.incidents, [
    { id: 'a', key: 'sahel', value: new Uint8Array(1) },
    { id: 'b', key: 'sahel', value: new Uint8Array(1) }
  ])
  let looks = 0
  let error: EventLogError | null = null
  const counted = {
    capabilities: log.capabilities,
    state: (topic: typeof topics.incidents) => log.state(topic),
    committed: async (consumer: string, topic: typeof topics.incidents) => {
      looks++
      if (error !== null) throw error
      return log.committed(consumer, topic)
    },
    cursorAt: (topic: typeof topics.incidents, where: 'latest') => log.cursorAt(topic, where)
  } as unknown as EventLog
  let nowMs = 0
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async ms => {
      // Yields to the event loop, as a real clock does.
      await new Promise(resolve => setImmediate(resolve))
      nowMs += ms
    }
  }
  const fold = async (position: bigint) =>
    log.commit('rules', {
      ...(await log.cursorAt(topics.incidents, 'earliest')),
      positions: [position]
    })
  /** A cursor behind a record of the incidents log. */
  const behind = async (position: bigint) => ({
    ...(await log.cursorAt(topics.incidents, 'earliest')),
    positions: [position + 1n]
  })
  const write = (topic: Topic) =>
    log.append(topic, [{ id: topic, key: 'sahel', value: new Uint8Array(1) }])
  const fail = (code: 'log-busy') => {
    error = new EventLogError(code, 'unavailable')
  }
  return {
    progress: new RulesProgress({ log: counted, clock }),
    clock,
    fold,
    behind,
    write,
    fail,
    looks: () => looks
  }
}

const hasFolded =
  (position: bigint) =>
  ({ folded }: RulesPositions) =>
    folded[0]! >= position

it('is at the start of the log before the rules have committed', async () => {
  const { progress, fold } = await given()
  expect(await progress.look()).toEqual({ ends: [2n], folded: [0n] })
  await fold(1n)
  expect(await progress.look()).toEqual({ ends: [2n], folded: [1n] })
})

it('does not wait if it is reached, or with a timeout of 0', async () => {
  const { progress, fold, looks, clock } = await given()
  await fold(1n)
  expect(await progress.until(hasFolded(1n), 1000)).toBe(true)
  expect(await progress.until(hasFolded(2n), 0)).toBe(false)
  expect(looks()).toBe(2)
  expect(clock.monotonicMs()).toBe(0)
})

it('ends a wait when the rules have reached it, or after the timeout', async () => {
  const { progress, fold, clock } = await given()
  const reached = progress.until(hasFolded(1n), 1000)
  const missed = progress.until(hasFolded(2n), 100)
  await fold(1n)
  expect(await reached).toBe(true)
  expect(clock.monotonicMs()).toBeLessThan(100)
  expect(await missed).toBe(false)
  expect(clock.monotonicMs()).toBe(100)
})

it('queries the log once for all waiters, and not at all without any', async () => {
  const { progress, looks } = await given()
  const waits = Array.from({ length: 500 }, () => progress.until(hasFolded(2n), 100))
  expect(await Promise.all(waits)).toEqual(waits.map(() => false))
  const asked = looks()
  expect(asked).toBeLessThan(2 + 25)
  await new Promise(resolve => setImmediate(resolve))
  expect(looks()).toBe(asked)
})

it("rejects with the log's error, and works again afterwards", async () => {
  const { progress, fail } = await given()
  const waiting = progress.until(hasFolded(2n), 1000)
  await new Promise(resolve => setImmediate(resolve))
  fail('log-busy')
  await expect(waiting).rejects.toMatchObject({ code: 'log-busy' })
  await expect(progress.until(hasFolded(2n), 1000)).rejects.toMatchObject({ code: 'log-busy' })
})

describe('the consequences of a record', () => {
  /** Views that have taken nothing yet, and the cursors that they were asked to wait for. */
  function views() {
    const asked: unknown[] = []
    const taken = new Set<string>()
    const view = (name: string) => ({
      waitFor: async (cursor: unknown) => {
        asked.push(cursor)
        return taken.has(name)
      }
    })
    return { assembly: view('assembly'), alerts: view('alerts'), asked, taken }
  }

  it('are followed once the rules have folded it and both views have folded their output', async () => {
    const { progress, fold, behind, write } = await given()
    await fold(1n)
    await write(topics.assembly)
    await write(topics.alerts)
    const seen = views()
    seen.taken.add('assembly').add('alerts')
    expect(await progress.outputIsFollowed(await behind(0n), seen, 1000)).toBe(true)
    expect(seen.asked).toMatchObject([
      { topic: topics.assembly, positions: [1n] },
      { topic: topics.alerts, positions: [1n] }
    ])
  })

  it('are not followed if the rules have not folded it, and then no view is waited for', async () => {
    const { progress, behind, clock } = await given()
    const seen = views()
    expect(await progress.outputIsFollowed(await behind(0n), seen, 100)).toBe(false)
    expect(seen.asked).toEqual([])
    expect(clock.monotonicMs()).toBe(100)
  })

  it.each([['assembly'], ['alerts']] as const)(
    'are not followed while only the view of %s has folded the output',
    async name => {
      const { progress, fold, behind } = await given()
      await fold(1n)
      const seen = views()
      seen.taken.add(name)
      expect(await progress.outputIsFollowed(await behind(0n), seen, 100)).toBe(false)
    }
  )
})
