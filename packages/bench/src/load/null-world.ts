// Worlds without clusters: attacks at places drawn one by one, on days drawn one by one.

import { readFileSync } from 'node:fs'
import { ScanWorld } from '@tocsin/engine/rules/scan/scan-world'
import {
  computeFlatKm,
  kmPerLatitude,
  kmPerLongitude
} from '@tocsin/engine/rules/significance/usual-rates'
import { BenchUsageError } from '../runner/run-bench.ts'
import { makeRandom } from './theatre-records.ts'

export interface Place {
  readonly lat: number
  readonly lon: number
}

export interface WorldReport {
  readonly day: number
  readonly points: readonly Place[]
}

/** In the past, so that worlds can be imported. */
const firstDay = 11_316
const jitterKm = 5
const yearDays = 365.25
const radians = Math.PI / 180

/** Places of a file with one `lat,lon` a line, each as often as attacks were there. */
export function readPlaces(file: string): readonly Place[] {
  const lines = readText(file).split('\n').filter(Boolean)
  if (lines.length === 0) throw new BenchUsageError(`${file} has no places`)
  return lines.map(line => {
    const [lat, lon] = line.split(',').map(Number)
    if (!(Math.abs(lat!) <= 90 && Math.abs(lon!) <= 180))
      throw new BenchUsageError(`${file}: no place: ${line}`)
    return { lat: lat!, lon: lon! }
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new BenchUsageError(`${file} cannot be read`, { cause })
  }
}

export function computePlaceKm(a: Place, b: Place): number {
  return computeFlatKm(a.lat, a.lon, b.lat, b.lon)
}

/** Each place once. */
export function listDistinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map(one => [`${one.lat},${one.lon}`, one])).values()]
}

/** Forty towns of very different size, and a countryside without any. */
export function makeUpPlaces(): readonly Place[] {
  const random = makeRandom(44)
  const draw = () => ({ lat: 10 + 7 * random(), lon: -6 + 12 * random() })
  const towns = Array.from({ length: 40 }, draw)
  const inTowns = towns.flatMap((town, i) => new Array<Place>(Math.ceil(400 / (i + 1))).fill(town))
  return [...inTowns, ...Array.from({ length: 1200 }, draw)]
}

/**
 * Reports over some years, in order of their days; their rows are their indexes. `swing`: by how much
 * of their mean they rise and fall in a year.
 */
export function drawReports(
  places: readonly Place[],
  years: number,
  perWeek: number,
  seed: number,
  swing = 0
): readonly WorldReport[] {
  const random = makeRandom(seed)
  const days = 365 * years
  const reports = Array.from({ length: Math.round((perWeek * days) / 7) }, () => {
    const place = places[Math.floor(random() * places.length)]!
    const point = movePlace(place, jitterKm, random)
    return { day: firstDay + drawDay(days, swing, random), points: [point] }
  })
  return reports.sort((a, b) => a.day - b.day)
}

function drawDay(days: number, swing: number, random: () => number): number {
  const day = Math.floor(random() * days)
  if (swing === 0) return day
  const activity = 1 + swing * Math.sin((day / yearDays) * 2 * Math.PI)
  return random() * (1 + swing) < activity ? day : drawDay(days, swing, random)
}

/** A place within a distance, evenly distributed. */
export function movePlace({ lat, lon }: Place, km: number, random: () => number): Place {
  const [reach, turn] = [km * Math.sqrt(random()), random() * 2 * Math.PI]
  return {
    lat: lat + (reach * Math.sin(turn)) / kmPerLatitude,
    lon: lon + (reach * Math.cos(turn)) / (kmPerLongitude * Math.cos(lat * radians))
  }
}

/** Scans the reports of a world together. */
export function scanReports(reports: readonly WorldReport[], budget: number): ScanWorld {
  const world = makeWorld(budget)
  for (const [row, report] of reports.entries()) world.add(row, report)
  world.refresh(0)
  return world
}

export function makeWorld(budget: number): ScanWorld {
  const world = new ScanWorld(budget, row => String(row).padStart(9, '0'))
  world.setFirstDay(firstDay)
  return world
}
