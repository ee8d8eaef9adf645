// Reverse look-ups compared with the coding of conflict data: 2,000 events of each of three files
// of the UCDP Georeferenced Event Dataset (CC BY 4.0, Uppsala Conflict Data Program; Sundberg and
// Melander 2013): of Myanmar those that name a first-level area, of the two African files a
// systematic sample. Each disagreement is classified, and the counts are those of the table in the
// README.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openWorldGazetteer, type WorldGazetteer } from '../src/world-gazetteer.ts'

interface Row {
  readonly lat: number
  readonly lon: number
  readonly country: string | null
  readonly areaName: string
  /** `YYYY-MM-DD`; empty if the sample has none. */
  readonly date: string
}

const gazetteer: WorldGazetteer = openWorldGazetteer()

function rowsOf(file: string): readonly Row[] {
  const [header = '', ...lines] = readFileSync(
    new URL(`./golden/${file}.tsv`, import.meta.url),
    'utf8'
  )
    .trim()
    .split('\n')
  const columns = header.split('\t')
  return lines.map(line => {
    const fields = line.split('\t')
    const field = (name: string) => fields[columns.indexOf(name)] ?? ''
    return {
      lat: Number(field('latitude')),
      lon: Number(field('longitude')),
      country: gazetteer.countryNamed(field('country')),
      areaName: field('adm_1'),
      date: field('date_start')
    }
  })
}

/** Present countries that were part of another until a date. */
const partUntil = [
  { now: 'SS', before: 'SD', until: '2011-07-09' },
  { now: 'ER', before: 'ET', until: '1993-05-24' }
] as const

const classes = [
  'agree',
  'renamed since',
  'disputed',
  'at a border',
  'at sea',
  'elsewhere'
] as const
type AgreementClass = (typeof classes)[number]

function classOf({ lat, lon, country, date }: Row): AgreementClass {
  const found = gazetteer.reverse({ lat, lon })
  if (found.country === country) return 'agree'
  if (
    partUntil.some(
      p => p.now === found.country && p.before === country && date !== '' && date < p.until
    )
  )
    return 'renamed since'
  if (found.dispute !== null) return 'disputed'
  if (found.country === null) return 'at sea'
  return country !== null && gazetteer.depthInto({ lat, lon }, country, 3) !== null
    ? 'at a border'
    : 'elsewhere'
}

const samples = [
  { file: 'ucdp-west-africa', title: 'West Africa, 1989 to 2017' },
  { file: 'ucdp-east-central-africa', title: 'East and Central Africa, 1989 to 2013' },
  { file: 'ucdp-myanmar', title: 'Myanmar, 1989 to 2016' }
].map(sample => {
  const rows = rowsOf(sample.file)
  const counts = Map.groupBy(rows, classOf)
  return {
    ...sample,
    rows,
    counts: Object.fromEntries(classes.map(name => [name, counts.get(name)?.length ?? 0]))
  }
})

describe.each(samples)('2,000 events of $title', ({ title, rows, counts }) => {
  const count = (name: AgreementClass) => counts[name] as number

  it('have countries that are known by name', () => {
    expect(rows).toHaveLength(2000)
    expect(rows.filter(row => row.country === null)).toEqual([])
  })

  it('agree on the country in at least 98 of 100, not counting countries renamed since', () => {
    expect(count('agree')).toBeGreaterThanOrEqual(0.98 * (rows.length - count('renamed since')))
  })

  it('disagree for the reasons and as often as the README states', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const line = readme.split('\n').find(l => l.startsWith(`| ${title}`)) ?? ''
    const written = line
      .split('|')
      .slice(2, -1)
      .map(cell => Number(cell.trim().replace(',', '')))
    expect(written).toEqual(classes.map(count))
  })
})

describe('2,000 events of Myanmar with admin names', () => {
  const rows = samples[2]?.rows ?? []

  it('agree on the first-level area in at least 97 of 100', () => {
    const others = rows.filter(({ lat, lon, areaName }) => {
      const area = gazetteer.findAdmin1(areaName, 'MM')
      return area.kind !== 'known' || gazetteer.reverse({ lat, lon }).admin1 !== area.code
    })
    expect(others.length).toBeLessThanOrEqual(rows.length * 0.03)
  })
})
