// The pack given to a command: a file, or a bundled one by name. Returns fault lines, or the pack
// if there are none.

import { existsSync, readFileSync } from 'node:fs'
import type { RulePack } from '@tocsin/rule-packs/pack'
import { formatFault, type PackFault } from '@tocsin/rule-packs/pack-fault'
import { readPack } from '@tocsin/rule-packs/pack-file'
import { loadShippedPack, shippedPacks } from '@tocsin/rule-packs/shipped-packs'
import { CommandError, UsageError } from '../terminal/output.ts'

export interface PackInput {
  /** Display name. */
  readonly name: string
  readonly pack: RulePack | null
  readonly faults: readonly PackFault[]
}

/** Reads a pack. Throws UsageError if there is none. */
export function readPackFile(file: string): PackInput {
  const reading = readPack(readPackBytes(file))
  return reading.ok
    ? { name: file, pack: reading.pack, faults: [] }
    : { name: file, pack: null, faults: reading.faults }
}

/** A valid pack. Throws CommandError with all faults of an invalid one. */
export function readValidPack(file: string): RulePack {
  const { name, pack, faults } = readPackFile(file)
  if (pack === null)
    throw new CommandError(faults.map(fault => formatFault(name, fault)).join('\n'))
  return pack
}

function readPackBytes(file: string): Uint8Array {
  const path = existsSync(file) ? file : (loadShippedPack(file) ?? file)
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new UsageError(
      `${file} cannot be read: name a file, or one of the bundled packs: ${shippedPacks.join(', ')}`,
      {
        cause
      }
    )
  }
}
