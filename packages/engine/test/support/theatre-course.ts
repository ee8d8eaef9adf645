// Random courses of a theatre: reports that come late, are corrected, withdrawn, copied or known
// only to an interval, of several handling levels, with declared pairs and ticks.

import { categories, type ReportRevision, tactics } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { convertToMs, formatDay } from '../../src/data/time.ts'
import { makePlace, makeReport } from './make-report.ts'

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

/** What can happen to a report. A course counts them, so that a test can say what it met. */
export const situations = ['late', 'corrected', 'withdrawn', 'interval', 'copy', 'level'] as const
export type Situation = (typeof situations)[number]

/** Each two situations, as text. */
export const situationPairs: readonly string[] = situations.flatMap((one, i) =>
  situations.slice(i + 1).map(other => `${one} ${other}`)
)

export interface CourseOptions {
  readonly reports: number
  readonly days: number
  /** Categories of most reports; a fifth are of any category. Default: attacks. */
  readonly usual?: readonly ReportRevision['category'][]
  readonly usualTactics?: readonly string[]
  readonly handlings?: readonly ReportRevision['handling'][]
  /** Number of areas, at most 6. */
  readonly areas?: number
  /** Number of villages of an area, at most 3. */
  readonly villages?: number
  /** Shares of reports that meet a situation, where they differ from the usual ones. */
  readonly shares?: Partial<Record<Exclude<Situation, 'level'>, number>>
  /** Share of reports with deaths that have many. */
  readonly crueltyShare?: number
  /** Share of reports about people. Default: a tenth. */
  readonly peopleShare?: number
  /** Share of reports that name another village of the area as well, or none with a known point. */
  readonly unclearShare?: number
  /** Degrees of longitude of the first village. Those beyond 180 are on the other side. */
  readonly lon?: number
}

const usualShares = { late: 0.4, corrected: 0.12, withdrawn: 0.1, interval: 0.12, copy: 0.1 }

export interface Course {
  readonly records: readonly TheatreRecord[]
  /** By report id: what happened to it. */
  readonly met: ReadonlyMap<string, ReadonlySet<Situation>>
}

export const courseFirstDay = 45_000
const firstDay = courseFirstDay
const theatre = 'sahel'
export const courseSources = ['wire', 'radio', 'clinic', 'council'] as const
const neighbours = [['ML-5'], ['ML-4', 'BF-12'], ['ML-5'], ['NE-2'], ['NE-1'], []] as const
const areaCodes = ['ML-4', 'ML-5', 'BF-12', 'NE-1', 'NE-2', 'ML-8'] as const
const villages = ['Diosso', 'Konna', 'Boni'] as const

/** A course over `days` days, in the order of arrival. The same seed gives the same course. */
export function makeTheatreCourse(seed: number, options: CourseOptions): Course {
  return new CourseMaker(seed, options).make()
}

class CourseMaker {
  readonly #random: Random
  readonly #seed: number
  readonly #options: CourseOptions
  readonly #shares: typeof usualShares
  readonly #timed: (readonly [at: number, record: TheatreRecord])[] = []
  readonly #met = new Map<string, Set<Situation>>()
  readonly #reports: ReportRevision[] = []

  constructor(seed: number, options: CourseOptions) {
    this.#random = makeRandom(seed)
    this.#seed = seed
    this.#options = options
    this.#shares = { ...usualShares, ...options.shares }
  }

  make(): Course {
    const { reports, days } = this.#options
    for (const [i, id] of courseSources.entries()) this.#configureSource(id, i === 3 ? 'F' : 'B')
    for (let number = 0; number < reports; number++) this.#addReport(number)
    for (let i = 0; i < reports / 15; i++) this.#declarePair()
    const random = this.#random
    for (let day = firstDay; day < firstDay + days + 120; day += 1 + Math.floor(random() * 9))
      this.#add(day, 'clock.ticked', { to: formatInstant(day), gap: random() < 0.02 })
    const inOrder = [...this.#timed].sort((a, b) => a[0] - b[0])
    return { records: inOrder.map(([, record]) => record), met: this.#met }
  }

  #configureSource(id: string, reliability: 'B' | 'F'): void {
    const data = { id, reliability, latenessDays: 3, cadenceDays: 30, archive: false }
    this.#add(firstDay - 1, 'source.configured', data)
  }

  #addReport(number: number): void {
    const random = this.#random
    const day = firstDay + Math.floor(random() * this.#options.days)
    const reportId = `r${this.#seed}-${number}`
    const shares = this.#shares
    const copied =
      random() < shares.copy && this.#reports.length > 0 ? pick(random, this.#reports) : null
    const made = copied ?? this.#makeContent(day)
    const report = {
      ...made,
      reportId,
      sourceId: copied === null ? pick(random, courseSources) : 'agency',
      contentHash: `h${number}`,
      narrativeKey: copied === null ? `n${reportId}` : copied.narrativeKey,
      reportedAt: formatInstant(day + 1, number)
    }
    this.#reports.push(report)
    const isLate = random() < shares.late
    const arrivesAt = day + 1 + (isLate ? random() * 60 : random())
    this.#add(arrivesAt, 'report.received', report)
    if (isLate) this.#meet(reportId, 'late')
    if (copied !== null) this.#meet(reportId, 'copy')
    this.#meetContent(report)
    if (random() < shares.corrected) this.#correct(report, day)
    if (random() < shares.withdrawn) {
      this.#add(day + random() * 90, 'report.withdrawn', { reportId, reason: 'x', lane: 'live' })
      this.#meet(reportId, 'withdrawn')
    }
  }

  #correct({ reportId, sourceId }: ReportRevision, day: number): void {
    const random = this.#random
    const content = this.#makeContent(day + Math.floor(random() * 6) - 3)
    this.#meetContent({ ...content, reportId })
    const reportedAt = formatInstant(day + 15)
    // Some places turn out to lie in another theatre.
    const isElsewhere = random() < 0.15
    const report = {
      ...{ ...content, reportId, sourceId, contentHash: 'corrected', reportedAt },
      ...(isElsewhere ? { theatre: 'coast' } : {})
    }
    this.#add(day + 1 + random() * 90, 'report.received', report)
    this.#meet(reportId, 'corrected')
  }

  #meetContent({ reportId, occurred, handling }: ReportRevision): void {
    if (occurred.from !== occurred.to) this.#meet(reportId, 'interval')
    if (handling !== 'public') this.#meet(reportId, 'level')
  }

  #makeContent(day: number): ReportRevision {
    const random = this.#random
    const { usual = ['attack', 'attack-on-civilians', 'clash'], handlings = ['public'] } =
      this.#options
    const area = Math.floor(random() ** 1.5 * (this.#options.areas ?? 4))
    const village = Math.floor(random() ** 1.5 * (this.#options.villages ?? villages.length))
    const days = random() < this.#shares.interval ? Math.floor(random() * 30) : 0
    const { crueltyShare = 0, peopleShare = 0.1 } = this.#options
    const many = crueltyShare > 0 && random() < crueltyShare ? 20 : 0
    const best = random() < 0.5 ? null : Math.floor(random() ** 4 * 60) + many
    const category = random() < 0.8 ? pick(random, usual) : pick(random, categories)
    return makeReport({
      at: [formatDay(day), formatDay(day + days)],
      category,
      tactics: random() < 0.4 ? [pick(random, this.#options.usualTactics ?? tactics)] : [],
      ...this.#makePlaces(area, village),
      actors:
        random() < 0.3
          ? []
          : [
              {
                name: pick(random, ['JNIM', 'jnim', 'Army', 'Unknown']),
                role: category === 'advisory' ? 'issuer' : 'perpetrator'
              }
            ],
      targets: random() < 0.3 ? [{ kind: 'civilians' }] : [],
      fatalities: { low: best, best, high: best === null ? null : best + 3 },
      persons: random() < peopleShare ? this.#makePersons() : [],
      credibility: pick(random, [2, 2, 2, 3, 5, 6] as const),
      handling: pick(random, handlings),
      drill: random() < 0.04,
      theatre
    })
  }

  #makePlaces(area: number, village: number): Pick<ReportRevision, 'place' | 'alsoAt'> {
    const random = this.#random
    const { unclearShare = 0, villages: count = villages.length } = this.#options
    const place = this.#makePlace(area, village)
    const alsoAt = random() < 0.05 ? [this.#makePlace((area + 1) % 4, village)] : []
    if (unclearShare === 0 || random() > unclearShare) return { place, alsoAt }
    if (random() < 0.3) return { place: { ...place, lat: null, lon: null, radiusKm: null }, alsoAt }
    return { place, alsoAt: [...alsoAt, this.#makePlace(area, (village + 1) % count)] }
  }

  #makePersons(): ReportRevision['persons'] {
    const random = this.#random
    const key = `p${Math.floor(random() * 5)}`
    if (this.#options.peopleShare === undefined)
      return [{ key, role: null, kind: null, aliasKeys: [] }]
    const role = pick(random, [null, null, 'abducted', 'killed', 'witness'])
    const kind = pick(random, [null, null, 'aid worker', 'foreigner'])
    const other = `p${Math.floor(random() * 5)}`
    return [{ key, role, kind, aliasKeys: random() < 0.25 ? [other] : [] }]
  }

  #makePlace(area: number, village: number) {
    const random = this.#random
    const admin1 = areaCodes[area]!
    const name = villages[village]!
    const isExact = random() < 0.8
    const lon = (this.#options.lon ?? -5) + area * 1.1 + village * 0.05
    return makePlace({
      name,
      country: admin1.slice(0, 2),
      admin1,
      foundAdmin1: admin1,
      statedAdmin1: random() < 0.5 ? admin1 : null,
      resolution: random() < 0.9 ? 'gazetteer' : 'unresolved',
      settlement: isExact ? `${admin1}/${name.toLowerCase()}` : null,
      settlementName: isExact ? name : null,
      lat: 12 + area * 0.9 + village * 0.07,
      lon: lon > 180 ? lon - 360 : lon,
      radiusKm: pick(random, [1, 2, 4, 20]),
      neighbours: neighbours[area]!
    })
  }

  #declarePair(): void {
    const random = this.#random
    const reportIds = [
      pick(random, this.#reports).reportId,
      pick(random, this.#reports).reportId
    ] as const
    if (reportIds[0] === reportIds[1]) return
    const at = firstDay + random() * (this.#options.days + 60)
    this.#add(at, 'pair.declared', { by: 'officer', reportIds, same: random() < 0.5 })
  }

  #meet(reportId: string, situation: Situation): void {
    const met = this.#met.get(reportId) ?? new Set()
    this.#met.set(reportId, met.add(situation))
  }

  #add<Type extends TheatreRecord['type']>(
    at: number,
    type: Type,
    data: Extract<TheatreRecord, { readonly type: Type }>['data']
  ): void {
    const id = `record-${this.#timed.length}`
    this.#timed.push([at, { type, data, id, theatre, time: formatInstant(at) } as TheatreRecord])
  }
}

function formatInstant(day: number, ms = 0): string {
  return new Date(convertToMs(Math.floor(day)) + ms).toISOString()
}
