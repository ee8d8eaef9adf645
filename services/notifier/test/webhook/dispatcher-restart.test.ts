// Webhooks over restarts and kills at any point.

import { EventLogError } from '@tocsin/event-log/errors'
import type { AppendFate } from '@tocsin/event-log/memory-log'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { type Topic, topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { accepted, FakeNetwork, failing, Harness } from '../support/notifier-harness.ts'
import { checkChain, subscribed } from '../support/subscribing.ts'

describe('after a restart', () => {
  it('delays continue where they were, and never exceed the intended delay', async () => {
    const store = new MemoryStore()
    const first = await new Harness({ store }).start()
    await subscribed(first, { schedule: [100, 200] })
    first.network.answer = () => failing
    await first.alerts.write('raised', 'a1')
    await settle(30)
    await first.kill()
    // The wall clock of the new machine is an hour behind.
    await using second = await new Harness({
      store,
      clock: new ManualClock('2026-03-01T11:00:00.000Z')
    }).start()
    await settle(30)
    expect(second.network.requests).toHaveLength(0)
    await second.clock.advance(101_000)
    await settle(10)
    expect(second.network.requests).toHaveLength(1)
  })

  it('a kill at any point loses nothing, leaves no gaps in sequences, and repeats under the same id', async () => {
    // A fault schedule: the outcome of each append to the deliveries log, and after which of them
    // the process dies.
    const fate = fc.constantFrom<Exclude<AppendFate['kind'], 'torn'>>(
      'write',
      'write',
      'write',
      'refuse',
      'doubt',
      'drop'
    )
    const answers = fc.constantFrom('accept', 'accept', 'accept', 'fail', 'lose')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 30 }),
        fc.array(answers, { maxLength: 30 }),
        fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }),
        async (fates, outcomes, kills) => {
          const store = new MemoryStore()
          const received = new FakeNetwork()
          const script = { fates: [...fates], outcomes: [...outcomes] }
          let alerts = 0
          let writer: Harness['alerts'] | null = null
          const run = async (killAfter: number | null) => {
            let appends = 0
            const dead = new AbortController()
            const h: Harness = new Harness({
              store,
              network: received,
              hooks: {
                beforeAppend: async (topic: Topic): Promise<AppendFate> => {
                  if (topic !== topics.deliveries) return { kind: 'write' }
                  if (killAfter !== null && appends++ >= killAfter) {
                    dead.abort()
                    return { kind: 'refuse', error: new EventLogError('closed', 'killed') }
                  }
                  const kind = script.fates.shift() ?? 'write'
                  return kind === 'refuse'
                    ? { kind, error: new EventLogError('log-busy', 'busy') }
                    : { kind }
                }
              }
            })
            received.answer = async (_request, signal) => {
              const next = script.outcomes.shift() ?? 'accept'
              // The receiver accepted it, and the answer was lost.
              if (next === 'lose')
                return { kind: 'failed', reason: 'connection-lost', durationMs: 1 }
              // A dead process gets no answer.
              if (dead.signal.aborted)
                await new Promise<void>(done =>
                  signal.addEventListener('abort', () => done(), { once: true })
                )
              if (signal.aborted) return { kind: 'cancelled', durationMs: 1 }
              return next === 'fail' ? failing : accepted
            }
            await h.start()
            if (writer === null) await subscribed(h)
            const mine = writer ?? h.alerts
            writer = mine
            for (let i = 0; i < 3; i++) {
              // The writer uses the store directly, since the rules outlive the kills.
              const [record] = mine.record(alerts === 0 ? 'raised' : 'revised', 'a1')
              await h.log.append(topics.alerts, [record])
              alerts++
              await h.clock.advance(700)
            }
            if (killAfter === null) {
              const deliveries = h.notifier.dispatcher.of('sub_1')
              // Nine failures in a row, which the schedule may contain, take longer than four
              // minutes.
              for (let i = 0; i < 40 || (deliveries.table.pendingCount > 0 && i < 2_000); i++)
                await h.clock.advance(5_000)
              expect({
                pending: deliveries.table.pendingCount,
                last: deliveries.chain.lastSequence
              }).toEqual({
                pending: 0,
                last: alerts
              })
              await h.close()
            } else await h.kill()
          }
          for (const kill of kills) await run(kill)
          await run(null)
          // Every attempt reached the receiver: it has the whole range in order, repeats under the
          // same id.
          const chain = checkChain(received)
          expect(received.events.length - chain.repeats).toBe(alerts)
        }
      ),
      { numRuns: computeRuns(60) }
    )
  })
})
