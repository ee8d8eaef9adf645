// Types of stream.js for the tests. The page itself is plain JavaScript.

export type StreamState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly untilMs: number; readonly code: number }
  | { readonly kind: 'ended'; readonly code: number }

export interface PageSocket {
  onopen: (() => void) | null
  onmessage: ((message: { readonly data: string }) => void) | null
  onclose: ((close: { readonly code: number }) => void) | null
  send(text: string): void
  close(): void
}

export interface LiveStreamOptions {
  readonly open: () => PageSocket
  readonly later: (ms: number, fn: () => void) => void
  readonly nowMs: () => number
  readonly chance: () => number
  readonly onState: (state: StreamState) => void
  readonly onSnapshot: (alerts: readonly unknown[], isReturn: boolean) => void
  /** Further alerts of the snapshot, as they are now. */
  readonly onPart: (alerts: readonly unknown[]) => void
  readonly onEvent: (event: unknown) => void
  readonly onWord?: () => void
  readonly onNotice?: (notice: { readonly staleSince?: string }) => void
  readonly onGap?: () => void
}

export const comeBackMs: readonly number[]
export const silenceMs: number
export function notLiveSinceMs(stream: Pick<LiveStream, 'silentMs' | 'staleSince'>, nowMs: number): number | null
export class LiveStream {
  constructor(options: LiveStreamOptions)
  readonly state: StreamState
  readonly silentMs: number | null
  readonly staleSince: string | null
  readonly isLive: boolean
  readonly isWhole: boolean
  start(): void
  stop(): void
}
