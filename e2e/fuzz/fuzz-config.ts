// Configuration of schemathesis: all checks, the acceptable refusals, and real ids, so that
// requests get past 404.

/** Ids of things in the fuzzed suite. */
export interface GenuineNames {
  /** Existing ids, by the first part of their path: `alerts`, `reports`, … */
  readonly ids: Readonly<Record<string, readonly string[]>>
  /** Cursors of writes, for the header. */
  readonly cursors: readonly string[]
  /** Page cursors, by list. */
  readonly pages: Readonly<Record<string, readonly string[]>>
}

/** Statuses with which a valid request may be refused; hooks.py lists the problems. */
const refusalsOfValid = [400, 410, 422, 428, 431]
/** Additional statuses for an invalid request: a limit may apply before the schema. */
const refusalsOfInvalid = [408, 410, 413, 421, 431]

/** Existing days and countries, so that later checks are reached too. */
const ofReports = {
  'body.occurred.from': 'days',
  'body.occurred.to': 'later',
  'body.location.country': 'countries'
} as const
const further: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alerts: { 'header.if-match': 'revisions', 'body.until': 'future' },
  reports: ofReports,
  quarantine: ofReports
}

/** The configuration as TOML. */
export function fuzzConfig({ ids, cursors, pages }: GenuineNames, hooksModule: string): string {
  const lists = Object.entries(pages)
  const held = Object.entries(ids).filter(([, names]) => names.length > 0)
  const pageLists = lists.map(([name, values]) => [`${name}-pages`, values] as const)
  const dictionaries = [...held, ...pageLists, ['cursors', cursors] as const].map(
    ([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`
  )
  const operations = [
    ...held.map(([name]) => operation(`^/v1/${name}/`, { 'path.id': name, ...further[name] })),
    operation('^/v1/reports$', ofReports),
    ...('alerts' in ids
      ? [operation('^/v1/cap/', { 'path.id': 'alerts', 'path.revision': 'documents' })]
      : []),
    operation('^/v1/export$', { 'query.from': 'days', 'query.to': 'later' }),
    ...lists.map(([name]) => operation(`^/v1/${name}$`, { 'query.cursor': `${name}-pages` }))
  ]
  return `hooks = ${JSON.stringify(hooksModule)}

${dictionaries.join('\n')}
[dictionaries.waits]
values = [0, 0.05]

[dictionaries.days]
values = ["2025-06-01", "2025-06-01T06:00:00Z"]

[dictionaries.later]
values = ["2025-06-02", "2025-06-03T23:59:59.999+02:00"]

[dictionaries.revisions]
values = ["0", "1", '"2"', "3"]

[dictionaries.documents]
values = ["1", "2"]

[dictionaries.future]
values = ["2999-01-01T00:00:00Z"]

[dictionaries.countries]
values = ["ML", "BF", "NE"]

[parameters]
"query.wait" = { dictionary = "waits" }
"header.tocsin-cursor" = { dictionary = "cursors" }

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", ${refusalsOfValid.join(', ')}, 401, 403, 404, 409, 429]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, ${refusalsOfInvalid.join(', ')}, 415, 422, 428, 429]

${operations.join('\n')}
# What was dismissed from quarantine can still be read: that it was, by whom and when. Only its bytes can be removed for good.
[[operations]]
include-path-regex = "^/v1/quarantine/"
[operations.checks.use_after_free]
enabled = false
`
}

/**
 * Binds parameters of some operations to dictionaries. Occasionally another value is used, for
 * 404s.
 */
function operation(pathPattern: string, bound: Readonly<Record<string, string>>): string {
  const lines = Object.entries(bound).map(
    ([name, dictionary]) => `"${name}" = { dictionary = "${dictionary}", probability = 0.9 }`
  )
  return `[[operations]]
include-path-regex = ${JSON.stringify(pathPattern)}
[operations.parameters]
"query.wait" = { dictionary = "waits" }
"header.tocsin-cursor" = { dictionary = "cursors" }
${lines.join('\n')}
`
}
