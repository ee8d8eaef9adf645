// Operational failures of a log, by name. Loops catch them and decide by `code` and `retryable`; nothing else does.

export const eventLogErrorCodes = {
  /** The disk is full: nothing was written. Retry when there is room. */
  'disk-full': { retryable: true },
  /** Another process holds this role on this data folder. */
  'owner-present': { retryable: false },
  /** The file is locked by another writer for longer than the deadline: nothing was written. */
  'log-busy': { retryable: true },
  /** The log can't be reached or opened. */
  'log-unavailable': { retryable: true },
  /** The append may or may not be durable: retry with the same ids. */
  'append-unknown': { retryable: true },
  /** Too much is waiting to be written: nothing was accepted. */
  'append-overloaded': { retryable: true },
  /** A record is larger than the limit: nothing was written. */
  'record-too-large': { retryable: false },
  'record-invalid': { retryable: false },
  /** An address, or how a topic is set up, with which the log could not keep what it promises: somebody has to change it. */
  'config-invalid': { retryable: false },
  /** A stored record's checksum is wrong: reading stops here, it is never skipped. */
  'record-corrupt': { retryable: false },
  /** The cursor is of another life of the log. */
  'log-replaced': { retryable: false },
  'offset-lost': { retryable: false },
  'offset-ahead': { retryable: false },
  'stale-cursor': { retryable: false },
  'cursor-invalid': { retryable: false },
  /** The topic has another number of partitions than the cursor or the configuration. */
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
  /** Of `record-too-large`, where it is known: what would have been taken, bytes. */
  readonly bytesMax: number | null

  constructor(code: EventLogErrorCode, message: string, options?: { readonly cause?: unknown; readonly bytesMax?: number }) {
    super(message, options)
    this.code = code
    this.bytesMax = options?.bytesMax ?? null
    this.retryable = eventLogErrorCodes[code].retryable
  }
}
