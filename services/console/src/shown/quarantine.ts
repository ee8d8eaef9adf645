// Entries of the quarantine as the suite answers them.

export interface QuarantineEntry {
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly position: string
  readonly reason: string
  readonly bytes: number
  readonly truncated: boolean
  readonly engine: string
  readonly quarantinedAt: string
  readonly settled: {
    readonly how: 'replayed' | 'dismissed'
    readonly by: string
    readonly at: string
    readonly reportId: string | null
  } | null
  /** Told to who may see everything. `text`: null where the bytes are not UTF-8. */
  readonly content?: { readonly base64: string; readonly text: string | null }
}
