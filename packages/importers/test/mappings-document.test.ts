// MAPPINGS.md is generated from the tables of the code: `npm test --
// packages/importers/test/mappings-document -u` writes it.

import { categories } from '@tocsin/contracts/theatre/report'
import { bareRadiusMinKm } from '@tocsin/gazetteer/coordinate-precision'
import { describe, expect, it } from 'vitest'
import { acledEvents, acledPlaces, acledTimes, acledTypes } from '../src/acled/acled-tables.ts'
import { capCategories, capCertainties, capMessages, capStatuses } from '../src/cap/cap-table.ts'
import { cameoEvents, gdeltPlaces } from '../src/gdelt/cameo-table.ts'
import { readShippedMapping, shippedMappings } from '../src/item/shipped-mappings.ts'
import { createMappedTable } from '../src/table/mapped-rows.ts'
import {
  ucdpCentroid,
  ucdpCredibility,
  ucdpPrecisions,
  ucdpSummaryCategory,
  ucdpTypes,
  ucdpUnseen
} from '../src/ucdp/ucdp-tables.ts'

function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[]
): string {
  const cells = [columns, ...rows.map(row => row.map(String))]
  const widths = columns.map((_, i) => Math.max(3, ...cells.map(row => (row[i] ?? '').length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`
  const [head, ...body] = cells as [readonly string[], ...(readonly string[])[]]
  return [line(head), line(widths.map(width => '-'.repeat(width))), ...body.map(line)].join('\n')
}
const code = (text: string) => `\`${text}\``
const codes = (texts: readonly string[]) => texts.map(code).join(', ')

const ucdpColumns: readonly (readonly [string, string])[] = [
  [`\`id\``, `\`externalId\`, of the source \`ucdp-ged\``],
  [
    `\`date_start\`, \`date_end\``,
    `\`occurred\`, whatever \`date_prec\`: a month stays a month. A single day is widened as \`date_prec\` says: 2 to six days, 3 to a week, 4 to its month, 5 to its year. Without that column a single first of a month means that month, and 1 January that year`
  ],
  [`\`type_of_violence\``, `\`category\`, and who is a perpetrator: see below`],
  [
    `\`event_clarity\` 2`,
    `category \`${ucdpSummaryCategory}\`: a summary of events that cannot be separated is never one incident`
  ],
  [`\`where_prec\``, `\`location.radiusKm\`: see below`],
  [
    `\`where_coordinates\``,
    `\`location.name\`, without \`town\`, \`village\`, \`city\` after a place name`
  ],
  [
    `\`country\`, else \`country_id\``,
    `\`location.country\`: names of UCDP, numbers of Gleditsch and Ward. If the point is in another country by today's borders (present South Sudan before 2011; Gaza; Baku in 1990), more than 2 km from the stated one, the coordinates decide: no country is stated, with a warning, and UCDP's country is kept in \`private.narrative\``
  ],
  [
    `\`adm_1\``,
    `\`location.admin1\` if the gazetteer knows the name, with or without \`state\`, \`province\` and the like; otherwise the coordinates decide, with a warning`
  ],
  [
    `\`side_a\`, \`side_b\``,
    `\`actors\`: \`side-a\` and \`side-b\`; in one-sided violence \`perpetrator\`, and the target \`civilians\`. A side of several (\`MLC, RCD-N\`) gives several actors; one that has no name yet (\`XXX264\`) is omitted`
  ],
  [
    `\`low\`, \`best\`, \`high\``,
    `\`fatalities\`; out of order, the interval is widened to contain all three, with a warning`
  ],
  [
    `\`number_of_sources\``,
    `\`credibility\`: ${ucdpCredibility.several} (probably true) for several, ${ucdpCredibility.one} (possibly true) for one; they may depend on each other, so never 1. -1 or no column: 6, cannot be judged`
  ],
  [
    `\`code_status\``,
    `of candidate events: any text but \`Clear\` means that UCDP has not checked the row. Its \`credibility\` is one grade lower, and ${ucdpCredibility.unchecked} (doubtful) without a number of sources`
  ],
  [`\`source_date\``, `\`reportedAt\`: see below`],
  [`\`source_headline\`, \`source_article\``, `\`private.narrative\``]
]

function mappingsDocument(): string {
  return `# Mappings of the import formats

Generated from the tables in \`src/\` by \`test/mappings-document.test.ts\`, which fails if the two differ.

## UCDP GED

${table(['column', 'becomes'], ucdpColumns)}

**Report time.** \`source_date\` may hold several days. The earliest on or after the event's last day counts, else the last one; a day before the event began is ignored. The end of that day becomes \`reportedAt\`. Most rows have none: then no time is invented,
the report counts as reported when it is accepted, with a warning. \`--reported-at\` states the publication date of an edition, for all rows: so a later edition wins over an earlier one. \`--known-at\` names another column. Without any of these a
source of decades appears to report today: declare it as \`archive\`, so that it does not hold the watermark back. In a backtest, \`source_date\` keeps the rules from seeing an event too early.

${table(
  ['type_of_violence', 'UCDP term', 'category'],
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

Without the column: ${ucdpCentroid.radiusKm} km where both coordinates have no more than ${ucdpCentroid.decimalsMax} decimal, because such points are centroids of areas; otherwise half of the last given decimal, at least ${bareRadiusMinKm} km: findings on such points are at most likely. A point of 25 km or coarser is no settlement.

**Patterns.** A row states who fought or attacked, where, when and how many died. ${codes(['front', 'near-repeat'])} need places known within 20 km: only rows with \`where_prec\` 1; in files without that column all but centroids. A UCDP file never triggers these patterns:

${table(
  ['pattern', 'missing data'],
  Object.entries(ucdpUnseen).map(([pattern, lack]) => [code(pattern), lack])
)}

All others fire as intended; \`packages/cli/test/import/ucdp-shows.int.test.ts\` checks both lists.

## ACLED

Events as exported since 2015 or answered by the API. \`event_id_cnty\` → \`externalId\` of the source \`acled\`; the weekly release → \`reportedAt\`, see below; \`iso\`, else \`country\`, else \`GWNO\` → country, none for a body of water; \`admin1\`, \`location\`, \`latitude\`, \`longitude\` → location; \`actor1\`, \`actor2\` and the associated or allied ones → \`actors\` (\`side-a\`, \`side-b\` in battles and
riots; \`perpetrator\`, \`target\` in other violence; else \`participant\`); \`civilian_targeting\` → target \`civilians\`; \`fatalities\` → \`best\` only; \`notes\` and \`source\` → \`private.narrative\`.

${table(
  ['sub_event_type', 'event_type', 'category', 'if civilians were the target', 'tactics'],
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

Without the column, of GDELT without \`ActionGeo_Type\`, of GeoJSON and of CSV without a radius: half of the last given decimal, at least ${bareRadiusMinKm} km (none with the name of a known settlement, whose precision then counts). Findings on such a point are at most likely; whole degrees are known to 56 km, and trigger no distance rule.

${table(['time_precision', 'occurred'], Object.entries(acledTimes))}

Rows without \`sub_event_type\`, such as those of 2015 to 2018, are mapped by \`event_type\`; \`Riots/Protests\` of rioters is \`Riots\`:

${table(
  ['event_type', 'today', 'category', 'tactics'],
  Object.entries(acledTypes).map(([name, event]) => [
    name,
    event.eventType,
    code(event.category),
    codes(event.tactics)
  ])
)}

\`event_date\` is a day such as 2024-03-05, 5 March 2024 or 05-March-2024; in tables with the column \`GWNO\` also 05/03/2015, day first, as their codebooks say.

**Report time.** \`timestamp\` is when ACLED last changed a row, often months after it became known. So a row counts as known at ACLED's weekly release: the Tuesday after the week, Saturday to Friday, of its event. \`timestamp\` (seconds since 1970, an instant with its offset, or a day, which counts as its end) only decides which revision is later: it moves the report time within the day of the release,
by a millisecond for each minute since 1970. If it is before the release, it is the report time. A release that lies ahead gives none, with a warning. A correction that moves an event to an earlier week loses to the revision before it; the import counts such rows. \`--known-at timestamp\` takes the last change as report time. Import and backtest print the medians of both.

A widened interval ends no later than the day of the report time.

**Deleted events.** A list with \`event_id_cnty\` and \`deleted_timestamp\` withdraws these reports; those that the suite does not have are left out as \`never-imported\`.

**Sums.** A table with \`events\` and \`week\`, \`month\` with \`year\`, \`year\`, or \`reference_period_start\` with \`reference_period_end\` (ACLED's aggregates, its monthly tables on HDX, HDX HAPI) gives a \`statistic\` for each row: \`admin1\` as area, else the centroid of the row with 100 km, else the country; \`fatalities\` → \`best\`; the period, places and types → \`externalId\`; the counts → \`private.narrative\`. A period that goes on ends today. The report time is the release after its end.

## GDELT (CAMEO)

Only events of material conflict and threats of force are reports; all others are left out and counted as \`not-violence\`. A code is mapped by its own row, else by its longest prefix; one that lost its leading zero is resolved by \`EventRootCode\`, and refused if that is impossible. \`GLOBALEVENTID\` → \`externalId\` of the source \`gdelt\`; \`SQLDATE\` → \`occurred\`;
\`DATEADDED\` → \`reportedAt\` (a day in version 1 counts as its end); \`ActionGeo_…\` → location, its country from FIPS 10-4; \`Actor1Name\`, \`Actor2Name\` → \`actors\` (\`side-a\`, \`side-b\`); \`SOURCEURL\` → \`private.links\`; credibility 5, or 4 if \`NumSources\` is above 1. Deaths are unknown.

${table(
  ['code', 'CAMEO term', 'category', 'tactics'],
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

## Mappings that ship

\`--format csv --mapping NAME\`. What each column becomes is in \`src/mappings/\`; a copy of such a file is a good start for a mapping of one's own (\`--map FILE\`).

${table(
  ['name', 'sheet', 'source', 'columns that it needs'],
  shippedMappings.map(name => {
    const mapping = readShippedMapping(name)
    const { needed } = createMappedTable(mapping)
    const [source] = [mapping.source].map(value =>
      typeof value === 'object' && 'value' in value ? value.value : ''
    )
    return [code(name), mapping.description ?? '', code(String(source)), codes(needed.flat())]
  })
)}

## CAP 1.1 and 1.2

One alert is one report. Its source is derived from \`sender\` (letters, digits, dots, hyphens), unless \`--source\` names one; \`sent\` → \`reportedAt\`; onset (else effective, else sent) to \`expires\` → \`occurred\`, limited to a day after \`sent\`, because future events are refused;
areas → \`location\` and \`alsoAt\`: circles and polygons as a covering circle, ISO 3166 geocodes as country and area; SAME, FIPS and UGC as the state of the USA, CAP-CP as the province of Canada, EMMA_ID and NUTS as the country, without a narrower place; an alert whose areas are text only is refused. Infos in further languages are left out as repetitions.
Event, headline, description, instruction, severity, urgency and descriptions of areas → \`private.narrative\`; an event that begins more than a day after \`sent\` counts from \`sent\`, with a warning; \`web\` → \`private.links\`. An alert whose scope is not Public is \`restricted\`.

${table(
  ['category', 'here', 'tactic'],
  Object.entries(capCategories).map(([name, { category, tactic }]) => [
    name,
    code(category),
    code(tactic)
  ])
)}

An alert is an advisory if any of its categories is; the tactics list all categories.

**Chains.** Alerts are identified by \`sender\` and \`identifier\`; with one \`--source\` for all senders, \`externalId\` is \`sender,identifier\`. Only the \`references\` of an Update or a Cancel are followed, to the earliest alert that they lead to, within the file and in any order (ids are
assigned in blocks of 8 Mi characters). The report belongs to the sender of the first alert. A chain whose first alert is not in the file takes the id of the earliest one there, with the warning \`chain-unknown\`. In a file that begins with the newest, alerts after their own Cancel are left out as \`cancelled\`.

${table(
  ['msgType', 'becomes'],
  Object.entries(capMessages).map(([name, message]) => [name, messageWords[message]])
)}

${table(
  ['status', 'becomes'],
  Object.entries(capStatuses).map(([name, status]) => [name, statusWords[status]])
)}

${table(['certainty', 'credibility'], Object.entries(capCertainties))}

\`Very Likely\` of older versions counts as Likely.
`
}

const messageWords = {
  report: 'a report',
  correction: 'a later revision of the first alert of its chain',
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

  it('uses only categories and tactics of the contract', () => {
    const events = [acledEvents, acledTypes, cameoEvents].flatMap(table => Object.values(table))
    const used = [
      ...events.flatMap(event => event.category ?? []),
      ...[acledEvents, acledTypes].flatMap(table =>
        Object.values(table).map(event => event.onCivilians)
      ),
      ...Object.values(ucdpTypes).map(type => type.category),
      ...Object.values(capCategories).map(one => one.category)
    ]
    expect(used.filter(category => !categories.includes(category))).toEqual([])
    // Source: report.v1.schema.json.
    const tactic =
      /^(?:suicide|ied|drone|movement-denied|mass-displacement|other:[a-z0-9][a-z0-9-]{0,39})$/
    const tactics = [
      ...events.flatMap(event => event.tactics),
      ...Object.values(capCategories).map(one => one.tactic)
    ]
    expect(tactics.filter(name => !tactic.test(name))).toEqual([])
  })
})
