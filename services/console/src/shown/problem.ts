// A refusal as the suite answers it (RFC 9457).

/** What is wrong with one member of a body, by JSON pointer. */
export interface FieldFault {
  readonly pointer: string
  readonly detail: string
}

export interface Problem {
  readonly code: string
  readonly detail: string
  readonly status: number
  /** Who acted first, and when, where somebody did. */
  readonly by?: string
  readonly at?: string
  /** What `If-Match` takes to come after who acted first. */
  readonly revision?: number
  /** Of an alert that has changed since it was seen: what `If-Match` takes now. */
  readonly operatorRevision?: number
  readonly errors?: readonly FieldFault[]
}
