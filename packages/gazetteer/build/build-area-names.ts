// Writes the names of first-level areas from the gazetteer's tables into the domain
// (`packages/domain/src/space-time/area-names.json`). Run by hand after `src/world/areas.bin` was
// rebuilt; a test compares the two.

import { readFileSync, writeFileSync } from 'node:fs'
import { Tables } from '../src/table/table-file.ts'

const target = new URL('../../domain/src/space-time/area-names.json', import.meta.url)
const tables = new Tables(readFileSync(new URL('../src/world/areas.bin', import.meta.url)))
// Some names of the source use a grave accent as an apostrophe.
const entries = tables.readLines('codes').map(line => line.replaceAll('`', '’').split('\t'))
writeFileSync(target, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`)
console.log(`area-names.json: ${entries.length} names`)
