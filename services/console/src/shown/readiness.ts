// Whether the suite can do its work, by its own word.

export interface Readiness {
  readonly ready: boolean
  /** `ok`, or what is wrong with it. */
  readonly log: string
  /** By service, its checks: `ok`, or what is missing. */
  readonly checks: Readonly<Record<string, Readonly<Record<string, string>>>>
}
