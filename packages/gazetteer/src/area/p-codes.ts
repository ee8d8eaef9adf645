// P-codes, by which OCHA and its partners name first-level areas. The table is p-codes.tsv; the
// README states its countries and its source.

import { readFileSync } from 'node:fs'

interface PcodeTable {
  readonly areaByPcode: ReadonlyMap<string, string>
  readonly pcodeByArea: ReadonlyMap<string, string>
}

let table: PcodeTable | null = null

/** The ISO 3166-2 code of a p-code; null if it is not in the table. */
export function findAreaByPcode(pcode: string): string | null {
  return loadPcodes().areaByPcode.get(pcode.trim().toUpperCase()) ?? null
}

/** The p-code of an area; null if it is not in the table, or if OCHA has several in the area. */
export function findPcode(admin1: string): string | null {
  return loadPcodes().pcodeByArea.get(admin1) ?? null
}

function loadPcodes(): PcodeTable {
  table ??= readTable(readFileSync(new URL('../world/p-codes.tsv', import.meta.url), 'utf8'))
  return table
}

function readTable(text: string): PcodeTable {
  const pairs = text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split('\t') as [string, string])
  const areas = pairs.map(([, area]) => area)
  return {
    areaByPcode: new Map(pairs),
    pcodeByArea: new Map(
      pairs
        .filter(([, area]) => areas.indexOf(area) === areas.lastIndexOf(area))
        .map(([pcode, area]) => [area, pcode])
    )
  }
}
