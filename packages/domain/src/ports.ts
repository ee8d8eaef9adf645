// Time, chance and the network as values that a test or the simulator can replace. Types only.

/** Wall time and waiting. A loop that needs time takes this, so that a simulated run can own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. May jump; never use differences of it for timeouts. */
  nowMs(): number
  /** Milliseconds that never go back, for durations and timeouts. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/**
 * Chance. Used for secrets, keys and jitter only; nothing that reaches an alert may come from here.
 */
export interface Random {
  bytes(length: number): Uint8Array
  /** Uniform in [0, 1). */
  next(): number
}

/**
 * A stable 128-bit digest of the parts, as 32 lowercase hex digits. Parts are length-prefixed:
 * ('ab','c') ≠ ('a','bc').
 */
export type Digest = (...parts: readonly string[]) => string
