// Events as the bytes that readers of equal view and detail get. Encoded once for all these
// readers: live, and when they resume.

import { makeRenderingKey } from '@tocsin/auth/access/reader-view'
import { LRUCache } from 'lru-cache'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { AlertRecord } from '../alerts/alert-record.ts'
import type { Audience, Verdict } from '../alerts/audience.ts'
import { type Detail, encodeEvent } from '../alerts/detail.ts'
import { renderFor } from '../alerts/record-judging.ts'

/**
 * Maximum number of cached characters; beyond it the least recently used text is dropped. Some
 * thousand events: clients that resume lack the newest.
 */
const encodedCharactersMax = 16_777_216
/** Of one entry in addition to the text. */
const entryCharacters = 200

interface EncodedEvent {
  readonly text: string
  /** The statement in it, while incidents may change it; null for one that is fixed. */
  readonly state: unknown
}

export class EncodedEvents {
  readonly #alerts: AlertIndex
  readonly #texts = new LRUCache<string, EncodedEvent>({
    maxSize: encodedCharactersMax,
    sizeCalculation: ({ text }) => text.length + entryCharacters
  })

  readonly #headlineBytes: () => number

  /** `headlineBytes`: room for a headline next to the log's cursors, always the same. */
  constructor(alerts: AlertIndex, headlineBytes: () => number) {
    this.#alerts = alerts
    this.#headlineBytes = headlineBytes
  }

  /** Encoded again where an incident that it names changed, or evidence was taken back. */
  formatText(record: AlertRecord, audience: Audience, verdict: Verdict, detail: Detail): string {
    // Drills notify only those who ask for them.
    const isForDrills = audience.filter.drill === true
    const key = `${record.partition} ${record.position} ${verdict} ${makeRenderingKey(audience.view)} ${isForDrills} ${detail} ${this.#alerts.takenBackCount}`
    const { event, sum } = record
    const level = audience.view.level
    const state =
      sum === null || event.type === 'alert.action-refused'
        ? null
        : this.#alerts.restate(level, event.data, sum)
    const known = this.#texts.get(key)
    if (known !== undefined && known.state === state) return known.text
    const text = encodeEvent(
      renderFor(this.#alerts, audience, verdict, record),
      detail,
      this.#headlineBytes()
    )
    this.#texts.set(key, { text, state })
    return text
  }
}
