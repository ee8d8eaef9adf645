// Promise 6 on the real engine and notifier: two logs that differ only in hidden content give a
// reader the same bytes. Stories have reports of mixed handling in two theatres, corrections,
// withdrawals, ticks and officers' actions; the twin lacks rumours, far attacks and a whole theatre
// above the reader's level. Permitted differences are listed in decision 0033.

import { digest } from '@tocsin/contracts/json/digest'
import type { AlertState } from '@tocsin/domain/alert/alert'
import type { OperatorAction, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { type Handling, handlings, maySee } from '@tocsin/domain/report/handling'
import type { Category } from '@tocsin/domain/report/report'
import { startingRules } from '@tocsin/domain/rule/starting-rules'
import {
  received,
  sourceConfigured,
  theatreConfigured,
  ticked,
  withdrawn
} from '@tocsin/testing/report/record-builder'
import { aReport, placeOf, places } from '@tocsin/testing/report/report-builder'
import { capFaults } from '@tocsin/testing/xml/cap-validity'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstDifference, readerBytes } from '../harness/reader-bytes.ts'
import { fullRun } from '../harness/test-size.ts'
import { actionIdOf, Entangled, Folding, type LimitedReader } from '../harness/twin-logs.ts'

const runs = fullRun ? 600 : 40
/** CAP documents of all runs that are held to their schema. */
const documentsMax = 400
const originMs = Date.parse('2025-01-01T00:00:00.000Z')
const dayMs = 86_400_000

/**
 * Kinds of reports: visible ones, rumours that are only support, and ones in areas or theatres
 * hidden from this reader.
 */
const voices = ['open', 'rumour', 'far', 'abroad'] as const

interface Say {
  readonly kind: 'say'
  readonly voice: (typeof voices)[number]
  readonly slot: number
  readonly day: number
  readonly category: Category
  readonly spot: number
  readonly jitter: number
  readonly low: number
  /** Index of a level that its kind may have. */
  readonly pick: number
}
type Step =
  | Say
  | { readonly kind: 'withdraw'; readonly voice: (typeof voices)[number]; readonly slot: number }
  | { readonly kind: 'tick'; readonly days: number }
  | {
      readonly kind: 'act'
      readonly pick: number
      readonly action: 'acknowledge' | 'comment' | 'resolve'
    }

const voice = fc.constantFrom(...voices, 'open' as const, 'open' as const, 'rumour' as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      voice,
      slot: fc.nat({ max: 40 }),
      day: fc.nat({ max: 12 }),
      category: fc.constantFrom<Category>(
        'attack',
        'attack',
        'attack',
        'ambush',
        'killing',
        'blockade',
        'movement-denied',
        'appeal'
      ),
      spot: fc.nat({ max: 2 }),
      jitter: fc.integer({ min: -4, max: 4 }),
      low: fc.constantFrom(0, 1, 3, 40),
      pick: fc.nat({ max: 2 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('withdraw' as const),
      voice,
      slot: fc.nat({ max: 40 })
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      days: fc.integer({ min: 1, max: 9 })
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      pick: fc.nat({ max: 5 }),
      action: fc.constantFrom('acknowledge' as const, 'comment' as const, 'resolve' as const)
    })
  }
)

const spots = [places.dioura, { ...places.dioura, lat: 14.9 }, places.diosso]
const sources = {
  open: ['wire-1', 'radio-2'],
  rumour: ['rumour-3'],
  far: ['hush-4'],
  abroad: ['coast-5']
} as const
const timeOf = (n: number) => new Date(originMs + n * 60_000).toISOString()

/** The story as records with the audience of each: null = not in the twin. */
class Telling {
  readonly full = new Folding()
  readonly twin = new Folding()
  /** Reports missing from the twin. */
  readonly missing = new Set<string>()
  readonly #reader: LimitedReader
  readonly #visible: readonly Handling[]
  readonly #hidden: readonly Handling[]
  #n = 0
  #day = 20

  constructor(reader: LimitedReader) {
    this.#reader = reader
    const at = handlings.indexOf(reader.handling)
    this.#visible = handlings.slice(0, at + 1)
    this.#hidden = handlings.slice(at + 1)
    const theatres = [
      theatreConfigured({}, timeOf(0)),
      theatreConfigured({ id: 'coast', countries: ['CI'] }, timeOf(0))
    ]
    for (const [i, record] of theatres.entries()) {
      const isOpen = i === 0 || reader.theatres === '*'
      const { theatre } = record
      this.#put(ticked(timeOf(0), { theatre }), isOpen)
      this.#put(record, isOpen)
      for (const id of Object.values(sources).flat())
        this.#put(
          sourceConfigured(
            { id, reliability: id === 'rumour-3' ? 'E' : 'B', latenessDays: 2, cadenceDays: 30 },
            { theatre, time: timeOf(0) }
          ),
          isOpen
        )
      for (const rule of startingRules)
        this.#put(
          {
            type: 'rule.configured',
            data: rule,
            theatre,
            time: timeOf(0),
            id: digest('rule', theatre, rule.ruleId)
          },
          isOpen
        )
      this.#put(ticked(new Date(originMs + 20 * dayMs).toISOString(), { theatre }), isOpen)
    }
    // The first report is in both logs: baselines begin there.
    this.#put(
      received(
        aReport({
          handling: 'public',
          sourceId: 'wire-1',
          externalId: 'first',
          ...whenOf(1),
          category: 'protest'
        })
      ),
      true
    )
  }

  tell(steps: readonly Step[]): void {
    for (const each of steps) {
      this.#n++
      if (each.kind === 'say') this.#say(each)
      else if (each.kind === 'withdraw') this.#withdraw(each)
      else if (each.kind === 'tick') this.#tick(each.days)
      else this.#act(each)
    }
    for (const days of [1, 30, 1]) this.#tick(days)
  }

  #say({ voice: who, slot, day, category, spot, jitter, low, pick }: Say): void {
    const levels = who === 'open' || who === 'abroad' ? this.#visible : this.#hidden
    const place = who === 'far' ? places.diffa : (spots[spot] as typeof places.dioura)
    const theatre = who === 'abroad' ? 'coast' : 'sahel'
    const report = aReport({
      ...this.#slotOf(who, slot),
      ...whenOf(this.#day - day),
      reportedAt: new Date(originMs + this.#day * dayMs + this.#n).toISOString(),
      category,
      place: placeOf({ ...place, lat: (place.lat ?? 0) + jitter / 100 }),
      fatalities: { low, best: low, high: low },
      credibility: who === 'rumour' ? 5 : 2,
      handling: levels[pick % levels.length] as Handling,
      theatre
    })
    this.#put(received(report, { time: timeOf(this.#n) }), this.#isOpen(who))
  }

  #withdraw({
    voice: who,
    slot
  }: {
    readonly voice: (typeof voices)[number]
    readonly slot: number
  }): void {
    const theatre = who === 'abroad' ? 'coast' : 'sahel'
    const { reportId } = aReport({ ...this.#slotOf(who, slot), theatre })
    this.#put(
      withdrawn({ reportId, theatre, lane: 'live' }, { time: timeOf(this.#n) }),
      this.#isOpen(who)
    )
  }

  #tick(days: number): void {
    this.#day += days
    const to = new Date(originMs + this.#day * dayMs).toISOString()
    for (const theatre of ['sahel', 'coast'])
      this.#put(ticked(to, { theatre }), theatre === 'sahel' || this.#reader.theatres === '*')
  }

  /**
   * An officer acts on an alert that both logs have. If the reader may not read who and what, these
   * differ, and a comment is in one log only.
   */
  #act({ pick, action: drawn }: Extract<Step, { kind: 'act' }>): void {
    // By count: further draws would make other stories of the same seed.
    const [isHidden, isStale] = [this.#n % 3 > 0, this.#n % 7 === 0]
    const action: OperatorAction = drawn === 'acknowledge' && this.#n % 2 === 0 ? 'assign' : drawn
    const known = lastEventsOf(this.twin)
    const chosen = [...known.values()].filter(({ theatre }) => theatre === 'sahel')[pick]
    if (chosen === undefined) return
    const { alertId } = chosen
    const actionId = actionIdOf(alertId, this.#n)
    const levels = isHidden ? this.#hidden : this.#visible
    const handling = levels[this.#n % levels.length] as Handling
    for (const folding of [this.full, this.twin]) {
      const isOther = isHidden && folding === this.twin
      if (isOther && (action === 'comment' || isStale)) continue
      const text = isOther ? 'nothing to see' : 'they took the north road'
      const name = isOther ? 'day desk' : 'night desk'
      const words = {
        acknowledge: { note: text },
        assign: { to: `${name} 2` },
        comment: { text },
        resolve: { disposition: 'true' as const, note: text }
      }
      const standing =
        lastEventsOf(folding).get(alertId)?.operatorRevision ?? chosen.operatorRevision
      const none = { until: null, note: null, to: null, text: null, disposition: null }
      const asked = {
        action,
        actionId,
        alertId,
        ifMatch: standing + (isStale ? 7 : 0),
        by: name,
        byId: `key_${name}`,
        handling
      }
      const data = { ...none, ...words[action], ...asked }
      folding.take({
        type: 'operator.requested',
        data,
        theatre: 'sahel',
        time: timeOf(this.#n),
        id: actionId
      })
    }
    if (!maySee(this.#reader.handling, 'internal')) this.#answer(alertId)
  }

  /**
   * A partner has it and says what was done there: in one log only, also of an alert that is closed
   * by then.
   */
  #answer(alertId: string): void {
    const id = `${actionIdOf(alertId, this.#n)}-answer`
    const partner = {
      by: 'River house',
      holder: 'River house',
      subscriptionId: `sub_${this.#n % 3}`,
      via: 'link'
    } as const
    const response = { kind: 'warned', at: null, text: 'by the radio of the port' } as const
    const said = {
      until: null,
      note: 'ours',
      ...(this.#n % 3 > 0 ? { response } : {}),
      handling: 'internal'
    } as const
    const data = { actionId: id, action: 'answer', alertId, ...partner, ...said } as const
    this.full.take({ type: 'answer.requested', data, theatre: 'sahel', time: timeOf(this.#n), id })
  }

  #slotOf(who: (typeof voices)[number], slot: number) {
    const own = sources[who]
    return { sourceId: own[slot % own.length] as string, externalId: `${who}-${slot}` }
  }

  #isOpen(who: (typeof voices)[number]): boolean {
    return who === 'open' || (who === 'abroad' && this.#reader.theatres === '*')
  }

  #put(record: TheatreRecord, isOpen: boolean): void {
    this.full.take(record)
    if (isOpen) this.twin.take(record)
    else if (record.type === 'report.received') this.missing.add(record.data.reportId)
  }
}

function lastEventsOf({ result }: Folding): ReadonlyMap<string, AlertState> {
  return new Map(
    result.alertEvents.flatMap(({ type, data }) =>
      type === 'alert.action-refused' ? [] : [[data.alertId, data]]
    )
  )
}

function whenOf(day: number) {
  const date = new Date(originMs + day * dayMs).toISOString().slice(0, 10)
  return { occurred: { from: date, to: date } }
}

it('gives a reader the same bytes from two logs that differ only in hidden content', async () => {
  let compared = 0
  const documents = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        handling: fc.constantFrom('public' as const, 'partners' as const, 'internal' as const),
        theatres: fc.constantFrom('*' as const, ['sahel'])
      }),
      fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
      async (reader, steps) => {
        const telling = new Telling(reader)
        telling.tell(steps)
        const [full, twin] = [telling.full.result, telling.twin.result]
        const apart = new Entangled(reader, telling.missing, [full, twin])
        const [there, here] = [
          await readerBytes(full, reader, apart),
          await readerBytes(twin, reader, apart)
        ]
        compared += here.filter(line => line.startsWith('stream ')).length
        for (const line of there)
          if (line.startsWith('cap <') && documents.size < documentsMax)
            documents.add(line.slice(4))
        expect(firstDifference(there, here)).toBeNull()
      }
    ),
    { numRuns: runs }
  )
  expect(await capFaults([...documents])).toEqual([])
  // Stories without any shown alert prove nothing.
  expect(compared).toBeGreaterThan(runs)
}, 600_000)

it('gives a reader the same incident, and the same alerts on it, whether or not a hidden report joined and left it', async () => {
  const reader = { handling: 'public', theatres: '*' } as const
  const logs = [true, false].map(hasRumour => {
    const folding = new Folding()
    const theatre = 'sahel'
    folding.take(theatreConfigured({}, timeOf(0)))
    for (const id of ['wire-1', 'rumour-3'])
      folding.take(
        sourceConfigured(
          { id, reliability: 'B', latenessDays: 2, cadenceDays: 30 },
          { theatre, time: timeOf(0) }
        )
      )
    for (const rule of startingRules)
      folding.take({
        type: 'rule.configured',
        data: rule,
        theatre,
        time: timeOf(0),
        id: digest('rule', theatre, rule.ruleId)
      })
    folding.take(ticked(new Date(originMs + 20 * dayMs).toISOString(), { theatre }))
    const attackOn = (externalId: string, day: number, lat: number, isHidden = false) =>
      aReport({
        sourceId: isHidden ? 'rumour-3' : 'wire-1',
        externalId,
        ...whenOf(day),
        category: 'attack',
        place: placeOf({ ...places.dioura, lat }),
        handling: isHidden ? 'restricted' : 'public'
      })
    const lat = places.dioura.lat ?? 0
    folding.take(received(attackOn('a0', 14, lat), { time: timeOf(1) }))
    const hidden = attackOn('h', 14, lat, true)
    if (hasRumour) folding.take(received(hidden, { time: timeOf(2) }))
    if (hasRumour)
      folding.take(
        withdrawn({ reportId: hidden.reportId, theatre, lane: 'live' }, { time: timeOf(3) })
      )
    folding.take(received(attackOn('a1', 16, lat + 0.05), { time: timeOf(4) }))
    folding.take(received(attackOn('a2', 18, lat - 0.05), { time: timeOf(5) }))
    folding.take(ticked(new Date(originMs + 22 * dayMs).toISOString(), { theatre }))
    return folding.result
  })
  const [full, twin] = logs as [(typeof logs)[0], (typeof logs)[0]]
  // The hidden report has left a trace in the engine's own count.
  const countOf = ({ incidentEvents }: typeof full) =>
    Math.max(...incidentEvents.map(({ data }) => data.revision))
  expect([countOf(full), countOf(twin)]).toEqual([3, 1])
  expect(twin.alertEvents.length).toBeGreaterThan(0)
  const none = new Entangled(reader, new Set(), [full, twin])
  expect(
    firstDifference(await readerBytes(full, reader, none), await readerBytes(twin, reader, none))
  ).toBeNull()
})
