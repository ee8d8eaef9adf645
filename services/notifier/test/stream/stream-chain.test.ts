// The stream as a whole: random histories of alerts, random readers, connections that break
// anywhere, and instances that lag behind. A reader must get exactly the events that its rights and
// filter require, in one chain without a break, whichever instances serve it.

import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { severities } from '@tocsin/contracts/theatre/severity'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertWriter } from '../support/alert-builder.ts'
import { Gate } from '../support/gate.ts'
import { settle } from '../support/manual-clock.ts'
import {
  aPrincipal,
  type FakeSocket,
  Harness,
  type TestFrame
} from '../support/notifier-harness.ts'

const theatres = ['sahel', 'coast', 'lake'] as const

interface Step {
  readonly alert: number
  readonly theatre: number
  readonly severity: (typeof severities)[number]
  readonly closes: boolean
  /** A change of support alone, at this level. */
  readonly concerns: Handling | null
  /** A further record after it: the same again, or another at the same seq. */
  readonly again: 'nothing' | 'same' | 'other'
}

interface Reader {
  readonly handling: Handling
  readonly theatres: '*' | readonly string[]
  readonly minSeverity: (typeof severities)[number] | null
  /** After which steps the connection breaks, and how many events it had read by then. */
  readonly breaks: readonly number[]
}

/** The number of notifiers, and the steps after which one of them stops or resumes reading. */
interface Service {
  readonly partitions: number
  readonly instances: number
  readonly lags: readonly number[]
}
const single = (partitions: number): Service => ({ partitions, instances: 1, lags: [] })

const step: fc.Arbitrary<Step> = fc.record({
  alert: fc.nat({ max: 3 }),
  theatre: fc.nat({ max: 2 }),
  severity: fc.constantFrom(...severities),
  closes: fc.boolean(),
  concerns: fc.option(fc.constantFrom(...handlings), { freq: 2 }),
  again: fc.constant('nothing' as const)
})
const repeatedStep = fc
  .tuple(
    step,
    fc.constantFrom('nothing' as const, 'nothing' as const, 'same' as const, 'other' as const)
  )
  .map(([each, again]): Step => ({ ...each, again }))
const reader: fc.Arbitrary<Reader> = fc.record({
  handling: fc.constantFrom(...handlings),
  theatres: fc.oneof(fc.constant('*' as const), fc.subarray([...theatres], { minLength: 1 })),
  minSeverity: fc.option(fc.constantFrom(...severities)),
  breaks: fc.array(fc.nat({ max: 30 }), { maxLength: 5 })
})

const alertIdOf = ({ alert, theatre }: Step) => `${theatres[theatre]}-${alert}`

async function write(h: Harness, alerts: AlertWriter, each: Step, isFirst: boolean): Promise<void> {
  const { severity, closes } = each
  const handling = handlings[each.alert] as Handling
  const concerns = isFirst ? 'public' : (each.concerns ?? 'public')
  const status = closes ? 'resolved' : 'provisional'
  const theatre = theatres[each.theatre] as string
  const patch = { theatre, severity, handling, status, concerns } as const
  const [record] = alerts.record(isFirst ? 'raised' : 'revised', alertIdOf(each), patch)
  await h.log.append(topics.alerts, [record])
  if (each.again === 'same') await h.log.append(topics.alerts, [record])
  if (each.again !== 'other') return
  const value = Buffer.from(
    Buffer.from(record.value as Uint8Array)
      .toString()
      .replaceAll('Siege', 'Other siege')
  )
  await h.log.append(topics.alerts, [{ ...record, value }])
}

/** A simple model of what a reader must get: alert and revision, in order. */
function meaning(
  steps: readonly Step[],
  { handling, theatres: own, minSeverity }: Reader
): string[] {
  const shown = new Set<string>()
  const revisions = new Map<string, number>()
  const told: string[] = []
  for (const each of steps) {
    const id = alertIdOf(each)
    const revision = (revisions.get(id) ?? 0) + 1
    revisions.set(id, revision)
    const concerns = revision > 1 ? (each.concerns ?? 'public') : 'public'
    const sees =
      maySee(handling, handlings[each.alert] as Handling) &&
      maySee(handling, concerns) &&
      (own === '*' || own.includes(theatres[each.theatre] as string))
    const wants =
      minSeverity === null || severities.indexOf(each.severity) >= severities.indexOf(minSeverity)
    if (!sees || !(shown.has(id) || wants)) continue
    shown.add(id)
    told.push(`${id} ${revision}`)
  }
  return told
}

function toldBy(frames: readonly TestFrame[]): string[] {
  return frames.map(({ event: { data } }) => `${data.alertId} ${data.revision}`)
}

const subscribe = (from: string, { minSeverity }: Reader) =>
  JSON.stringify({
    type: 'subscribe',
    id: 's',
    filter: minSeverity === null ? {} : { minSeverity },
    from
  })

/**
 * Plays a history to a reader whose connection breaks, and returns all frames that carry a cursor,
 * over all connections.
 */
async function play(
  steps: readonly Step[],
  who: Reader,
  service: Service,
  start: 'earliest' | 'latest'
) {
  const { partitions, instances, lags } = service
  const store = new MemoryStore({ partitions })
  const gates = Array.from({ length: instances }, () => new Gate())
  const hs = await Promise.all(
    gates.map((gate, instance) =>
      new Harness({
        store,
        instance,
        like: instances > 1 ? 'kafka' : 'embedded',
        config: { 'notifier.recentEventsMax': 3 },
        hooks: {
          beforeDelivery: ({ records }) =>
            records[0]?.topic === topics.alerts ? gate.passage : undefined
        }
      }).start()
    )
  )
  const [first] = hs as [Harness]
  const principal = aPrincipal({ id: 'key_r', handling: who.handling, theatres: who.theatres })
  const frames: TestFrame[] = []
  const seen = new Set<string>()
  let link: {
    socket: FakeSocket
    session: { receive(text: string): void; closed(): void }
  } | null = null
  let connections = 0
  const connect = async () => {
    const from = frames.at(-1)?.cursor ?? start
    link = (hs[connections++ % hs.length] as Harness).connect(principal)
    link.session.receive(subscribe(from, who))
    await settle(6)
    if (frames.length > 0)
      expect(link.socket.frames[0]).toMatchObject({
        type: 'subscribed',
        recovered: true,
        cursor: from
      })
  }
  const disconnect = () => {
    link?.session.closed()
    frames.push(
      ...(link?.socket.frames.filter(
        (frame, i) => frame.cursor !== undefined && (i > 0 || frames.length === 0)
      ) ?? [])
    )
    link = null
  }
  if (start === 'latest') await connect()
  for (const [i, each] of steps.entries()) {
    await write(first, first.alerts, each, !seen.has(alertIdOf(each)))
    seen.add(alertIdOf(each))
    if (lags.includes(i)) gates[i % instances]?.turn()
    if (who.breaks.includes(i)) disconnect()
    else if (link === null && i % 3 === 0) await connect()
    if (i % 4 === 0) {
      await settle(3)
      for (const h of hs) h.notifier.hub.heartbeat()
    }
  }
  if (link === null) await connect()
  for (const gate of gates) gate.open()
  await settle(8)
  for (const h of hs) h.notifier.hub.heartbeat()
  disconnect()
  for (const h of hs) await h.close()
  return { frames }
}

function checkTold(
  { frames }: Awaited<ReturnType<typeof play>>,
  steps: readonly Step[],
  who: Reader
): void {
  frames.slice(1).forEach((frame, i) => {
    expect(frame.prev).toBe(frames[i]?.cursor)
  })
  const alerts = frames.filter(frame => frame.type === 'alert')
  const told = toldBy(alerts)
  expect(new Set(alerts.map(({ event }) => event.id)).size).toBe(alerts.length)
  // Order holds within a theatre; among theatres of other partitions there is none.
  for (const theatre of theatres) {
    const own = (lines: readonly string[]) => lines.filter(line => line.startsWith(theatre))
    expect(own(told)).toEqual(own(meaning(steps, who)))
  }
  for (const { event } of frames.filter(frame => frame.type === 'alert'))
    expect(event.data.headline ?? '').not.toContain('Other')
}

describe('the stream', () => {
  it('delivers exactly the required events to every reader, in one chain, over disconnections', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 30 }),
        reader,
        fc.constantFrom(1, 3),
        fc.constantFrom('earliest' as const, 'latest' as const),
        async (steps, who, partitions, start) => {
          checkTold(await play(steps, who, single(partitions), start), steps, who)
        }
      ),
      { numRuns: computeRuns(150) }
    )
  })

  it('delivers the same to a reader who changes instances, though some lag and the log holds repeated records', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(repeatedStep, { minLength: 1, maxLength: 30 }),
        reader,
        fc.record({
          partitions: fc.constantFrom(1, 3, 12),
          instances: fc.constantFrom(2, 3),
          lags: fc.array(fc.nat({ max: 30 }), { maxLength: 10 })
        }),
        fc.constantFrom('earliest' as const, 'latest' as const),
        async (steps, who, service, start) => {
          checkTold(await play(steps, who, service, start), steps, who)
        }
      ),
      { numRuns: computeRuns(80) }
    )
  })
})
