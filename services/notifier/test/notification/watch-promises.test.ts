// What a watch keeps, whoever of it is silenced, in quiet hours or away, and whenever that changes.

import { policyDefaults } from '@tocsin/contracts/subscription/notification-policy'
import { type Severity, severities } from '@tocsin/contracts/theatre/severity'
import { runsOf } from '@tocsin/testing/process/test-size'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideNotification,
  isPassedOver,
  type LineNews,
  rankOf
} from '../../src/notification/notification-decision.ts'
import { dutyOf, type Watch } from '../../src/notification/watch.ts'
import { dayMs } from './told-table.ts'

const minuteMs = 60_000
const [startMs, lineMinutes, courseMinutes] = [dayMs + 20 * 60 * minuteMs, 5, 150]

const spans = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'out' as const,
      'failing' as const,
      'silenced' as const,
      'silenced-wholly' as const
    ),
    from: fc.integer({ min: 0, max: 90 }),
    minutes: fc.integer({ min: 1, max: 80 })
  }),
  { maxLength: 3 }
)
/** For one that is new nothing was planned: the alert was there before it. */
const isNew = fc.constantFrom(false, false, false, true)
const subscriber = fc.record({ spans, isQuietAtNight: fc.boolean(), isNew })
const courses = fc.record({
  lines: fc.array(subscriber, { minLength: 1, maxLength: 3 }),
  followers: fc.array(subscriber, { minLength: 1, maxLength: 2 }),
  /** How grave the alert is from a minute on. */
  events: fc.array(
    fc.record({ at: fc.integer({ min: 0, max: 120 }), severity: fc.constantFrom(...severities) }),
    {
      minLength: 1,
      maxLength: 4
    }
  )
})

type Course = typeof courses extends fc.Arbitrary<infer C> ? C : never
type Subscriber = Course['lines'][number]

/**
 * One alert and a watch, minute by minute: every subscription asks, and who is told and reachable
 * accepts.
 */
class Minutes {
  readonly #all: readonly (Subscriber & { readonly id: string })[]
  readonly #watch: Watch
  readonly lines: readonly string[]
  readonly told = new Map<string, Severity>()
  readonly tellings: { readonly id: string; readonly atMs: number; readonly severity: Severity }[] =
    []
  #severity: Severity | null = null
  readonly #sinceMs = new Map<string, number>()
  /** Since when the alert is as grave as it is. */
  #graveMs = 0

  constructor({ lines, followers }: Pick<Course, 'lines' | 'followers'>) {
    const named = lines.map((each, i) => ({ ...each, id: `line ${i}` }))
    this.#all = [...named, ...followers.map((each, i) => ({ ...each, id: `follower ${i}` }))]
    this.lines = named.map(({ id }) => id)
    const shift = {
      officer: 'Ama',
      fromMs: startMs - minuteMs,
      untilMs: startMs + 1_000 * minuteMs,
      lines: this.lines,
      note: null
    }
    this.#watch = { lineMinutes, shifts: [shift] }
  }

  get severity(): Severity | null {
    return this.#severity
  }

  take(severity: Severity, atMs: number): void {
    if (this.#severity !== severity) this.#graveMs = atMs
    this.#severity = severity
    for (const { id, isNew: isWithout } of this.#all)
      if (!isWithout && !this.#sinceMs.has(id)) this.#sinceMs.set(id, atMs)
  }

  get graveMs(): number {
    return this.#graveMs
  }

  /** Whether nothing but the watch keeps the alert, as it is now, from a subscription. */
  canBeTold(id: string, atMs: number): boolean {
    const { severity } = this
    if (severity === null || this.#of(id).isNew || !this.#isReached(id, atMs)) return false
    return !isPassedOver(
      this.#policyOf(id),
      { ...this.#lineOf(id, severity, atMs), told: null, failingSinceMs: null },
      atMs
    )
  }

  #lineOf(id: string, severity: Severity, atMs: number): LineNews {
    const told = this.told.get(id)
    const sinceMs = this.#sinceMs.get(id)
    return {
      ...{ severity, told: told === undefined ? null : { severity: told } },
      ...{ isOut: this.#isDuring('out', id, atMs), silence: this.#over(id, atMs) },
      unplannedSinceMs: sinceMs === undefined ? this.#graveMs : null,
      waitingSinceMs: this.#graveMs,
      failingSinceMs:
        sinceMs === undefined || this.#isReached(id, atMs)
          ? null
          : Math.max(sinceMs, this.#failingMs(id, atMs))
    }
  }

  /** Since when it fails without a stop. */
  #failingMs(id: string, atMs: number): number {
    return this.#isReached(id, atMs - minuteMs) ? atMs : this.#failingMs(id, atMs - minuteMs)
  }

  #isReached(id: string, atMs: number): boolean {
    return !this.#isDuring('out', id, atMs) && !this.#isDuring('failing', id, atMs)
  }

  knows(id: string): boolean {
    const told = this.told.get(id)
    return told !== undefined && this.#severity !== null && rankOf(told) >= rankOf(this.#severity)
  }

  get ids(): readonly string[] {
    return this.#all.map(({ id }) => id)
  }

  ask(atMs: number, order: readonly string[] = this.ids): void {
    for (const id of order) this.#askOne(id, atMs)
  }

  #askOne(id: string, atMs: number): void {
    const { severity } = this
    const sinceMs = this.#sinceMs.get(id)
    if (severity === null || sinceMs === undefined) return
    const toldOf = (each: string) => {
      const told = this.told.get(each)
      return told === undefined
        ? null
        : { severity: told, atMs: this.tellings.findLast(one => one.id === each)?.atMs ?? 0 }
    }
    const isPassed = (each: string) =>
      isPassedOver(this.#policyOf(each), this.#lineOf(each, severity, atMs), atMs)
    const duty = dutyOf(this.#watch, id, atMs, () => true, isPassed)
    const news = {
      severity,
      ending: null,
      sinceMs,
      groupSinceMs: sinceMs,
      newestMs: sinceMs,
      told: toldOf(id),
      cover: null,
      isAnswered: false,
      duty
    }
    const decision = decideNotification(
      this.#policyOf(id),
      { ...news, silence: this.#over(id, atMs) },
      atMs
    )
    if (decision.kind !== 'tell' || !this.#isReached(id, atMs)) return
    this.told.set(id, severity)
    this.tellings.push({ id, atMs, severity })
    this.#sinceMs.delete(id)
  }

  #of(id: string): Subscriber {
    return this.#all.find(each => each.id === id) as Subscriber
  }

  #policyOf(id: string) {
    const quietHours = this.#of(id).isQuietAtNight
      ? { from: '21:00', to: '21:40', timeZone: 'UTC' }
      : null
    return { ...policyDefaults, groupWaitSeconds: 0, updateMinutes: 10, quietHours }
  }

  #spansAt(id: string, atMs: number) {
    const minute = (atMs - startMs) / minuteMs
    return this.#of(id).spans.filter(
      ({ from, minutes }) => from <= minute && minute < from + minutes
    )
  }

  #isDuring(kind: 'out' | 'failing', id: string, atMs: number): boolean {
    return this.#spansAt(id, atMs).some(each => each.kind === kind)
  }

  /**
   * As `silenceOver` would choose it: one that does not include what is extreme holds nothing of
   * it.
   */
  #over(id: string, atMs: number) {
    const all = this.#spansAt(id, atMs).filter(({ kind }) => kind !== 'out' && kind !== 'failing')
    const holding = all.filter(
      ({ kind }) => this.#severity !== 'extreme' || kind === 'silenced-wholly'
    )
    const [first] = holding
    if (first === undefined) return null
    return {
      id: 'silence',
      endsMs: atMs + minuteMs,
      includesExtreme: first.kind === 'silenced-wholly'
    }
  }
}

function play(
  { events, ...who }: Course,
  each: (minutes: Minutes, atMs: number) => void,
  isReversed = false
): Minutes {
  const minutes = new Minutes(who)
  const order = isReversed ? minutes.ids.toReversed() : minutes.ids
  for (let n = 0; n < courseMinutes; n++) {
    const atMs = startMs + n * minuteMs
    for (const { severity } of events.filter(({ at }) => at === n)) minutes.take(severity, atMs)
    minutes.ask(atMs, order)
    each(minutes, atMs)
  }
  return minutes
}

function hold(property: (course: Course) => void): void {
  fc.assert(fc.property(courses, property), { numRuns: runsOf(1_500) })
}

describe('every watch', () => {
  it('has told somebody of the alert as grave as it is, or nobody of it can be told: within a minute, which a hiccup may take', () => {
    let [toldCount, extremeCount, laterCount] = [0, 0, 0]
    hold(course => {
      /** Who could be told a minute before, of the alert as grave as it is. */
      let before: readonly string[] = []
      play(course, (minutes, atMs) => {
        if (minutes.severity === null) return
        const isKnown = minutes.ids.some(id => minutes.knows(id))
        const reachable = minutes.ids.filter(id => minutes.canBeTold(id, atMs))
        if (isKnown) toldCount++
        if (isKnown && minutes.severity === 'extreme') extremeCount++
        if (!isKnown && reachable.length > 0) laterCount++
        const missed =
          isKnown || minutes.graveMs === atMs ? [] : reachable.filter(id => before.includes(id))
        expect([isKnown, missed]).toEqual([isKnown, []])
        before = reachable
      })
    })
    expect(Math.min(toldCount, extremeCount)).toBeGreaterThan(100)
    expect(laterCount).toBeGreaterThan(10)
  })

  it('keeps no line that can be told longer than its place says', () => {
    hold(course => {
      const firstMs = startMs + Math.min(...course.events.map(({ at }) => at)) * minuteMs
      play(course, (minutes, atMs) => {
        for (const [place, id] of minutes.lines.entries())
          if (atMs >= firstMs + place * lineMinutes * minuteMs && minutes.canBeTold(id, atMs))
            expect([id, minutes.told.has(id)]).toEqual([id, true])
      })
    })
  })

  it('wakes who is off only for what no line knows, nor can be told', () => {
    let wokenCount = 0
    hold(course => {
      let count = 0
      play(course, (minutes, atMs) => {
        const fresh = minutes.tellings.slice(count)
        count = minutes.tellings.length
        if (!fresh.some(({ id }) => id.startsWith('follower'))) return
        wokenCount++
        for (const id of minutes.lines)
          expect([id, minutes.canBeTold(id, atMs) || minutes.knows(id)]).toEqual([id, false])
      })
    })
    expect(wokenCount).toBeGreaterThan(20)
  })

  it('decides the same in whichever order its subscriptions ask', () => {
    hold(course => {
      const sorted = ({ tellings }: Minutes) =>
        tellings.map(({ id, atMs, severity }) => `${atMs} ${id} ${severity}`).toSorted()
      expect(sorted(play(course, () => {}, true))).toEqual(sorted(play(course, () => {})))
    })
  })
})
