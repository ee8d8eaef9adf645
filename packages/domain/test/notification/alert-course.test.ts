// The course of one alert under a policy: what playing the policy event by event tells is what the
// course says at once.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  AlertCourse,
  type CourseDecision,
  type CourseEvent,
  courseOf,
  type EarlierNews,
  faultOfCoursePolicy
} from '../../src/notification/alert-course.ts'
import {
  type NotificationPolicy,
  policyDefaults
} from '../../src/notification/notification-policy.ts'
import { playPolicy } from '../../src/notification/policy-play.ts'
import type { Silence } from '../../src/notification/silence.ts'
import { type Severity, severities } from '../../src/record/severity.ts'
import { runsOf } from '../test-size.ts'
import { dayMs, facts } from './told-table.ts'

const alertId = 'siege'
const minuteMs = 60_000

const policies: fc.Arbitrary<NotificationPolicy> = fc.record({
  minSeverity: fc.constantFrom(...severities),
  groupWaitSeconds: fc.constantFrom(0, 30, 300),
  updateMinutes: fc.constantFrom(0, 5, 15, 240),
  stories: fc.constant('each' as const),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' }),
  unansweredMinutes: fc.constant(0),
  repeatMinutes: fc.constant(0),
  watch: fc.constant(null)
})

const events = fc
  .array(
    fc.record({
      afterS: fc.constantFrom(0, 1, 10, 30, 60, 300, 600, 7_200),
      severity: fc.constantFrom(...severities),
      ending: fc.constantFrom(
        null,
        null,
        null,
        'resolved' as const,
        'retracted' as const,
        'left-view' as const
      ),
      isAfterEnd: fc.boolean()
    }),
    { minLength: 1, maxLength: 30 }
  )
  .map(steps => {
    let atMs = dayMs + 20 * 60 * minuteMs
    return steps.map(({ afterS, severity, ending, isAfterEnd }) => {
      atMs += afterS * 1_000
      return { atMs, severity, ending, isAfterEnd, facts: { ...facts, severity } }
    })
  })

const silences: fc.Arbitrary<readonly Silence[]> = fc.array(
  fc.record({
    silenceId: fc.constantFrom('roads', 'harvest'),
    filter: fc.constantFrom({}, { minSeverity: 'severe' as const }),
    alertId: fc.constantFrom(null, alertId, 'other'),
    subscriptionId: fc.constant(null),
    startsMs: fc.integer({ min: 1_190, max: 1_300 }).map(minutes => dayMs + minutes * minuteMs),
    endsMs: fc.integer({ min: 1_200, max: 2_000 }).map(minutes => dayMs + minutes * minuteMs),
    includesExtreme: fc.boolean(),
    handling: fc.constant('restricted' as const),
    theatres: fc.constant(null)
  }),
  { maxLength: 3 }
)

it('tells what a play of the policy tells, at the same times and for the same reasons', () => {
  fc.assert(
    fc.property(policies, events, silences, (policy, course, over) => {
      const played = course.map(each => ({ ...each, alertId, partOf: null, references: [] }))
      const untilMs = dayMs + 40 * 24 * 60 * minuteMs
      const { told } = playPolicy(policy, played, { subscriptionId: '', silences: over, untilMs })
      const tellings = courseOf(policy, alertId, course, over)
      expect(tellings.map(({ atMs, reason }) => ({ atMs, reason }))).toEqual(
        told.map(({ atMs, reason }) => ({ atMs, reason }))
      )
      expect(tellings.map(({ event }) => course[event]?.severity)).toEqual(
        told.map(({ severity }) => severity)
      )
    }),
    { numRuns: runsOf(3_000) }
  )
})

it('never goes back: an event adds to what was told before it, and takes nothing from it', () => {
  fc.assert(
    fc.property(policies, events, silences, (policy, course, over) => {
      const whole = courseOf(policy, alertId, course, over)
      for (const [count, next] of course.entries()) {
        const before = courseOf(policy, alertId, course.slice(0, count), over).filter(
          ({ atMs }) => atMs < next.atMs
        )
        expect(whole.slice(0, before.length)).toEqual(before)
      }
    }),
    { numRuns: runsOf(1_000) }
  )
})

it('says which parts of a policy join alerts, and are not for it', () => {
  const alone = { ...policyDefaults, stories: 'each' } as const
  expect(faultOfCoursePolicy(alone)).toBe(null)
  expect(faultOfCoursePolicy(policyDefaults)?.pointer).toBe('/stories')
  expect(faultOfCoursePolicy({ ...alone, watch: 'w1' })?.pointer).toBe('/watch')
  expect(faultOfCoursePolicy({ ...alone, unansweredMinutes: 5 })?.pointer).toBe(
    '/unansweredMinutes'
  )
  expect(faultOfCoursePolicy({ ...alone, repeatMinutes: 60 })?.pointer).toBe('/repeatMinutes')
})

/**
 * The course with what is remembered of earlier events in place of them, at events `every` apart.
 */
function inStretches(course: readonly CourseEvent[], every: number): readonly CourseEvent[] {
  return course.map((each, i) =>
    i === 0 || i % every > 0 ? each : { ...each, before: earlierOf(course.slice(0, i)) }
  )
}

function earlierOf(course: readonly CourseEvent[]): EarlierNews | null {
  const ranks = course
    .filter(({ ending }) => ending === null)
    .map(({ severity }) => severities.indexOf(severity))
  if (ranks.length === 0) return null
  return {
    gravest: severities[Math.max(...ranks)] as Severity,
    isOver: course.at(-1)?.ending !== null
  }
}

const everyArb = fc.integer({ min: 2, max: 9 })

it('tells from the beginning of a stretch on what it tells without any event before it', () => {
  fc.assert(
    fc.property(policies, events, silences, everyArb, (policy, course, over, every) => {
      const parted = inStretches(course, every)
      const whole = courseOf(policy, alertId, parted, over)
      for (let from = every; from < course.length; from += every) {
        const rest = courseOf(policy, alertId, parted.slice(from), over)
        expect(rest.map(each => ({ ...each, event: each.event + from }))).toEqual(
          whole.filter(({ event }) => event >= from)
        )
      }
    }),
    { numRuns: runsOf(1_000) }
  )
})

it('tells in stretches all that it tells without them in the end, and later by no more than one wait', () => {
  fc.assert(
    fc.property(policies, events, silences, everyArb, (policy, course, over, every) => {
      const last = courseOf(policy, alertId, course, over).at(-1)
      if (last?.event !== course.length - 1) return
      const parted = courseOf(policy, alertId, inStretches(course, every), over)
      // Told of an end that waits otherwise, they hear of what is not grave enough no more.
      const told = parted.at(-1)
      const isOver = told !== undefined && course[told.event]?.ending !== null
      const lastSeverity = course.at(-1)?.severity ?? 'minor'
      if (isOver && severities.indexOf(lastSeverity) < severities.indexOf(policy.minSeverity))
        return
      const inParts = parted.find(({ event }) => event === last.event)
      expect(inParts).toBeDefined()
      if (policy.quietHours !== null || over.length > 0) return
      const waitMs = Math.max(policy.updateMinutes * minuteMs, policy.groupWaitSeconds * 1_000)
      expect(inParts?.atMs).toBeLessThanOrEqual(last.atMs + waitMs)
    }),
    { numRuns: runsOf(3_000) }
  )
})

it('notes every decision: those that tell are the tellings, and what is held is decided again when its wait is over', () => {
  fc.assert(
    fc.property(policies, events, silences, (policy, happened, over) => {
      const made: CourseDecision[] = []
      const course = new AlertCourse(policy, alertId, over, each => made.push(each))
      for (const each of happened) course.take(each)
      const tellings = course.tellings()
      const tells = made.flatMap(({ atMs, event, decision }) =>
        decision.kind === 'tell' ? [{ atMs, event, reason: decision.reason }] : []
      )
      expect(tells).toEqual(tellings.map(({ atMs, event, reason }) => ({ atMs, event, reason })))
      expect(new Set(made.map(({ event }) => event)).size).toBe(happened.length)
      for (const [i, { atMs, decision }] of made.entries()) {
        const next = made[i + 1]
        if (next !== undefined) expect(next.atMs).toBeGreaterThanOrEqual(atMs)
        if (decision.kind === 'hold' && decision.untilMs !== null)
          expect(next?.atMs).toBeLessThanOrEqual(decision.untilMs)
      }
    }),
    { numRuns: runsOf(300) }
  )
})
