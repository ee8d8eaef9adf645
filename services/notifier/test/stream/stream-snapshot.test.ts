// Snapshots in parts: for any number of parts and any events between them, a reader who applies
// frames in order has the right state.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { severities } from '@tocsin/contracts/theatre/severity'
import { topics } from '@tocsin/event-log/topics'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import {
  aPrincipal,
  type FakeSocket,
  Harness,
  type TestFrame
} from '../support/notifier-harness.ts'

const subscribe = (from: string, filter: object = {}) =>
  JSON.stringify({ type: 'subscribe', id: 's', filter, from })
const isOpen = ({ status }: Pick<AlertState, 'status'>) =>
  status === 'provisional' || status === 'confirmed'

async function raise(
  h: Harness,
  count: number,
  patch: (i: number) => Partial<AlertState> = () => ({})
): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const records = Array.from(
      { length: Math.min(500, count - from) },
      (_, i) => h.alerts.record('raised', `a${from + i}`, patch(from + i))[0]
    )
    await h.log.append(topics.alerts, records)
  }
  await settle()
}

/** The state of a client that applies frames in order. */
class Picture {
  readonly alerts = new Map<string, AlertState>()
  cursor = ''
  isWhole = false
  parts = 0

  take(frame: TestFrame): void {
    if (frame.prev !== undefined) expect(frame.prev).toBe(this.cursor)
    if (frame.cursor !== undefined) this.cursor = frame.cursor
    if (frame.type === 'subscribed' && !frame.recovered) this.alerts.clear()
    if (frame.snapshot !== undefined) {
      this.parts++
      this.isWhole = frame.more !== true
      for (const alert of frame.snapshot) this.alerts.set(alert.alertId, alert)
    }
    if (frame.type !== 'alert') return
    this.alerts.set(frame.event.data.alertId, frame.event.data)
  }

  get open(): AlertState[] {
    return [...this.alerts.values()].filter(isOpen)
  }
}

/** Lets the client read in small portions until nothing more arrives. */
async function readOn(h: Harness, socket: FakeSocket): Promise<void> {
  for (let frames = -1; frames !== socket.frames.length; ) {
    frames = socket.frames.length
    socket.buffered = 0
    await h.clock.advance(300)
  }
}

describe('a snapshot', () => {
  it('has no upper limit: 300 open alerts are sent in parts, most severe first', async () => {
    await using h = await new Harness().start()
    await raise(h, 300, i => ({ severity: severities[i % 4] as AlertState['severity'] }))
    const { socket, session } = h.connect()
    session.receive(subscribe('latest'))
    await settle(60)
    expect(socket.closed).toBeNull()
    const shown = socket.frames.flatMap(frame => frame.snapshot ?? [])
    expect(new Set(shown.map(({ alertId }) => alertId)).size).toBe(300)
    expect(shown).toHaveLength(300)
    const ranks = shown.map(({ severity }) => severities.indexOf(severity))
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a))
    expect(socket.frames[0]).toMatchObject({ type: 'subscribed', recovered: false, more: true })
    const parts = socket.frames.slice(1)
    expect(parts.map(({ type, more }) => [type, more])).toEqual(
      parts.map((_, i) => ['snapshot', i < parts.length - 1])
    )
    for (const frame of socket.frames)
      expect(Buffer.byteLength(JSON.stringify(frame))).toBeLessThan(
        h.config.stream.queueBytesMax / 2
      )
    // It is live after the last part.
    await h.alerts.write('escalated', 'a1', { severity: 'extreme' })
    await settle()
    expect(socket.frames.at(-1)).toMatchObject({ type: 'alert', prev: parts.at(-1)?.cursor })
  })
  it('sends a change between two parts as an event, and omits what closed from later parts', async () => {
    await using h = await new Harness({ config: { 'stream.snapshotAlertsMax': 1 } }).start()
    await raise(h, 4, () => ({ severity: 'severe' }))
    const { socket, session } = h.connect(aPrincipal({ id: 'key_r', handling: 'internal' }))
    socket.isStuck = true
    socket.buffered = h.config.stream.queueBytesMax
    session.receive(subscribe('latest'))
    await settle()
    expect(socket.frames).toHaveLength(0)
    socket.buffered = 0
    await h.clock.advance(300)
    // The newest of the most severe came first; the queue is full now, and no other part follows.
    socket.buffered = h.config.stream.queueBytesMax
    const before = socket.frames.length
    await h.alerts.write('resolved', 'a2', { status: 'resolved' })
    await h.alerts.write('escalated', 'a1', { severity: 'extreme' })
    await h.alerts.write('resolved', 'a0', { status: 'resolved' })
    await settle()
    expect(socket.frames.length).toBe(before)
    await readOn(h, socket)
    const picture = new Picture()
    for (const frame of socket.frames) picture.take(frame)
    expect(picture.isWhole).toBe(true)
    expect(picture.open.map(({ alertId, severity }) => `${alertId} ${severity}`).sort()).toEqual([
      'a1 extreme',
      'a3 severe'
    ])
  })
})

interface Change {
  readonly alert: number
  readonly severity: (typeof severities)[number]
  readonly closes: boolean
}
const change: fc.Arbitrary<Change> = fc.record({
  alert: fc.nat({ max: 11 }),
  severity: fc.constantFrom(...severities),
  closes: fc.boolean()
})

/**
 * An event between parts: an alert changes, the client reads something, or its connection breaks.
 */
type Happening = { readonly change: Change } | 'reads' | 'breaks'
const happening: fc.Arbitrary<Happening> = fc.oneof(
  change.map(each => ({ change: each })),
  fc.constant('reads' as const),
  fc.constant('reads' as const),
  fc.constant('breaks' as const)
)

describe('a reader of a snapshot in parts', () => {
  it('has the right state in the end, whatever changes between parts and however often its connection breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 25 }),
        fc.array(happening, { maxLength: 40 }),
        fc.constantFrom(...handlings),
        fc.option(fc.constantFrom(...severities)),
        fc.constantFrom(1, 3),
        async (before, happenings, level, minSeverity, snapshotAlertsMax) => {
          await using h = await new Harness({
            config: { 'stream.snapshotAlertsMax': snapshotAlertsMax }
          }).start()
          const states = new Map<string, AlertState>()
          let words = 0
          const apply = async ({ alert, severity, closes }: Change) => {
            const alertId = `a${alert}`
            const handling = handlings[alert % 4] as Handling
            const status = closes ? ('resolved' as const) : ('provisional' as const)
            const name = states.has(alertId) ? 'revised' : 'raised'
            // Every event has new content, so that every reader who may see it gets it.
            const headline = `word ${words++}`
            states.set(
              alertId,
              await h.alerts.write(name, alertId, { severity, handling, status, headline })
            )
          }
          for (const each of before) await apply(each)
          await settle()
          const filter = minSeverity === null ? {} : { minSeverity }
          const picture = new Picture()
          let taken = 0
          const opened = () => {
            const made = h.connect(aPrincipal({ id: 'key_r', handling: level }))
            // Other tests hold frames to their schemas.
            made.socket.isHeld = false
            return made
          }
          let line = opened()
          const take = () => {
            for (const frame of line.socket.frames.slice(taken)) picture.take(frame)
            taken = line.socket.frames.length
          }
          const connect = async () => {
            line = opened()
            line.socket.isStuck = true
            taken = 0
            line.session.receive(
              subscribe(picture.cursor === '' ? 'latest' : picture.cursor, filter)
            )
            await settle(6)
          }
          await connect()
          for (const each of happenings) {
            if (each === 'reads') {
              line.socket.buffered = 0
              await h.clock.advance(300)
              line.socket.buffered = h.config.stream.queueBytesMax
              take()
            } else if (each === 'breaks') {
              take()
              line.session.closed()
              await connect()
              take()
              line.socket.buffered = h.config.stream.queueBytesMax
            } else await apply(each.change)
          }
          await readOn(h, line.socket)
          take()
          expect(line.socket.closed).toBeNull()
          expect(picture.isWhole).toBe(true)
          const rank = (severity: AlertState['severity']) => severities.indexOf(severity)
          const name = ({ alertId, headline }: AlertState) => `${alertId}: ${headline}`
          const isSeen = (state: AlertState) => isOpen(state) && maySee(level, state.handling)
          const wanted = [...states.values()].filter(
            state =>
              isSeen(state) && (minSeverity === null || rank(state.severity) >= rank(minSeverity))
          )
          const shown = picture.open.map(name)
          // None is lost, and none is stale, hidden or closed; alerts that no longer match the
          // filter may remain.
          for (const state of wanted) expect(shown).toContain(name(state))
          for (const each of shown)
            expect([...states.values()].filter(isSeen).map(name)).toContain(each)
        }
      ),
      { numRuns: computeRuns(150) }
    )
  })
})
