// MAPPINGS.md is written from the tables of the code: `vitest run packages/importers/test/mappings-document -u` writes it anew.

import { categories } from '@tocsin/domain/report/report'
import { bareRadiusMinKm } from '@tocsin/gazetteer/coordinate-precision'
import { describe, expect, it } from 'vitest'
import { acledEvents, acledPlaces, acledTimes } from '../src/acled/acled-tables.ts'
import { capCategories, capCertainties, capMessages, capStatuses } from '../src/cap/cap-table.ts'
import { cameoEvents, gdeltPlaces } from '../src/gdelt/cameo-table.ts'
import {
  ucdpCentroid,
  ucdpCredibility,
  ucdpPrecisions,
  ucdpSummaryCategory,
  ucdpTypes,
  ucdpUnseen
} from '../src/ucdp/ucdp-tables.ts'

function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [columns, ...rows.map(row => row.map(String))]
  const widths = columns.map((_, i) => Math.max(3, ...cells.map(row => (row[i] ?? '').length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`
  const [head, ...body] = cells as [readonly string[], ...(readonly string[])[]]
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...body.map(line)].join('\n')
}
const code = (text: string) => `\`${text}\``
const codes = (texts: readonly string[]) => texts.map(code).join(', ')

const ucdpColumns: readonly (readonly [string, string])[] = [
  [`\`id\``, `\`externalId\`, of the source \`ucdp-ged\``],
  [
    `\`date_start\`, \`date_end\``,
    `\`occurred\`, whatever \`date_prec\`: a month stays a month. One day alone lasts as long as \`date_prec\` says: 2 for six days, 3 for a week, 4 for its month, 5 for its year. Without that column the first of a month alone means that month, and 1 January that year`
  ],
  [`\`type_of_violence\``, `\`category\`, and who is a perpetrator: see below`],
  [
    `\`event_clarity\` 2`,
    `category \`${ucdpSummaryCategory}\`: a summary stands for events that can't be told apart, and is never one incident`
  ],
  [`\`where_prec\``, `\`location.radiusKm\`: see below`],
  [`\`where_coordinates\``, `\`location.name\`, without \`town\`, \`village\`, \`city\` behind a place`],
  [
    `\`country\`, else \`country_id\``,
    `\`location.country\`: names of UCDP, numbers of Gleditsch and Ward. Where the point lies in another country as borders are today (before 2011 what is South Sudan now; Gaza; Baku in 1990), more than 2 km from the stated one, the coordinates decide: no country is stated, a warning says so, and UCDP's word for it stands in \`private.narrative\``
  ],
  [
    `\`adm_1\``,
    `\`location.admin1\` where the gazetteer knows the name, with or without \`state\`, \`province\` and the like; else the coordinates decide, and a warning says so`
  ],
  [
    `\`side_a\`, \`side_b\``,
    `\`actors\`: \`side-a\` and \`side-b\`; in one-sided violence \`perpetrator\`, and the target \`civilians\`. A side of several (\`MLC, RCD-N\`) is each of them; one that has no name yet (\`XXX264\`) is nobody`
  ],
  [
    `\`low\`, \`best\`, \`high\``,
    `\`fatalities\`; out of order, the interval is widened until it holds all three, and a warning says so`
  ],
  [
    `\`number_of_sources\``,
    `\`credibility\`: ${ucdpCredibility.several} (probably true) of several, ${ucdpCredibility.one} (possibly true) of one; they need not be independent, so never 1. -1 and no column: 6, cannot be judged`
  ],
  [`\`source_date\``, `\`reportedAt\`: see below`],
  [`\`source_headline\`, \`source_article\``, `\`private.narrative\``]
]

function mappingsDocument(): string {
  return `# What the words of others mean here

Written from the tables in \`src/\` by \`test/mappings-document.test.ts\`, which fails where the two differ.

## UCDP GED

${table(['column', 'becomes'], ucdpColumns)}

**When it was known.** \`source_date\` may hold several days. The earliest from the event's last day on counts, else the last one; a day before the event began says nothing. The end of that day becomes \`reportedAt\`. Most rows have none: then nothing is made up,
the report counts as reported when it is accepted, and a warning says so. \`--reported-at\` states the day on which an edition came out, for all rows: so a later edition wins over an earlier one. \`--known-at\` names a column of your own. Without any of these a
source of decades looks as if it reported today: declare it as \`archive\`, so that it does not hold the watermark back. For a backtest, \`source_date\` is what keeps it from knowing too early.

${table(
  ['type_of_violence', 'UCDP calls it', 'category'],
  Object.entries(ucdpTypes).map(([type, { words, category }]) => [type, words, code(category)])
)}

${table(
  ['where_prec', 'means', 'radius, km', 'name is a settlement', 'adm_1 counts'],
  Object.entries(ucdpPrecisions).map(([prec, { words, radiusKm, isPlace, hasArea }]) => [
    prec,
    words,
    radiusKm,
    isPlace ? 'yes' : 'no',
    hasArea ? 'yes' : 'no'
  ])
)}

Without the column: ${ucdpCentroid.radiusKm} km where both coordinates have no more than ${ucdpCentroid.decimalsMax} decimal, for such points are the middles of areas; else half of the last decimal that is given, and no closer than ${bareRadiusMinKm} km: what rests on these is at most likely. What is known no closer than 25 km is no settlement.

**What it can show.** A row tells who fought or attacked, where, when and how many died. ${codes(['front', 'near-repeat'])} need places known within 20 km: rows with \`where_prec\` 1 alone; in files without that column all but the middles of areas. These patterns a file of UCDP never shows:

${table(
  ['pattern', 'what it lacks'],
  Object.entries(ucdpUnseen).map(([pattern, lack]) => [code(pattern), lack])
)}

All others fire where they should; \`packages/cli/test/import/ucdp-shows.int.test.ts\` holds the two lists together.

## ACLED

\`event_id_cnty\` → \`externalId\` of the source \`acled\`; \`timestamp\` → \`reportedAt\`; \`iso\`, else \`country\` → country; \`admin1\`, \`location\`, \`latitude\`, \`longitude\` → location; \`actor1\`, \`actor2\` and the associated ones → \`actors\` (\`side-a\`, \`side-b\` in battles and
riots; \`perpetrator\`, \`target\` in other violence; else \`participant\`); \`civilian_targeting\` → target \`civilians\`; \`fatalities\` → best alone; \`notes\` and \`source\` → \`private.narrative\`.

${table(
  ['sub_event_type', 'event_type', 'category', 'where civilians were the target', 'tactics'],
  Object.entries(acledEvents).map(([name, event]) => [
    name,
    event.eventType,
    code(event.category),
    code(event.onCivilians),
    codes(event.tactics)
  ])
)}

${table(
  ['geo_precision', 'means', 'radius, km'],
  Object.entries(acledPlaces).map(([prec, { words, radiusKm }]) => [prec, words, radiusKm])
)}

Without the column, of GDELT without \`ActionGeo_Type\`, of GeoJSON and of CSV without a radius: half of the last decimal that is given, and no closer than ${bareRadiusMinKm} km (nothing at all beside the name of a known settlement, which is as precise as that). What rests on such a point is at most likely; whole degrees are known to 56 km, and start no rule of distance.

${table(['time_precision', 'occurred'], Object.entries(acledTimes))}

\`timestamp\` is read as seconds since 1970, an instant with its offset, or a day, which counts as its end; anything else says nothing of when the row was known, and a warning says so.

An interval that was widened ends no later than the day of \`timestamp\`.

## GDELT (CAMEO)

Only events of material conflict and threats of force are reports; all others are left out and counted as \`not-violence\`. A code means what its row says, else what the longest beginning of it says; one that lost its zero in front is read by \`EventRootCode\`, and refused where that does not tell. \`GLOBALEVENTID\` → \`externalId\` of the source \`gdelt\`; \`SQLDATE\` → \`occurred\`;
\`DATEADDED\` → \`reportedAt\` (a day in version 1 counts as its end); \`ActionGeo_…\` → location, its country from FIPS 10-4; \`Actor1Name\`, \`Actor2Name\` → \`actors\` (\`side-a\`, \`side-b\`); \`SOURCEURL\` → \`private.links\`; credibility 5, or 4 where \`NumSources\` is above 1. Deaths are unknown.

${table(
  ['code', 'CAMEO calls it', 'category', 'tactics'],
  Object.entries(cameoEvents)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, event]) => [
      name,
      event.words,
      event.category === null ? 'left out' : code(event.category),
      codes(event.tactics)
    ])
)}

${table(
  ['ActionGeo_Type', 'means', 'radius, km'],
  Object.entries(gdeltPlaces).map(([type, { words, radiusKm }]) => [type, words, radiusKm])
)}

## CAP 1.1 and 1.2

One alert is one report. Its source is made of \`sender\` (letters, digits, dots, hyphens), unless \`--source\` names one; \`sent\` → \`reportedAt\`; onset (else effective, else sent) to \`expires\` → \`occurred\`, cut a day after \`sent\`, since nothing is taken that has not happened;
areas → \`location\` and \`alsoAt\`: circles and polygons by a circle that covers them, geocodes of ISO 3166 as country and area; an alert whose areas are words alone is refused. Infos of further languages say the same again and are left out.
Event, headline, description, instruction, severity, urgency and the words of areas → \`private.narrative\`; what begins more than a day after \`sent\` counts from \`sent\`, and a warning says so; \`web\` → \`private.links\`. What is not of scope Public is \`restricted\`.

${table(
  ['category', 'here', 'tactic'],
  Object.entries(capCategories).map(([name, { category, tactic }]) => [name, code(category), code(tactic)])
)}

If any category of an alert is an advisory, it is one; the tactics name all.

**Chains.** Alerts are told apart by \`sender\` and \`identifier\`; of one \`--source\` for all senders, \`externalId\` is \`sender,identifier\`. Only an Update or a Cancel follows its \`references\`, to the earliest of each alert it leads to, within the file and whatever its order (alerts are
named in portions of 8 Mi characters). The report is that of the sender of the first alert. A chain whose first alert is not in the file is named by what is the earliest there, with the warning \`chain-unknown\`. In a file that begins with the newest, alerts behind their own Cancel are left out as \`cancelled\`.

${table(
  ['msgType', 'becomes'],
  Object.entries(capMessages).map(([name, message]) => [name, messageWords[message]])
)}

${table(
  ['status', 'becomes'],
  Object.entries(capStatuses).map(([name, status]) => [name, statusWords[status]])
)}

${table(['certainty', 'credibility'], Object.entries(capCertainties))}

\`Very Likely\` of older versions is read as Likely.
`
}

const messageWords = {
  report: 'a report',
  correction: 'a later revision of the first alert that `references` lead to',
  withdrawal: 'a withdrawal of that report',
  'left-out': 'nothing, counted as `not-actual`'
} as const
const statusWords = {
  actual: 'a report',
  drill: 'a report with `drill`',
  'left-out': 'nothing, counted as `not-actual`'
} as const

describe('MAPPINGS.md', () => {
  it('shows the tables of the code', async () => {
    await expect(mappingsDocument()).toMatchFileSnapshot('../MAPPINGS.md')
  })

  it('has no category or tactic that the contract does not have', () => {
    const events = [...Object.values(acledEvents), ...Object.values(cameoEvents)]
    const used = [
      ...events.flatMap(event => event.category ?? []),
      ...Object.values(acledEvents).map(event => event.onCivilians),
      ...Object.values(ucdpTypes).map(type => type.category),
      ...Object.values(capCategories).map(one => one.category)
    ]
    expect(used.filter(category => !categories.includes(category))).toEqual([])
    // Source: report.v1.schema.json.
    const tactic = /^(?:suicide|ied|drone|movement-denied|mass-displacement|other:[a-z0-9][a-z0-9-]{0,39})$/
    const tactics = [...events.flatMap(event => event.tactics), ...Object.values(capCategories).map(one => one.tactic)]
    expect(tactics.filter(name => !tactic.test(name))).toEqual([])
  })
})
