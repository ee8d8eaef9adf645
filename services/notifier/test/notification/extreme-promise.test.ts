// What is extreme is told when the policy says, whatever silences, stories, watches and reopenings
// there are. What must be known by when is worked out here from the events alone, by rules that are
// simpler than those that decide.

import type { AlertFilter } from '@tocsin/contracts/alert/alert-filter'
import type { NotificationPolicy } from '@tocsin/contracts/subscription/notification-policy'
import type { SilenceState } from '@tocsin/service/control/silence-state'
import { computeRuns } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { storyGraceMs } from '../../src/notification/notification-decision.ts'
import { alwaysOn, decideDuty, type Shift } from '../../src/notification/rosters.ts'
import { type PlayedEvent, playPolicy, type Telling } from './policy-play.ts'
import { dayMs, facts, silence } from './told-table.ts'

const [minuteMs, hourMs] = [60_000, 3_600_000]
const startMs = dayMs + 20 * hourMs
/** Long after everything. */
const untilMs = startMs + 76 * hourMs
const alertIds = ['crisis', 'front', 'siege'] as const

const policies: fc.Arbitrary<NotificationPolicy> = fc.record({
  minSeverity: fc.constantFrom('minor' as const, 'extreme' as const),
  groupWaitSeconds: fc.constantFrom(0, 300),
  updateMinutes: fc.constantFrom(0, 15, 240),
  stories: fc.constantFrom('one' as const, 'one' as const, 'each' as const),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '19:00', to: '06:00', timeZone: 'Africa/Bamako' }),
  unansweredMinutes: fc.constantFrom(0, 10),
  repeatMinutes: fc.constantFrom(0, 0, 240),
  watch: fc.constantFrom(null, 'desk')
})

/**
 * Few alerts, most of them extreme, that end and stand again within the least interval, and are of
 * changing stories.
 */
const steps = fc.array(
  fc.record({
    afterS: fc.constantFrom(0, 1, 60, 240, 600, 3_600, 10_800),
    alertId: fc.constantFrom(...alertIds),
    severity: fc.constantFrom('extreme' as const, 'extreme' as const, 'severe' as const),
    ending: fc.constantFrom(null, null, null, 'resolved' as const, 'retracted' as const),
    link: fc.constantFrom('partOf' as const, 'references' as const),
    other: fc.constantFrom(null, ...alertIds),
    isAnswered: fc.constantFrom(false, false, false, false, true)
  }),
  { minLength: 1, maxLength: 20 }
)

type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

function eventsOf(course: readonly Step[]): readonly PlayedEvent[] {
  let atMs = startMs
  return course.map(({ afterS, other, link, ...step }) => {
    // No wait ends just as an event comes: which was first could not be seen.
    atMs += afterS === 0 ? 0 : afterS * 1_000 + 1
    const named = other === null || other === step.alertId ? [] : [other]
    const story = {
      partOf: link === 'partOf' ? (named[0] ?? null) : null,
      references: link === 'references' ? named : []
    }
    return { ...step, ...story, atMs, facts: { ...facts, severity: step.severity } }
  })
}

const afterHours = (hours: number) => new Date(startMs + hours * hourMs).toISOString()
const silences: fc.Arbitrary<readonly SilenceState[]> = fc.array(
  fc
    .record({
      silenceId: fc.constantFrom('roads', 'harvest'),
      filter: fc.constantFrom({}, { minSeverity: 'severe' as const }, { pattern: ['siege'] }),
      alertId: fc.constantFrom(null, ...alertIds),
      subscriptionId: fc.constantFrom(null, null, 'duty', 'other'),
      startsAt: fc.integer({ min: -1, max: 2 }).map(afterHours),
      endsAt: fc.integer({ min: 1, max: 9 }).map(afterHours),
      includesExtreme: fc.constantFrom(true, true, false),
      handling: fc.constantFrom('public' as const, 'restricted' as const),
      theatres: fc.constantFrom('*' as const, '*' as const, ['sahel'], ['coast'])
    })
    .map(each => silence('00:00', '23:00', each)),
  { maxLength: 4 }
)

/** Shifts of four hours: some of them ours; in the others somebody else is notified. */
const rosters: fc.Arbitrary<readonly Shift[]> = fc
  .array(fc.boolean(), { minLength: 8, maxLength: 8 })
  .map(ours =>
    [...ours, ...Array.from({ length: 12 }, () => true)].map((isOurs, i) => ({
      from: afterHours(4 * i - 1),
      until: afterHours(4 * i + 3),
      lines: isOurs ? ['duty', 'desk'] : ['desk']
    }))
  )

/** What is known at a time: the events and tellings until then. */
class Moment {
  readonly #policy: NotificationPolicy
  readonly #events: readonly PlayedEvent[]
  readonly #told: readonly Telling[]
  readonly #atMs: number

  constructor(
    policy: NotificationPolicy,
    all: { events: readonly PlayedEvent[]; told: readonly Telling[] },
    atMs: number
  ) {
    this.#policy = policy
    this.#events = all.events.filter(each => each.atMs <= atMs)
    this.#told = all.told.filter(each => each.atMs <= atMs && each.reason !== 'repeat')
    this.#atMs = atMs
  }

  now(alertId: string): PlayedEvent | undefined {
    return this.#events.findLast(each => each.alertId === alertId)
  }

  isExtreme(alertId: string): boolean {
    const event = this.now(alertId)
    return event !== undefined && event.ending === null && event.severity === 'extreme'
  }

  /** Since when it stands and is extreme, without a stop. */
  extremeSinceMs(alertId: string): number {
    const own = this.#events.filter(each => each.alertId === alertId)
    const stop = own.findLastIndex(each => each.ending !== null || each.severity !== 'extreme')
    return own[stop + 1]?.atMs ?? Number.NaN
  }

  /**
   * Whoever heard of it as extreme, and not that it is over. An end that the policy mutes counts as
   * heard.
   */
  isKnown(alertId: string): boolean {
    const last = this.#told.findLast(each => each.alertId === alertId)
    if (
      last === undefined ||
      last.severity !== 'extreme' ||
      last.reason === 'ended' ||
      last.reason === 'retracted'
    )
      return false
    const own = this.#events.filter(each => each.alertId === alertId)
    // Of several that came when it was told the last one stands.
    const then = own.findLast(each => each.atMs === last.atMs)
    const isMuted = (each: PlayedEvent) =>
      each.ending === 'resolved' && (each === then || each.atMs > last.atMs)
    return this.#policy.endings || !own.some(isMuted)
  }

  /** What was told of it last is younger than its newest event, or so is the least interval. */
  isFresh(alertId: string): boolean {
    const last = this.#told.findLast(each => each.alertId === alertId)
    if (last === undefined) return false
    return (
      last.atMs >= (this.now(alertId)?.atMs ?? 0) ||
      this.#atMs < last.atMs + this.#policy.updateMinutes * minuteMs
    )
  }

  /**
   * An alert of its story that stands, is extreme and is known to be was told since the newest of
   * it. Of what is known to be extreme, news waits for that, no longer than the story's least
   * interval.
   */
  isCovered(alertId: string): boolean {
    const newestMs = this.now(alertId)?.atMs ?? 0
    return (
      this.#policy.stories === 'one' &&
      this.#speakers(alertId).some(
        ({ atMs }) =>
          atMs >= newestMs ||
          (this.isKnown(alertId) &&
            this.#atMs <
              Math.max(newestMs, atMs + this.#policy.updateMinutes * minuteMs) + storyGraceMs)
      )
    )
  }

  /** What was told last of each that may speak for it. */
  #speakers(alertId: string): readonly Telling[] {
    const names = (one: string, other: string) => {
      const { partOf = null, references = [] } = this.now(one) ?? {}
      return partOf === other || references.includes(other)
    }
    const others = alertIds.filter(
      other => other !== alertId && (names(alertId, other) || names(other, alertId))
    )
    const known = others.filter(other => this.isExtreme(other) && this.isKnown(other))
    return known.flatMap(other => this.#told.findLast(each => each.alertId === other) ?? [])
  }
}

function isSilenced(over: readonly SilenceState[], alertId: string, atMs: number): boolean {
  return over.some(
    each =>
      each.includesExtreme &&
      Date.parse(each.startsAt) <= atMs &&
      atMs < Date.parse(each.endsAt) &&
      (each.alertId ?? alertId) === alertId &&
      each.subscriptionId !== 'other' &&
      (each.filter as AlertFilter).pattern?.includes('siege') !== true &&
      !each.theatres.includes('coast')
  )
}

describe('what is extreme', () => {
  it('is known when the policy says, or an alert of its story that stands, is as grave and is known', () => {
    const seen = { known: 0, covered: 0, silenced: 0, off: 0, reopened: 0, waited: 0 }
    fc.assert(
      fc.property(
        policies,
        steps.map(eventsOf),
        silences,
        rosters,
        (policy, events, over, shifts) => {
          const dutyAt = (atMs: number) => decideDuty(shifts, 'duty', atMs, () => true)
          const isWatched = policy.watch !== null
          const options = {
            subscriptionId: 'duty',
            silences: over,
            untilMs,
            ...(isWatched ? { dutyAt } : {})
          }
          const all = { events, told: playPolicy(policy, events, options).told }
          const waitMs = policy.unansweredMinutes * minuteMs
          const times = new Set([
            ...events.flatMap(({ atMs }) => [atMs, atMs + storyGraceMs, atMs + waitMs]),
            ...all.told.flatMap(({ atMs }) =>
              [0, storyGraceMs].map(each => atMs + policy.updateMinutes * minuteMs + each)
            ),
            ...over.map(({ endsAt }) => Date.parse(endsAt)),
            ...(isWatched ? shifts.slice(0, 10).map(({ from }) => Date.parse(from)) : [])
          ])
          for (const atMs of [...times].filter(each => each <= untilMs)) {
            const moment = new Moment(policy, all, atMs)
            const duty = isWatched ? dutyAt(atMs) : alwaysOn
            for (const alertId of alertIds.filter(each => moment.isExtreme(each))) {
              const isKnown = moment.isKnown(alertId)
              const isDue =
                atMs >= moment.extremeSinceMs(alertId) + waitMs &&
                !(waitMs > 0 && moment.now(alertId)?.isAnswered)
              if (!duty.isOn) seen.off++
              else if (isSilenced(over, alertId, atMs)) seen.silenced++
              else if (moment.isCovered(alertId)) seen.covered++
              else if (!isKnown && !isDue) seen.waited++
              else {
                seen.known++
                if (
                  events.some(
                    each => each.alertId === alertId && each.ending !== null && each.atMs < atMs
                  )
                )
                  seen.reopened++
                expect([alertId, atMs, isKnown, moment.isFresh(alertId)]).toEqual([
                  alertId,
                  atMs,
                  true,
                  true
                ])
              }
            }
          }
        }
      ),
      { numRuns: computeRuns(10_000) }
    )
    // It was asked in earnest.
    for (const [what, count] of Object.entries(seen))
      expect([what, count]).toEqual([what, Math.max(count, 200)])
  })
})
