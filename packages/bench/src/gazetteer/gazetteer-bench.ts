// Bench `gazetteer`: start time in a fresh process, look-ups per second of CPU time on one core,
// and installed size.

import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PlaceQuery } from '@tocsin/gazetteer/port'
import { openWorldGazetteer, type WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'

/**
 * Targets: ms to open, reverse look-ups per second, bytes installed, µs for the place of a report
 * that states a known one.
 */
const reach = {
  startMs: 300,
  reversePerSecond: 100_000,
  bytes: 15_000_000,
  resolveMicros: 10
} as const
const startsMeasured = 5
/** Points of each kind, looked up in turn. */
const pointsCount = 50_000
const callsAtOnce = 200

export interface GazetteerBench {
  readonly bench: 'gazetteer'
  /** Import and opening in a fresh process, median of five, ms of wall clock and CPU time. */
  readonly startMs: number
  readonly startCpuMs: number
  /** Near settlements, where events are reported. */
  readonly reverseNearPlacesPerSecond: number
  /** Anywhere, mostly sea. */
  readonly reverseAnywherePerSecond: number
  readonly forwardPerSecond: number
  readonly forwardMisspeltPerSecond: number
  readonly resolveMicros: number
  readonly bytes: number
  readonly places: number
  readonly reached: boolean
}

/** Measures and prints; `seconds` for each kind of look-up. Resolves with the figures. */
export async function benchGazetteer({
  json,
  seconds
}: {
  readonly json: boolean
  readonly seconds: number
}): Promise<GazetteerBench> {
  const starts = Array.from({ length: startsMeasured }, measureStart)
  const gazetteer = openWorldGazetteer()
  const near = pointsNearPlaces(gazetteer)
  const anywhere = Array.from({ length: pointsCount }, (_, i) => ({
    lat: spread(i, 7) * 170 - 85,
    lon: spread(i, 11) * 360 - 180
  }))
  const settlements = near.map(point => point.settlement)
  const perSecond = <T>(of: readonly T[], ask: (one: T) => unknown) => measure(of, ask, seconds)
  const resolves = perSecond(settlements, s =>
    gazetteer.resolve({
      ...query,
      name: s.name,
      country: s.country,
      admin1: s.admin1,
      lat: s.lat,
      lon: s.lon
    })
  )
  const figures = {
    startMs: median(starts.map(s => s.wallMs)),
    startCpuMs: median(starts.map(s => s.cpuMs)),
    reverseNearPlacesPerSecond: perSecond(near, point => gazetteer.reverse(point)),
    reverseAnywherePerSecond: perSecond(anywhere, point => gazetteer.reverse(point)),
    forwardPerSecond: perSecond(settlements, s =>
      gazetteer.find({ name: s.name, country: s.country })
    ),
    forwardMisspeltPerSecond: perSecond(settlements, s =>
      gazetteer.find({ name: `x${s.name}`, country: s.country })
    ),
    resolveMicros: Math.round(1e7 / resolves) / 10,
    bytes: installedBytes(),
    places: gazetteer.settlements.size
  }
  const result: GazetteerBench = { bench: 'gazetteer', ...figures, reached: isReached(figures) }
  console.log(json ? JSON.stringify(result) : rendered(result))
  return result
}

const query: PlaceQuery = {
  name: null,
  country: null,
  admin1: null,
  lat: null,
  lon: null,
  radiusKm: null
}

function isReached(f: Omit<GazetteerBench, 'bench' | 'reached'>): boolean {
  const reverse = Math.min(f.reverseNearPlacesPerSecond, f.reverseAnywherePerSecond)
  return (
    f.startMs < reach.startMs &&
    reverse >= reach.reversePerSecond &&
    f.bytes < reach.bytes &&
    f.resolveMicros < reach.resolveMicros
  )
}

/**
 * Runs a fresh process: the time to import the module and open the tables, without the start of
 * Node itself.
 */
function measureStart(): { readonly wallMs: number; readonly cpuMs: number } {
  const module = new URL('../../../gazetteer/src/world-gazetteer.ts', import.meta.url).href
  const program =
    `const began = performance.now(), cpu = process.cpuUsage(); (await import(${JSON.stringify(module)})).openWorldGazetteer();` +
    `const used = process.cpuUsage(cpu); console.log(JSON.stringify({ wallMs: performance.now() - began, cpuMs: (used.user + used.system) / 1000 }))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8'
  })
  return JSON.parse(printed) as { wallMs: number; cpuMs: number }
}

function pointsNearPlaces({ settlements }: WorldGazetteer) {
  return Array.from({ length: pointsCount }, (_, i) => {
    const settlement = settlements.at(Math.floor(spread(i, 3) * settlements.size))
    return {
      settlement,
      lat: settlement.lat + (spread(i, 13) - 0.5) * 0.4,
      lon: settlement.lon + (spread(i, 17) - 0.5) * 0.4
    }
  })
}

/** Evenly distributed numbers from 0 to 1, identical in every run. */
function spread(i: number, step: number): number {
  return (i * Math.sqrt(step)) % 1
}

/** Calls per second on one core, after a warm-up of a tenth of the time. */
function measure<T>(of: readonly T[], ask: (one: T) => unknown, seconds: number): number {
  calls(of, ask, seconds / 10)
  return Math.round(calls(of, ask, seconds))
}

/** Measured in CPU time, so that other load on the machine affects it only through caches. */
function calls<T>(of: readonly T[], ask: (one: T) => unknown, seconds: number): number {
  const began = process.cpuUsage()
  const spentSeconds = () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1e6
  }
  let count = 0
  while (spentSeconds() < seconds) {
    for (let i = 0; i < callsAtOnce; i++) ask(of[count++ % of.length] as T)
  }
  return count / spentSeconds()
}

/** The package's sources and tables, and its one dependency. */
function installedBytes(): number {
  const packageFolder = fileURLToPath(new URL('../../../gazetteer/', import.meta.url))
  return (
    bytesIn(join(packageFolder, 'src')) + bytesIn(join(packageFolder, 'node_modules', 'any-ascii'))
  )
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile()
  )
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
}

function rendered(b: GazetteerBench): string {
  const count = (n: number) => n.toLocaleString('en')
  return [
    `start: ${b.startMs} ms (${b.startCpuMs} ms CPU; target < ${reach.startMs} ms)`,
    `reverse look-ups: ${count(b.reverseNearPlacesPerSecond)}/s near places, ${count(b.reverseAnywherePerSecond)}/s anywhere (target ≥ ${count(reach.reversePerSecond)}/s)`,
    `look-ups by name: ${count(b.forwardPerSecond)}/s known, ${count(b.forwardMisspeltPerSecond)}/s misspelt`,
    `place of a report: ${b.resolveMicros} µs (target < ${reach.resolveMicros} µs)`,
    `installed: ${count(b.bytes)} bytes for ${count(b.places)} places (target < ${count(reach.bytes)})`,
    b.reached ? 'reached' : 'NOT reached'
  ].join('\n')
}
