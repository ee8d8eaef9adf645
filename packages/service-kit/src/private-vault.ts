// The data keys of private texts: made and appended to the keys log before anything is sealed with them, followed by every process that opens,
// erased for good on request. Sealing itself is private-sealing.ts.

import { digest } from '@tocsin/contracts/digest'
import type { PrivateTexts } from '@tocsin/contracts/private-texts'
import { type DataKeyPayload, decodeDataKey, encodeRecord } from '@tocsin/contracts/records'
import type { Clock, Random } from '@tocsin/domain/ports'
import type { SealedPrivate } from '@tocsin/domain/report'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { Logger } from './logger.ts'
import { makeDataKey, openTexts, sealTexts, unwrapDataKey, wrapDataKey } from './private-sealing.ts'
import type { Secrets } from './secrets.ts'
import { TopicView } from './topic-view.ts'

export interface PrivateVaultOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly random: Random
  readonly secrets: Secrets
  readonly logger: Logger
}

/** `erased`: there is no key any more, or never was. `unreadable`: there is one, but it does not open this. */
export type Opened = { readonly kind: 'opened'; readonly texts: PrivateTexts } | { readonly kind: 'erased' | 'unreadable' }

type DataKey = DataKeyPayload['data']

/** What is known of a report's key, and from which record: what this process appended may come back to it later, behind what it knows. */
interface KeyEntry {
  /** Null = erased. */
  readonly key: DataKey | null
  readonly position: bigint
}

export class PrivateVault {
  readonly #options: PrivateVaultOptions
  readonly #wrapping: Buffer
  readonly #entries = new Map<string, KeyEntry>()
  readonly #view: TopicView<DataKey>

  constructor(options: PrivateVaultOptions) {
    this.#options = options
    this.#wrapping = options.secrets.derive('wrap')
    this.#view = new TopicView<DataKey>({
      ...options,
      topic: topics.keys,
      decode: decodeDataKey,
      take: batch => {
        for (const { stored, decoded } of batch.records)
          this.#learn(stored.key, { key: decoded.record, position: stored.position })
      },
      erased: stored => this.#forget(stored.key, stored.position)
    })
  }

  /** Reports whose private texts can be opened. */
  get keyCount(): number {
    return this.#entries.size
  }

  get failed(): Promise<Error> {
    return this.#view.failed
  }

  get failure(): Error | null {
    return this.#view.failure
  }

  /** Reads all keys, then follows. Rejects when the keys log can't be read. */
  start(): Promise<void> {
    return this.#view.start()
  }

  /**
   * Seals texts under the data key of their report, which is durable before this resolves. Rejects with an EventLogError when it can't be made so.
   * One report must not be sealed by two callers at once: its first key is made here.
   */
  async seal(reportId: string, texts: PrivateTexts): Promise<SealedPrivate> {
    const { random } = this.#options
    const { keyId, dataKey } = this.#keyOf(reportId) ?? (await this.#makeKey(reportId))
    return sealTexts(dataKey, reportId, keyId, texts, random)
  }

  /** The texts as they were sealed, if their key is still there. */
  open(reportId: string, sealed: SealedPrivate): Opened {
    const record = this.#recordOf(reportId)
    if (record === null || record.keyId !== sealed.keyId) return { kind: 'erased' }
    const dataKey = unwrapDataKey(this.#wrapping, reportId, record.keyId, record.wrapped)
    const texts = dataKey === null ? null : openTexts(dataKey, reportId, sealed)
    return texts === null ? { kind: 'unreadable' } : { kind: 'opened', texts }
  }

  /** Erases the key of a report's texts: they are unreadable everywhere from then on, and no alert changes. False where there was none. */
  async erase(reportId: string): Promise<boolean> {
    const held = this.#recordOf(reportId)
    if (held === null) return false
    const { log, clock } = this.#options
    const id = digest('data-key-erased', reportId, held.keyId, String(clock.nowMs()))
    const [appended] = await log.append(topics.keys, [{ id, key: reportId, value: null }])
    if (appended) this.#learn(reportId, { key: null, position: appended.position })
    return true
  }

  close(): Promise<void> {
    return this.#view.close()
  }

  #keyOf(reportId: string): { keyId: string; dataKey: Buffer } | null {
    const record = this.#recordOf(reportId)
    if (record === null) return null
    const dataKey = unwrapDataKey(this.#wrapping, reportId, record.keyId, record.wrapped)
    return dataKey === null ? null : { keyId: record.keyId, dataKey }
  }

  async #makeKey(reportId: string): Promise<{ keyId: string; dataKey: Buffer }> {
    const { log, clock, random } = this.#options
    const { keyId, dataKey } = makeDataKey(random)
    const data: DataKey = { reportId, keyId, wrapped: wrapDataKey(this.#wrapping, reportId, keyId, dataKey, random) }
    const id = digest('data-key', reportId, keyId)
    const envelope = { id, source: '/tocsin/vault', time: new Date(clock.nowMs()).toISOString(), cause: null }
    const value = encodeRecord(envelope, { type: 'data-key.created', data })
    const [appended] = await log.append(topics.keys, [{ id, key: reportId, value }])
    if (appended) this.#learn(reportId, { key: data, position: appended.position })
    return { keyId, dataKey }
  }

  #recordOf(reportId: string): DataKey | null {
    return this.#entries.get(reportId)?.key ?? null
  }

  #learn(reportId: string, entry: KeyEntry): void {
    if (entry.position > (this.#entries.get(reportId)?.position ?? -1n)) this.#entries.set(reportId, entry)
  }

  #forget(reportId: string, position: bigint): void {
    if (position >= (this.#entries.get(reportId)?.position ?? -1n)) this.#entries.delete(reportId)
  }
}
