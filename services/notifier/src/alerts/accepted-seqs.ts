// Which alert records count: the first at each seq of a theatre and fold. Hashes distinguish later
// ones with the same seq.

import { hashSha256Hex } from '@tocsin/contracts/json/digest'
import type { EventTable } from '@tocsin/read-model/alerts/event-table'
import type { DecodedRecord } from './alert-record.ts'

/**
 * Whether a record counts: the first at a seq does. After a `gap` seq numbers are missing before
 * it.
 */
export type Acceptance = 'accepted' | 'repeated' | 'conflicting' | 'gap'

/** Takes the next record of its partition. After a `gap` seq numbers are missing before it. */
export function acceptRecord(events: EventTable, record: DecodedRecord): Acceptance {
  const { seq } = record.recorded.data
  const hash = hashRecord(record)
  const chain = nameChain(record)
  const last = events.findLastSeq(chain)
  if (last !== null && seq <= last) {
    const winner = events.hashAt(chain, seq)
    return winner === null || winner === hash ? 'repeated' : 'conflicting'
  }
  events.accept(chain, seq, hash)
  return last === null || seq === last + 1 ? 'accepted' : 'gap'
}

/** Events of version 3 have a chain for each fold. */
function nameChain({ envelope: { theatre }, recorded: { data } }: DecodedRecord): string {
  return 'fold' in data ? `${theatre}|${data.fold}` : data.theatre
}

/** Distinguishes records at one seq. */
function hashRecord({ envelope: { type, previoushash }, recorded }: DecodedRecord): string {
  return hashSha256Hex(JSON.stringify([type, previoushash ?? null, recorded.data])).slice(0, 16)
}
