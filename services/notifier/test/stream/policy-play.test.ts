// Random courses of alerts, random policies, and clients that break anywhere and come back
// anywhere: what a stream tells is what the policy played over the same events tells, once each and
// in one chain, whatever instances serve it and die.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { NotificationPolicy } from '@tocsin/domain/notification/notification-policy'
import { type PlayedEvent, playPolicy } from '@tocsin/domain/notification/policy-play'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { settle } from '../support/manual-clock.ts'
import type { TestFrame } from '../support/notifier-harness.ts'
import { type PolicyClient, PolicyStory, toldLine } from '../support/policy-story.ts'

type Step =
  | {
      readonly kind: 'event'
      readonly alert: number
      readonly severity: Severity
      readonly ending: Ending
      readonly lateS: number
    }
  | { readonly kind: 'hidden'; readonly alert: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'break' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'beat' }
type Ending = 'resolved' | 'retracted' | null

const event = (lateS: fc.Arbitrary<number>) =>
  fc.record({
    kind: fc.constant('event' as const),
    alert: fc.nat({ max: 3 }),
    severity: fc.constantFrom(...severities),
    ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
    lateS
  })
const others = [
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 20, 60, 300, 900, 7_200)
    })
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'break' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'beat' as const }) }
]
const hidden = fc.record({ kind: fc.constant('hidden' as const), alert: fc.nat({ max: 3 }) })
const stepsOf = (lateS: fc.Arbitrary<number>): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof({ weight: 8, arbitrary: event(lateS) }, { weight: 2, arbitrary: hidden }, ...others),
    {
      minLength: 5,
      maxLength: 40,
      size: 'max'
    }
  )

const policies: fc.Arbitrary<NotificationPolicy> = fc.record({
  minSeverity: fc.constantFrom('minor' as const, 'moderate' as const, 'extreme' as const),
  groupWaitSeconds: fc.constantFrom(0, 30, 300),
  updateMinutes: fc.constantFrom(0, 5, 240),
  stories: fc.constant('each' as const),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '13:00', to: '15:00', timeZone: 'UTC' }),
  unansweredMinutes: fc.constant(0),
  repeatMinutes: fc.constant(0),
  watch: fc.constant(null)
})

interface Course {
  readonly played: readonly PlayedEvent[]
  /**
   * Of one client that stays, and of one that breaks: what was told, with the clock's time at which
   * it was seen.
   */
  readonly steady: readonly TestFrame[]
  readonly broken: readonly TestFrame[]
  readonly states: ReadonlyMap<string, AlertState>
  readonly untilMs: number
  /** When the steady client got each. */
  readonly seenMs: readonly number[]
}

/** Both may see what is for partners; what is hidden is for nobody of them. */
async function courseOf(
  policy: NotificationPolicy,
  steps: readonly Step[],
  withHidden: boolean
): Promise<Course> {
  await using story = await PolicyStory.begin(3)
  const reader = { handling: 'partners' } as const
  const steady = story.connect(policy, 'latest', { ...reader, instance: 0 })
  await settle(4)
  const broken: TestFrame[] = []
  let connections = 0
  let link: PolicyClient | null = null
  const leave = () => {
    link?.leave()
    if (link !== null) broken.push(...link.frames.slice(broken.length === 0 ? 0 : 1))
    link = null
  }
  const come = async () => {
    const from = broken.at(-1)?.cursor ?? 'latest'
    link = story.connect(policy, from, { ...reader, instance: 1 + (connections++ % 2) })
    await settle(4)
    if (broken.length > 0)
      expect(link.frames[0]).toMatchObject({ type: 'subscribed', recovered: true, cursor: from })
  }
  await come()
  const played: PlayedEvent[] = []
  const states = new Map<string, AlertState>()
  const seenMs: number[] = []
  const see = () => {
    while (seenMs.length < steady.told.length) seenMs.push(story.clock.nowMs())
  }
  let words = 0
  for (const step of steps) {
    // No two events at one time: what is told at the same has an order of its own.
    story.clock.jump(1)
    if (step.kind === 'event') {
      const { severity, ending, lateS } = step
      const alertId = `a${step.alert}`
      const patch = {
        severity,
        status: ending ?? 'provisional',
        handling: 'public',
        headline: `Words ${words++}`
      } as const
      const theatre = step.alert % 2 === 0 ? 'sahel' : 'coast'
      const state = await story.event(
        states.has(alertId) ? 'revised' : 'raised',
        alertId,
        { ...patch, theatre },
        lateS * 1_000
      )
      states.set(alertId, state)
      const atMs = story.clock.nowMs() - lateS * 1_000
      played.push({
        atMs,
        alertId,
        severity,
        ending,
        partOf: null,
        references: [],
        facts: state as never
      })
    } else if (step.kind === 'hidden') {
      const patch = {
        severity: 'extreme',
        handling: 'restricted',
        theatre: 'sahel',
        headline: `Words ${words++}`
      } as const
      if (withHidden) await story.event('raised', `h${words}`, patch)
    } else if (step.kind === 'wait') await story.later(step.seconds * 1_000)
    else if (step.kind === 'beat')
      for (const harness of story.harnesses) harness.notifier.hub.heartbeat()
    else if (step.kind === 'break') {
      if (link === null) await come()
      else leave()
    } else {
      leave()
      await story.kill(1)
      await story.add()
    }
    see()
  }
  if (link === null) await come()
  await story.later(10 * 3_600_000)
  await settle(20)
  see()
  leave()
  expect(steady.frames[0]?.type).toBe('subscribed')
  return { played, steady: steady.frames, broken, states, untilMs: story.clock.nowMs(), seenMs }
}

const alertsIn = (frames: readonly TestFrame[]) => frames.filter(({ type }) => type === 'alert')

function checkChained(frames: readonly TestFrame[]): void {
  for (const [i, frame] of frames.slice(1).entries()) expect(frame.prev).toBe(frames[i]?.cursor)
}

it('tells exactly what the play tells, in the order of its times, to who stays and to who breaks', async () => {
  await fc.assert(
    fc.asyncProperty(policies, stepsOf(fc.constant(0)), async (policy, steps) => {
      const { played, steady, broken, untilMs, seenMs } = await courseOf(policy, steps, true)
      const { told } = playPolicy(policy, played, { subscriptionId: '', untilMs })
      const expected = told.map(
        ({ alertId, reason, severity }) => `${alertId} ${severity} ${reason}`
      )
      const heard = (frames: readonly TestFrame[]) =>
        alertsIn(frames).map(
          ({ event, because }) => `${event.data.alertId} ${event.data.severity} ${because}`
        )
      // Of what is due at one time the order is that of the stream.
      expect(heard(steady).toSorted()).toEqual(expected.toSorted())
      expect(alertsIn(broken).map(toldLine)).toEqual(alertsIn(steady).map(toldLine))
      checkChained(steady)
      checkChained(broken)
      for (const frames of [steady, broken]) {
        const ids = alertsIn(frames).map(({ event }) => event.id)
        expect(new Set(ids).size).toBe(ids.length)
      }
      // Never before its time.
      const times = told.map(({ atMs }) => atMs).toSorted((a, b) => a - b)
      for (const [i, atMs] of seenMs.entries()) expect(atMs).toBeGreaterThanOrEqual(times[i] ?? 0)
    }),
    { numRuns: runsOf(60) }
  )
})

it('loses nothing of what comes late: who was told knows the newest of it, or its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      policies,
      stepsOf(fc.constantFrom(0, 0, 5, 90, 900)),
      async (policy, steps) => {
        const { steady, broken, states } = await courseOf(policy, steps, false)
        for (const frames of [steady, broken]) {
          const heard = new Map(
            alertsIn(frames).map(({ event }) => [event.data.alertId, event.data])
          )
          for (const [alertId, state] of states) {
            const last = heard.get(alertId)
            const isEnd = state.status === 'resolved' && !policy.endings
            if (last === undefined || isEnd) continue
            expect([alertId, last.revision]).toEqual([alertId, state.revision])
          }
          for (const { alertId, severity } of states.values())
            if (severity === 'extreme') expectHeard(heard, states, alertId)
          checkChained(frames)
        }
      }
    ),
    { numRuns: runsOf(40) }
  )
})

function expectHeard(
  heard: ReadonlyMap<string, AlertState>,
  states: ReadonlyMap<string, AlertState>,
  alertId: string
): void {
  const isOpen = states.get(alertId)?.status === 'provisional'
  if (isOpen) expect([...heard.keys()]).toContain(alertId)
}

it('tells a reader the same, at the same times, with and without what is hidden from them', async () => {
  await fc.assert(
    fc.asyncProperty(policies, stepsOf(fc.constant(0)), async (policy, steps) => {
      const shown = ({ steady, broken, seenMs }: Course) => [
        alertsIn(steady).map(saidIn),
        alertsIn(broken).map(saidIn),
        seenMs
      ]
      const saidIn = ({ event, because, held }: TestFrame) => ({
        data: { ...event.data, headline: '' },
        because,
        held
      })
      expect(shown(await courseOf(policy, steps, true))).toEqual(
        shown(await courseOf(policy, steps, false))
      )
    }),
    { numRuns: runsOf(30) }
  )
})
