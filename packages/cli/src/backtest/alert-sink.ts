// Where the alert events of a run go, and why a run ends before its end.

import { CommandError } from '../terminal/output.ts'

/** Receives alert events in sequence. */
export interface AlertSink {
  /** Adds events, one a line, without a line end after the last. Never blocks. */
  add(events: Uint8Array): void
  /** True while the buffer is full and `written` should be awaited. */
  readonly isFull: boolean
  /** Size limit, bytes: beyond it `written` rejects. */
  readonly bytesMax: number
  /** Resolves when everything added is handed to the system. */
  written(): Promise<void>
}

/** The error of a run that was asked to stop. */
export function createStoppedError(): CommandError {
  return new CommandError('stopped before the end')
}

/** The error of a run with more alerts than the file may have. */
export function createSizeError({ bytesMax }: AlertSink): CommandError {
  const limit = `${(bytesMax / 1e9).toFixed(1)} GB`
  return new CommandError(
    `alerts.ndjson would exceed ${limit}: use fewer rules or rows, or one country`
  )
}
