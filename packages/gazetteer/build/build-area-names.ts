// Writes the names of first-level areas from the gazetteer's tables into the domain
// (`packages/domain/src/space-time/area-names.ts`). Run by hand after `src/world/areas.bin` was
// rebuilt; a test compares the two.

import { readFileSync, writeFileSync } from 'node:fs'
import { Tables } from '../src/table/table-file.ts'

const lineLengthMax = 128
const target = new URL('../../domain/src/space-time/area-names.ts', import.meta.url)
const marker = 'const rows = `\n'

const tables = new Tables(readFileSync(new URL('../src/world/areas.bin', import.meta.url)))
// Some names of the source use a grave accent as an apostrophe.
const entries = tables.readLines('codes').map(line => line.replace('\t', ' ').replaceAll('`', '’'))
const lines = ['']
for (const entry of entries) {
  if (/[;\\$]/.test(entry)) throw new Error(`${entry}: a name must not contain ; \\ or $`)
  const last = lines.at(-1) as string
  if (last.length + entry.length + 2 > lineLengthMax) lines.push(`${entry};`)
  else lines[lines.length - 1] = last === '' ? `${entry};` : `${last} ${entry};`
}
const text = readFileSync(target, 'utf8')
const [from, to] = [
  text.indexOf(marker) + marker.length,
  text.indexOf('`\n', text.indexOf(marker) + marker.length)
]
writeFileSync(
  target,
  `${text.slice(0, from)}${lines.join('\n').replace(/;$/, '')}${text.slice(to)}`
)
console.log(`area-names.ts: ${entries.length} names`)
