// Reports for bench `rules`: generated from a seed, in event order or partly late, as in a
// theatre's log.

import { compareText } from '@tocsin/domain/incident/incident'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { Category, ReportRevision } from '@tocsin/domain/report/report'
import { received, ticked } from '@tocsin/testing/report/record-builder'
import { aReport, placeOf } from '@tocsin/testing/report/report-builder'

export const theatre = 'bench'
const dayMs = 86_400_000
const startMs = Date.parse('2015-01-01T00:00:00.000Z')

export interface RulesLoadOptions {
  readonly reportsPerDay: number
  /** Of 100 reports, this many reach the log up to 14 days late; all others in order. */
  readonly latePer100: number
  /**
   * True if the reports of a day come in any order; otherwise in fold order: within a day by id.
   */
  readonly shufflesDays?: boolean
  /** First-level areas, each with its own settlements around a centre; default 40. */
  readonly areas?: number
  readonly seed: number
}

const areasUsual = 40
const settlementsPerArea = 12
const actors = [
  'Katiba A',
  'Katiba B',
  'Front C',
  'Army D',
  'Militia E',
  'Militia F',
  'Cell G',
  'Cell H'
]
const sources = ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2']
/** The mix of categories in feeds of armed violence: mostly attacks. Out of 100. */
const kinds: readonly (readonly [Category, number])[] = [
  ['attack', 22],
  ['attack-on-civilians', 14],
  ['clash', 16],
  ['ambush', 6],
  ['explosion', 8],
  ['killing', 4],
  ['abduction', 4],
  ['release', 1],
  ['looting', 5],
  ['blockade', 2],
  ['movement-denied', 2],
  ['territory-seized', 1],
  ['imposed-rule', 1],
  ['displacement', 4],
  ['threat', 4],
  ['protest', 4],
  ['advisory', 1],
  ['other', 1]
]

/**
 * Records of a theatre, endless: reports and a tick per day. The same options give the same
 * records.
 */
export function* rulesLoad(options: RulesLoadOptions): Generator<TheatreRecord> {
  const { reportsPerDay, latePer100, shufflesDays = false, areas = areasUsual, seed } = options
  const random = mulberry32(seed)
  const late = new Map<number, ReportRevision[]>()
  let number = 0
  for (let day = 0; ; day++) {
    const toMs = startMs + day * dayMs
    yield ticked(new Date(toMs).toISOString(), { theatre })
    const time = new Date(toMs + 1000).toISOString()
    for (const report of late.get(day) ?? []) yield received(report, { theatre, time })
    late.delete(day)
    const today: ReportRevision[] = []
    for (let left = poisson(reportsPerDay, random); left > 0; left--) {
      const report = reportOf(number++, day - 1, areas, random)
      const comesOn = day + 1 + Math.floor(random() * 14)
      if (random() * 100 >= latePer100) today.push(report)
      else late.set(comesOn, [...(late.get(comesOn) ?? []), report])
    }
    if (!shufflesDays) today.sort((a, b) => compareText(a.reportId, b.reportId))
    for (const report of today) yield received(report, { theatre, time })
  }
}

function reportOf(
  number: number,
  day: number,
  areas: number,
  random: () => number
): ReportRevision {
  const at = new Date(startMs + day * dayMs).toISOString().slice(0, 10)
  // Violence is unevenly distributed: some areas have ten times as much as others.
  const area = Math.floor(random() ** 2 * areas)
  const site = Math.floor(random() ** 1.5 * settlementsPerArea)
  const country = ['ML', 'BF', 'NE'][area % 3] as string
  const admin1 = `${country}-${area}`
  const middle = { lat: 10 + (area % 8) * 1.4, lon: -10 + Math.floor(area / 8) * 2.2 }
  const name = `Settlement ${area}-${site}`
  const place = placeOf({
    name,
    country,
    admin1,
    settlement: `${admin1}/${site}`,
    lat: middle.lat + ((site * 7) % 12) * 0.08 - 0.4,
    lon: middle.lon + ((site * 5) % 12) * 0.1 - 0.5,
    radiusKm: random() < 0.3 ? 25 : 3
  })
  const deaths = random() < 0.5 ? null : Math.floor(random() ** 4 * 30)
  return aReport({
    sourceId: sources[Math.floor(random() * sources.length)] as string,
    externalId: `B-${number}`,
    reportedAt: new Date(startMs + day * dayMs + 20 * 3_600_000).toISOString(),
    occurred: { from: at, to: at },
    category: kindOf(random),
    place,
    actors:
      random() < 0.3
        ? []
        : [{ name: actors[Math.floor(random() * actors.length)] as string, role: 'perpetrator' }],
    targets: random() < 0.3 ? [{ kind: 'civilians' }] : [],
    fatalities: { low: deaths, best: deaths, high: deaths === null ? null : deaths + 2 },
    persons:
      random() < 0.02
        ? [{ key: `person-${number % 500}`, role: null, kind: null, aliasKeys: [] }]
        : [],
    credibility: random() < 0.2 ? 3 : 2,
    theatre
  })
}

function kindOf(random: () => number): Category {
  let left = random() * 100
  for (const [kind, share] of kinds) {
    left -= share
    if (left < 0) return kind
  }
  return 'other'
}

function poisson(mean: number, random: () => number): number {
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
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
