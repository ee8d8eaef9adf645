// Writes the names of first-level areas into the domain (`packages/domain/src/space-time/area-names.ts`), as the tables of the gazetteer have them. Run by hand
// after `src/world/areas.bin` was made anew; a test compares the two.

import { readFileSync, writeFileSync } from 'node:fs'
import { Tables } from '../src/table/table-file.ts'

const lineLengthMax = 128
const target = new URL('../../domain/src/space-time/area-names.ts', import.meta.url)
const marker = 'const rows = `\n'

const tables = new Tables(readFileSync(new URL('../src/world/areas.bin', import.meta.url)))
// Some names of the source have a grave accent for an apostrophe.
const entries = tables.lines('codes').map(line => line.replace('\t', ' ').replaceAll('`', '’'))
const lines = ['']
for (const entry of entries) {
  if (/[;\\$]/.test(entry)) throw new Error(`${entry}: a name may not hold ; or what a template reads`)
  const last = lines.at(-1) as string
  if (last.length + entry.length + 2 > lineLengthMax) lines.push(`${entry};`)
  else lines[lines.length - 1] = last === '' ? `${entry};` : `${last} ${entry};`
}
const text = readFileSync(target, 'utf8')
const [from, to] = [text.indexOf(marker) + marker.length, text.indexOf('`\n', text.indexOf(marker) + marker.length)]
writeFileSync(target, `${text.slice(0, from)}${lines.join('\n').replace(/;$/, '')}${text.slice(to)}`)
console.log(`area-names.ts: ${entries.length} names`)
