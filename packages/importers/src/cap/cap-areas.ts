// Areas of a CAP alert as places of a report: circles and polygons give a centre and a covering
// radius, ISO 3166 codes a country and an area. Text alone ("New York") can't be located.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import { coveringCircle, type Point } from '@tocsin/domain/space-time/geometry'
import { limits, omitMissing } from '../item/report-parts.ts'
import { listElements, readText, readTexts, type XmlElement } from './cap-xml.ts'

/** Greatest radius of a place, km. Source: report.v1.schema.json. */
const radiusKmMax = 5000

export interface AreaFault {
  readonly column: string
  readonly detail: string
}

/** The place of one area; a fault if a number in it is invalid; null if it can't be located. */
export function readAreaPlace(area: XmlElement): PostedLocation | AreaFault | null {
  const name = (readText(area, 'areaDesc') ?? '').replace(/\s+/g, ' ').slice(0, limits.name)
  const codes = readCodes(area)
  const circles = readTexts(area, 'circle').map(parseCircle)
  const polygons = readTexts(area, 'polygon').map(parsePolygon)
  if (circles.includes(null))
    return { column: 'circle', detail: 'is not written as lat,lon radius' }
  if (polygons.includes(null))
    return { column: 'polygon', detail: 'is not at least three points written as lat,lon' }
  const points = [...circles, ...polygons.flat()].filter(point => point !== null)
  const circle = coveringCircle(points)
  if (circle === null)
    return codes.country === null || name === '' ? null : omitMissing({ name, ...codes })
  // With coordinates, the text of an area would be taken for the name of a settlement there.
  return omitMissing({
    ...codes,
    lat: roundDegrees(circle.center.lat),
    lon: roundDegrees(circle.center.lon),
    radiusKm: Math.min(radiusKmMax, Math.ceil(circle.radiusKm * 10) / 10)
  })
}

function readCodes(area: XmlElement): { country: string | null; admin1: string | null } {
  const codes = listElements(area, 'geocode')
    .filter(geocode => /iso/i.test(readText(geocode, 'valueName') ?? ''))
    .map(geocode => readText(geocode, 'value') ?? '')
    .filter(code => /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/.test(code))
  const code = codes[0]
  if (code === undefined) return { country: null, admin1: null }
  return { country: code.slice(0, 2), admin1: code.length > 2 ? code : null }
}

interface Disc extends Point {
  readonly radiusKm: number
}

function parseCircle(text: string): Disc | null {
  const match = /^(\S+)\s+(\d+(?:\.\d+)?)$/.exec(text)
  const point = match === null ? null : parsePoint(match[1] as string)
  return point === null ? null : { ...point, radiusKm: Number((match as RegExpExecArray)[2]) }
}

function parsePolygon(text: string): readonly Disc[] | null {
  const points = text.split(/\s+/).map(parsePoint)
  if (points.length < 3 || points.includes(null)) return null
  return (points as readonly Point[]).map(point => ({ ...point, radiusKm: 0 }))
}

function parsePoint(text: string): Point | null {
  const match = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text)
  if (match === null) return null
  const [lat, lon] = [Number(match[1]), Number(match[2])]
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5
}
