// A file of generated events in the columns of UCDP GED, spread over places and years, for imports
// that are measured or killed.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'

/** A country with a point well inside: events are up to `reachDegrees` from it. */
export interface ImportPlace {
  /** As spelt by UCDP, or its code. */
  readonly country: string
  readonly lat: number
  readonly lon: number
  readonly reachDegrees: number
}

/** Country names as spelt by UCDP, each with a point. */
const countries = [
  ['Afghanistan', 33.5, 66],
  ['Algeria', 28, 2.5],
  ['Angola', -12.5, 17.5],
  ['Argentina', -35, -65],
  ['Bolivia', -17, -64.5],
  ['Brazil', -10, -53],
  ['Burkina Faso', 12.3, -1.6],
  ['Cameroon', 5.5, 12.5],
  ['Central African Republic', 6.8, 20.5],
  ['Chad', 15, 18.5],
  ['China', 35, 103],
  ['Colombia', 4.5, -73],
  ['Congo', -0.7, 15.3],
  ['DR Congo (Zaire)', -3, 23.5],
  ['Egypt', 26.5, 29.5],
  ['Ethiopia', 8.5, 39.5],
  ['India', 22.5, 79],
  ['Indonesia', -2, 102.8],
  ['Iran', 32.5, 54],
  ['Iraq', 33, 43.5],
  ['Ivory Coast', 7.6, -5.6],
  ['Kazakhstan', 48, 67],
  ['Kenya', 0.5, 38],
  ['Libya', 27, 17.5],
  ['Madagascar (Malagasy)', -19, 46.7],
  ['Mali', 16, -2.5],
  ['Mauritania', 20, -10.5],
  ['Mexico', 23.5, -102.5],
  ['Mongolia', 46.5, 104],
  ['Morocco', 32, -6],
  ['Mozambique', -14.5, 37.5],
  ['Myanmar (Burma)', 21, 96],
  ['Namibia', -22, 17],
  ['Niger', 17, 9.5],
  ['Nigeria', 9.5, 8],
  ['Pakistan', 29, 68],
  ['Peru', -9, -75.5],
  ['Philippines', 12.5, 122.5],
  ['Russia (Soviet Union)', 60, 95],
  ['Saudi Arabia', 24, 45],
  ['Somalia', 4, 45],
  ['South Africa', -29.5, 24],
  ['South Sudan', 7.5, 30],
  ['Sudan', 15.5, 30],
  ['Syria', 35, 38.5],
  ['Tanzania', -6.3, 35],
  ['Turkey', 39, 35],
  ['Uganda', 1.3, 32.5],
  ['Ukraine', 49, 31.5],
  ['Venezuela', 7, -65],
  ['Yemen (North Yemen)', 15.7, 47.5],
  ['Zambia', -13.5, 27.8]
] as const

/** Fifty countries with room for events of a degree and a half around. */
export const importPlaces: readonly ImportPlace[] = countries.map(([country, lat, lon]) => ({
  country,
  lat,
  lon,
  reachDegrees: 1.5
}))

/** Drawn places that no country is found for, before it is taken that there are no more. */
const drawsMax = 1_000_000

/**
 * As many countries, each with a point, drawn from the map. The same number gives the same places.
 */
export function placesOfCountries(count: number): readonly ImportPlace[] {
  const gazetteer = openWorldGazetteer({ boundariesPath: '' })
  const random = lcg(count)
  const found = new Map<string, ImportPlace>()
  for (let drawn = 0; found.size < count; drawn++) {
    if (drawn > drawsMax) throw new Error(`the map has no ${count} countries`)
    const [lat, lon] = [random() * 125 - 55, random() * 360 - 180]
    const country = gazetteer.countryAt({ lat, lon })
    if (country !== null && !found.has(country))
      found.set(country, { country, lat, lon, reachDegrees: 0.25 })
  }
  return [...found.values()]
}

const dayMs = 86_400_000
const header =
  'id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high'

export interface ImportFileOptions {
  readonly rows: number
  readonly years: number
  /** The last day, ms. */
  readonly endMs: number
  /** Default: `importPlaces`. */
  readonly places?: readonly ImportPlace[]
}

/**
 * The lines of a file: a header, and events over `years` years up to `endMs`, ordered by day. The
 * same arguments give the same lines.
 */
function* importLines({
  rows,
  years,
  endMs,
  places = importPlaces
}: ImportFileOptions): Generator<string> {
  yield header
  const random = lcg(rows)
  const spanDays = years * 365
  for (let i = 1; i <= rows; i++) {
    const place = places[Math.floor(random() * places.length)] as ImportPlace
    const { country, reachDegrees } = place
    const lat = (place.lat + 2 * reachDegrees * random() - reachDegrees).toFixed(5)
    const lon = (place.lon + 2 * reachDegrees * random() - reachDegrees).toFixed(5)
    const day = new Date(endMs - Math.round(spanDays * (1 - i / rows)) * dayMs)
      .toISOString()
      .slice(0, 10)
    const deaths = Math.floor(random() * 12)
    const type = 1 + Math.floor(random() * 3)
    const sides = type === 3 ? 'Group A,Civilians' : 'Government of X,Group A'
    yield `${i},${day.slice(0, 4)},${type},${country}: made up,${sides},${lat},${lon},${country},${day},${day},${deaths},${deaths + 1},${deaths + 4}`
  }
}

/** Writes such a file. Resolves with its length, bytes. */
export async function writeImportFile(
  options: ImportFileOptions & { readonly file: string }
): Promise<number> {
  const stream = createWriteStream(options.file)
  let piece: string[] = []
  const flush = async () => {
    const goesOn = stream.write(`${piece.join('\n')}\n`)
    piece = []
    if (!goesOn) await once(stream, 'drain')
  }
  for (const line of importLines(options)) {
    piece.push(line)
    if (piece.length >= 5000) await flush()
  }
  if (piece.length > 0) await flush()
  stream.end()
  await once(stream, 'finish')
  return stream.bytesWritten
}

/** A deterministic sequence of numbers from 0 to 1. Source: Numerical Recipes, quick generator. */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
