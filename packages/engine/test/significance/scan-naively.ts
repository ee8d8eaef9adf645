// What a scan must find, from all pairs of reports: without an index, stored numbers and replays. It
// shares only the statistics (src/rules/significance) with the executor.

import {
  binCount,
  ChanceCurve,
  computeActivityFactor,
  computeHistogramDays,
  findBin,
  findEpoch
} from '../../src/rules/significance/calibration.ts'
import {
  baseDays,
  blockReach,
  cellDegrees,
  clusterRate,
  epochDays,
  gapDays,
  radiiKm,
  warmingDays,
  widestKm,
  windowDays
} from '../../src/rules/significance/method.ts'
import { computeScore, listInDisc } from '../../src/rules/significance/score.ts'
import {
  type Situation,
  Situations,
  type Trigger
} from '../../src/rules/significance/situations.ts'
import {
  computeBaseDays,
  computeFlatKm,
  writeUsualRates
} from '../../src/rules/significance/usual-rates.ts'

export interface ScannedReport {
  readonly row: number
  readonly id: string
  readonly day: number
  readonly points: readonly { readonly lat: number; readonly lon: number }[]
}

export interface NaiveScan {
  readonly situations: readonly Situation[]
  readonly scores: ReadonlyMap<number, number>
}

export function scanNaively(
  all: readonly ScannedReport[],
  firstDay: number,
  budget: number
): NaiveScan {
  const reports = [...all].sort((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1))
  const rates = new Map(reports.map(one => [one, computeRates(one)]))
  const scores = new Map<number, number>()
  const situations = new Situations(budget)
  const factors = new Map<number, number>()
  const curves = new Map<number, ChanceCurve>()

  for (const [i, report] of reports.entries()) {
    const { row, day, points } = report
    const around = reports
      .slice(0, i + 1)
      .filter(one => one.day > day - windowDays && computeKm(one, report) <= 2 * widestKm)
      .reverse()
    const surroundings = {
      size: around.length,
      getAge: (index: number) => day - around[index]!.day,
      getKm: (a: number, b: number) => computeKm(around[a]!, around[b]!),
      getRate: (index: number, disc: number) => rates.get(around[index]!)![disc]!
    }
    const { byWindow, best } = computeScore(surroundings, findFactor(day))
    const curve = findCurve(day)
    const logYears = byWindow.map(score => curve.computeLogYears(score))
    const score = byWindow.at(-1)!
    scores.set(row, score)
    if (best === null || day < firstDay + warmingDays || !situations.isRare(logYears.at(-1)!))
      continue
    const { disc, days, count, rate } = best
    const surplus = score - curve.findScore(situations.leastLogYears)
    const leastCount = Math.max(2, Math.ceil(count - surplus / Math.log(1 + clusterRate / rate)))
    const members = listInDisc(surroundings, best).map(index => around[index]!)
    const trigger: Trigger = {
      ...{ row, day, logYears, ...points[0]!, members: members.map(one => one.row) },
      firstDay: Math.min(...members.map(one => one.day)),
      disc: { radiusKm: radiiKm[disc]!, days, count, rate, leastCount }
    }
    situations.apply(trigger)
  }
  return { situations: situations.all, scores }

  function computeRates(report: ScannedReport): Float64Array {
    const past = reports.filter(one => {
      const days = report.day - one.day
      return days >= gapDays && days < gapDays + baseDays
    })
    const inDiscs = radiiKm.map(km => past.filter(one => computeKm(one, report) <= km).length)
    const inBlock = past.filter(one => isInBlock(one, report)).length
    const found = new Float64Array(radiiKm.length)
    const days = computeBaseDays(report.day, firstDay)
    writeUsualRates([...inDiscs, inBlock], days, report.points[0]!.lat, found)
    return found
  }

  function findFactor(day: number): number {
    const epoch = findEpoch(day)
    const known = factors.get(epoch)
    if (known !== undefined) return known
    const count = (from: number, until: number) =>
      reports.filter(one => one.day >= from && one.day < until).length
    const factor = computeActivityFactor(count, firstDay, epoch * epochDays)
    factors.set(epoch, factor)
    return factor
  }

  function findCurve(day: number): ChanceCurve {
    const epoch = findEpoch(day)
    const known = curves.get(epoch)
    if (known !== undefined) return known
    const start = epoch * epochDays
    const counts = new Int32Array(binCount)
    for (const one of reports)
      if (one.day >= start - baseDays && one.day < start)
        counts[findBin(rates.get(one)!.at(-1)! * findFactor(one.day))]! += 1
    const curve = new ChanceCurve(counts, computeHistogramDays(start, firstDay))
    curves.set(epoch, curve)
    return curve
  }
}

function computeKm(a: ScannedReport, b: ScannedReport): number {
  const [[first], [other]] = [a.points, b.points]
  if (a.points.length + b.points.length === 2)
    return computeFlatKm(first!.lat, first!.lon, other!.lat, other!.lon)
  return Math.min(
    ...a.points.flatMap(one =>
      b.points.map(other => computeFlatKm(one.lat, one.lon, other.lat, other.lon))
    )
  )
}

function isInBlock({ points: [a] }: ScannedReport, { points: [b] }: ScannedReport): boolean {
  const columns = 360 / cellDegrees
  const rows = Math.abs(findLine(a!.lat) - findLine(b!.lat))
  const apart = Math.abs(findLine(a!.lon) - findLine(b!.lon)) % columns
  return rows <= blockReach && Math.min(apart, columns - apart) <= blockReach
}

function findLine(degrees: number): number {
  return Math.floor(degrees / cellDegrees)
}
