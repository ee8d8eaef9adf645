// Operational failures of a log, by name. Callers decide by `code` and `retryable` only, never by
// the message.

const eventLogErrorCodes = {
  /** The disk is full: no record was written. Retry when there is space. */
  'disk-full': { retryable: true },
  /** Another process has this role on this data folder. */
  'owner-present': { retryable: false },
  /**
   * The file has been locked by another writer for longer than the deadline: no record was written.
   */
  'log-busy': { retryable: true },
  /** The log can't be reached or opened. */
  'log-unavailable': { retryable: true },
  /** The append may or may not be durable: retry with the same ids. */
  'append-unknown': { retryable: true },
  /** Too much is waiting to be written: no record was accepted. */
  'append-overloaded': { retryable: true },
  /** A record is larger than the limit: no record was written. */
  'record-too-large': { retryable: false },
  'record-invalid': { retryable: false },
  /**
   * A broker address or a topic setting with which the log could not keep its promises: somebody
   * has to correct it.
   */
  'config-invalid': { retryable: false },
  /** The checksum of a stored record is wrong: reading stops here, the record is never skipped. */
  'record-corrupt': { retryable: false },
  /** The cursor is of another epoch of the log. */
  'log-replaced': { retryable: false },
  'offset-lost': { retryable: false },
  'offset-ahead': { retryable: false },
  'stale-cursor': { retryable: false },
  'cursor-invalid': { retryable: false },
  /** The number of partitions of the topic differs from that of the cursor or the configuration. */
  'partitions-changed': { retryable: false },
  /** The data folder was written by a newer version. */
  'format-newer': { retryable: false },
  closed: { retryable: false }
} as const
export type EventLogErrorCode = keyof typeof eventLogErrorCodes

export class EventLogError extends Error {
  override readonly name = 'EventLogError'
  readonly code: EventLogErrorCode
  readonly retryable: boolean
  /** With `record-too-large`, where known: the limit that was exceeded, bytes. */
  readonly bytesMax: number | null

  constructor(
    code: EventLogErrorCode,
    message: string,
    options?: { readonly cause?: unknown; readonly bytesMax?: number }
  ) {
    super(message, options)
    this.code = code
    this.bytesMax = options?.bytesMax ?? null
    this.retryable = eventLogErrorCodes[code].retryable
  }
}
