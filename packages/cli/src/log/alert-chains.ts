// Chains of the alerts log: each event has the next number and the hash of the record before.
// Version 2 has one chain for each theatre. Version 3 has one for each of its folds; a later fold
// continues the chain of the fold that it was copied from.

import { hashSha256Base64url, hashSha256Hex } from '@tocsin/contracts/json/digest'
import { firstHash } from '@tocsin/contracts/record/alert-event-v3'
import type { Envelope } from '@tocsin/contracts/record/envelope'
import { decodeAlertEvent, isVersion3 } from '@tocsin/contracts/record/records'
import { type Handling, handlings } from '@tocsin/contracts/theatre/handling'

export interface ChainFault {
  readonly kind: 'undecodable' | 'alert-chain'
  readonly detail: string
}

/** The last event of a chain. */
interface Link {
  readonly seq: number
  readonly hash: string
}

const firstLink: Link = { seq: 0, hash: '0'.repeat(64) }
const firstLevelLink: Link = { seq: 0, hash: firstHash }

export class AlertChains {
  /** By theatre, version 2. */
  readonly #last = new Map<string, Link>()
  /** By theatre and fold, version 3. */
  readonly #folds = new Map<string, Map<Handling, Link>>()

  /** Takes the next record of a theatre. Returns what is wrong with it. */
  take(theatre: string, value: Uint8Array): readonly ChainFault[] {
    const decoded = decodeAlertEvent(value)
    if (decoded.kind === 'newer')
      return [{ kind: 'undecodable', detail: `${decoded.type} is newer than this version` }]
    if (decoded.kind === 'undecodable') return [{ kind: 'undecodable', detail: decoded.reason }]
    const { record, envelope } = decoded
    const { seq } = record.data
    if (isVersion3(record)) {
      const link = { seq, hash: hashSha256Base64url(Buffer.from(value).toString()) }
      return this.#takeLevelled(theatre, record.data.fold, record.type, link, envelope)
    }
    const before = this.#last.get(theatre) ?? firstLink
    this.#last.set(theatre, { seq, hash: hashSha256Hex(value) })
    return compareLink(before, seq, envelope, `theatre ${theatre}`)
  }

  #takeLevelled(
    theatre: string,
    fold: Handling,
    type: string,
    link: Link,
    envelope: Envelope
  ): readonly ChainFault[] {
    const folds = this.#folds.get(theatre) ?? new Map<Handling, Link>()
    this.#folds.set(theatre, folds)
    const own = folds.get(fold)
    const before = own ?? findLower(folds, fold)
    folds.set(fold, link)
    const name = `fold ${fold} of theatre ${theatre}`
    const faults = compareLink(before, link.seq, envelope, name)
    const mustBegin = own === undefined && fold !== 'public'
    if (mustBegin === (type === 'alert.fold-began')) return faults
    const detail = `${name} ${mustBegin ? 'has an event before it began' : 'begins again'}`
    return [...faults, { kind: 'alert-chain', detail }]
  }
}

/** The last event of the next lower fold, from which a fold continues. */
function findLower(folds: ReadonlyMap<Handling, Link>, fold: Handling): Link {
  const lower = handlings.slice(0, handlings.indexOf(fold)).findLast(one => folds.has(one))
  return lower === undefined ? firstLevelLink : folds.get(lower)!
}

function compareLink(
  before: Link,
  seq: number,
  { previoushash }: Envelope,
  chain: string
): readonly ChainFault[] {
  const details: string[] = []
  if (seq !== before.seq + 1) details.push(`seq ${seq} follows ${before.seq} in ${chain}`)
  if (previoushash !== before.hash)
    details.push(
      `seq ${seq} of ${chain} names ${previoushash} as the hash of the previous record, which is ${before.hash}`
    )
  return details.map(detail => ({ kind: 'alert-chain', detail }))
}
