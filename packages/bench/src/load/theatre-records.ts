// Records of a theatre for benches of the fold, made from a seed, as in a theatre's log: reports in
// event order or partly late, and crowds of reports of one village and day.

import type { Category, ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { compareText } from '@tocsin/domain/compare-text'
import { received, ticked } from '@tocsin/testing/report/record-builder'
import { aReport, makePlace } from '@tocsin/testing/report/report-builder'
import { benchSources, theatre } from './fold-engine.ts'

export const loadSeed = 20_241_120
const dayMs = 86_400_000
const startMs = Date.parse('2015-01-01T00:00:00.000Z')

export interface LoadOptions {
  readonly reportsPerDay: number
  /** Of 100 reports, this many reach the log up to 14 days late; all others in order. */
  readonly latePer100: number
  /** Default: all are for partners. */
  readonly handlings?: readonly ReportRevision['handling'][]
}

const areas = 40
const settlementsPerArea = 12
const actors = [
  ...['Katiba A', 'Katiba B', 'Front C', 'Army D'],
  ...['Militia E', 'Militia F', 'Cell G', 'Cell H']
]
/** The mix of categories in feeds of armed violence: mostly attacks. Out of 100. */
const shares = {
  attack: 22,
  'attack-on-civilians': 14,
  clash: 16,
  ambush: 6,
  explosion: 8,
  killing: 4,
  abduction: 4,
  release: 1,
  looting: 5,
  blockade: 2,
  'movement-denied': 2,
  'territory-seized': 1,
  'imposed-rule': 1,
  displacement: 4,
  threat: 4,
  protest: 4,
  advisory: 1,
  other: 1
} as const satisfies Partial<Record<Category, number>>

/** Endless: reports, and a tick a day. The same options give the same records. */
export function* makeRecords(options: LoadOptions): Generator<TheatreRecord, never> {
  const { reportsPerDay, latePer100, handlings = ['partners'] } = options
  const random = makeRandom(loadSeed)
  const late = new Map<number, ReportRevision[]>()
  let number = 0
  for (let day = 0; ; day++) {
    const toMs = startMs + day * dayMs
    yield ticked(new Date(toMs).toISOString(), { theatre })
    const time = new Date(toMs + 1000).toISOString()
    for (const report of late.get(day) ?? []) yield received(report, { theatre, time })
    late.delete(day)
    const today: ReportRevision[] = []
    for (let left = drawPoisson(reportsPerDay, random); left > 0; left--) {
      const handling = handlings[number % handlings.length]!
      const report = { ...makeReport(number++, day - 1, random), handling }
      const arrivesOn = day + 1 + Math.floor(random() * 14)
      if (random() * 100 >= latePer100) today.push(report)
      else late.set(arrivesOn, [...(late.get(arrivesOn) ?? []), report])
    }
    today.sort((a, b) => compareText(a.reportId, b.reportId))
    for (const report of today) yield received(report, { theatre, time })
  }
}

function makeReport(number: number, day: number, random: () => number): ReportRevision {
  const date = new Date(startMs + day * dayMs).toISOString().slice(0, 10)
  // Violence is unevenly distributed: some areas have ten times as much as others.
  const area = Math.floor(random() ** 2 * areas)
  const site = Math.floor(random() ** 1.5 * settlementsPerArea)
  const country = ['ML', 'BF', 'NE'][area % 3]!
  const admin1 = `${country}-${area}`
  const centre = { lat: 10 + (area % 8) * 1.4, lon: -10 + Math.floor(area / 8) * 2.2 }
  const place = makePlace({
    name: `Settlement ${area}-${site}`,
    country,
    admin1,
    settlement: `${admin1}/${site}`,
    lat: centre.lat + ((site * 7) % 12) * 0.08 - 0.4,
    lon: centre.lon + ((site * 5) % 12) * 0.1 - 0.5,
    radiusKm: random() < 0.3 ? 25 : 3
  })
  const deaths = random() < 0.5 ? null : Math.floor(random() ** 4 * 30)
  return aReport({
    sourceId: pickOne(benchSources, random),
    externalId: `B-${number}`,
    reportedAt: new Date(startMs + day * dayMs + 20 * 3_600_000).toISOString(),
    occurred: { from: date, to: date },
    category: pickCategory(random),
    place,
    actors: random() < 0.3 ? [] : [{ name: pickOne(actors, random), role: 'perpetrator' }],
    targets: random() < 0.3 ? [{ kind: 'civilians' }] : [],
    fatalities: { low: deaths, best: deaths, high: deaths === null ? null : deaths + 2 },
    persons: random() < 0.02 ? [makePerson(number % 500, null)] : [],
    credibility: random() < 0.2 ? 3 : 2,
    theatre
  })
}

function pickOne<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)]!
}

function pickCategory(random: () => number): Category {
  let left = random() * 100
  for (const [category, share] of Object.entries(shares)) {
    left -= share
    if (left < 0) return category as Category
  }
  return 'other'
}

function drawPoisson(mean: number, random: () => number): number {
  // In steps of at most ten, so that the product of probabilities does not underflow.
  let [sum, rest] = [0, mean]
  while (rest > 0) {
    const limit = Math.exp(-Math.min(10, rest))
    let product = random()
    while (product > limit) {
      sum += 1
      product *= random()
    }
    rest -= 10
  }
  return sum
}

/** Numbers from 0 to 1 from a seed. Mulberry32: 32 bits of state, enough for a load. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

// Crowds: reports of one village and day, as after a mass abduction or a massacre.

const crowdDay = '2016-03-01'
const crowdTime = '2016-03-02T06:00:00.000Z'
const village = makePlace({
  name: 'Ogossagou',
  country: 'ML',
  admin1: 'ML-5',
  settlement: 'ML-5/ogossagou',
  lat: 13.98,
  lon: -3.26,
  radiusKm: 2
})
const unknownDeaths = { low: null, best: null, high: null }

export interface Crowd {
  readonly what: string
  makeRecord(number: number): TheatreRecord
}

/** The tick of the day of the crowds, before their first record. */
export const crowdTick = ticked(crowdTime.slice(0, 10), { theatre })

export const crowds: readonly Crowd[] = [
  {
    what: 'the abducted, by five sources',
    makeRecord: i =>
      makeCrowdRecord({
        externalId: `F-${i}`,
        sourceId: benchSources[i % benchSources.length]!,
        category: 'abduction',
        persons: [makePerson(i, 'abducted')]
      })
  },
  {
    what: 'attacks, each by a source of its own',
    makeRecord: i =>
      makeCrowdRecord({
        externalId: `S-${i}`,
        sourceId: `voice-${i}`,
        category: 'attack',
        fatalities: { low: i % 4, best: i % 4, high: i % 4 },
        actors: [{ name: 'Katiba A', role: 'perpetrator' }]
      })
  }
]

function makeCrowdRecord(
  overrides: Partial<ReportRevision> & { readonly externalId: string }
): TheatreRecord {
  const report = aReport({
    reportedAt: crowdTime,
    occurred: { from: crowdDay, to: crowdDay },
    place: village,
    fatalities: unknownDeaths,
    theatre,
    ...overrides
  })
  return received(report, { theatre, time: crowdTime })
}

function makePerson(number: number, role: string | null): ReportRevision['persons'][number] {
  return { key: `person-${number}`, role, kind: null, aliasKeys: [] }
}
