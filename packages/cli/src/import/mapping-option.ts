// Reads the mapping given by --map, or refuses it with all faults.

import { readFileSync } from 'node:fs'
import { type ImportFormat, mappingOf } from '@tocsin/importers/formats'
import { type Mapping, readMapping } from '@tocsin/importers/item/mapping-file'
import { UsageError } from '../terminal/output.ts'

/**
 * Null for a format that needs none and was given none. Throws UsageError for a mapping that is
 * missing, not supported, or invalid.
 */
export function loadMapping({
  format,
  map
}: {
  readonly format: ImportFormat
  readonly map?: string
}): Mapping | null {
  const need = mappingOf[format]
  if (map === undefined) {
    if (need === 'needed')
      throw new UsageError(`${format} needs a mapping of its columns: --map FILE`)
    return null
  }
  if (need === 'none') throw new UsageError(`${format} needs no mapping: omit --map`)
  const read = readMapping(readText(map))
  if (read.ok) return read.mapping
  throw new UsageError(
    [`${map} is not a valid mapping:`, ...read.errors.map(error => `  ${error}`)].join('\n')
  )
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause })
  }
}
