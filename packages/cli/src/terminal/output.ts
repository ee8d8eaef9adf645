// Output and exit of commands: their only contact with the process. Tests pass their own.

import type { Writable } from 'node:stream'

/** `short`: what was measured does not reach what it is to. */
export const exitCodes = { good: 0, refused: 1, usage: 2, short: 3 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Output {
  /** A line of the result. */
  line(text: string): void
  /** A line about the work, separate from the result. */
  note(text: string): void
  /** Where a file goes that is asked for as output: the same place as the lines of the result. */
  readonly bytes: Writable
  /** Whether output is a terminal, where progress may be redrawn in place. */
  readonly isTerminal: boolean
  /** The same for notes. */
  readonly notesOnTerminal: boolean
}

/** The command failed for a reason that the caller can act on. Printed as one line; exit 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code = 'command-refused'
  readonly retryable = false
}

/** Invalid usage. Printed as one line; exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
  readonly retryable = false
}
