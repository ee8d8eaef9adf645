// A file of made-up events in the columns of UCDP GED, spread over places and years, for imports that are to be measured or killed.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'

/** Names of countries as UCDP writes them, each with a point well inside: events lie up to a degree and a half from it. */
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

const dayMs = 86_400_000
const header = 'id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high'

/** The lines of a file: a header, and events over `years` years up to `endMs`, in order of their days. The same arguments give the same lines. */
export function* importLines(rows: number, years: number, endMs: number): Generator<string> {
  yield header
  const random = lcg(rows)
  const spanDays = years * 365
  for (let i = 1; i <= rows; i++) {
    const [country, middleLat, middleLon] = countries[Math.floor(random() * countries.length)] as (typeof countries)[number]
    const lat = (middleLat + 3 * random() - 1.5).toFixed(5)
    const lon = (middleLon + 3 * random() - 1.5).toFixed(5)
    const day = new Date(endMs - Math.round(spanDays * (1 - i / rows)) * dayMs).toISOString().slice(0, 10)
    const deaths = Math.floor(random() * 12)
    const type = 1 + Math.floor(random() * 3)
    const sides = type === 3 ? 'Group A,Civilians' : 'Government of X,Group A'
    yield `${i},${day.slice(0, 4)},${type},${country}: made up,${sides},${lat},${lon},${country},${day},${day},${deaths},${deaths + 1},${deaths + 4}`
  }
}

/** Writes such a file. Resolves with its length, bytes. */
export async function writeImportFile(file: string, rows: number, years: number, endMs: number): Promise<number> {
  const stream = createWriteStream(file)
  let piece: string[] = []
  const flush = async () => {
    const goesOn = stream.write(`${piece.join('\n')}\n`)
    piece = []
    if (!goesOn) await once(stream, 'drain')
  }
  for (const line of importLines(rows, years, endMs)) {
    piece.push(line)
    if (piece.length >= 5000) await flush()
  }
  if (piece.length > 0) await flush()
  stream.end()
  await once(stream, 'finish')
  return stream.bytesWritten
}

/** Numbers from 0 to 1 that are the same for the same seed. Source: Numerical Recipes, its quick generator. */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
