// Time of last use of each key, to the hour: collected in memory, and written to the control log
// once an hour per key by whichever process is first. A process that is killed loses at most its
// last minute. No request waits for this. Source: decision 0003.

import { digest } from '@tocsin/contracts/json/digest'
import { encodeRecord } from '@tocsin/contracts/record/records'
import type { EventLog } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import type { ControlState } from '@tocsin/service/control/control-state'
import { within } from '@tocsin/service/process/within'
import type { ServiceDeps } from '@tocsin/service/service-deps'

type KeyUseOptions = Pick<ServiceDeps, 'clock' | 'random' | 'logger'> & {
  readonly log: Pick<EventLog, 'append'>
  readonly control: { readonly state: ControlState }
}

/** Resolution of the last use, ms: `lastUsedAt` is the start of the hour. */
const keyUsePrecisionMs = 3_600_000
/** Longest delay before a use is written to the log, ms. */
const keyUseFlushMs = 60_000
/** Most keys per record, so that records stay small. */
const keysPerRecord = 500
/** How long closing waits for the last uses to be written, ms. */
const lastWriteMs = 1_000

export class KeyUse {
  readonly #options: KeyUseOptions
  /** By key id: the hour of its last use here. At most one entry per key. */
  readonly #hours = new Map<string, number>()
  readonly #stop = new AbortController()
  #loop: Promise<void> | null = null

  constructor(options: KeyUseOptions) {
    this.#options = options
  }

  /**
   * Records a use. Cheap: only the first use per hour costs more than a look-up. Ignores principals
   * without a key in the control log.
   */
  note(keyId: string): void {
    const hour = Math.floor(this.#options.clock.nowMs() / keyUsePrecisionMs)
    if (this.#hours.get(keyId) === hour || !this.#options.control.state.keys.has(keyId)) return
    this.#hours.set(keyId, hour)
  }

  /** The start of the hour of the last known use, ISO 8601; null if there is none. */
  lastUsed(keyId: string): string | null {
    const told = this.#options.control.state.keysLastUsed.get(keyId) ?? null
    const hour = this.#hours.get(keyId)
    const here = hour === undefined ? null : computeHour(hour)
    return here === null || (told !== null && told > here) ? told : here
  }

  start(): void {
    this.#loop ??= this.#run()
  }

  /**
   * Writes the uses that the log does not have. Never rejects: a failed write is retried at the next
   * interval.
   */
  async flush(): Promise<void> {
    const { keys, keysLastUsed } = this.#options.control.state
    const unwritten = [...this.#hours]
      .map(([keyId, hour]) => ({ keyId, at: computeHour(hour) }))
      .filter(({ keyId, at }) => keys.has(keyId) && (keysLastUsed.get(keyId) ?? '') < at)
    for (const [at, uses] of Map.groupBy(unwritten, each => each.at)) {
      const keyIds = uses.map(({ keyId }) => keyId).sort()
      for (let i = 0; i < keyIds.length; i += keysPerRecord)
        await this.#write(at, keyIds.slice(i, i + keysPerRecord))
    }
  }

  /** Writes once more, with a short timeout, and stops. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await within(this.#options.clock, lastWriteMs, this.flush())
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      // With jitter, so that of several processes one writes and the others find it written.
      await clock.sleep(keyUseFlushMs * (0.5 + random.next() / 2), signal)
      if (!signal.aborted) await this.flush()
    }
  }

  async #write(at: string, keyIds: readonly string[]): Promise<void> {
    const { log, clock, logger } = this.#options
    const id = digest('keys-used', at, ...keyIds)
    const time = new Date(clock.nowMs()).toISOString()
    const envelope = { id, source: '/tocsin/keys', time, cause: null }
    const value = encodeRecord(envelope, { type: 'keys.used', data: { at, keyIds } })
    try {
      await log.append(topics.control, [{ id, key: 'control', value }])
    } catch (error) {
      logger.debug({ error }, 'the last use of keys could not be written now')
    }
  }
}

function computeHour(hour: number): string {
  return new Date(hour * keyUsePrecisionMs).toISOString()
}
