// The packs that ship with the suite, by name, and the schema of packs.

import { fileURLToPath } from 'node:url'

/** The JSON Schema of packs. */
export const packSchemaFile = fileURLToPath(
  new URL('schemas/rule-pack.v1.schema.json', import.meta.url)
)

export const shippedPacks = ['default', 'sahel'] as const

/** The file of a pack; null if none of that name ships with the suite. */
export function loadShippedPack(name: string): string | null {
  return (shippedPacks as readonly string[]).includes(name)
    ? fileURLToPath(new URL(`../packs/${name}.yaml`, import.meta.url))
    : null
}
