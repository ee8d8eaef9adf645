// Words of the view of imports.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const importing = {
  lead: 'Reports from a file: a table, CAP, GeoJSON, KML or lines of reports. It is tried first, which writes nothing. At most 10,000 rows at once: the command line (tocsin import) takes files of any length.',
  file: 'File',
  fileHint: 'It may be a workbook (.xlsx), and packed by gzip or zstd.',
  format: 'Format',
  formats: {
    csv: 'A table, by a mapping of its columns',
    'ucdp-ged': 'UCDP GED',
    acled: 'ACLED',
    gdelt: 'GDELT events',
    cap: 'CAP alerts',
    geojson: 'GeoJSON',
    kml: 'KML, by a mapping',
    ndjson: 'A report on each line'
  },
  mapping: 'Mapping',
  ownMapping: 'My own mapping',
  ownMappingHint: 'YAML or JSON: which column says what.',
  reportedAt: 'Published on',
  reportedAtHint: 'When this edition became known, for files whose rows do not say it.',
  encoding: 'Encoding',
  unreadable: 'the file was changed or moved since. Choose it again.',
  try: 'Try it',
  tried: (rows: number, accepted: number) =>
    `${plural(rows, 'row', 'rows')} read, ${accepted.toLocaleString('en')} would be accepted. Nothing is sent yet.`,
  found: 'What it would become',
  accepted: 'Accepted',
  refused: 'Refused',
  duplicates: 'There already',
  staysWithdrawn: 'Withdrawn before, which is final',
  withdrawals: 'Withdrawals',
  leftOut: 'Left out, no report',
  occurred: 'Days',
  categories: 'Categories',
  countries: 'Countries',
  places: 'Places',
  placeNames: {
    stated: 'by coordinates',
    gazetteer: 'by name',
    ambiguous: 'several of that name',
    unresolved: 'unknown',
    contradicting: 'outside their country'
  },
  warning: (count: number, what: string) => `${plural(count, 'row', 'rows')}: ${what}.`,
  warnings: {
    'area-unknown': 'the area is not known, the coordinates decide',
    'country-differs': 'the point lies in another country than stated, the coordinates decide',
    'no-date-of-knowledge': 'it is not said when it became known, it counts as reported now',
    'edition-undated': 'of another edition, and neither is known to be later',
    'deaths-widened': 'deaths out of order, the interval was widened',
    'chain-unknown': 'the first alert of its chain is not in the file',
    'onset-ahead': 'begins later than it was sent, it counts from when it was sent',
    'no-id': 'no id, a corrected row is another report',
    cut: 'a text or a list was too long and is cut'
  },
  broken: (why: string) => `The file could not be read to its end: ${why}`,
  refusedRows: 'Refused rows',
  noneRefused: 'No row is refused.',
  first: (count: number) => `The first ${count.toLocaleString('en')} are listed.`,
  row: (row: number) => `Row ${row.toLocaleString('en')}`,
  send: (reports: number, withdrawals: number) =>
    `Send ${plural(reports, 'report', 'reports')}${withdrawals === 0 ? '' : `, ${plural(withdrawals, 'withdrawal', 'withdrawals')}`}`,
  goOn: (count: number) => `Send the other ${count.toLocaleString('en')}`,
  sendMeans:
    'They are sent as history: they page nobody. If the link breaks, send again: what is stored is not stored twice.',
  progress: (lines: number, count: number) =>
    `${lines.toLocaleString('en')} of ${count.toLocaleString('en')} sent`,
  sent: (accepted: number, duplicates: number, withdrawn: number, refused: number) =>
    `${plural(accepted, 'report', 'reports')} stored, ${duplicates.toLocaleString('en')} there already${withdrawn === 0 ? '' : `, ${withdrawn.toLocaleString('en')} withdrawn`}, ${refused.toLocaleString('en')} refused.`
} as const

export const part = { importing }
