// A boundaries file replaces the gazetteer's own areas for its countries: GeoJSON, completely
// validated; errors name the faulty part.

import { readFileSync } from 'node:fs'
import { type Area, AreaLayer } from '../map/area-layer.ts'
import { unitsPerDegree } from '../map/map-zone.ts'
import { bareKey, buildAreaKey } from '../name/area-names.ts'
import { nameKey } from '../name/place-names.ts'

/** Maximum bytes and areas of a file: simplify larger ones first. */
const boundariesBytesMax = 64 * 1024 * 1024
const boundariesAreasMax = 20_000

export interface Boundaries {
  readonly layer: AreaLayer
  /** The countries whose areas come only from the file. */
  readonly countries: ReadonlySet<string>
  readonly codeByName: ReadonlyMap<string, string>
  readonly nameByCode: ReadonlyMap<string, string>
}

/** The boundaries file is unusable; the message gives the reason and the place. Not retryable. */
export class BoundariesError extends Error {
  readonly code = 'boundaries-refused'
  readonly retryable = false
}

interface Polygon {
  readonly rings: readonly (readonly (readonly [number, number])[])[]
}

/** Reads a boundaries file. Throws BoundariesError. */
export function readBoundaries(path: string): Boundaries {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > boundariesBytesMax)
      throw new BoundariesError(`larger than ${boundariesBytesMax} bytes`)
    return parseBoundaries(JSON.parse(bytes.toString()))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new BoundariesError(`the boundaries in ${path} cannot be used: ${why}`, { cause: error })
  }
}

/**
 * Parses a GeoJSON FeatureCollection of polygons with `code`, `country`, `name` and optionally
 * `names`, `dispute`, `claimants`. Throws BoundariesError.
 */
export function parseBoundaries(document: unknown): Boundaries {
  const features =
    isObject(document) && document.type === 'FeatureCollection' ? document.features : null
  if (!Array.isArray(features) || features.length === 0)
    throw new BoundariesError('not a FeatureCollection with features')
  if (features.length > boundariesAreasMax)
    throw new BoundariesError(`more than ${boundariesAreasMax} features`)
  const read = features.map((feature, i) => readFeature(feature, `features[${i}]`))
  const codeByName = new Map<string, string>()
  const nameByCode = new Map<string, string>()
  for (const { area, names } of read) {
    if (area.code === null || area.country === null) continue
    nameByCode.set(area.code, area.name)
    for (const name of [area.code, area.name, ...names]) {
      for (const key of [nameKey(name), bareKey(name)])
        if (key !== '') codeByName.set(buildAreaKey(area.country, key), area.code)
    }
  }
  const countries = new Set(read.flatMap(({ area }) => area.country ?? []))
  return { layer: buildLayer(read), countries, codeByName, nameByCode }
}

interface ReadFeature {
  readonly area: Area
  readonly names: readonly string[]
  readonly polygon: Polygon
}

function readFeature(feature: unknown, at: string): ReadFeature {
  const properties = isObject(feature) ? feature.properties : null
  if (!isObject(feature) || !isObject(properties))
    throw new BoundariesError(`${at} has no properties`)
  const country = readTextOrNull(properties.country, /^[A-Z]{2}$/, `${at}.properties.country`)
  const code = readTextOrNull(properties.code, /^[A-Z]{2}-[A-Z0-9]{1,3}$/, `${at}.properties.code`)
  if (code !== null && code.slice(0, 2) !== country)
    throw new BoundariesError(`${at}: the code ${code} does not belong to the country ${country}`)
  const name =
    readTextOrNull(properties.name, /./, `${at}.properties.name`) ?? code ?? country ?? ''
  const claimants = readTexts(properties.claimants, /^[A-Z]{2}$/, `${at}.properties.claimants`)
  const dispute = readTextOrNull(properties.dispute, /./, `${at}.properties.dispute`)
  if (claimants.length === 0 && country === null)
    throw new BoundariesError(`${at} has neither a country nor claimants`)
  return {
    area: {
      code,
      otherCodes: [],
      country,
      name,
      dispute:
        claimants.length === 0 ? null : { name: dispute ?? name, claimants: [...claimants].sort() }
    },
    names: readTexts(properties.names, /./, `${at}.properties.names`),
    polygon: readGeometry(feature.geometry, `${at}.geometry`)
  }
}

function readGeometry(geometry: unknown, at: string): Polygon {
  const type = isObject(geometry) ? geometry.type : null
  const coordinates = isObject(geometry) ? geometry.coordinates : null
  if ((type !== 'Polygon' && type !== 'MultiPolygon') || !Array.isArray(coordinates)) {
    throw new BoundariesError(`${at} is neither a Polygon nor a MultiPolygon`)
  }
  const rings = type === 'Polygon' ? coordinates : coordinates.flat()
  return { rings: rings.map((ring, i) => readRing(ring, `${at}: ring ${i}`)) }
}

function readRing(ring: unknown, at: string): readonly (readonly [number, number])[] {
  if (!Array.isArray(ring) || ring.length < 4)
    throw new BoundariesError(`${at} has fewer than four corners`)
  const corners = ring.map((corner: unknown, i) => {
    const [lon, lat] = Array.isArray(corner) ? (corner as unknown[]) : []
    if (
      typeof lon !== 'number' ||
      typeof lat !== 'number' ||
      !(Math.abs(lon) <= 180) ||
      !(Math.abs(lat) <= 90)
    ) {
      throw new BoundariesError(`${at}, corner ${i}: not a longitude and latitude`)
    }
    return [lon, lat] as const
  })
  const [first, last] = [corners[0], corners.at(-1)]
  if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1])
    throw new BoundariesError(`${at} is not closed: its last corner differs from the first`)
  return corners
}

function buildLayer(read: readonly ReadFeature[]): AreaLayer {
  const rings = read.flatMap(({ polygon }, area) => polygon.rings.map(ring => ({ area, ring })))
  const corners = rings.flatMap(({ ring }) => ring)
  const ringStarts = new Uint32Array(rings.length + 1)
  rings.forEach(({ ring }, i) => {
    ringStarts[i + 1] = (ringStarts[i] as number) + ring.length
  })
  return new AreaLayer(
    read.map(({ area }) => area),
    {
      xs: Int32Array.from(corners, ([lon]) => Math.round(lon * unitsPerDegree)),
      ys: Int32Array.from(corners, ([, lat]) => Math.round(lat * unitsPerDegree)),
      ringStarts,
      ringAreas: Uint16Array.from(rings, ({ area }) => area)
    }
  )
}

function readTextOrNull(value: unknown, pattern: RegExp, at: string): string | null {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !pattern.test(value))
    throw new BoundariesError(`${at} does not match ${pattern.source}`)
  return value
}

function readTexts(value: unknown, pattern: RegExp, at: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new BoundariesError(`${at} is not a list`)
  return value
    .map((one, i) => readTextOrNull(one, pattern, `${at}[${i}]`) ?? '')
    .filter(text => text !== '')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
