// Two logs that differ only in what a reader may not see give this reader the same bytes over every
// transport. The real engine, notifier and intake. Stories have reports of mixed handling in two
// theatres, corrections, withdrawals, ticks and officers' actions; the twin lacks rumours, far
// attacks, a whole theatre and what officers wrote above the reader's level. Permitted differences
// are listed in decision 0033.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { digest } from '@tocsin/contracts/json/digest'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import type { Category } from '@tocsin/contracts/theatre/report'
import type { OperatorAction, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import {
  received,
  sourceConfigured,
  theatreConfigured,
  ticked,
  withdrawn
} from '@tocsin/testing/report/record-builder'
import { aReport, makePlace, places } from '@tocsin/testing/report/report-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstDifference, readerBytes } from '../harness/reader-bytes.ts'
import { fullRun } from '../harness/test-size.ts'
import { actionIdOf, Folding, type LimitedReader } from '../harness/twin-logs.ts'

const originMs = Date.parse('2025-01-01T00:00:00.000Z')
const dayMs = 86_400_000

/**
 * `mixed`: hidden reports tell of the same attacks as visible ones, and all rules fold them.
 * `apart`: hidden reports are days apart from visible ones and name the same few people, actors and
 * tactics; only rules that join reports by such names fold them.
 */
type Course = 'mixed' | 'apart'

/** Open: visible. Rumour: hidden, beside the visible. Far: hidden, in another area. */
const voices = ['open', 'rumour', 'far', 'abroad'] as const
type Voice = (typeof voices)[number]

interface Say {
  readonly kind: 'say'
  readonly voice: Voice
  readonly slot: number
  readonly day: number
  readonly category: Category
  readonly spot: number
  readonly jitter: number
  readonly low: number
  /** Index of a handling that its voice may have. */
  readonly pick: number
  readonly names: readonly string[]
  readonly bands: readonly string[]
  /** Further days before: old reports end the warming of a rule. */
  readonly ago: number
  readonly grade: 2 | 5
}
type Step =
  | Say
  | { readonly kind: 'withdraw'; readonly voice: Voice; readonly slot: number }
  | { readonly kind: 'tick'; readonly days: number }
  | { readonly kind: 'act'; readonly pick: number; readonly action: OperatorAction | 'reopen' }

const categories: Readonly<Record<Course, readonly Category[]>> = {
  mixed: [
    ...['attack', 'attack', 'attack', 'ambush', 'killing'],
    ...['blockade', 'movement-denied', 'appeal']
  ] as Category[],
  apart: ['abduction', 'abduction', 'killing', 'release', 'threat']
}

function stepOf(course: Course): fc.Arbitrary<Step> {
  const isApart = course === 'apart'
  const voice = isApart
    ? fc.constantFrom<Voice>('open', 'rumour')
    : fc.constantFrom<Voice>(...voices, 'open', 'open', 'rumour')
  const slot = fc.nat({ max: isApart ? 12 : 40 })
  const say = fc.record({
    kind: fc.constant('say' as const),
    voice,
    slot,
    day: fc.nat({ max: isApart ? 20 : 12 }),
    category: fc.constantFrom(...categories[course]),
    spot: fc.nat({ max: 2 }),
    jitter: fc.integer({ min: -4, max: 4 }),
    low: fc.constantFrom(0, 1, 3, 40),
    pick: fc.nat({ max: 2 }),
    names: fc.subarray(['a', 'b', 'c']),
    bands: fc.subarray(['Band One', 'Band Two']),
    ago: fc.constantFrom(0, 0, 0, 400, 700),
    grade: fc.constantFrom(2 as const, 2 as const, 2 as const, 5 as const)
  })
  const withdraw = fc.record({ kind: fc.constant('withdraw' as const), voice, slot })
  const tick = fc.record({
    kind: fc.constant('tick' as const),
    days: fc.integer({ min: 1, max: isApart ? 60 : 9 })
  })
  const act = fc.record({
    kind: fc.constant('act' as const),
    pick: fc.nat({ max: 5 }),
    action: fc.constantFrom<OperatorAction | 'reopen'>(
      ...(['acknowledge', 'assign', 'comment', 'resolve', 'reopen'] as const)
    )
  })
  return fc.oneof(
    { weight: 12, arbitrary: say },
    { weight: 1, arbitrary: withdraw },
    { weight: 3, arbitrary: tick },
    { weight: 3, arbitrary: act }
  )
}

const spots: Readonly<Record<Course, readonly (typeof places.dioura)[]>> = {
  mixed: [places.dioura, { ...places.dioura, lat: 14.9 }, places.diosso],
  apart: [places.dioura, places.diosso, places.djibo]
}
const joining: ReadonlySet<string> = new Set(['abduction-to-killing', 'new-actor', 'new-tactic'])
const rules = {
  // All notify people: what officers write of them stands in every total.
  mixed: defaultRules.map(({ notify: _, ...rule }) => rule),
  apart: defaultRules.filter(({ pattern }) => joining.has(pattern))
}
const sources = {
  open: ['wire-1', 'radio-2'],
  rumour: ['rumour-3'],
  far: ['hush-4'],
  abroad: ['coast-5']
} as const
/** What officers write: a reader below its handling gets the other log's text instead. */
const talk = { full: 'they took the north road', twin: 'nothing to see' }

/** A story as two logs: the twin lacks what the reader may not see. */
class Telling {
  readonly full: Folding
  readonly twin: Folding
  readonly #course: Course
  readonly #reader: LimitedReader
  readonly #visible: readonly Handling[]
  readonly #hidden: readonly Handling[]
  #n = 0
  #day = 20

  constructor(course: Course, reader: LimitedReader) {
    this.#course = course
    this.#reader = reader
    this.full = new Folding(reader.handling)
    this.twin = new Folding(reader.handling)
    const at = handlings.indexOf(reader.handling)
    this.#visible = handlings.slice(0, at + 1)
    this.#hidden = handlings.slice(at + 1)
    if (course === 'apart') this.#day = 100
    const theatres = [
      theatreConfigured({}, this.#time),
      theatreConfigured({ id: 'coast', countries: ['CI'] }, this.#time)
    ]
    for (const record of theatres) {
      const { theatre } = record
      const isOpen = theatre === 'sahel' || reader.theatres === '*'
      this.put(ticked(new Date(originMs).toISOString(), { theatre }), isOpen)
      this.put(record, isOpen)
      for (const id of Object.values(sources).flat()) {
        const reliability = id === 'rumour-3' && course === 'mixed' ? 'E' : 'B'
        const source = { id, reliability, latenessDays: 2, cadenceDays: 30 } as const
        this.put(sourceConfigured(source, { theatre, time: this.#time }), isOpen)
      }
      for (const data of rules[course]) {
        const id = digest('rule', theatre, data.ruleId)
        this.put({ type: 'rule.configured', data, theatre, time: this.#time, id }, isOpen)
      }
    }
    this.tick(0)
    // The first report is in both logs: baselines begin there.
    if (course === 'mixed')
      this.put(received(this.report({ externalId: 'first', category: 'protest' }, 1)), true)
  }

  tell(steps: readonly Step[]): void {
    for (const each of steps) {
      this.#n++
      if (each.kind === 'say') this.#say(each)
      else if (each.kind === 'withdraw') this.#withdraw(each)
      else if (each.kind === 'tick') this.tick(each.days)
      else this.act(each)
    }
    for (const days of this.#course === 'apart' ? [1, 200, 1] : [1, 30, 1]) this.tick(days)
  }

  /** A public report of the day, which happened that many days after the beginning. */
  report(said: Parameters<typeof aReport>[0], day: number) {
    const date = new Date(originMs + day * dayMs).toISOString().slice(0, 10)
    const occurred = { from: date, to: date }
    return aReport({ handling: 'public', sourceId: 'wire-1', occurred, ...said })
  }

  put(record: TheatreRecord, isOpen: boolean): void {
    this.full.take(record)
    if (isOpen) this.twin.take(record)
  }

  tick(days: number): void {
    this.#day += days
    const to = new Date(originMs + this.#day * dayMs).toISOString()
    for (const theatre of ['sahel', 'coast'])
      this.put(ticked(to, { theatre }), theatre === 'sahel' || this.#reader.theatres === '*')
  }

  /** Different for each step. */
  get #time(): string {
    return new Date(originMs + this.#day * dayMs + this.#n * 60_000).toISOString()
  }

  #say(said: Say): void {
    const { voice, slot, spot, low, pick, names, bands, grade } = said
    const isApart = this.#course === 'apart'
    const levels = voice === 'open' || voice === 'abroad' ? this.#visible : this.#hidden
    const { lat, ...place } =
      voice === 'far' ? places.diffa : (spots[this.#course][spot] as typeof places.dioura)
    const whatApart = {
      place: { ...place, lat },
      persons: names.map(key => ({ key, role: null, kind: null, aliasKeys: [] })),
      actors: bands.map(name => ({ name, role: 'perpetrator' })),
      tactics: bands.length === 2 ? ['drone'] : [],
      credibility: grade
    } as const
    const whatMixed = {
      place: makePlace({ ...place, lat: (lat ?? 0) + said.jitter / 100 }),
      fatalities: { low, best: low, high: low },
      credibility: voice === 'rumour' ? 5 : 2
    } as const
    const day = isApart
      ? 6 * (said.day - Math.round(said.ago / 6)) + (voice === 'open' ? 0 : 3)
      : this.#day - said.day
    const report = this.report(
      {
        ...this.#slotOf(voice, slot),
        ...(isApart ? whatApart : whatMixed),
        reportedAt: this.#time,
        category: said.category,
        handling: levels[pick % levels.length] as Handling
      },
      day
    )
    this.put(received(report, { time: this.#time }), this.#isOpen(voice))
  }

  #withdraw({ voice, slot }: { readonly voice: Voice; readonly slot: number }): void {
    const of = this.#slotOf(voice, slot)
    const { reportId } = aReport(of)
    const data = { reportId, theatre: of.theatre, lane: 'live' } as const
    this.put(withdrawn(data, { time: this.#time }), this.#isOpen(voice))
  }

  /**
   * An officer acts on an alert that both logs have. If the reader may not read who and what, these
   * differ.
   */
  act({ pick, action }: Pick<Extract<Step, { kind: 'act' }>, 'pick' | 'action'>): void {
    this.#n++
    const isStale = this.#n % 7 === 0
    const standing = lastStates(this.twin)
    const alertId = [...standing.values()].filter(({ theatre }) => theatre === 'sahel')[pick]
      ?.alertId
    if (alertId === undefined) return
    // Without a stated handling it is internal; of older comments everyone sees that there was one.
    const isStated = this.#n % 5 > 0
    const levels = this.#n % 3 > 0 ? this.#hidden : this.#visible
    const handling = levels[this.#n % levels.length] as Handling
    const isHidden = !maySee(this.#reader.handling, isStated ? handling : 'internal')
    const actionId = actionIdOf(alertId, this.#n)
    for (const folding of [this.full, this.twin]) {
      const state = lastStates(folding).get(alertId)
      const isOther = isHidden && folding === this.twin
      if (state === undefined) continue
      const text = isOther ? talk.twin : talk.full
      const of = { theatre: 'sahel', time: this.#time, id: actionId }
      const asked = {
        ...{ actionId, alertId, by: text, byId: `key_${text}` },
        ifMatch: state.operatorRevision + (isStale ? 7 : 0),
        clearance: this.#reader.handling,
        ...(isStated ? { handling } : {})
      }
      if (action === 'reopen') {
        folding.take({
          ...{ type: 'reopening.requested', data: { ...asked, action, note: text } },
          ...of
        })
        continue
      }
      const none = { until: null, note: null, to: null, text: null, disposition: null }
      const words = {
        acknowledge: { note: text },
        assign: { to: text },
        comment: { text },
        resolve: { disposition: 'true' as const, note: text }
      }
      const data = {
        ...none,
        ...words[action],
        ...asked,
        action
      }
      folding.take({ type: 'operator.requested', data, ...of })
    }
    if (!maySee(this.#reader.handling, 'internal')) this.#answer(alertId)
  }

  /** A partner says what was done, also for an alert that is closed by then. */
  #answer(alertId: string): void {
    const id = `${actionIdOf(alertId, this.#n)}-answer`
    for (const [folding, text] of [
      [this.full, talk.full],
      [this.twin, talk.twin]
    ] as const) {
      const response = { kind: 'warned', at: null, text } as const
      const data = {
        actionId: id,
        action: 'answer',
        alertId,
        by: 'River house',
        holder: 'River house',
        subscriptionId: `sub_${this.#n % 3}`,
        via: 'link',
        until: null,
        note: text,
        ...(this.#n % 3 > 0 ? { response } : {}),
        handling: 'internal',
        clearance: this.#reader.handling
      } as const
      folding.take({ type: 'answer.requested', data, theatre: 'sahel', time: this.#time, id })
    }
  }

  #slotOf(voice: Voice, slot: number) {
    const own = sources[voice]
    const theatre = voice === 'abroad' ? 'coast' : 'sahel'
    const sourceId = own[slot % own.length] as string
    return { sourceId, externalId: `${voice}-${slot}`, theatre }
  }

  #isOpen(voice: Voice): boolean {
    return voice === 'open' || (voice === 'abroad' && this.#reader.theatres === '*')
  }
}

function lastStates({ result }: Folding): ReadonlyMap<string, AlertState> {
  return new Map(
    result.alertEvents.flatMap(({ type, data }) =>
      type === 'alert.action-refused' ? [] : [[data.alertId, data]]
    )
  )
}

it.each([
  { course: 'mixed', runs: fullRun ? 600 : 6, steps: 60 },
  { course: 'apart', runs: fullRun ? 150 : 4, steps: 40 }
] as const)(
  'gives a reader the same bytes from two logs that differ only in hidden content ($course)',
  async ({ course, runs, steps }) => {
    const shown = { events: 0, hidden: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          handling: fc.constantFrom('public' as const, 'partners' as const, 'internal' as const),
          theatres: fc.constantFrom('*' as const, ['sahel'])
        }),
        fc.array(stepOf(course), { minLength: 10, maxLength: steps, size: 'max' }),
        async (reader, story) => {
          const telling = new Telling(course, reader)
          telling.tell(story)
          const [full, twin] = [telling.full.result, telling.twin.result]
          const [there, here] = [await readerBytes(full, reader), await readerBytes(twin, reader)]
          expect(firstDifference(there, here)).toBeNull()
          shown.events += here.filter(line => line.startsWith('stream ')).length
          shown.hidden += full.alerts.length - twin.alerts.length
        }
      ),
      { numRuns: runs }
    )
    // Stories without any shown alert, or without any hidden one, prove nothing.
    expect(shown.events).toBeGreaterThan(runs)
    expect(shown.hidden).toBeGreaterThan(runs)
  },
  900_000
)

/** Each has lines of its own in what a reader gets. */
const transports = [
  ...['list', 'search', 'snapshot', 'detail', 'evidence', 'incidents', 'incident', 'report'],
  ...['found report', 'export of alerts', 'features of alerts', 'rows of alerts'],
  ...['export of incidents', 'features of incidents', 'rows of incidents', 'feed'],
  ...['feed headline', 'feed ids', 'cap', 'cap feed', 'events', 'events snapshot'],
  ...['stream', 'stream again', 'webhook', 'total']
]
/** Those that have the words of a statement in French. */
const french = [
  ...['list', 'search', 'snapshot', 'detail', 'export of alerts', 'feed', 'cap', 'events'],
  ...['stream', 'stream again', 'webhook']
]
/** Those with room for what officers write. */
const wordy = [
  ...['list', 'search', 'snapshot', 'detail', 'export of alerts', 'features of alerts'],
  ...['rows of alerts', 'feed', 'cap', 'events', 'stream', 'stream again', 'webhook', 'total']
]
const transportsIn = (lines: readonly string[]) =>
  transports.filter(name => lines.some(line => line.startsWith(`${name} `)))

it('gives a reader the same bytes on every transport where a hidden report joined and left an incident, and officers wrote', async () => {
  const reader = { handling: 'public', theatres: '*' } as const
  const lat = places.dioura.lat ?? 0
  const telling = new Telling('mixed', reader)
  const tell = (said: Parameters<typeof aReport>[0], day: number, isOpen = true) => {
    const report = telling.report(said, day)
    telling.put(received(report), isOpen)
    return report
  }
  tell({ externalId: 'a0' }, 14)
  const hidden = { externalId: 'h', sourceId: 'rumour-3', handling: 'restricted' } as const
  const { reportId, theatre } = tell(hidden, 14, false)
  telling.put(withdrawn({ reportId, theatre, lane: 'live' }), false)
  tell({ externalId: 'a1', place: { ...places.dioura, lat: lat + 0.05 } }, 16)
  tell({ externalId: 'a2', place: { ...places.dioura, lat: lat - 0.05 } }, 18)
  telling.tick(2)
  for (const action of ['acknowledge', 'assign', 'comment'] as const)
    telling.act({ pick: 0, action })
  telling.act({ pick: 1, action: 'resolve' })
  const [full, twin] = [telling.full.result, telling.twin.result]
  // The hidden report has left a trace in the engine's own count.
  const countOf = ({ incidentEvents }: typeof full) =>
    Math.max(...incidentEvents.map(({ data }) => data.revision))
  expect([countOf(full), countOf(twin)]).toEqual([3, 1])
  expect(twin.alertEvents.length).toBeGreaterThan(0)
  const [there, here] = [await readerBytes(full, reader), await readerBytes(twin, reader)]
  expect(firstDifference(there, here)).toBeNull()
  expect(transportsIn(here)).toEqual(transports)
  expect(transportsIn(here.filter(line => line.includes('L’alerte repose sur')))).toEqual(french)
  const cleared = await readerBytes(full, { ...reader, handling: 'restricted' })
  expect(transportsIn(cleared.filter(line => line.includes(talk.full)))).toEqual(wordy)
})

it('keeps an alert and its incidents as they are where hidden reports of the same attacks join', async () => {
  const reader = { handling: 'partners', theatres: '*' } as const
  const telling = new Telling('mixed', reader)
  const attacks = [0, 0.05, -0.05].map((north, i) => {
    const { lat } = places.dioura
    return { externalId: `a${i}`, place: { ...places.dioura, lat: (lat ?? 0) + north } }
  })
  const tell = (more: Parameters<typeof aReport>[0], isOpen: boolean) => {
    for (const [i, attack] of attacks.entries())
      telling.put(received(telling.report({ ...attack, ...more }, 14 + 2 * i)), isOpen)
  }
  tell({ handling: 'partners' }, true)
  tell({ handling: 'restricted', sourceId: 'rumour-3' }, false)
  telling.tick(2)
  const [full, twin] = [telling.full.result, telling.twin.result]
  const [there, here] = [await readerBytes(full, reader), await readerBytes(twin, reader)]
  expect(firstDifference(there, here)).toBeNull()
  const named = (lines: readonly string[], name: string) =>
    lines.filter(line => line.startsWith(`${name} `) && line.includes('"country":["ML"]'))
  expect(named(there, 'list')).not.toEqual([])
  const joined = (lines: readonly string[]) =>
    lines.filter(line => line.startsWith('incidents ') && line.includes('"joins"'))
  expect(joined(there)).toEqual([])
  const cleared = await readerBytes(full, { ...reader, handling: 'restricted' })
  expect(joined(cleared)).toHaveLength(3)
})

it('serves no event again, on any transport, once the handling of its reports was raised', async () => {
  const reader = { handling: 'public', theatres: '*' } as const
  const telling = new Telling('mixed', reader)
  const tell = (i: number, more: Parameters<typeof aReport>[0]) => {
    const lat = (places.dioura.lat ?? 0) + i / 20
    const attack = { externalId: `a${i}`, place: { ...places.dioura, lat }, ...more }
    telling.put(received(telling.report(attack, 14 + 2 * i)), true)
  }
  for (const i of [0, 1, 2, 3]) tell(i, {})
  const first = '4 attacks close together'
  const linesWith = (lines: readonly string[]) => lines.filter(line => line.includes(first))
  expect(transportsIn(linesWith(await readerBytes(telling.full.result, reader)))).not.toEqual([])
  for (const i of [1, 2])
    tell(i, { handling: 'restricted', reportedAt: '2025-07-01T00:00:00.000Z' })
  const { result } = telling.full
  const lines = await readerBytes(result, reader)
  expect(linesWith(lines)).toEqual([])
  for (const name of ['feed', 'stream', 'webhook', 'cap'])
    expect(lines.some(line => line.startsWith(`${name} `) && !line.includes('headline'))).toBe(true)
  expect(lines.some(line => line.startsWith('feed ') && line.includes('alert.retracted'))).toBe(
    true
  )
  expect(linesWith(await readerBytes(result, { ...reader, handling: 'restricted' }))).not.toEqual(
    []
  )
})

it('serves no words, places, days or measures of an alert that was retracted when its reports were restricted', async () => {
  const reader = { handling: 'public', theatres: '*' } as const
  const telling = new Telling('mixed', reader)
  const tell = (i: number, more: Parameters<typeof aReport>[0]) => {
    const lat = (places.dioura.lat ?? 0) + i / 20
    const attack = { externalId: `a${i}`, place: { ...places.dioura, lat }, ...more }
    telling.put(received(telling.report(attack, 14 + 2 * i)), true)
  }
  for (const i of [0, 1, 2, 3]) tell(i, {})
  for (const i of [0, 1, 2, 3])
    tell(i, { handling: 'restricted', reportedAt: '2025-07-01T00:00:00.000Z' })
  const lines = await readerBytes(telling.full.result, reader)
  const retracted = lines.filter(line => line.includes('"status":"retracted"'))
  expect(transportsIn(retracted)).toEqual(expect.arrayContaining(['feed', 'list', 'stream']))
  expect(retracted.filter(line => /attacks|Dioura|17 Jan|2025-01/.test(line))).toEqual([])
})
