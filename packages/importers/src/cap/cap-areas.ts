// Areas of a CAP alert as places of a report: circles and polygons give a centre and a covering
// radius, known codes (cap-codes.ts) a country and an area. Text alone ("New York") can't be located.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import { coveringCircle, type Point } from '@tocsin/domain/space-time/geometry'
import { limits, omitMissing } from '../item/report-parts.ts'
import { type CodedArea, findCodedArea, isIsoSystem } from './cap-codes.ts'
import { listElements, readText, readTexts, type XmlElement } from './cap-xml.ts'

/** Greatest radius of a place, km. Source: report.v1.schema.json. */
const radiusKmMax = 5000

export interface AreaFault {
  readonly column: string
  readonly detail: string
}

/** The place of an area; a fault if a number in it is invalid; null if it can't be located. */
export function readAreaPlace(area: XmlElement): PostedLocation | AreaFault | null {
  const iso = findArea(area, isIsoSystem)
  const circles = readTexts(area, 'circle').map(parseCircle)
  const polygons = readTexts(area, 'polygon').map(parsePolygon)
  if (circles.includes(null))
    return { column: 'circle', detail: 'is not written as lat,lon radius' }
  if (polygons.includes(null))
    return { column: 'polygon', detail: 'is not at least three points written as lat,lon' }
  const points = [...circles, ...polygons.flat()].filter(point => point !== null)
  const circle = coveringCircle(points)
  if (circle === null) {
    if (iso !== null)
      return omitMissing({ name: readName(area) || (iso.admin1 ?? iso.country), ...iso })
    // Other codes are of parts of an area: their text may be the name of a town anywhere.
    const coded = findArea(area, () => true)
    return coded && omitMissing({ name: coded.admin1 ?? coded.country, ...coded })
  }
  // With coordinates, the text of an area would be taken for the name of a settlement there.
  return omitMissing({
    ...iso,
    lat: roundDegrees(circle.center.lat),
    lon: roundDegrees(circle.center.lon),
    radiusKm: Math.min(radiusKmMax, Math.ceil(circle.radiusKm * 10) / 10)
  })
}

function readName(area: XmlElement): string {
  return (readText(area, 'areaDesc') ?? '').replace(/\s+/g, ' ').slice(0, limits.name)
}

function findArea(area: XmlElement, isWanted: (system: string) => boolean): CodedArea | null {
  const found = listCodes(area).flatMap(({ system, code }) =>
    isWanted(system) ? (findCodedArea(system, code) ?? []) : []
  )
  return found.find(({ admin1 }) => admin1 !== null) ?? found[0] ?? null
}

/** The codes of an area with the systems to which they belong. */
export function listCodes(area: XmlElement) {
  return listElements(area, 'geocode').map(geocode => ({
    system: readText(geocode, 'valueName') ?? '',
    code: readText(geocode, 'value') ?? ''
  }))
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
