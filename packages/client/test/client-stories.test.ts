import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModelServer } from './model-server.ts'
import { clientOf, notes } from './noted-client.ts'

describe('the client, whatever happens', () => {
  it('gives each event once and in order, whatever happens to link, server, machine and transports', async () => {
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.constant('publish' as const) },
      { weight: 4, arbitrary: fc.constantFrom('pass', 'heartbeat') },
      fc.constantFrom(
        'drop',
        'lose',
        'down',
        'up',
        'sleep',
        'block sockets',
        'open sockets',
        'block events',
        'open events',
        'offline',
        'online'
      )
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (actions, chances) => {
          const server = new ModelServer(() => chances.next().value ?? 0)
          const { client } = clientOf(server)
          const { events, listener } = notes()
          client.subscribe({ from: 'earliest' }, listener)
          const acts: Record<
            typeof action extends fc.Arbitrary<infer T> ? T : never,
            () => unknown
          > = {
            publish: () => server.publish(),
            pass: () => server.pass(3_000),
            heartbeat: () => server.heartbeat(),
            drop: () => server.drop(),
            lose: () => {
              server.losesNext = true
            },
            down: () => {
              server.isUp = false
              server.drop()
            },
            up: () => {
              server.isUp = true
            },
            sleep: () => server.sleep(600_000),
            'block sockets': () => {
              server.blocksSockets = true
              server.drop()
            },
            'open sockets': () => {
              server.blocksSockets = false
            },
            'block events': () => {
              server.blocksSse = true
            },
            'open events': () => {
              server.blocksSse = false
            },
            offline: () => server.tellLink(false),
            online: () => server.tellLink(true)
          }
          for (const each of actions) {
            await acts[each as keyof typeof acts]()
            await server.settle()
            expect(events).toEqual(server.log.slice(0, events.length))
          }
          server.isUp = true
          server.losesNext = false
          for (let i = 0; i < 12 && events.length < server.log.length; i++) {
            await server.pass(20_000, 1_000)
            server.heartbeat()
          }
          expect(events).toEqual(server.log)
          client.close()
        }
      ),
      { numRuns: computeRuns(60) }
    )
  }, 120_000)
})
