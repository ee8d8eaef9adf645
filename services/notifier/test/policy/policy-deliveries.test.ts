// Deliveries under a policy, over restarts and crashes, beside the policy played by the domain
// alone: the same is told at the same time, and nothing else.

import {
  type NotificationPolicy,
  policyDefaults
} from '@tocsin/domain/notification/notification-policy'
import { type PlayedEvent, playPolicy } from '@tocsin/domain/notification/policy-play'
import { type Silence, silencesFor } from '@tocsin/domain/notification/silence'
import { dutyOf, type Watch } from '@tocsin/domain/notification/watch'
import { type Severity, severities } from '@tocsin/domain/record/severity'
import type { AlertCalls } from '@tocsin/domain/response/alert-calls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Delivery } from '../../src/delivery/delivery.ts'
import { hasUntried } from '../../src/delivery/next-delivery.ts'
import type { Reminder } from '../../src/delivery/notice-fold.ts'
import { type JudgedAlert, PolicyJudge } from '../../src/policy/policy-judge.ts'
import { dueOf, raisedRecord } from '../../src/policy/reminders.ts'
import type { AlertEntry } from '../../src/projection/alert-entry.ts'
import { Story } from '../support/delivery-story.ts'

const hourMs = 3_600_000

const policies: fc.Arbitrary<NotificationPolicy> = fc.record({
  minSeverity: fc.constantFrom(...severities),
  groupWaitSeconds: fc.constantFrom(0, 30, 300),
  updateMinutes: fc.constantFrom(0, 15, 240),
  stories: fc.constantFrom('one' as const, 'each' as const),
  endings: fc.boolean(),
  quietHours: fc.constantFrom(null, { from: '14:00', to: '16:00', timeZone: 'UTC' }),
  unansweredMinutes: fc.constantFrom(0, 0, 10),
  repeatMinutes: fc.constantFrom(0, 240, 360),
  watch: fc.constantFrom(null, null, 'desk')
})

const steps = fc.array(
  fc.record({
    afterS: fc.constantFrom(0, 1, 60, 600, 7_200),
    alert: fc.nat({ max: 3 }),
    severity: fc.constantFrom(...severities),
    ending: fc.constantFrom(null, null, null, 'resolved' as const, 'retracted' as const),
    partOf: fc.constantFrom(null, null, 0, 1, 2),
    isAnswered: fc.constantFrom(false, false, true),
    /** An officer's action on it is refused afterwards. */
    isRefused: fc.constantFrom(false, false, true),
    dies: fc.constantFrom(false, false, true)
  }),
  { minLength: 1, maxLength: 25 }
)

/** Hours after the story begins. */
const afterHours = (hours: number) => new Story().nowMs + hours * hourMs

/** Somebody is always on, and the last one is the subscriber, whose shift has no end here. */
const watch: Watch = {
  lineMinutes: 5,
  shifts: [
    { officer: 'Ama', fromMs: afterHours(-1), untilMs: afterHours(1), lines: ['s'], note: null },
    {
      officer: 'Kofi',
      fromMs: afterHours(1),
      untilMs: afterHours(4),
      lines: ['other'],
      note: null
    },
    {
      officer: 'Esi',
      fromMs: afterHours(4),
      untilMs: afterHours(9_999),
      lines: ['other', 's'],
      note: null
    }
  ]
}

const silences: fc.Arbitrary<readonly Silence[]> = fc.array(
  fc.record({
    silenceId: fc.constantFrom('roads', 'harvest'),
    filter: fc.constantFrom({}, { minSeverity: 'severe' as const }),
    alertId: fc.constantFrom(null, 'a0', 'a1'),
    subscriptionId: fc.constantFrom(null, 's', 'other'),
    startsMs: fc.integer({ min: -1, max: 10 }).map(afterHours),
    endsMs: fc.integer({ min: 1, max: 20 }).map(afterHours),
    includesExtreme: fc.boolean(),
    handling: fc.constantFrom('public' as const, 'restricted' as const),
    theatres: fc.constantFrom(null, ['sahel'], ['coast'])
  }),
  { maxLength: 3 }
)

type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never

const aStep: Step = {
  ...{ afterS: 0, alert: 0, severity: 'severe', ending: null, partOf: null },
  ...{ isAnswered: false, isRefused: false, dies: false }
}

/** It called, and goes on. */
const calls: AlertCalls = {
  calls: [
    { pagedAtMs: 0, severity: 'severe', taken: null, done: null, deeds: [], isSettled: false }
  ],
  isCalling: true
}

const watches = {
  dutyOf: (_: string, subscriptionId: string, nowMs: number) =>
    dutyOf(watch, subscriptionId, nowMs, () => true),
  isServed: () => false
}

class Course {
  readonly story = new Story()
  readonly alerts = new Map<string, JudgedAlert>()
  readonly events: PlayedEvent[] = []
  readonly policy: NotificationPolicy
  readonly over: readonly Silence[]
  readonly reminded: (Reminder & { readonly atMs: number; readonly severity: Severity })[] = []
  dies = false
  #judge!: PolicyJudge

  constructor(policy: NotificationPolicy, over: readonly Silence[] = []) {
    this.policy = policy
    this.over = over
    this.#restart()
  }

  /** The process dies and another folds the log. */
  #restart(): void {
    const { policy, alerts, over } = this
    this.story.restart()
    const known = this.story.fold.alerts.ids
    const subscription = { subscriptionId: 's', handling: 'restricted' } as const
    const silences = {
      over: (alert: Parameters<typeof silencesFor>[1]) => silencesFor(over, alert),
      holding: () => over
    }
    this.#judge = new PolicyJudge({ subscription, policy, alerts, known, silences, watches })
    this.story.judge = this.#judge
  }

  /** Everything that is due until a time, each at its time: what waits, and what is told again. */
  runUntil(endMs: number): void {
    const { story } = this
    for (;;) {
      story.run()
      const repeatMs = this.#remind()
      const next = Math.min(story.nextMs ?? Number.POSITIVE_INFINITY, repeatMs)
      if (next > endMs) break
      story.nowMs = Math.max(story.nowMs, next)
    }
    story.nowMs = endMs
  }

  /** As `Reminders` does, at an endpoint that accepts; when the next one is due, ms. */
  #remind(): number {
    const { story } = this
    const { nowMs, fold } = story
    let next = Number.POSITIVE_INFINITY
    if (hasUntried(fold, this.#judge, nowMs)) throw new Error('what is repeated goes last')
    const ranked = [...fold.alerts.told].toSorted(
      (a, b) => this.#judge.rankOf(b) - this.#judge.rankOf(a)
    )
    for (const alertId of this.policy.repeatMinutes === 0 ? [] : ranked) {
      let due = dueOf(story.fold, this.#judge, alertId, nowMs)
      // One process dies right after it has logged that it reminds, and another after the endpoint
      // has it.
      for (let tries = 0; 'carried' in due && tries < 3; tries++) {
        const at = { time: new Date(nowMs).toISOString(), cause: null }
        if (due.again === null) {
          const [id, payload] = raisedRecord(story.fold, story.subscription, alertId, due.carried)
          story.append({ id, ...at, ...payload })
        }
        const reminder = story.fold.alerts.reminders.of(alertId) as Reminder
        if (tries > 0 || !this.dies) {
          this.reminded.push({
            ...reminder,
            atMs: nowMs,
            severity: this.alerts.get(alertId)?.outline.severity ?? 'minor'
          })
          const said = {
            subscriptionId: 's',
            noticeId: reminder.noticeId,
            alertId,
            attempt: 1,
            status: 200,
            durationMs: 1
          }
          const data = { ...said, reason: null, nextAt: null, end: 'accepted' } as const
          if (tries > 1 || !this.dies)
            story.append({
              id: `${reminder.noticeId} 1`,
              ...at,
              type: 'delivery.reminder-attempted',
              data
            })
        }
        if (this.dies) this.#restart()
        due = dueOf(story.fold, this.#judge, alertId, nowMs)
      }
      if ('carried' in due) throw new Error('told again without end')
      next = Math.min(next, due.atMs ?? Number.POSITIVE_INFINITY)
    }
    return next
  }

  /** Each once, whatever died. */
  repeats() {
    const once = new Map(this.reminded.map(each => [each.noticeId, each]))
    for (const each of this.reminded)
      expect(once.get(each.noticeId)).toMatchObject({ sequence: each.sequence, atMs: each.atMs })
    return [...once.values()]
      .map(({ atMs, alertId, severity }) => `${atMs} ${alertId} ${severity}`)
      .toSorted()
  }

  take({ afterS, alert, severity, ending, partOf, isAnswered, isRefused, dies }: Step): void {
    const { story } = this
    this.runUntil(story.nowMs + afterS * 1_000)
    this.dies = dies
    const alertId = `a${alert}`
    const outline = {
      ...{
        alertId,
        severity,
        status: ending ?? 'confirmed',
        references: [],
        theatre: 'sahel',
        handling: 'public'
      },
      operator: { acknowledgedBy: isAnswered ? 'Ama' : null },
      area: { country: [], admin1: [] },
      partOf: partOf === null || partOf === alert ? null : `a${partOf}`
    } as unknown as AlertEntry['outline']
    const shownAt = () => ({ outline }) as ReturnType<AlertEntry['shownAt']>
    this.alerts.set(alertId, { outline, shownAt, callsAt: () => calls, answers: [] })
    const { partOf: within } = outline
    // Every event of these courses is a revision: what is said again of an end is no end.
    const said = {
      severity,
      ending,
      isAfterEnd: ending !== null,
      isAnswered,
      partOf: within,
      references: [],
      facts: outline
    }
    this.events.push({ atMs: story.nowMs, alertId, ...said })
    story.plan(alert, {
      pages: true,
      closes: ending !== null,
      severity: severities.indexOf(severity)
    })
    if (isRefused) story.plan(alert, { pages: false, closes: false, isRefusal: true })
    story.diesNext = dies
    // What another alert became may end a hold: whoever folds the log anew sees it at once.
    this.#restart()
    story.run()
  }

  told() {
    const seen = new Set<number>()
    const told: { atMs: number; alertId: string; severity: Severity; reason: string | null }[] = []
    for (const [
      i,
      { sequence, alertId, severity = 'moderate', because }
    ] of this.story.received.entries()) {
      if (seen.has(sequence)) continue
      seen.add(sequence)
      told.push({ atMs: this.story.receivedMs[i] as number, alertId, severity, reason: because })
    }
    return told
  }
}

describe('deliveries under a policy', () => {
  it('tell what the policy says when it says it, whatever restarts there are and in however small parts it is judged', () => {
    let [heldCount, repeatCount] = [0, 0]
    fc.assert(
      fc.property(
        policies,
        steps,
        silences,
        fc.constantFrom(null, 1),
        (policy, all, over, partUnits) => {
          const course = new Course(policy, over)
          course.story.partUnits = partUnits
          for (const step of all) course.take(step)
          const untilMs = course.story.nowMs + 30 * hourMs
          course.runUntil(untilMs)
          const played = playPolicy(policy, course.events, {
            ...{ subscriptionId: 's', untilMs, silences: over },
            ...(policy.watch === null
              ? {}
              : { dutyAt: (atMs: number) => dutyOf(watch, 's', atMs, () => true) })
          })
          heldCount += played.untold.length
          const repeated = played.told.filter(({ reason }) => reason === 'repeat')
          repeatCount += repeated.length
          expect(course.repeats()).toEqual(
            repeated.map(each => `${each.atMs} ${each.alertId} ${each.severity}`).toSorted()
          )
          expect(course.told()).toEqual(
            played.told
              .filter(({ reason }) => reason !== 'repeat')
              .map(({ atMs, alertId, severity, reason }) => ({ atMs, alertId, severity, reason }))
          )
        }
      ),
      { numRuns: 150 }
    )
    expect(heldCount).toBeGreaterThan(50)
    expect(repeatCount).toBeGreaterThan(100)
  })

  it('leave no sequence out: what is not told is named, or waits and says why', () => {
    fc.assert(
      fc.property(policies, steps, silences, (policy, all, over) => {
        const course = new Course(policy, over)
        for (const step of all) course.take(step)
        course.story.runUntil(course.story.nowMs + 30 * hourMs)
        const { story } = course
        for (const { sequence } of story.planned) {
          const { state, held } = story.fold.get(sequence) ?? {}
          expect([
            sequence,
            state === 'pending' ? held?.reason !== undefined : state !== undefined
          ]).toEqual([sequence, true])
        }
        const named = story.held()
        const unnamed = new Set(story.fold.unnamed)
        for (const { sequence } of story.planned)
          if (story.fold.get(sequence)?.state !== 'pending')
            expect([sequence, named.has(sequence) || unnamed.has(sequence)]).toEqual([
              sequence,
              true
            ])
      }),
      { numRuns: 100 }
    )
  })

  it('say why each waits, and keep that over a restart', () => {
    const course = new Course({ ...policyDefaults, groupWaitSeconds: 0 })
    course.take(aStep)
    course.take({ ...aStep, afterS: 60 })
    course.story.restart()
    expect(course.story.fold.get(1)).toMatchObject({
      state: 'delivered',
      because: 'first',
      held: null
    })
    const until = new Date(course.story.nowMs + 14 * 60_000).toISOString()
    expect(course.story.fold.get(2)).toMatchObject({
      state: 'pending',
      held: { reason: 'update-interval', until, by: null }
    })
    expect(course.story.fold.dueCount).toBe(0)
    course.story.runUntil(course.story.nowMs + 14 * 60_000)
    expect(course.story.fold.get(2)).toMatchObject({
      state: 'delivered',
      because: 'update',
      held: null
    })
  })

  it('forget what alerts named once and name no more', () => {
    const [alerts, known] = [new Map<string, JudgedAlert>(), [] as string[]]
    const name = (alertId: string, references: readonly string[]) => {
      const member = {
        alertId,
        severity: 'severe',
        references,
        partOf: null,
        operator: { acknowledgedBy: null }
      }
      const outline = member as unknown as AlertEntry['outline']
      const shownAt = () => ({ outline }) as ReturnType<AlertEntry['shownAt']>
      alerts.set(alertId, { outline, shownAt, callsAt: () => calls, answers: [] })
    }
    const names = (i: number) => Array.from({ length: 50 }, (_, n) => `old${i}-${n}`)
    const subscription = { subscriptionId: 's', handling: 'restricted' } as const
    const judge = new PolicyJudge({ subscription, policy: policyDefaults, alerts, known })
    const trace = {
      newest: 1,
      sent: 1,
      isHeard: true,
      owesPage: false,
      isBegun: false,
      unheardSinceMs: null,
      accepted: null
    }
    for (let i = 0; i < 200; i++) {
      name('siege', names(i))
      const delivery = {
        alertId: 'siege',
        severity: 'severe',
        plannedAt: '2026-03-01T12:00:00Z'
      } as unknown as Delivery
      judge.decide(delivery, () => ({ trace, sinceMs: null }), 0)
    }
    expect(judge.storyCount).toBeLessThan(1_100)
  })

  it('send at once what was tried and not accepted, though the policy would hold it', () => {
    const course = new Course({ ...policyDefaults, groupWaitSeconds: 0 })
    course.story.isUp = false
    course.take(aStep)
    course.story.nowMs += 30_000
    course.story.isUp = true
    course.take({ ...aStep, afterS: 1 })
    expect(course.told().map(({ alertId }) => alertId)).toEqual(['a0'])
  })

  it.each([
    ['first', [] as const],
    ['graver', ['moderate'] as const]
  ])(
    'send at once what replaces something that was tried and not accepted, %s, at an hour for nothing new',
    (reason, before) => {
      // It is 12:00 on the clock of the story.
      const quietHours = { from: '12:01', to: '16:00', timeZone: 'UTC' }
      const course = new Course({
        ...policyDefaults,
        groupWaitSeconds: 0,
        updateMinutes: 240,
        quietHours
      })
      const { story } = course
      for (const severity of before) course.take({ ...aStep, severity })
      story.isUp = false
      course.take({ ...aStep, afterS: 1 })
      // The next one comes within the hours, before the endpoint accepts anything.
      course.take({ ...aStep, afterS: 600 })
      story.isUp = true
      story.nowMs += 600_000
      story.run()
      expect(course.told().slice(before.length)).toMatchObject([{ alertId: 'a0', reason }])
      // Once they have it, the hour counts.
      course.take({ ...aStep, afterS: 1 })
      expect(course.told()).toHaveLength(before.length + 1)
    }
  )
})
