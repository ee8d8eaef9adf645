// Which alerts belong together: an update or a cancellation refers to alerts before it, and all of a chain are one report, that of its first alert.
// Identifiers are only unique with their sender. What the alerts say is cap.ts.

import { limits } from '../item/report-parts.ts'
import { capMessages } from './cap-table.ts'
import { textOf, type XmlElement } from './cap-xml.ts'

/** Alerts of a file whose links are remembered; what is beyond counts as not being in the file. */
export const chainsMax = 100_000

export interface AlertName {
  readonly sender: string
  readonly identifier: string
}

export interface Chain {
  /** Under which the chain is one report. */
  readonly first: AlertName
  /** False where the file does not have the first alert itself: it may have come under another name before. */
  readonly isKnown: boolean
}

export class CapChains {
  /** From an alert to the earliest that it refers to; null for one that begins a chain. */
  readonly #earlier = new Map<string, AlertName | null>()
  /** By the first alert of a chain: when it was cancelled, in ms. */
  readonly #cancelledMs = new Map<string, number>()
  readonly #handedOn = new Set<string>()

  /** Takes note of an alert that CAP itself would take. To be called for all that are read together, before any is named. */
  learn(alert: XmlElement): void {
    const key = keyOf(nameOf(alert))
    if (this.#earlier.size < chainsMax || this.#earlier.has(key)) this.#earlier.set(key, earliestOf(alert))
  }

  chainOf(alert: XmlElement): Chain {
    let first = earliestOf(alert) ?? nameOf(alert)
    const passed = new Set<string>()
    for (;;) {
      const key = keyOf(first)
      const earlier = this.#earlier.get(key)
      // A chain that leads back to itself has no first alert.
      if (earlier === undefined || earlier === null || passed.has(key)) return { first, isKnown: earlier === null }
      passed.add(key)
      first = earlier
    }
  }

  /** Takes note that a report of the chain was handed on. */
  handedOn({ first }: Chain): void {
    if (this.#handedOn.size < chainsMax) this.#handedOn.add(keyOf(first))
  }

  /** Takes note of a cancellation. True where its alerts stand in the same file behind it: then nothing of it was handed on yet. */
  cancelled({ first, isKnown }: Chain, alert: XmlElement): boolean {
    const key = keyOf(first)
    if (this.#cancelledMs.size < chainsMax) this.#cancelledMs.set(key, Date.parse(textOf(alert, 'sent') as string))
    return isKnown && !this.#handedOn.has(key)
  }

  /** True for an alert behind a later cancellation of its chain, as in files that begin with the newest. */
  isCancelled({ first }: Chain, alert: XmlElement): boolean {
    return Date.parse(textOf(alert, 'sent') as string) <= (this.#cancelledMs.get(keyOf(first)) ?? Number.NEGATIVE_INFINITY)
  }
}

function nameOf(alert: XmlElement): AlertName {
  return { sender: textOf(alert, 'sender') as string, identifier: idText(textOf(alert, 'identifier') as string) }
}

function keyOf({ sender, identifier }: AlertName): string {
  return `${sender}\n${identifier}`
}

/** Of `sender,identifier,sent` after each other, the one that was sent first. Only updates and cancellations are followed. */
function earliestOf(alert: XmlElement): AlertName | null {
  const message = capMessages[textOf(alert, 'msgType') as string]
  if (message !== 'correction' && message !== 'withdrawal') return null
  const triples = (textOf(alert, 'references') ?? '')
    .split(/\s+/)
    .map(reference => reference.split(','))
    .filter(parts => parts.length === 3 && parts[0] !== '' && parts[1] !== '')
    .sort((a, b) => sentMs(a[2]) - sentMs(b[2]))
  const [sender, identifier] = triples[0] ?? []
  return sender === undefined || identifier === undefined ? null : { sender, identifier: idText(identifier) }
}

/** A time that can't be read comes last. */
function sentMs(text: string | undefined): number {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? Number.MAX_SAFE_INTEGER : ms
}

function idText(identifier: string): string {
  return identifier.replace(/\s+/g, ' ').slice(0, limits.externalId)
}
