// Reads the mapping given by --map or --mapping, or refuses it with all faults.

import { readFileSync } from 'node:fs'
import { type ImportFormat, mappingOf } from '@tocsin/importers/formats'
import { type Mapping, readMapping } from '@tocsin/importers/item/mapping-file'
import {
  readShippedMapping,
  type ShippedMapping,
  shippedMappings
} from '@tocsin/importers/item/shipped-mappings'
import { type Command, Option } from 'commander'
import { UsageError } from '../terminal/output.ts'

export interface MappingOptions {
  readonly map?: string
  readonly mapping?: ShippedMapping
}

export function addMappingOptions(command: Command): Command {
  return command
    .option('--map <file>', 'column mapping in YAML or JSON, for csv, kml and geojson')
    .addOption(
      new Option('--mapping <name>', 'a mapping that ships with Tocsin').choices(shippedMappings)
    )
}

/**
 * Null for a format that needs none and was given none. Throws UsageError for a mapping that is
 * missing, not supported, or invalid.
 */
export function loadMapping({
  format,
  map,
  mapping
}: MappingOptions & { readonly format: ImportFormat }): Mapping | null {
  const need = mappingOf[format]
  if (map === undefined && mapping === undefined) {
    if (need === 'needed')
      throw new UsageError(
        `${format} needs a mapping of its columns: --map FILE, or --mapping with one of ${shippedMappings.join(', ')}`
      )
    return null
  }
  if (map !== undefined && mapping !== undefined)
    throw new UsageError('--map and --mapping exclude each other')
  if (need === 'none')
    throw new UsageError(
      `${format} needs no mapping: omit ${map === undefined ? '--mapping' : '--map'}`
    )
  if (map === undefined) return readShippedMapping(mapping as ShippedMapping)
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
