// Random courses of reports: late, corrected, withdrawn, copied, with intervals, several places,
// aliases and drills, on both sides of the antimeridian.

import type { Place, ReportRevision } from '@tocsin/domain/report/report'
import { formatDay } from '../../src/data/time.ts'
import { makePlace, makeReport } from './make-report.ts'

export type CourseStep =
  | { readonly type: 'receive'; readonly report: ReportRevision }
  | { readonly type: 'withdraw'; readonly reportId: string }
  | { readonly type: 'tick'; readonly day: number }

export type Random = () => number

/** Uniform numbers from 0 to 1 (mulberry32). */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!
}

export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map(item => [random(), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item)
}

const firstDay = 45_000
const villages = ['Diosso', 'Konna', 'Boni', 'Gao', 'Tonka', 'Kamona', 'Balle', 'Niono']
const categories = [
  'attack',
  'attack-on-civilians',
  'attack-on-civilians',
  'ambush',
  'explosion',
  'abduction',
  'abduction',
  'release',
  'killing',
  'looting'
] as const

/** Villages a few kilometres apart; some lie on the other side of the antimeridian. */
function makeVillage(random: Random, crowding: number): Place {
  const index = Math.floor(random() ** crowding * villages.length)
  const name = villages[index]!
  const admin1 = index < 5 ? 'ML-4' : 'ML-5'
  const lon = 179.9 + index * 0.04
  const place = makePlace({
    name,
    admin1,
    statedAdmin1: admin1,
    settlement: random() < 0.2 ? null : `${admin1}/${name.toLowerCase()}`,
    settlementName: name,
    lat: 14 + (index % 3) * 0.06,
    lon: lon > 180 ? lon - 360 : lon,
    radiusKm: pick(random, [0.5, 1, 1, 4, 15, 60])
  })
  return random() < 0.08 ? { ...place, lat: null, lon: null, radiusKm: null } : place
}

function makePersons(random: Random): ReportRevision['persons'] {
  if (random() < 0.5) return []
  const count = random() < 0.7 ? 1 : 2
  return Array.from({ length: count }, () => ({
    key: `p${Math.floor(random() * 7)}`,
    role: pick(random, [null, null, null, 'abducted', 'killed', 'witness']),
    kind: pick(random, [null, null, 'aid worker', 'foreigner']),
    aliasKeys: random() < 0.25 ? [`p${Math.floor(random() * 7)}`] : []
  }))
}

function makeContent(random: Random, day: number, crowding: number): ReportRevision {
  const category = pick(random, categories)
  const length = random() < 0.15 ? Math.floor(random() * 40) : 0
  const best = random() < 0.5 ? null : Math.floor(random() ** 3 * 60)
  const isOfPeople = ['abduction', 'release', 'killing'].includes(category)
  return makeReport({
    at: [formatDay(day), formatDay(day + length)],
    category,
    tactics: random() < 0.1 ? [pick(random, ['ied', 'execution', 'other:body-found'])] : [],
    place: makeVillage(random, crowding),
    alsoAt: random() < 0.1 ? [makeVillage(random, crowding)] : [],
    actors:
      random() < 0.3
        ? []
        : [{ name: pick(random, ['A', 'B', 'C', 'unknown']), role: 'perpetrator' }],
    targets: random() < 0.5 ? [] : [{ kind: pick(random, ['civilians', 'military']) }],
    fatalities: {
      low: best === null || random() < 0.5 ? null : Math.floor(best / 2),
      best,
      high: random() < 0.3 ? (best ?? 0) + 10 : null
    },
    persons: isOfPeople ? makePersons(random) : [],
    credibility: random() < 0.08 ? 5 : 2,
    drill: random() < 0.06
  })
}

/** A course over about half a year; `size`: number of reports before corrections and copies. */
export function makeCourse(seed: number, size: number): CourseStep[] {
  const random = makeRandom(seed)
  const crowding = 1 + (seed % 3)
  const days = [60, 150, 400][seed % 3]!
  const timed: [number, CourseStep][] = []
  const originals: ReportRevision[] = []
  const arrive = (day: number, report: ReportRevision) =>
    timed.push([day + (random() < 0.4 ? random() * 60 : random()), { type: 'receive', report }])
  for (let number = 0; number < size; number++) {
    const day = firstDay + Math.floor(random() * days)
    const reportId = `r${seed}-${number}`
    const sourceId = pick(random, ['one', 'two'])
    const copied = random() < 0.12 && originals.length > 0 ? pick(random, originals) : null
    const content = copied ?? makeContent(random, day, crowding)
    const report = {
      ...content,
      reportId,
      sourceId: copied === null ? sourceId : 'wire',
      contentHash: `h${number}`,
      narrativeKey: copied === null ? null : `n${copied.reportId}`,
      reportedAt: `2025-01-01T00:00:00.${String(number).padStart(3, '0')}Z`
    }
    if (copied !== null)
      arrive(day, { ...copied, narrativeKey: `n${copied.reportId}`, contentHash: 'hx' })
    originals.push(report)
    arrive(day, report)
    if (random() < 0.15)
      arrive(day + 20, {
        ...makeContent(random, day + Math.floor(random() * 5), crowding),
        reportId,
        sourceId: report.sourceId,
        contentHash: `c${number}`,
        reportedAt: '2025-02-01T00:00:00.000Z'
      })
    if (random() < 0.3) timed.push([day + random() * 80, { type: 'withdraw', reportId }])
  }
  for (let day = firstDay; day < firstDay + days + 300; day += 9)
    timed.push([day, { type: 'tick', day }])
  return timed.sort((a, b) => a[0] - b[0]).map(([, step]) => step)
}
