// A file of made-up events in the columns of UCDP GED, spread over places and years, for backtests
// and imports that are measured or killed.

import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import { makeRandom } from './theatre-records.ts'

/** A point of a country: events are up to `reachDegrees` from it. */
interface ArchivePlace {
  readonly country: string
  readonly lat: number
  readonly lon: number
  readonly reachDegrees: number
}

/** Points that are drawn before the map is taken to have no more countries. */
const drawsMax = 2_000_000
const dayMs = 86_400_000
const header =
  'id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high'

export interface ArchiveOptions {
  readonly file: string
  readonly rows: number
  readonly years: number
  /** The last day, ms. */
  readonly endMs: number
  /** Default: 50 countries with events up to a degree and a half from a point. */
  readonly countries?: number
  readonly reachDegrees?: number
}

/** Draws a place in each of so many countries. The same arguments give the same places. */
function drawPlaces(count: number, reachDegrees: number): readonly ArchivePlace[] {
  const gazetteer = openWorldGazetteer({ boundariesPath: '' })
  const random = makeRandom(count)
  const places = new Map<string, ArchivePlace>()
  for (let drawn = 0; places.size < count; drawn++) {
    if (drawn > drawsMax) throw new Error(`the map has no ${count} countries of that size`)
    const [lat, lon] = [random() * 125 - 55, random() * 360 - 180]
    const country = gazetteer.countryAt({ lat, lon })
    if (country === null || places.has(country)) continue
    const corners = [-1, 1].flatMap(i =>
      [-1, 1].map(j => ({ lat: lat + i * reachDegrees, lon: lon + j * reachDegrees }))
    )
    if (corners.some(corner => gazetteer.countryAt(corner) !== country)) continue
    places.set(country, { country, lat, lon, reachDegrees })
  }
  return [...places.values()]
}

/** A header, and events over the years up to the end, ordered by day. */
function* makeLines(options: ArchiveOptions): Generator<string> {
  const { rows, years, endMs, countries = 50, reachDegrees = 1.5 } = options
  const places = drawPlaces(countries, reachDegrees)
  const random = makeRandom(rows)
  yield header
  for (let i = 1; i <= rows; i++) {
    const place = places[Math.floor(random() * places.length)]!
    const lat = (place.lat + (2 * random() - 1) * reachDegrees).toFixed(5)
    const lon = (place.lon + (2 * random() - 1) * reachDegrees).toFixed(5)
    const dayBefore = Math.round(years * 365 * (1 - i / rows))
    const day = new Date(endMs - dayBefore * dayMs).toISOString().slice(0, 10)
    const deaths = Math.floor(random() * 12)
    const type = 1 + Math.floor(random() * 3)
    const sides = type === 3 ? 'Group A,Civilians' : 'Government of X,Group A'
    const where = `${lat},${lon},${place.country}`
    const tolls = `${deaths},${deaths + 1},${deaths + 4}`
    yield `${i},${day.slice(0, 4)},${type},${place.country}: made up,${sides},${where},${day},${day},${tolls}`
  }
}

/** Writes such a file. The same options give the same bytes. Resolves with its length. */
export async function writeArchiveFile(options: ArchiveOptions): Promise<number> {
  const stream = createWriteStream(options.file)
  const lines = Iterator.from(makeLines(options)).map(line => `${line}\n`)
  await pipeline(Readable.from(lines, { objectMode: false }), stream)
  return stream.bytesWritten
}
