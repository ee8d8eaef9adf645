// What a command prints with, and how it ends: the one place where commands meet the process. Tests give their own.

export const exitCodes = { good: 0, refused: 1, usage: 2 } as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export interface Output {
  /** A line of the result. */
  line(text: string): void
  /** A line about the work, kept apart from the result. */
  note(text: string): void
  /** Whether a person is looking: then progress may be drawn over itself. */
  readonly isTerminal: boolean
}

/** The command could not do what was asked, for a reason that the caller can act on. Printed as one line; exit 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code = 'command-refused'
  readonly retryable = false
}

/** The command was called wrongly. Printed as one line; exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly code = 'usage'
  readonly retryable = false
}
