// Builds `src/world/areas.bin`: fetches Natural Earth and the ISO codes, draws the map, writes the
// tables. Run by hand when the sources change.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildAreaTables, checkDisputes } from './area-tables.ts'
import type { IsoEntry } from './iso-codes.ts'
import type { NaturalFeature } from './natural-earth.ts'
import { fetchSource } from './sources.ts'

const [scratch] = process.argv.slice(2)
if (scratch === undefined) throw new Error('node build/build-areas.ts <scratch folder>')

const layer = JSON.parse(
  readFileSync(join(fetchSource('areas', scratch), 'data', 'build.json'), 'utf8')
) as {
  features: readonly NaturalFeature[]
}
checkDisputes(layer.features)
const codes = (await import(pathToFileURL(join(fetchSource('codes', scratch), '2.js')).href)) as {
  iso31662: readonly IsoEntry[]
}
const bytes = buildAreaTables(layer.features, codes.iso31662, scratch)
writeFileSync(new URL('../src/world/areas.bin', import.meta.url), bytes)
console.log(`areas.bin: ${bytes.length} bytes`)
