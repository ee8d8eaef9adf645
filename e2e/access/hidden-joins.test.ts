// Promise 6 for patterns that join or compare reports by what they name: nobody learns by a report
// of his own, or by anybody's, whether a report that he may not see names the same person, actor or
// tactic, nor what is new by it. Two logs that differ only in hidden reports of the same few names
// give a reader the same bytes, without any permitted difference. Source: decision 0075.

import { digest } from '@tocsin/contracts/json/digest'
import type { AlertState } from '@tocsin/domain/alert/alert'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings, maySee } from '@tocsin/domain/report/handling'
import type { Category, ReportRevision } from '@tocsin/domain/report/report'
import { startingRules } from '@tocsin/domain/rule/starting-rules'
import {
  received,
  sourceConfigured,
  theatreConfigured,
  ticked,
  withdrawn
} from '@tocsin/testing/report/record-builder'
import { aReport, places } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstDifference, readerBytes } from '../harness/reader-bytes.ts'
import { fullRun } from '../harness/test-size.ts'
import { actionIdOf, Entangled, Folding, type LimitedReader } from '../harness/twin-logs.ts'

const runs = fullRun ? 150 : 20
const originMs = Date.parse('2025-01-01T00:00:00.000Z')
const dayMs = 86_400_000
const joining: ReadonlySet<string> = new Set(['abduction-to-killing', 'new-actor', 'new-tactic'])
const rules = startingRules.filter(({ pattern }) => joining.has(pattern))

interface Say {
  readonly kind: 'say'
  readonly isHidden: boolean
  readonly slot: number
  readonly day: number
  readonly category: Category
  readonly spot: number
  readonly names: readonly string[]
  readonly bands: readonly string[]
  /** How long before it happened, days: what is old ends the warming of a rule. */
  readonly ago: number
  readonly grade: 2 | 5
  readonly pick: number
}
type Step =
  | Say
  | { readonly kind: 'withdraw'; readonly isHidden: boolean; readonly slot: number }
  | { readonly kind: 'tick'; readonly days: number }
  | { readonly kind: 'take'; readonly pick: number }

const slot = fc.nat({ max: 12 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      isHidden: fc.boolean(),
      slot,
      day: fc.nat({ max: 20 }),
      category: fc.constantFrom<Category>('abduction', 'abduction', 'killing', 'release', 'threat'),
      spot: fc.nat({ max: 2 }),
      names: fc.subarray(['a', 'b', 'c']),
      bands: fc.subarray(['Band One', 'Band Two']),
      ago: fc.constantFrom(0, 0, 0, 400, 700),
      grade: fc.constantFrom(2 as const, 2 as const, 2 as const, 5 as const),
      pick: fc.nat({ max: 2 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('withdraw' as const), isHidden: fc.boolean(), slot })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      days: fc.integer({ min: 1, max: 60 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('take' as const), pick: fc.nat({ max: 5 }) })
  }
)

const spots = [places.dioura, places.diosso, places.djibo]
const timeOf = (n: number) => new Date(originMs + 100 * dayMs + n * 60_000).toISOString()
const dayOf = (n: number) => new Date(originMs + n * dayMs).toISOString().slice(0, 10)

class Telling {
  readonly full = new Folding()
  readonly twin = new Folding()
  readonly #reader: LimitedReader
  #n = 0
  #day = 100

  constructor(reader: LimitedReader) {
    this.#reader = reader
    this.#put(ticked(timeOf(0)), true)
    this.#put(theatreConfigured({}, timeOf(0)), true)
    for (const id of ['wire-1', 'hush-2'])
      this.#put(
        sourceConfigured(
          { id, reliability: 'B', latenessDays: 2, cadenceDays: 30 },
          { time: timeOf(0) }
        ),
        true
      )
    for (const rule of rules) this.#put(ruled(rule), true)
  }

  tell(steps: readonly Step[]): void {
    for (const each of steps) {
      this.#n++
      if (each.kind === 'say')
        this.#put(received(this.#report(each), { time: timeOf(this.#n) }), !each.isHidden)
      else if (each.kind === 'withdraw')
        this.#put(withdrawn({ ...slotOf(each), theatre: 'sahel', lane: 'live' }), !each.isHidden)
      else if (each.kind === 'tick') this.#tick(each.days)
      else this.#take(each.pick)
    }
    for (const days of [1, 200, 1]) this.#tick(days)
  }

  /** What is hidden lies days apart from what is not: the twins differ in no incident. */
  #report({
    isHidden,
    day,
    category,
    spot,
    names,
    bands,
    ago,
    grade,
    pick,
    ...of
  }: Say): ReportRevision {
    const levels = handlings.filter(level => maySee(this.#reader.handling, level) !== isHidden)
    const at = dayOf(6 * (day - Math.round(ago / 6)) + (isHidden ? 3 : 0))
    return aReport({
      ...slotOf({ isHidden, ...of }),
      occurred: { from: at, to: at },
      reportedAt: timeOf(this.#n),
      category,
      place: spots[spot] as (typeof spots)[number],
      persons: names.map(key => ({ key, role: null, kind: null, aliasKeys: [] })),
      actors: bands.map(name => ({ name, role: 'perpetrator' })),
      tactics: bands.length === 2 ? ['drone'] : [],
      credibility: grade,
      handling: levels[pick % levels.length] as Handling
    })
  }

  #tick(days: number): void {
    this.#day += days
    this.#put(ticked(new Date(originMs + this.#day * dayMs).toISOString()), true)
  }

  /** Somebody takes an alert that the reader does not see: no other alert may show it. */
  #take(pick: number): void {
    const hidden = [...lastStates(this.full).values()].filter(
      ({ handling }) => !maySee(this.#reader.handling, handling)
    )
    const chosen = hidden[pick]
    if (chosen === undefined) return
    const { alertId, operatorRevision: ifMatch } = chosen
    const none = { until: null, note: null, to: null, text: null, disposition: null }
    const actionId = actionIdOf(alertId, this.#n)
    const asked = {
      action: 'acknowledge' as const,
      actionId,
      alertId,
      ifMatch,
      by: 'night desk',
      byId: 'key_night',
      handling: 'public' as const
    }
    const time = timeOf(this.#n)
    this.#put(
      {
        type: 'operator.requested',
        data: { ...none, ...asked },
        theatre: 'sahel',
        time,
        id: actionId
      },
      false
    )
  }

  #put(record: TheatreRecord, isOpen: boolean): void {
    this.full.take(record)
    if (isOpen) this.twin.take(record)
  }
}

function ruled(data: (typeof rules)[number]): TheatreRecord {
  return {
    type: 'rule.configured',
    data,
    theatre: 'sahel',
    time: timeOf(0),
    id: digest('rule', data.ruleId)
  }
}

function slotOf({ isHidden, slot: n }: Pick<Say, 'isHidden' | 'slot'>) {
  const of = { sourceId: isHidden ? 'hush-2' : 'wire-1', externalId: `${n}` }
  return { ...of, reportId: aReport(of).reportId }
}

function lastStates({ result }: Folding): ReadonlyMap<string, AlertState> {
  return new Map(
    result.alertEvents.flatMap(({ type, data }) =>
      type === 'alert.action-refused' ? [] : [[data.alertId, data]]
    )
  )
}

it('gives a reader the same bytes whatever hidden reports name', async () => {
  const seen = { lines: 0, hidden: 0 }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('public' as const, 'partners' as const, 'internal' as const),
      fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
      async (handling, steps) => {
        const reader = { handling, theatres: '*' as const }
        const telling = new Telling(reader)
        telling.tell(steps)
        const [full, twin] = [telling.full.result, telling.twin.result]
        const none = new Entangled(reader, new Set(), [])
        const [there, here] = [
          await readerBytes(full, reader, none),
          await readerBytes(twin, reader, none)
        ]
        seen.lines += here.filter(line => line.startsWith('stream ')).length
        seen.hidden += full.alertEvents.length - twin.alertEvents.length
        expect(firstDifference(there, here)).toBeNull()
      }
    ),
    { numRuns: runs }
  )
  // Stories without shown and hidden alerts prove nothing.
  expect(seen.lines).toBeGreaterThan(runs)
  expect(seen.hidden).toBeGreaterThan(runs)
}, 900_000)
