// Words of the view of the quarantine.

import { pluralIn } from '../language/language.ts'

const plural = pluralIn('en')

const quarantine = {
  lead: 'Bytes in a log that no version of the suite can read. They stop nothing, and are kept until somebody puts a mended report in their place or dismisses them. A report that was refused when it was posted is not here: its reporter was told why.',
  show: 'Show',
  states: { open: 'Open', settled: 'Settled', all: 'All' },
  none: {
    open: 'Nothing waits to be settled.',
    settled: 'Nothing was settled yet.',
    all: 'Nothing was set aside yet.'
  },
  entry: (topic: string, partition: number, position: string) =>
    `${topic}, partition ${partition}, position ${position}`,
  back: 'The whole quarantine',
  why: 'Why',
  reasons: {
    'not-utf8': 'it is no text (not UTF-8)',
    'not-json': 'it is not JSON',
    'not-an-envelope': 'it is JSON, but not a record of a log',
    'data-invalid': 'its content does not match the schema of its type',
    'unknown-type': 'no version knows its type'
  } as Readonly<Record<string, string>>,
  size: 'Size',
  bytes: (count: number, truncated: boolean) =>
    `${plural(count, 'byte', 'bytes')}${truncated ? ', cut off there' : ''}`,
  engine: 'Read by',
  at: 'Set aside',
  settled: 'Settled',
  open: 'open',
  replayed: 'replaced by a report',
  dismissed: 'dismissed',
  by: (name: string) => `by ${name}`,
  report: 'Report',
  content: 'The bytes',
  binary: 'They are no text. As base64:',
  hidden:
    'The bytes are shown to keys that may see everything: admin and persons:read, all theatres, every handling.',
  mend: 'Put a mended report in their place',
  mendHow: 'The report is taken like any other. Beside it stands what could be saved of the bytes.',
  mendLabel: 'Report, as JSON or YAML',
  go: 'Replace by this report',
  accepted: (id: string) => `Accepted as report ${id}. The entry is settled.`,
  typedSince:
    'What was typed for it and not sent. The entry is settled without it: copy it if you need it.',
  dropTyped: 'I do not need it',
  notAReport: (topic: string) =>
    `Bytes of ${topic} are no report and cannot be replaced by one. They can be dismissed.`,
  dismiss: 'Dismiss',
  dismissAsk: 'It stays settled without a replacement. Dismiss it?',
  dismissYes: 'Dismiss it',
  gone: 'This entry does not exist, or was removed with its time.',
  older: 'Older ones'
} as const

export const part = { quarantine }
