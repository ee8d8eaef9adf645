// Alerts with far more events than are kept: who is told what of them is the same on an instance
// that was there from the start, on one that begins now, and by all events that the log has.

import { AlertCourse, type CourseTelling } from '@tocsin/domain/notification/alert-course'
import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/domain/notification/notification-policy'
import type { Silence } from '@tocsin/domain/notification/silence'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlertMoment, AlertRecord } from '../../src/projection/alert-entry.ts'
import { AlertIndex } from '../../src/projection/alert-index.ts'
import { decodeStored } from '../../src/projection/evidence-history.ts'
import { standingBefore } from '../../src/projection/record-judging.ts'
import {
  type Audience,
  isForLevel,
  judgeMoment,
  momentOf,
  type ReaderStanding
} from '../../src/reader/audience.ts'
import { firstKnownStretch, stretchEvents, stretchOf } from '../../src/reader/earlier-moments.ts'
import { PolicyCourses } from '../../src/stream/policy-courses.ts'
import { AlertWriter } from '../support/alert-builder.ts'

const alertId = 'siege'
const startMs = Date.parse('2026-03-01T12:00:00Z')

interface Step {
  readonly afterS: number
  readonly severity: Severity
  readonly ending: 'resolved' | 'retracted' | null
  /** For nobody but who sees everything. */
  readonly isHidden: boolean
  /** The alert itself is hidden from partners meanwhile. */
  readonly isGone: boolean
}

/** As of a real one: most of its events change little. */
const severityArb = fc.oneof(
  { weight: 30, arbitrary: fc.constant('moderate' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...severities) }
)
const rarely = <T>(value: T, weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constant(value) })
const stepArb: fc.Arbitrary<Step> = fc.record({
  afterS: fc.constantFrom(1, 10, 60, 300, 7_200),
  severity: severityArb,
  ending: fc.oneof(
    { weight: 40, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('resolved', 'retracted') }
  ),
  isHidden: rarely(true, 6).map(Boolean),
  isGone: rarely(true, 60).map(Boolean)
}) as fc.Arbitrary<Step>
/** Named by a seed: a failure need not print them all. */
const courseArb = fc.record({ seed: fc.nat(), numRuns: fc.integer({ min: 1_050, max: 1_700 }) })

const policyArb: fc.Arbitrary<NotificationPolicy> = fc.record({
  ...Object.fromEntries(
    Object.entries(policyDefaults).map(([name, value]) => [name, fc.constant(value)])
  ),
  minSeverity: fc.constantFrom(...severities),
  groupWaitSeconds: fc.constantFrom(0, 300),
  updateMinutes: fc.constantFrom(0, 15, 240),
  stories: fc.constant('each'),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' })
}) as fc.Arbitrary<NotificationPolicy>

const silencesArb: fc.Arbitrary<readonly Silence[]> = fc.array(
  fc
    .record({ fromH: fc.nat({ max: 600 }), hours: fc.integer({ min: 1, max: 200 }) })
    .map(({ fromH, hours }) => ({
      ...{
        silenceId: `from-${fromH}`,
        filter: {},
        alertId: null,
        subscriptionId: null,
        includesExtreme: false
      },
      ...{ startsMs: startMs + fromH * 3_600_000, endsMs: startMs + (fromH + hours) * 3_600_000 },
      ...{ handling: 'restricted' as const, theatres: null }
    })),
  { maxLength: 3 }
)

const audienceArb: fc.Arbitrary<Audience> = fc.record({
  view: fc
    .constantFrom('partners' as const, 'restricted' as const)
    .map(handling => ({ handling, theatres: '*' as const })),
  filter: fc.constantFrom({}, { minSeverity: 'severe' as const }),
  holdsQuiet: fc.constant(false)
})

/** One alert in an index, step by step, and all of its events. */
class LongAlert {
  readonly index = new AlertIndex({ momentsPerAlertMax: 300, closedAlertsMax: 10, outcomesMax: 10 })
  readonly moments: AlertMoment[] = []
  readonly #writer = new AlertWriter(new MemoryLog())
  #atMs = startMs

  take({ afterS, severity, ending, isHidden, isGone }: Step): AlertRecord {
    this.#atMs += afterS * 1_000
    this.#writer.moveTo(this.#atMs - 1_000)
    const n = this.moments.length
    const before = n === 0 ? null : this.#writer.state(alertId)
    const isComment = isHidden && before !== null
    const patch = isComment
      ? { concerns: 'restricted' as const, operatorRevision: before.operatorRevision + 1 }
      : {
          severity,
          status: ending ?? ('provisional' as const),
          headline: `Words ${n}`,
          handling: isGone ? 'restricted' : 'public'
        }
    const name = n === 0 ? 'raised' : isComment ? 'commented' : ending === null ? 'revised' : ending
    const [record] = this.#writer.record(name, alertId, patch as never)
    const decoded = decodeStored({
      ...record,
      partition: 0,
      position: BigInt(n * 2),
      time: this.#atMs
    } as never)
    if (decoded === null) throw new Error('a record of this test cannot be decoded')
    const { event } = this.index.apply(decoded)
    if (event === null) throw new Error('a record of this test is not the next')
    const moment = momentOf(event)
    if (moment === null) throw new Error('a record of this test changes nothing')
    this.moments.push({
      ...moment,
      partition: 0,
      position: decoded.position,
      atMs: Date.parse(decoded.envelope.time)
    })
    return { ...decoded, event }
  }
}

function coursesOver(index: AlertIndex, silences: readonly Silence[]): PolicyCourses {
  return new PolicyCourses({ alerts: index, silences: () => silences, isOnWallClock: () => true })
}

type Line = readonly [atMs: number, position: bigint, why: string]

/**
 * By all events that the log has, each of them taken once, of which some are told in the stretches
 * that are known.
 */
function playedWhole(
  { moments, index }: LongAlert,
  audience: Audience,
  policy: NotificationPolicy,
  silences: readonly Silence[]
) {
  const numbering = index.numbering(alertId, audience.view.handling)
  const from = firstKnownStretch(numbering, moments.at(-1)?.revision ?? 0)
  const course = new AlertCourse(policy, alertId, silences)
  const got: AlertMoment[] = []
  let standing: ReaderStanding = 'unseen'
  let [stretch, isOver, gravest] = [0, false, -1]
  for (const moment of moments) {
    const judged = judgeMoment(standing, moment, audience, numbering)
    const { facts, type, atMs, revision } = moment
    const known =
      standing === 'unseen' || gravest < 0
        ? null
        : { gravest: severities[gravest] as Severity, isOver }
    standing = judged.standing
    const stands = facts.status === 'provisional'
    if (judged.verdict !== 'nothing') {
      const ending =
        judged.verdict === 'left-view'
          ? judged.verdict
          : stands
            ? null
            : (facts.status as 'resolved')
      const isAfterEnd = ending !== null && type === 'alert.commented'
      const event = { atMs, severity: facts.severity, facts, ending, isAfterEnd }
      course.take(stretchOf(numbering, revision) > stretch ? { ...event, before: known } : event)
      got.push(moment)
      stretch = stretchOf(numbering, revision)
      isOver = ending !== null
    }
    if (stands && isForLevel(audience.view.handling, moment, numbering))
      gravest = Math.max(gravest, severities.indexOf(facts.severity))
  }
  const momentOfTelling = ({ event }: CourseTelling) => got[event] as AlertMoment
  return course
    .tellings()
    .filter(each => stretchOf(numbering, momentOfTelling(each).revision) >= from)
    .map((each): Line => [each.atMs, momentOfTelling(each).position, `${each.reason} ${each.held}`])
}

function restored(index: AlertIndex): AlertIndex {
  const again = new AlertIndex({ momentsPerAlertMax: 300, closedAlertsMax: 10, outcomesMax: 10 })
  const { rows, end } = index.capture()
  for (const row of rows) again.restore(JSON.parse(JSON.stringify(row)))
  end?.()
  again.restored()
  return again
}

describe('an alert of more events than are kept', () => {
  it('is told as by all of its events, whenever an instance began to follow it', () => {
    fc.assert(
      fc.property(
        courseArb,
        policyArb,
        silencesArb,
        audienceArb,
        (course, policy, silences, audience) => {
          const steps = fc.sample(stepArb, course)
          const alert = new LongAlert()
          const reader = { name: 'reader', audience, policy }
          const followed = coursesOver(alert.index, silences)
          for (const [i, step] of steps.entries()) {
            alert.take(step)
            const live = followed.of(reader, alertId)
            if (i % 173 > 0 && i < steps.length - 1) continue
            const begun = coursesOver(restored(alert.index), silences).of(reader, alertId)
            expect(begun).toEqual(live)
            const lines = begun.filter(({ atMs }) => atMs > 0)
            expect(
              lines.map(({ atMs, position, reason, held }) => [atMs, position, `${reason} ${held}`])
            ).toEqual(playedWhole(alert, audience, policy, silences))
          }
          expect(alert.index.get(alertId)?.moments.length).toBe(300)
          expect(alert.index.get(alertId)?.earlier.length).toBeLessThan(
            4 * (2 * stretchEvents + 200)
          )
        }
      ),
      { numRuns: runsOf(5), endOnFailure: true }
    )
  })

  it('is told to a reader alike, whatever of it is hidden from them', () => {
    fc.assert(
      fc.property(courseArb, policyArb, silencesArb, (course, policy, silences) => {
        const steps = fc.sample(stepArb, course)
        const audience = {
          view: { handling: 'partners', theatres: '*' },
          filter: {},
          holdsQuiet: false
        } as const
        const linesOf = (isHiddenToo: boolean) => {
          const alert = new LongAlert()
          let afterS = 0
          for (const [i, step] of steps.entries()) {
            afterS += step.afterS
            if (i > 0 && step.isHidden && !isHiddenToo) continue
            alert.take({ ...step, afterS, isGone: false })
            afterS = 0
          }
          const told = coursesOver(alert.index, silences).of(
            { name: 'reader', audience, policy },
            alertId
          )
          return told.map(({ atMs, reason, held, ends }) => ({ atMs, reason, held, ends }))
        }
        expect(linesOf(true)).toEqual(linesOf(false))
      }),
      { numRuns: runsOf(3), endOnFailure: true }
    )
  })

  it('goes on to a reader who was shown it by an event that is no longer kept', () => {
    const alert = new LongAlert()
    const plain = {
      afterS: 60,
      severity: 'moderate',
      ending: null,
      isHidden: false,
      isGone: false
    } as const
    alert.take(plain)
    alert.take({ ...plain, severity: 'severe' })
    let last = alert.take(plain)
    for (let n = 0; n < 900; n++) last = alert.take(plain)
    const view = { handling: 'restricted', theatres: '*' } as const
    expect(
      standingBefore(
        alert.index,
        { view, filter: { minSeverity: 'severe' }, holdsQuiet: false },
        last
      )
    ).toBe('shown')
    expect(alert.index.get(alertId)?.earlier.length).toBeLessThan(2 * stretchEvents + 200)
  })
})
