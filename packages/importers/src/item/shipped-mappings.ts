// Mappings that ship, by name: one file each in ../mappings.

import { readFileSync } from 'node:fs'
import { type Mapping, readMapping } from './mapping-file.ts'

export const shippedMappings = [
  'acled-2015',
  'aid-worker-security',
  'crisis-group',
  'gtd',
  'insecurity-insight'
] as const
export type ShippedMapping = (typeof shippedMappings)[number]

export function readShippedMapping(name: ShippedMapping): Mapping {
  const file = new URL(`../mappings/${name}.yaml`, import.meta.url)
  const read = readMapping(readFileSync(file, 'utf8'))
  if (read.ok) return read.mapping
  throw new Error(`the mapping ${name} is invalid: ${read.errors.join('; ')}`)
}
