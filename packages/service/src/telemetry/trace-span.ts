// What makes spans, and what they are: tracing.ts says whether there is one. The context of a trace is
// W3C's `traceparent`, also in records and events, by the Distributed Tracing extension of
// CloudEvents. Nothing is made of `tracestate`: it is another system's, and must not leave.

export interface SpanOptions {
  /** Default: the span that runs now. */
  readonly parent?: string | undefined
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer'
  /** How long ago it began, ms. */
  readonly agoMs?: number
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

export interface TraceSpan {
  readonly traceparent: string
  /** Runs `work` so that spans begun in it are children of this one. */
  within<T>(work: () => T): T
  end(attributes?: SpanOptions['attributes'], fault?: string): void
}

export interface Tracing {
  start(name: string, options?: SpanOptions): TraceSpan
  /** The span that runs now, if one does. */
  active(): { readonly traceId: string; readonly spanId: string } | null
  /** Sends what is left. */
  close(): Promise<void>
}

const traceparentForm = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

export function isTraceparent(text: unknown): text is string {
  return typeof text === 'string' && traceparentForm.test(text)
}
