// What a theatre covers now, in words. Pure.

import { type TheatreConfig, worldTheatre } from '@tocsin/domain/record/theatre-record'
import { countryName } from '@tocsin/domain/space-time/country-names'
import { unrollRing } from '@tocsin/domain/space-time/polygon'
import { listDeclared } from '@tocsin/domain/theatre/theatre-assignment'

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
  const corners = (polygon ?? []).flatMap(unrollRing)
  const lons = corners.map(([lon]) => lon)
  const lats = corners.map(([, lat]) => lat)
  const [south, north] = [Math.min(...lats), Math.max(...lats)].map(formatLat)
  const [west, east] = [Math.min(...lons), Math.max(...lons)].map(formatLon)
  return `a polygon from ${south} to ${north}, ${west} to ${east}`
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
