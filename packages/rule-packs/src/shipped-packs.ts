// The packs that come with the suite, by name, and the schema that packs are held to.

import { fileURLToPath } from 'node:url'

/** The JSON Schema of packs. */
export const packSchemaFile = fileURLToPath(new URL('schemas/rule-pack.v1.schema.json', import.meta.url))

export const shippedPacks = ['default', 'sahel'] as const

/** The file of a pack; null where none of that name comes with the suite. */
export function shippedPack(name: string): string | null {
  return (shippedPacks as readonly string[]).includes(name)
    ? fileURLToPath(new URL(`../packs/${name}.yaml`, import.meta.url))
    : null
}
