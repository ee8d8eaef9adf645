// An import in the browser: guesses the format of its file, and counts the answers. Pure.

export const importFormats = [
  'csv',
  'ucdp-ged',
  'acled',
  'gdelt',
  'cap',
  'geojson',
  'kml',
  'ndjson'
] as const
export type ImportFormat = (typeof importFormats)[number]

/** Mappings that ship, and so need only be named. */
export const shippedMappings = [
  'acled-2015',
  'aid-worker-security',
  'crisis-group',
  'gtd',
  'insecurity-insight'
] as const

export const mayHaveMapping = (format: ImportFormat): boolean =>
  ['csv', 'kml', 'geojson'].includes(format)
/** CAP and lines of reports state it themselves. */
export const mayHaveReportTime = (format: ImportFormat): boolean =>
  format !== 'cap' && format !== 'ndjson'

/** By what a file begins with, and else by its name. */
export function guessFormat(name: string, head: string): ImportFormat {
  const ending = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (/type_of_violence/i.test(head)) return 'ucdp-ged'
  if (/event_id_cnty/i.test(head)) return 'acled'
  if (/globaleventid/i.test(head) || /\.export\.csv/i.test(name)) return 'gdelt'
  if (ending === 'kml' || /<kml[\s>]/i.test(head)) return 'kml'
  if (ending === 'cap' || ending === 'xml') return 'cap'
  if (ending === 'geojson' || /"FeatureCollection"/.test(head)) return 'geojson'
  return ending === 'ndjson' || ending === 'jsonl' ? 'ndjson' : 'csv'
}

/** What was sent so far, of all. */
export interface Sent {
  readonly lines: number
  readonly accepted: number
  readonly duplicates: number
  /** The first of them. */
  readonly refused: readonly string[]
  readonly refusedCount: number
}

export const nothingSent: Sent = {
  lines: 0,
  accepted: 0,
  duplicates: 0,
  refused: [],
  refusedCount: 0
}
const refusedShownMax = 20

interface ResultLine {
  readonly line?: number
  readonly status?: number
  readonly duplicate?: boolean
  readonly detail?: string
  readonly complete?: boolean
  readonly problem?: { readonly code: string; readonly detail: string; readonly status: number }
}

/** What a batch adds, once all its lines are answered; else why they are not. */
export function afterBatch(
  before: Sent,
  count: number,
  answer: readonly unknown[]
): Sent | NonNullable<ResultLine['problem']> | null {
  const results = answer as readonly ResultLine[]
  const end = results.at(-1)
  if (end === undefined || end.line !== undefined) return null
  if (end.complete !== true) return end.problem ?? null
  const told = results.filter(({ line }) => line !== undefined)
  // Too busy for one: the batch is sent again, which changes nothing of the others.
  const busy = told.find(({ status = 0 }) => status === 429 || status >= 500)
  if (busy !== undefined) return { code: 'busy', detail: busy.detail ?? '', status: 503 }
  const taken = told.filter(({ status }) => status === 202)
  const refused = told.filter(({ status }) => status !== 202)
  const duplicates = taken.filter(({ duplicate }) => duplicate === true).length
  return {
    lines: before.lines + count,
    accepted: before.accepted + taken.length - duplicates,
    duplicates: before.duplicates + duplicates,
    refused: [...before.refused, ...refused.map(({ detail = '' }) => detail)].slice(
      0,
      refusedShownMax
    ),
    refusedCount: before.refusedCount + refused.length
  }
}
