// A check of the chain of alert records, for tests of its writers.

import { hashSha256Base64url } from '@tocsin/contracts/json/digest'
import { firstHash, parseAlertRecord } from '@tocsin/contracts/record/alert-event-v3'

/**
 * The position of the first record that does not follow the one before: its `previoushash` is not
 * the hash of that record. -1 if the chain is whole.
 */
export function findChainBreak(records: readonly string[], previousHash = firstHash): number {
  let previous = previousHash
  return records.findIndex(text => {
    const isBreak = parseAlertRecord(text).envelope.previoushash !== previous
    previous = hashSha256Base64url(text)
    return isBreak
  })
}
