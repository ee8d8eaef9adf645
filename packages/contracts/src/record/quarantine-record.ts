// The records of the quarantine log: bytes that no version can parse, and their outcome.

import {
  integer,
  orNull,
  type PayloadOf,
  released,
  text,
  type ValueOf,
  words
} from '../format/format.ts'
import { undecodableReasons } from './envelope.ts'

const quarantinedFormat = released(
  'record.quarantined.v1',
  'Quarantined record',
  'Bytes that no version can parse, and their position.',
  {
    topic: text(),
    partition: integer({ minimum: 0 }),
    position: text('Decimal digits: positions do not fit a JSON number.'),
    reason: words(undecodableReasons),
    bytes: text('Base64.'),
    engine: text()
  }
)
export type Quarantined = ValueOf<typeof quarantinedFormat>

const settledFormat = released(
  'quarantine.settled.v1',
  'Settled record of the quarantine',
  'The outcome of a record in quarantine. The first one of an entry counts.',
  {
    entry: text('Id of the `record.quarantined`.'),
    how: words(['replayed', 'dismissed']),
    by: text('Id of the principal who settled it.'),
    reportId: orNull(text('The report accepted in its place; null if it was dismissed.'))
  }
)

export const quarantineFormats = {
  'record.quarantined': quarantinedFormat,
  'quarantine.settled': settledFormat
}

export type QuarantinePayload = PayloadOf<typeof quarantineFormats>
/** A record of the quarantine log, with its id and its time (ISO 8601). */
export type QuarantineRecord = QuarantinePayload & { readonly id: string; readonly time: string }
