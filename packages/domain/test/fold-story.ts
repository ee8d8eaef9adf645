// Builds a theatre's records in tests and folds them: reports in a short form, ticks, corrections,
// withdrawals.

import { createHash } from 'node:crypto'
import type { AlertEvent, AlertState } from '../src/alert/alert.ts'
import { compoundPatterns, defaultRules } from '../src/patterns/pattern-catalogue.ts'
import type { Digest } from '../src/ports.ts'
import type { RuleVersion, TheatrePayload, TheatreRecord } from '../src/record/theatre-record.ts'
import type { Category, Place, ReportRevision } from '../src/report/report.ts'
import { dayMs, formatTime } from '../src/space-time/event-time.ts'
import type { FoldOutput } from '../src/theatre/fold-output.ts'
import { TheatreFold } from '../src/theatre/theatre-fold.ts'
import { ToldReaders } from './told-readers.ts'

export const testDigest: Digest = (...parts) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)

export interface ReportSketch {
  readonly id: string
  readonly source?: string
  readonly at: string
  readonly to?: string
  readonly reportedAt?: string
  readonly category?: Category
  readonly tactics?: readonly string[]
  readonly settlement?: string
  readonly admin1?: string | null
  readonly country?: string
  readonly lat?: number | null
  readonly lon?: number | null
  readonly radiusKm?: number
  readonly narrative?: string
  readonly link?: string
  readonly credibility?: ReportRevision['credibility']
  readonly handling?: ReportRevision['handling']
  readonly deaths?: number | readonly [number | null, number | null, number | null]
  readonly actors?: readonly string[]
  readonly targets?: readonly string[]
  readonly persons?: ReportRevision['persons']
  readonly unnamed?: ReportRevision['unnamed']
  readonly alsoAt?: readonly Omit<ReportSketch, 'id' | 'at'>[]
  readonly neighbours?: readonly string[]
  readonly seat?: Place['seat']
  readonly precision?: Place['precision']
  readonly contradiction?: Place['contradiction']
  readonly theatre?: string
  readonly lane?: ReportRevision['lane']
  readonly drill?: boolean
}

export function placeOf(sketch: Omit<ReportSketch, 'id' | 'at'>): Place {
  return {
    name: sketch.settlement ?? null,
    country: sketch.country ?? 'ML',
    admin1: sketch.admin1 === undefined ? 'ML-4' : sketch.admin1,
    statedAdmin1: sketch.admin1 === undefined ? 'ML-4' : sketch.admin1,
    foundAdmin1: null,
    lat: sketch.lat === undefined ? 14 : sketch.lat,
    lon: sketch.lon === undefined ? -5 : sketch.lon,
    radiusKm: sketch.lat === null ? null : (sketch.radiusKm ?? 2),
    settlement: sketch.settlement
      ? `${sketch.admin1 ?? 'ML-4'}/${sketch.settlement.toLowerCase()}`
      : null,
    settlementName: sketch.settlement ?? null,
    resolution: sketch.lat === null ? 'unresolved' : 'stated',
    candidates: [],
    ...(sketch.neighbours ? { neighbours: sketch.neighbours } : {}),
    ...(sketch.seat ? { seat: sketch.seat } : {}),
    ...(sketch.precision ? { precision: sketch.precision } : {}),
    ...(sketch.contradiction ? { contradiction: sketch.contradiction } : {})
  }
}

export function revisionOf(sketch: ReportSketch, theatre = 'sahel'): ReportRevision {
  const place = placeOf(sketch)
  const { deaths = null } = sketch
  const [low, best, high] =
    typeof deaths === 'number' || deaths === null ? [deaths, deaths, deaths] : deaths
  return {
    reportId: sketch.id,
    contentHash: testDigest(JSON.stringify(sketch)),
    sourceId: sketch.source ?? 'wire-1',
    externalId: sketch.id,
    reportedAt: sketch.reportedAt ?? `${(sketch.to ?? sketch.at).slice(0, 10)}T12:00:00.000Z`,
    occurred: { from: sketch.at, to: sketch.to ?? sketch.at },
    category: sketch.category ?? 'attack',
    tactics: sketch.tactics ?? [],
    place,
    alsoAt: (sketch.alsoAt ?? []).map(placeOf),
    actors: (sketch.actors ?? []).map(name => ({
      name,
      role: sketch.category === 'advisory' ? 'issuer' : 'perpetrator'
    })),
    targets: (sketch.targets ?? []).map(kind => ({ kind })),
    fatalities: { low, best, high },
    credibility: sketch.credibility ?? 2,
    handling: sketch.handling ?? 'internal',
    persons: sketch.persons ?? [],
    ...(sketch.unnamed ? { unnamed: sketch.unnamed } : {}),
    narrativeKey: sketch.narrative ?? null,
    linkKeys: sketch.link ? [sketch.link] : [],
    private: null,
    drill: sketch.drill ?? false,
    theatre: sketch.theatre ?? theatre,
    lane: sketch.lane ?? 'live'
  }
}

/** The fold restored from the text of its snapshot. */
export function throughText(
  fold: TheatreFold,
  change = (text: string) => text,
  level1 = compoundPatterns
): TheatreFold {
  const restoring = TheatreFold.restoring(testDigest, level1)
  for (const row of JSON.parse(change(JSON.stringify([...fold.capture()]))) as unknown[])
    restoring.take(row)
  return restoring.finish()
}

/**
 * A fold's state in a comparable form: positions of checkpoints and the order of revisions are left
 * out.
 */
export function comparable(fold: TheatreFold): unknown[] {
  const rows = JSON.parse(JSON.stringify([...fold.capture()])) as [string, never][]
  const revisions = rows
    .filter(([name]) => name === 'revisions')
    .flatMap(([, list]) => list as [string, number][])
  const others = rows.filter(([name]) => name === 'head' || name === 'reports' || name === 'groups')
  return [
    ...others,
    revisions.sort((a, b) => (a[0] < b[0] ? -1 : 1)),
    JSON.parse(JSON.stringify([...fold.alerts.entries]))
  ]
}

/**
 * The levels of an alert without the incidents that reached them: an incident is called by the
 * report that came first, and of two triggers of one moment the one with the greater id is named.
 */
export function levelsOf({ levels }: AlertState): unknown[] {
  return levels.map(({ incidentId, ...level }) => level)
}

/** The rules that most stories are about; others would add alerts of their own. */
const fewRules = defaultRules.filter(({ pattern }) =>
  ['siege', 'widening-arc', 'front'].includes(pattern)
)

export class FoldStory {
  fold: TheatreFold
  readonly events: AlertEvent[] = []
  readonly outputs: FoldOutput[] = []
  readonly records: TheatreRecord[] = []
  readonly #readers = new ToldReaders()
  #count = 0

  constructor(
    options: {
      theatre?: string
      rules?: readonly RuleVersion[]
      start?: string
      sources?: readonly string[]
    } = {}
  ) {
    this.fold = new TheatreFold(options.theatre ?? 'sahel', testDigest)
    this.tick(options.start ?? '2023-01-01')
    for (const rule of options.rules ?? fewRules) this.take({ type: 'rule.configured', data: rule })
    for (const id of options.sources ?? ['wire-1', 'wire-2', 'wire-3']) {
      this.take({
        type: 'source.configured',
        data: { id, reliability: 'B', latenessDays: 3, cadenceDays: 60, archive: false }
      })
    }
  }

  take(payload: TheatrePayload, id = `r${++this.#count}`): FoldOutput {
    const record = {
      ...payload,
      id,
      theatre: this.fold.id,
      time: this.fold.now ?? '2023-01-01T00:00:00.000Z'
    } as TheatreRecord
    return this.replay(record)
  }

  replay(record: TheatreRecord): FoldOutput {
    this.records.push(record)
    const output = this.fold.apply(record)
    this.outputs.push(output)
    this.events.push(...output.alerts)
    for (const event of output.alerts)
      if (this.#readers.hearsNothingNew(event))
        throw new Error(`a revision tells nothing new: ${JSON.stringify(event.data)}`)
    return output
  }

  tick(day: string): AlertEvent[] {
    const to = new Date(day.length === 10 ? `${day}T00:00:00.000Z` : day).toISOString()
    return [...this.take({ type: 'clock.ticked', data: { to, gap: false } }).alerts]
  }

  tickDaily(from: string, to: string): void {
    for (let ms = Date.parse(from); ms <= Date.parse(to); ms += dayMs) this.tick(formatTime(ms))
  }

  report(sketch: ReportSketch): AlertEvent[] {
    return [
      ...this.take({ type: 'report.received', data: revisionOf(sketch, this.fold.id) }).alerts
    ]
  }

  withdraw(reportId: string): AlertEvent[] {
    return [
      ...this.take({
        type: 'report.withdrawn',
        data: { reportId, reason: 'retracted by its source', lane: 'live' }
      }).alerts
    ]
  }

  /** The current alerts, by rule. */
  standing(ruleId?: string): AlertState[] {
    return [...this.fold.alerts.entries]
      .map(e => e.state)
      .filter(s => ruleId === undefined || s.ruleId === ruleId)
  }
}

/** The course of events as texts that tests can compare: `raised siege 1`. */
export function course(events: readonly AlertEvent[]): string[] {
  return events.map(e => {
    const kind = e.type.slice('alert.'.length)
    if (e.type === 'alert.action-refused') return `${kind} ${e.data.reason}`
    return `${kind} ${e.data.ruleId} ${e.data.levels.at(-1)?.level ?? 0}`
  })
}
