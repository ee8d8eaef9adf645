// Judges the alarms of a detector: the share of clusters that it found in time, and its false alarms a
// year in worlds without clusters.

import { computeWilson, judge, type Label, type Notice } from '@tocsin/cli/backtest/label-judgement'
import { dayMs } from '@tocsin/domain/space-time/event-time'
import { computePlaceKm } from '../load/null-world.ts'
import { type DetectionSet, judgedYears, learningDays } from './detection-sets.ts'
import type { Alarm, ScoredAlarm } from './detectors.ts'

/**
 * An alarm is heard for so many days: further ones in its area, or so near, are the same. With 14 or 28
 * days the other detectors find less.
 */
const heardDays = 7
const heardKm = 60

/** The site of an alarm is so many days long. */
const siteDays = 10
/** A larger disc does not say where the cluster is. */
const discKmMax = 60

export interface Score {
  readonly found: number
  readonly clusters: number
  readonly falseAlarms: number
  /** Of the worlds without clusters. */
  readonly years: number
}

export interface JudgedScore extends Score {
  readonly share: number
  readonly shareInterval: readonly [number, number]
  readonly falseAlarmsAYear: number
  readonly falseInterval: readonly [number, number]
}

export interface AlarmedSet {
  readonly set: DetectionSet
  readonly alarms: readonly Alarm[]
}

export function judgeSets(sets: readonly AlarmedSet[]): JudgedScore {
  const scores = sets.map(judgeSet)
  const sum = (read: (score: Score) => number) => scores.reduce((a, one) => a + read(one), 0)
  const [found, clusters] = [sum(one => one.found), sum(one => one.clusters)]
  const [falseAlarms, years] = [sum(one => one.falseAlarms), sum(one => one.years)]
  return {
    ...{ found, clusters, falseAlarms, years },
    share: found / clusters,
    shareInterval: computeWilson(found, clusters),
    falseAlarmsAYear: falseAlarms / years,
    falseInterval: computePoissonInterval(falseAlarms, years)
  }
}

/** A count a year with 95 % confidence, by Byar: that of none is not 0 for certain. */
export function computePoissonInterval(count: number, years: number): readonly [number, number] {
  const bound = (n: number, z: number) =>
    n === 0 ? 0 : (n * (1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3) / years
  return [bound(count, -1.96), bound(count + 1, 1.96)]
}

function judgeSet({ set, alarms }: AlarmedSet): Score {
  const { labels, reports } = set
  if (labels.length === 0) {
    const falseAlarms = alarms.filter(({ day }) => day - reports[0]!.day >= learningDays).length
    return { found: 0, clusters: 0, falseAlarms, years: judgedYears }
  }
  const notices = alarms.map(makeNotice)
  // An alarm with a point must be near; one without is where its area is.
  const byPoint = judge(
    labels.map((label): Label => ({ ...label, area: null })),
    notices.filter(({ sites }) => sites[0]!.point !== null)
  )
  const byArea = judge(
    labels.map((label): Label => ({ ...label, circle: null })),
    notices.filter(({ sites }) => sites[0]!.point === null)
  )
  const found = labels.filter(({ byMs }, i) =>
    [byPoint, byArea].some(({ labels }) => (labels[i]!.first?.atMs ?? Infinity) <= byMs!)
  ).length
  return { found, clusters: labels.length, falseAlarms: 0, years: 0 }
}

function makeNotice({ day, point, radiusKm, area }: Alarm): Notice {
  const site = {
    point,
    radiusKm: Math.min(radiusKm, discKmMax),
    areas: area === null ? [] : [area],
    fromMs: (day - siteDays + 1) * dayMs,
    toMs: (day + 1) * dayMs - 1
  }
  return { atMs: (day + 1) * dayMs, sites: [site] }
}

/** The alarms of which people hear at a threshold. In order of days. */
export function selectAlarms(alarms: readonly ScoredAlarm[], threshold: number): readonly Alarm[] {
  let open: Alarm[] = []
  const heard: Alarm[] = []
  for (const alarm of alarms) {
    if (alarm.score < threshold) continue
    open = open.filter(({ day }) => alarm.day - day < heardDays)
    if (open.some(one => isSamePlace(one, alarm))) continue
    open.push(alarm)
    heard.push(alarm)
  }
  return heard
}

function isSamePlace(a: Alarm, b: Alarm): boolean {
  if (a.point === null || b.point === null) return a.area === b.area
  return computePlaceKm(a.point, b.point) <= heardKm
}

/** The lowest threshold with at most so many false alarms a year in these worlds. */
export function pickThreshold(
  sets: readonly { readonly set: DetectionSet; readonly scored: readonly ScoredAlarm[] }[],
  falseAlarmsAYear: number
): number {
  const scores = [...new Set(sets.flatMap(({ scored }) => scored.map(({ score }) => score)))]
  scores.sort((a, b) => a - b)
  let [low, high] = [0, scores.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const alarmed = sets.map(({ set, scored }) => {
      return { set, alarms: selectAlarms(scored, scores[middle]!) }
    })
    if (judgeSets(alarmed).falseAlarmsAYear <= falseAlarmsAYear) high = middle
    else low = middle + 1
  }
  return scores[low] ?? Number.POSITIVE_INFINITY
}
