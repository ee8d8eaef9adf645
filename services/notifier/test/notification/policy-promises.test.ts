// What every policy keeps, whatever happens and whatever it says. When what is extreme is told:
// extreme-promise.test.ts.

import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/contracts/subscription/notification-policy'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeRank } from '../../src/notification/notification-decision.ts'
import { type PlayedEvent, playPolicy } from './policy-play.ts'
import { dayMs, facts, silence } from './told-table.ts'

const hourMs = 3_600_000
/** Long after everything: every silence, wait and night is over. */
const untilMs = dayMs + (40 * 24 + 12) * hourMs

const alertIds = ['siege', 'front', 'crisis', 'toll']

const policies: fc.Arbitrary<NotificationPolicy> = fc.record({
  minSeverity: fc.constantFrom(...severities),
  groupWaitSeconds: fc.constantFrom(0, 30, 300),
  updateMinutes: fc.constantFrom(0, 5, 15, 240),
  stories: fc.constantFrom('one' as const, 'each' as const),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' }),
  unansweredMinutes: fc.constantFrom(0, 0, 10),
  repeatMinutes: fc.constantFrom(0, 0, 240, 1_440),
  watch: fc.constant(null)
})

const steps = fc.array(
  fc.record({
    afterS: fc.constantFrom(0, 1, 10, 60, 600, 7_200),
    alertId: fc.constantFrom(...alertIds),
    severity: fc.constantFrom(...severities),
    ending: fc.constantFrom(null, null, null, null, 'resolved' as const, 'retracted' as const),
    other: fc.constantFrom(null, null, ...alertIds),
    isAnswered: fc.constantFrom(false, false, true)
  }),
  { minLength: 1, maxLength: 40 }
)

interface Step extends Pick<PlayedEvent, 'alertId' | 'severity' | 'ending' | 'isAnswered'> {
  readonly afterS: number
  readonly other: string | null
}

function eventsOf(course: readonly Step[]) {
  let atMs = dayMs + 20 * hourMs
  return course.map(({ afterS, other, ...step }): PlayedEvent => {
    atMs += afterS * 1_000
    const partOf = other === step.alertId ? null : other
    return { ...step, atMs, partOf, references: [], facts: { ...facts, severity: step.severity } }
  })
}

const afterHours = (hours: number) => new Date(dayMs + hours * hourMs).toISOString()
const silences: fc.Arbitrary<readonly SilenceState[]> = fc.array(
  fc
    .record({
      silenceId: fc.constantFrom('roads', 'harvest'),
      filter: fc.constantFrom({}, { minSeverity: 'severe' as const }),
      alertId: fc.constantFrom(null, ...alertIds),
      subscriptionId: fc.constantFrom(null, 'duty', 'other'),
      startsAt: fc.integer({ min: 19, max: 30 }).map(afterHours),
      endsAt: fc.integer({ min: 24, max: 60 }).map(afterHours),
      includesExtreme: fc.boolean(),
      handling: fc.constantFrom('public' as const, 'restricted' as const),
      theatres: fc.constantFrom('*' as const, ['sahel'], ['coast'])
    })
    .map(each => silence('00:00', '23:00', each)),
  { maxLength: 3 }
)

const courses = fc.tuple(policies, steps.map(eventsOf), silences)

function hold(
  property: (
    policy: NotificationPolicy,
    events: readonly PlayedEvent[],
    over: readonly SilenceState[]
  ) => void
): void {
  fc.assert(
    fc.property(courses, ([policy, events, over]) => property(policy, events, over)),
    { numRuns: computeRuns(3_000) }
  )
}

/** The last event of each alert. */
function lastOf(events: readonly PlayedEvent[]): ReadonlyMap<string, PlayedEvent> {
  return new Map(events.map(event => [event.alertId, event]))
}

/** Alerts that stand in the end, by the stories that they are of then. */
function storiesOf(events: readonly PlayedEvent[]): readonly (readonly string[])[] {
  const standing = [...lastOf(events).values()].filter(({ ending }) => ending === null)
  const stories: string[][] = []
  for (const { alertId, partOf } of standing) {
    const isOf = (story: readonly string[]) =>
      story.some(
        other =>
          other === partOf ||
          standing.some(each => each.alertId === other && each.partOf === alertId)
      )
    const own = [alertId, ...stories.filter(isOf).flat()]
    stories.splice(0, stories.length, ...stories.filter(story => !isOf(story)), own)
  }
  return stories
}

const heldForGood: ReadonlySet<string> = new Set([
  'told-in-story',
  'below-minimum',
  'answered',
  'pages-nobody'
])

describe('every policy', () => {
  it('loses nothing: what stands in the end was told as it is, or another of its story was, or it is too small', () => {
    hold((policy, events, over) => {
      const { told, untold } = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs
      })
      for (const [alertId, event] of lastOf(events)) {
        if (event.ending !== null) continue
        const newest = told.findLast(each => each.alertId === alertId)
        const isTold =
          newest !== undefined && newest.severity === event.severity && newest.atMs >= event.atMs
        const held = untold.find(
          each =>
            each.alertId === alertId &&
            !each.reason.startsWith('ended') &&
            !each.reason.startsWith('endings')
        )
        expect([alertId, isTold || heldForGood.has(held?.reason ?? '')]).toEqual([alertId, true])
      }
    })
  })

  it('leaves no story without a voice: of those that stand not all are held for one another', () => {
    // Few of each, so that many are told as grave before they become one story.
    const [of, alertId] = [
      fc.constantFrom('moderate' as const, 'severe' as const),
      fc.constantFrom('siege', 'front', 'crisis')
    ]
    const step = { afterS: fc.constant(1_000), alertId, severity: of, ending: fc.constant(null) }
    const course = fc.array(fc.record({ ...step, other: fc.option(alertId) }), {
      minLength: 2,
      maxLength: 12
    })
    const policy = { ...policyDefaults, groupWaitSeconds: 0 }
    fc.assert(
      fc.property(course.map(eventsOf), events => {
        const { untold } = playPolicy(policy, events, { subscriptionId: 'duty', untilMs })
        const held = new Set(
          untold.filter(({ reason }) => reason === 'told-in-story').map(each => each.alertId)
        )
        for (const story of storiesOf(events))
          if (story.some(each => held.has(each)))
            expect(story.filter(each => !held.has(each))).not.toEqual([])
      }),
      { numRuns: computeRuns(3_000) }
    )
  })

  it('speaks of everything new: of the newest of each that stands something of its story was told since, as grave', () => {
    const alertId = fc.constantFrom('siege', 'front', 'crisis')
    const step = fc.record({
      ...{
        alertId,
        afterS: fc.constantFrom(0, 0, 120, 3_600),
        severity: fc.constantFrom('severe' as const, 'extreme' as const)
      },
      ...{
        ending: fc.constantFrom(null, null, null, 'resolved' as const),
        other: fc.option(alertId)
      }
    })
    const course = fc.array(step, { minLength: 3, maxLength: 16 }).map(eventsOf)
    const asked = fc.record({
      groupWaitSeconds: fc.constantFrom(0, 30),
      updateMinutes: fc.constantFrom(0, 15)
    })
    let coveredCount = 0
    fc.assert(
      fc.property(asked, course, (policy, events) => {
        const { told } = playPolicy({ ...policyDefaults, ...policy }, events, {
          subscriptionId: 'duty',
          untilMs
        })
        const newest = lastOf(events)
        const rankIn = (each: string) => computeRank((newest.get(each) as PlayedEvent).severity)
        for (const story of storiesOf(events))
          for (const each of story) {
            const since = told.filter(
              one =>
                story.includes(one.alertId) &&
                one.atMs >= (newest.get(each) as PlayedEvent).atMs &&
                computeRank(one.severity) >= rankIn(each)
            )
            // While a graver one stands its parts are muted.
            const isMuted = story.some(other => rankIn(other) > rankIn(each))
            if (!isMuted && !since.some(one => one.alertId === each)) coveredCount++
            expect([each, isMuted || since.length > 0]).toEqual([each, true])
          }
      }),
      { numRuns: computeRuns(5_000) }
    )
    expect(coveredCount).toBeGreaterThan(20)
  })

  it('takes back everything that it told, and nothing that it did not', () => {
    hold((policy, events, over) => {
      const { told } = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs
      })
      for (const retraction of told.filter(each => each.reason === 'retracted'))
        expect(
          told.some(
            each =>
              each.alertId === retraction.alertId &&
              each.atMs <= retraction.atMs &&
              each !== retraction
          )
        ).toBe(true)
      for (const { alertId, atMs } of events.filter(each => each.ending === 'retracted')) {
        const before = told.filter(each => each.alertId === alertId && each.atMs < atMs)
        if (before.length > 0)
          expect(told.some(each => each.alertId === alertId && each.atMs === atMs)).toBe(true)
      }
    })
  })

  it('tells of one alert no more often than it says, but for what is graver, was wrong, or stands again', () => {
    hold((policy, events, over) => {
      const { told } = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs
      })
      const last = new Map<string, { atMs: number; severity: Severity; reason: string }>()
      for (const { alertId, atMs, severity, reason } of told) {
        const before = last.get(alertId)
        if (reason !== 'repeat') last.set(alertId, { atMs, severity, reason })
        // What a repeat says is not new.
        if (before === undefined || reason === 'retracted' || reason === 'repeat') continue
        const isBetween = (each: PlayedEvent) =>
          each.alertId === alertId && before.atMs <= each.atMs && each.atMs <= atMs
        const wasOver = ['retracted', 'ended'].includes(before.reason)
        if (reason === 'first')
          expect(wasOver || events.some(each => isBetween(each) && each.ending !== null)).toBe(true)
        else if (reason === 'graver')
          expect(computeRank(severity)).toBeGreaterThan(computeRank(before.severity))
        else expect(atMs - before.atMs).toBeGreaterThanOrEqual(policy.updateMinutes * 60_000)
      }
    })
  })

  it('tells again at most once each interval, and only what was told, stands, and nobody has answered', () => {
    let repeatCount = 0
    hold((policy, events, over) => {
      const { told } = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs: dayMs + 4 * 24 * hourMs
      })
      const last = new Map<string, number>()
      for (const { alertId, atMs, severity, reason } of told) {
        const before = last.get(alertId)
        last.set(alertId, atMs)
        if (reason !== 'repeat') continue
        repeatCount++
        expect(policy.repeatMinutes).toBeGreaterThan(0)
        expect(atMs - (before ?? Number.NaN)).toBeGreaterThanOrEqual(policy.repeatMinutes * 60_000)
        // What is due at a time is told before what comes then.
        const event = events.findLast(each => each.alertId === alertId && each.atMs < atMs)
        expect([event?.ending, event?.isAnswered, event?.severity]).toEqual([null, false, severity])
        expect(computeRank(severity)).toBeGreaterThanOrEqual(computeRank(policy.minSeverity))
        const isOver = (each: SilenceState) =>
          Date.parse(each.startsAt) <= atMs &&
          atMs < Date.parse(each.endsAt) &&
          each.filter.minSeverity === undefined &&
          each.alertId === alertId
        const isOurs = (each: SilenceState) =>
          each.subscriptionId !== 'other' && each.theatres.includes('coast') !== true
        const holds = (each: SilenceState) =>
          isOver(each) && isOurs(each) && (severity !== 'extreme' || each.includesExtreme)
        expect(over.filter(holds)).toEqual([])
      }
    })
    expect(repeatCount).toBeGreaterThan(1_000)
  })

  it('leaves nothing unsaid: what stands unacknowledged and uncovered at the end was told within the interval', () => {
    hold((policy, events) => {
      if (policy.repeatMinutes === 0 || policy.quietHours !== null) return
      const { told } = playPolicy(policy, events, { subscriptionId: 'duty', untilMs })
      for (const story of storiesOf(events)) {
        const [alertId] = story
        const event = lastOf(events).get(alertId ?? '')
        if (story.length !== 1 || event === undefined || event.isAnswered) continue
        if (event.partOf !== null || computeRank(event.severity) < computeRank(policy.minSeverity))
          continue
        const newest = told.findLast(each => each.alertId === alertId)
        expect(untilMs - (newest?.atMs ?? 0)).toBeLessThan(policy.repeatMinutes * 60_000)
      }
    })
  })

  it('tells each event once, alone or with those that replaced it', () => {
    hold((policy, events, over) => {
      const { told, untold } = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs
      })
      const counted = [...told, ...untold].reduce((sum, { events: count }) => sum + count, 0)
      expect(counted).toBe(events.length)
    })
  })

  it('decides the same whenever it is asked: what happens later changes nothing that was told', () => {
    hold((policy, events, over) => {
      const whole = playPolicy(policy, events, {
        subscriptionId: 'duty',
        silences: over,
        untilMs
      }).told
      const half = events.slice(0, Math.ceil(events.length / 2))
      const nextMs = events[half.length]?.atMs ?? untilMs
      const early = playPolicy(policy, half, {
        subscriptionId: 'duty',
        silences: over,
        untilMs: nextMs - 1
      }).told
      expect(whole.slice(0, early.length)).toEqual(early)
    })
  })
})
