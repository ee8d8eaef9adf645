// The supported formats by name.

import { createAcled } from './acled/acled.ts'
import { createCapImporter } from './cap/cap.ts'
import { gdelt } from './gdelt/gdelt.ts'
import type { Importer } from './item/import-item.ts'
import type { Mapping } from './item/mapping-file.ts'
import { readShippedMapping, shippedMappings } from './item/shipped-mappings.ts'
import type { Columns } from './item/table-row.ts'
import { createGeojsonImporter } from './json/geojson.ts'
import { createKmlImporter } from './json/kml.ts'
import { createNdjsonImporter } from './json/ndjson.ts'
import { createMappedTable } from './table/mapped-rows.ts'
import { createTableImporter, listMissing, type TableFormat } from './table/table-importer.ts'
import { ucdpGed } from './ucdp/ucdp-ged.ts'

export const importFormats = [
  'ucdp-ged',
  'acled',
  'gdelt',
  'cap',
  'geojson',
  'kml',
  'csv',
  'ndjson'
] as const
export type ImportFormat = (typeof importFormats)[number]

/**
 * Retrospective data sets compiled from many reporters: absence of a reporter's rows does not mean
 * that it fell silent.
 */
export const archiveFormats: ReadonlySet<ImportFormat> = new Set(['ucdp-ged', 'acled'])

/** Formats that require a mapping, and those that accept one. */
export const mappingOf: Readonly<Record<ImportFormat, 'needed' | 'optional' | 'none'>> = {
  'ucdp-ged': 'none',
  acled: 'none',
  gdelt: 'none',
  cap: 'none',
  geojson: 'optional',
  kml: 'needed',
  csv: 'needed',
  ndjson: 'none'
}

const tables: Readonly<Record<'ucdp-ged' | 'acled' | 'gdelt', readonly TableFormat[]>> = {
  'ucdp-ged': [ucdpGed],
  acled: createAcled().formats,
  gdelt: [gdelt]
}

/** The format of a table with these columns; null if it is none of ours. */
function findFormat(columns: Columns): string | null {
  const found = Object.entries(tables).find(([, formats]) =>
    formats.some(format => listMissing(format, columns).length === 0)
  )
  if (found !== undefined) return found[0]
  const mapped = shippedMappings.find(
    name => listMissing(createMappedTable(readShippedMapping(name)), columns).length === 0
  )
  return mapped === undefined ? null : `csv --mapping ${mapped}`
}

/** An importer for one file. Throws RangeError if a required mapping is missing. */
export function createImporter(format: ImportFormat, mapping: Mapping | null): Importer {
  switch (format) {
    case 'ucdp-ged':
      return createTableImporter([ucdpGed], { findFormat })
    case 'acled': {
      const { formats, notes } = createAcled()
      return createTableImporter(formats, { findFormat, notes })
    }
    case 'gdelt':
      return createTableImporter([gdelt], { findFormat })
    case 'cap':
      return createCapImporter()
    case 'geojson':
      return createGeojsonImporter()
    case 'kml':
      if (mapping === null) throw new RangeError('kml requires a mapping')
      return createKmlImporter(mapping)
    case 'ndjson':
      return createNdjsonImporter()
    case 'csv':
      if (mapping === null) throw new RangeError('csv requires a mapping')
      return createTableImporter([createMappedTable(mapping)], { findFormat })
    default:
      return format satisfies never
  }
}
