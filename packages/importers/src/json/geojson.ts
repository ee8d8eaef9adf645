// GeoJSON: each feature is a report. With a mapping its properties are the columns, plus `id`,
// `geometry.lat`, `geometry.lon` and `geometry.radiusKm`; without one its properties are the
// members of a report, and its geometry is the place.

import type { PostedLocation } from '@tocsin/contracts/report/posted-location'
import type { PostedReport } from '@tocsin/contracts/report/posted-report'
import { coveringCircle, type Point } from '@tocsin/domain/space-time/geometry'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { decodeText, undecodedDetail } from '../bytes/opened-bytes.ts'
import type {
  Importer,
  ImportItem,
  ImportSettings,
  RefusedFileForm,
  RowOutcome
} from '../item/import-item.ts'
import { omitMissing } from '../item/report-parts.ts'
import { buildColumnKey, TableRow } from '../item/table-row.ts'
import { splitFeatures } from '../table/json-features.ts'
import { formatCells, tooDeepDetail } from '../table/json-rows.ts'
import { MappedReader } from '../table/mapped-rows.ts'

export function createGeojsonImporter(): Importer {
  return new GeojsonImporter()
}

class GeojsonImporter implements Importer {
  #row = 0

  async *items(
    bytes: AsyncIterable<Uint8Array>,
    settings: ImportSettings
  ): AsyncIterable<readonly ImportItem[]> {
    const mapped = settings.mapping === null ? null : new MappedReader(settings.mapping)
    const read = (feature: Feature) =>
      mapped === null ? asReport(feature, settings) : readMapped(mapped, feature, settings)
    for await (const texts of splitFeatures(decodeText(bytes, settings.encoding))) {
      yield texts.map(raw => ({ ...readOutcome(raw, read), row: ++this.#row, raw }))
    }
  }

  findColumn(pointer: string): string | null {
    if (/^\/location\/(?:lat|lon|radiusKm)/.test(pointer)) return 'geometry'
    return pointer === '' ? null : `properties.${pointer.slice(1).replaceAll('/', '.')}`
  }

  readonly hasEditions = false

  get refused(): RefusedFileForm {
    return {
      extension: 'geojson',
      head: () => '{"type":"FeatureCollection","features":[\n',
      separator: ',\n',
      foot: '\n]}\n'
    }
  }
}

export interface Feature {
  readonly id: string | null
  readonly properties: Readonly<Record<string, unknown>>
  readonly place: {
    readonly lat: number
    readonly lon: number
    readonly radiusKm: number | null
  } | null
}

function readOutcome(raw: string, read: (feature: Feature) => RowOutcome): RowOutcome {
  if (raw.includes(undecoded)) return refuseFeature('unreadable', null, undecodedDetail)
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch (error) {
    return refuseFeature('unreadable', null, `is not JSON: ${(error as Error).message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuseFeature('unreadable', null, describeNonFeature(value))
  const { type, id, properties, geometry } = value as Readonly<Record<string, unknown>>
  if (type === 'FeatureCollection')
    return refuseFeature(
      'unreadable',
      'type',
      'is a FeatureCollection within a list: it is not read'
    )
  if (type !== 'Feature') return refuseFeature('unreadable', 'type', 'is not Feature')
  const points = listPoints(geometry)
  if (points === null) return refuseFeature('malformed', 'geometry', describeGeometry(geometry))
  return read({
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : null,
    properties:
      typeof properties === 'object' && properties !== null
        ? (properties as Record<string, unknown>)
        : {},
    place: buildPlace(points)
  })
}

function describeGeometry(geometry: unknown): string {
  const { coordinates } = geometry as { readonly coordinates?: unknown }
  const [first, second] = [coordinates].flat(listsMax + 1) as readonly unknown[]
  const isSwapped = Math.abs(Number(first)) <= 90 && Math.abs(Number(second)) > 90
  return `is not a GeoJSON geometry${isSwapped ? ' (latitude and longitude may be swapped: longitude comes first)' : ''}`
}

function describeNonFeature(value: unknown): string {
  if (Array.isArray(value)) return 'is a list within the list of features: its members are not read'
  return `is not a feature, but ${value === null ? 'null' : `a ${typeof value}`}`
}

function refuseFeature(
  reason: 'unreadable' | 'malformed',
  column: string | null,
  detail: string
): RowOutcome {
  return { kind: 'refused', faults: [{ column, reason, detail }] }
}

/** A single point is used as it is, without a precision; several are covered by a circle. */
export function buildPlace(points: readonly Point[]): Feature['place'] {
  const [first] = points
  if (first === undefined) return null
  if (points.length === 1) return { ...first, radiusKm: null }
  const circle = coveringCircle(points.map(point => ({ ...point, radiusKm: 0 })))
  return circle === null
    ? null
    : { ...circle.center, radiusKm: Math.min(5000, Math.ceil(circle.radiusKm * 10) / 10) }
}

/** Deepest nesting of collections of geometries. */
const collectionsMax = 8

/** All points of a geometry; none without a geometry; null if it is invalid. */
function listPoints(geometry: unknown, depth = 0): readonly Point[] | null {
  if (geometry === null || geometry === undefined) return []
  if (depth > collectionsMax) return null
  const { coordinates, geometries } = geometry as { coordinates?: unknown; geometries?: unknown }
  if (Array.isArray(geometries)) {
    const all = geometries.map(one => listPoints(one, depth + 1))
    return all.includes(null) ? null : all.flatMap(points => points as readonly Point[])
  }
  return listPositions(coordinates, 0)
}

/** Deepest nesting of GeoJSON coordinates: a multipolygon. */
const listsMax = 4

function listPositions(value: unknown, depth: number): readonly Point[] | null {
  if (!Array.isArray(value) || depth > listsMax) return null
  if (typeof value[0] === 'number') {
    const [lon, lat] = value as readonly unknown[]
    return typeof lat === 'number' && Math.abs(lat) <= 90 && Math.abs(lon as number) <= 180
      ? [{ lat, lon: lon as number }]
      : null
  }
  const parts = value.map(part => listPositions(part, depth + 1))
  return parts.includes(null) ? null : parts.flatMap(points => points as readonly Point[])
}

const membersOfReports = [
  'reportedAt',
  'category',
  'tactics',
  'alsoAt',
  'actors',
  'targets',
  'fatalities',
  'credibility',
  'handling',
  'drill',
  'private'
] as const

/**
 * Takes properties that are members of a report and ignores others. The contract validates them.
 */
function asReport({ id, properties, place }: Feature, settings: ImportSettings): RowOutcome {
  const source = settings.source ?? readSource(properties.source)
  if (source === null) {
    const detail = 'is missing: name a source with --source, or map the properties with --map'
    return { kind: 'refused', faults: [{ column: 'properties.source', reason: 'missing', detail }] }
  }
  const members = Object.fromEntries(
    membersOfReports.flatMap(name => (name in properties ? [[name, properties[name]]] : []))
  )
  const occurred =
    typeof properties.occurred === 'string'
      ? { from: properties.occurred, to: properties.occurred }
      : properties.occurred
  const report = {
    source: { id: source },
    ...members,
    ...omitMissing({
      externalId: properties.externalId ?? id,
      occurred,
      handling: settings.handling ?? properties.handling,
      reportedAt: settings.reportedAt ?? properties.reportedAt
    }),
    location: readLocation(properties.location, place)
  } as unknown as PostedReport
  return {
    kind: 'report',
    report,
    warnings: report.reportedAt === undefined ? ['no-date-of-knowledge'] : []
  }
}

function readSource(source: unknown): string | null {
  if (typeof source === 'string') return source
  const id = (source as { id?: unknown } | null | undefined)?.id
  return typeof id === 'string' ? id : null
}

function readLocation(stated: unknown, place: Feature['place']): PostedLocation {
  const named = typeof stated === 'string' ? { name: stated } : ((stated ?? {}) as PostedLocation)
  return place === null
    ? named
    : { ...named, ...omitMissing({ ...place, radiusKm: place.radiusKm ?? named.radiusKm }) }
}

/** Reads a feature as a row of a mapping. */
export function readMapped(
  reader: MappedReader,
  { id, properties, place }: Feature,
  settings: ImportSettings
): RowOutcome {
  const pairs: (readonly [string, unknown])[] = [
    ['id', id],
    ...Object.entries(properties),
    ['geometry.lat', place?.lat],
    ['geometry.lon', place?.lon],
    ['geometry.radiusKm', place?.radiusKm]
  ]
  const cells = formatCells(pairs.map(([, value]) => value))
  if (cells === null) return refuseFeature('unreadable', null, tooDeepDetail)
  const columns = new Map(pairs.map(([name], i) => [buildColumnKey(name), i]))
  return reader.read(new TableRow(columns, cells), settings)
}
