// What can be saved of bytes that could not be read, as the beginning of a report to be mended.
// Pure.

/** What a report must have; the rest is added by who mends it. */
const skeleton = {
  source: { id: '' },
  externalId: '',
  occurred: { from: '', to: '' },
  category: '',
  location: { name: '', country: '' }
}

/** Members that a report may have, as they are posted. */
const kept = [
  ...[
    'externalId',
    'reportedAt',
    'occurred',
    'category',
    'tactics',
    'location',
    'alsoAt',
    'actors',
    'targets'
  ],
  ...['fatalities', 'credibility', 'handling', 'drill', 'private']
]

/**
 * A report to begin with: members that the bytes still name, in the form in which reports are
 * posted.
 */
export function computeBeginning(text: string | null): string {
  const found = membersIn(parsed(text))
  const data = membersIn(found.data ?? found)
  const sourceId = data.sourceId ?? membersIn(data.source).id
  const saved = Object.fromEntries(
    kept.flatMap(name => (data[name] === undefined ? [] : [[name, data[name]]]))
  )
  const report = {
    ...skeleton,
    ...(typeof sourceId === 'string' ? { source: { id: sourceId } } : {}),
    ...saved
  }
  return JSON.stringify(report, null, 2)
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    // Most content here could not be parsed: none can be saved.
    return null
  }
}

function membersIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {}
}
