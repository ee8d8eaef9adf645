// What a theatre covers now, in words. Pure.

import { type TheatreConfig, worldTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { type Ring, unrollRing } from '@tocsin/domain/space-time/polygon'
import { listDeclared } from '@tocsin/service/theatre/theatre-assignment'

/** Countries named; the others are counted. */
const countriesNamedMax = 5

/** The area of a theatre: `world` covers every place until another theatre is declared. */
export function describeCover(
  { id, countries, polygon }: TheatreConfig,
  theatres: Iterable<TheatreConfig>
): string {
  if (id === worldTheatre)
    return listDeclared(theatres).length === 0
      ? 'every place'
      : 'nothing: other theatres are declared'
  if (countries !== null) {
    const more = countries.length - countriesNamedMax
    const named = countries.slice(0, countriesNamedMax).map(countryName)
    return [...named, ...(more > 0 ? [`${more} more countries`] : [])].join(', ')
  }
  const rings = (polygon ?? []).map(unrollRing)
  const lats = rings.flat().map(([, lat]) => lat)
  const [south, north] = [Math.min(...lats), Math.max(...lats)].map(formatLat)
  const [west, east] = findSides(rings).map(formatLon)
  return `a polygon from ${south} to ${north}, ${west} to ${east}`
}

/** West and east of the shortest interval of longitude that contains all rings, from -180°. */
function findSides(rings: readonly Ring[]): readonly [number, number] {
  const spans = rings
    .map(ring => {
      const lons = ring.map(([lon]) => lon)
      const west = Math.min(...lons)
      const turn = west < -180 ? 360 : west >= 180 ? -360 : 0
      return [west + turn, Math.max(...lons) + turn] as const
    })
    .sort((a, b) => a[0] - b[0])
  const first = spans[0]?.[0] ?? 0
  let reached = Number.NEGATIVE_INFINITY
  let best = { gap: Number.NEGATIVE_INFINITY, west: first, east: first }
  for (const [i, span] of spans.entries()) {
    reached = Math.max(reached, span[1])
    const next = spans[i + 1]?.[0] ?? first + 360
    if (next - reached > best.gap) best = { gap: next - reached, west: next, east: reached }
  }
  return [best.west >= 180 ? best.west - 360 : best.west, best.east]
}

function formatLat(degrees: number): string {
  return `${round(Math.abs(degrees))}°${degrees < 0 ? 'S' : 'N'}`
}

function formatLon(degrees: number): string {
  const lon = degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees
  return `${round(Math.abs(lon))}°${lon < 0 ? 'W' : 'E'}`
}

function round(degrees: number): number {
  return Math.round(degrees * 100) / 100
}
