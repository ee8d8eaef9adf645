// Groups alerts into chains: an update or a cancellation refers to earlier alerts, and a chain is
// one report, that of its first alert. Identifiers are unique only per sender. Content is read in
// cap.ts.

import { limits } from '../item/report-parts.ts'
import { capMessages } from './cap-table.ts'
import { readText, type XmlElement } from './cap-xml.ts'

/** Alerts of a file with stored links; later ones count as absent from the file. */
const chainsMax = 100_000

export interface AlertName {
  readonly sender: string
  readonly identifier: string
}

export interface Chain {
  /** The id of the chain's report. */
  readonly first: AlertName
  /** False if the file lacks the first alert: the chain may have been imported under another id. */
  readonly isKnown: boolean
}

export class CapChains {
  /** From an alert to the earliest that it refers to; null for the first of a chain. */
  readonly #earlier = new Map<string, AlertName | null>()
  /** By the first alert of a chain: when it was cancelled, in ms. */
  readonly #cancelledMs = new Map<string, number>()
  readonly #handedOn = new Set<string>()

  /** Records a valid alert. Call it for all alerts of a batch before asking for any chain. */
  addAlert(alert: XmlElement): void {
    const key = buildKey(readName(alert))
    if (this.#earlier.size < chainsMax || this.#earlier.has(key))
      this.#earlier.set(key, findEarliest(alert))
  }

  findChain(alert: XmlElement): Chain {
    let first = findEarliest(alert) ?? readName(alert)
    const passed = new Set<string>()
    for (;;) {
      const key = buildKey(first)
      const earlier = this.#earlier.get(key)
      // A cyclic chain has no first alert.
      if (earlier === undefined || earlier === null || passed.has(key))
        return { first, isKnown: earlier === null }
      passed.add(key)
      first = earlier
    }
  }

  /** Records that a report of the chain was emitted. */
  markEmitted({ first }: Chain): void {
    if (this.#handedOn.size < chainsMax) this.#handedOn.add(buildKey(first))
  }

  /**
   * Records a cancellation. True if its alerts come later in the file: then nothing was emitted
   * yet.
   */
  recordCancel({ first, isKnown }: Chain, alert: XmlElement): boolean {
    const key = buildKey(first)
    if (this.#cancelledMs.size < chainsMax)
      this.#cancelledMs.set(key, Date.parse(readText(alert, 'sent') as string))
    return isKnown && !this.#handedOn.has(key)
  }

  /**
   * True for an alert after a later cancellation of its chain, as in files with the newest first.
   */
  isCancelled({ first }: Chain, alert: XmlElement): boolean {
    return (
      Date.parse(readText(alert, 'sent') as string) <=
      (this.#cancelledMs.get(buildKey(first)) ?? Number.NEGATIVE_INFINITY)
    )
  }
}

function readName(alert: XmlElement): AlertName {
  return {
    sender: readText(alert, 'sender') as string,
    identifier: formatId(readText(alert, 'identifier') as string)
  }
}

function buildKey({ sender, identifier }: AlertName): string {
  return `${sender}\n${identifier}`
}

/**
 * The earliest sent of a list of `sender,identifier,sent`. Only updates and cancellations are
 * followed.
 */
function findEarliest(alert: XmlElement): AlertName | null {
  const message = capMessages[readText(alert, 'msgType') as string]
  if (message !== 'correction' && message !== 'withdrawal') return null
  const triples = (readText(alert, 'references') ?? '')
    .split(/\s+/)
    .map(reference => reference.split(','))
    .filter(parts => parts.length === 3 && parts[0] !== '' && parts[1] !== '')
    .sort((a, b) => parseSentMs(a[2]) - parseSentMs(b[2]))
  const [sender, identifier] = triples[0] ?? []
  return sender === undefined || identifier === undefined
    ? null
    : { sender, identifier: formatId(identifier) }
}

/** An invalid time sorts last. */
function parseSentMs(text: string | undefined): number {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms
}

function formatId(identifier: string): string {
  return identifier.replace(/\s+/g, ' ').slice(0, limits.externalId)
}
