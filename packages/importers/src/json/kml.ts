// KML: each placemark is a row of a mapping. Its columns are the names of its extended data, `id`,
// `name`, `description`, `begin` and `end` (of TimeSpan, or TimeStamp for `begin`), and, as in
// GeoJSON, `geometry.lat`, `geometry.lon` and `geometry.radiusKm`.

import type { Point } from '@tocsin/domain/space-time/geometry'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { undecoded } from '../bytes/lossless-utf8.ts'
import { decodeText, undecodedDetail } from '../bytes/opened-bytes.ts'
import { splitElements } from '../bytes/xml-elements.ts'
import type { Importer, ImportItem, ImportSettings, RowOutcome } from '../item/import-item.ts'
import type { Mapping } from '../item/mapping-file.ts'
import { createMappedTable, MappedReader } from '../table/mapped-rows.ts'
import { buildPlace, type Feature, readMapped } from './geojson.ts'

const attribute = '@'
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: attribute,
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: true,
  htmlEntities: true,
  maxNestedTags: 32,
  alwaysCreateTextNode: true,
  isArray: name => ['Data', 'SimpleData', 'SchemaData'].includes(name)
})

export function createKmlImporter(mapping: Mapping): Importer {
  const reader = new MappedReader(mapping)
  const { pointers } = createMappedTable(mapping)
  return {
    async *items(
      bytes: AsyncIterable<Uint8Array>,
      settings: ImportSettings
    ): AsyncIterable<readonly ImportItem[]> {
      let row = 0
      const placemarks = splitElements(decodeText(bytes, settings.encoding), {
        tag: 'Placemark',
        name: 'placemark of KML'
      })
      for await (const raw of placemarks)
        yield [{ ...readPlacemark(raw, reader, settings), row: ++row, raw }]
    },
    findColumn: pointer => pointers[pointer] ?? null,
    hasEditions: false,
    refused: {
      extension: 'kml',
      head: () => '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n',
      separator: '\n',
      foot: '\n</Document></kml>\n'
    }
  }
}

function readPlacemark(raw: string, reader: MappedReader, settings: ImportSettings): RowOutcome {
  if (raw.includes(undecoded)) return refusePlacemark('unreadable', null, undecodedDetail)
  const valid = XMLValidator.validate(raw)
  if (valid !== true)
    return refusePlacemark(
      'unreadable',
      null,
      `is not well-formed XML: ${valid.err.msg.slice(0, 200)}`
    )
  const points = readPoints(raw)
  if (points === null)
    return refusePlacemark('malformed', 'geometry', 'is not written as lon,lat or lon,lat,altitude')
  try {
    const { Placemark } = parser.parse(raw) as { readonly Placemark: Element }
    return readMapped(reader, buildFeature(Placemark, points), settings)
  } catch (error) {
    // The parser refuses element names that are unsafe as object members, and deep nesting.
    const detail = `cannot be read as XML: ${(error as Error).message.slice(0, 200)}`
    return refusePlacemark('unreadable', null, detail)
  }
}

function refusePlacemark(
  reason: 'unreadable' | 'malformed',
  column: string | null,
  detail: string
): RowOutcome {
  return { kind: 'refused', faults: [{ column, reason, detail }] }
}

interface Element {
  readonly [name: string]: unknown
}

/** All points of the geometries; null if one is malformed. */
function readPoints(raw: string): readonly Point[] | null {
  const lists = [...raw.matchAll(/<(?:[\w.-]+:)?coordinates>([^<]*)</g)]
  const texts = lists.flatMap(([, text]) => (text ?? '').trim().split(/\s+/))
  const points = texts
    .filter(text => text !== '')
    .map(text => {
      const match = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?:,-?\d+(?:\.\d+)?)?$/.exec(text)
      const [lon, lat] = [Number(match?.[1]), Number(match?.[2])]
      return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null
    })
  return points.includes(null) ? null : (points as readonly Point[])
}

function buildFeature(placemark: Element, points: readonly Point[]): Feature {
  const extended = getElement(placemark, 'ExtendedData')
  const simple = listElements(extended, 'SchemaData').flatMap(data =>
    listElements(data, 'SimpleData')
  )
  const data = [...listElements(extended, 'Data'), ...simple].map(
    one =>
      [String(one[`${attribute}name`]), getText(one, 'value') ?? getText({ one }, 'one')] as const
  )
  const span = getElement(placemark, 'TimeSpan')
  const id = placemark[`${attribute}id`]
  return {
    id: typeof id === 'string' ? id : null,
    properties: {
      name: getText(placemark, 'name'),
      description: getText(placemark, 'description'),
      begin: getText(span, 'begin') ?? getText(getElement(placemark, 'TimeStamp'), 'when'),
      end: getText(span, 'end'),
      ...Object.fromEntries(data)
    },
    place: buildPlace(points)
  }
}

function getElement(element: Element, name: string): Element {
  const found = element[name]
  return typeof found === 'object' && found !== null ? (found as Element) : {}
}

function listElements(element: Element, name: string): readonly Element[] {
  const found = element[name]
  return Array.isArray(found) ? (found as readonly Element[]) : []
}

function getText(element: Element, name: string): string | null {
  const text = getElement(element, name)['#text']
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null
}
