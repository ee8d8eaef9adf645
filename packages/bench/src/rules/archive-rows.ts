// Made-up rows of an archive of armed conflict, in the columns of UCDP GED 21.1. Their shape is
// that of eastern and central Africa up to 2013: 14 countries of unequal weight, years that are
// much worse than others, few towns with most of the events, a year or a month where the day is not
// known, and tolls with a long tail. Nothing in them has happened.

import { mulberry32 } from './rules-load.ts'

/** Name as spelt by UCDP, a point well inside, and its share of the rows. */
const countries = [
  ['Kenya', 0.5, 38, 20],
  ['DR Congo (Zaire)', -3, 23.5, 17],
  ['Uganda', 1.3, 32.5, 14],
  ['Sudan', 15.5, 30, 10],
  ['Ethiopia', 8.5, 39.5, 9],
  ['Angola', -12.5, 17.5, 8],
  ['Tanzania', -6.3, 35, 7],
  ['Zambia', -13.5, 27.8, 6],
  ['Central African Republic', 6.8, 20.5, 3],
  ['Chad', 15, 18.5, 2],
  ['Congo', -0.7, 15.3, 2],
  ['South Sudan', 7.5, 30, 1],
  ['Mozambique', -14.5, 37.5, 1]
] as const
const rowsDefault = 12_400
const firstYear = 1989
const years = 25
/**
 * A country's worst year has this share of its rows; one country has nearly all of its rows in a
 * hundred days.
 */
const worstYearShare = 0.3
const massacres = { country: 2, share: 0.92, firstMonth: 4, months: 3 } as const
/** Share of a country's rows in its first place: the capital of one is fought over for years. */
const firstPlaceShare = 0.05
const foughtOver = { country: 0, share: 0.5 } as const
const firstOfMonthShare = 0.06
const firstOfYearShare = 0.015
const sides = [
  'UF',
  'Front of the East',
  'Front of the West',
  'Army of the Hills',
  'Army of the River',
  'Union',
  'Militia of the Lake'
]
const header =
  'id,year,type_of_violence,conflict_name,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high'

/**
 * The lines of a file: a header, then rows in order of their days. The same arguments give the same
 * lines.
 */
export function archiveLines(seed: number, rows = rowsDefault): readonly string[] {
  const random = mulberry32(seed)
  const worst = countries.map(() => Math.floor(random() * years))
  const made = Array.from({ length: rows }, () => {
    const at = pickedCountry(random)
    const isWorst = random() < (at === massacres.country ? massacres.share : worstYearShare)
    const year = isWorst ? (worst[at] as number) : Math.floor(random() * years)
    const [firstMonth, months] =
      isWorst && at === massacres.country ? [massacres.firstMonth, massacres.months] : [1, 12]
    return { at, day: dayIn(firstYear + year, firstMonth, months, random) }
  })
  made.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.at - b.at))
  return [header, ...made.map(({ at, day }, i) => rowOf(i + 1, at, day, random))]
}

function pickedCountry(random: () => number): number {
  let left = random() * countries.reduce((sum, [, , , share]) => sum + share, 0)
  for (const [at, [, , , share]] of countries.entries()) {
    left -= share
    if (left < 0) return at
  }
  return 0
}

/**
 * A date as written: the first of a month or year is what coders write where the day is not known.
 */
function dayIn(year: number, firstMonth: number, months: number, random: () => number): string {
  const kind = random()
  if (kind < firstOfYearShare) return `${year}-01-01`
  const month = String(firstMonth + Math.floor(random() * months)).padStart(2, '0')
  const day = kind < firstOfYearShare + firstOfMonthShare ? 1 : 1 + Math.floor(random() * 28)
  return `${year}-${month}-${String(day).padStart(2, '0')}`
}

function rowOf(id: number, at: number, day: string, random: () => number): string {
  const [country, lat, lon] = countries[at] as (typeof countries)[number]
  // A quarter of the other places have half of the rows.
  const inFirst = at === foughtOver.country ? foughtOver.share : firstPlaceShare
  const place = random() < inFirst ? 0 : Math.floor(random() ** 2 * 400)
  const [dLat, dLon] = [((place * 37) % 101) / 33 - 1.5, ((place * 53) % 103) / 34 - 1.5]
  const kind = random()
  const type = kind < 0.47 ? 1 : kind < 0.58 ? 2 : 3
  const group = sides[Math.floor(random() ** 2 * sides.length)] as string
  const [a, b] =
    type === 3
      ? [group, 'Civilians']
      : [type === 1 ? `Government of ${country}` : 'Union of Clans', group]
  // Half of the rows have up to three deaths, one of a hundred about a thousand.
  const best = Math.floor(2 * ((1 - random()) ** -1.34 - 1))
  const [low, high] = random() < 0.73 ? [best, best] : [Math.floor(best / 2), best * 2 + 3]
  const where = `${(lat + dLat).toFixed(5)},${(lon + dLon).toFixed(5)},${country}`
  return `${id},${day.slice(0, 4)},${type},${country}: made up,${a} of ${country},${b},${where},${day},${day},${low},${best},${high}`
}
