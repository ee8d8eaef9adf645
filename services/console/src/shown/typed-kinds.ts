// Kinds of what a page holds that was typed and not sent, or is shown once: it goes with the page.

export type TypedKind =
  | 'note'
  | 'bulk-note'
  | 'declaration'
  | 'rule'
  | 'mending'
  | 'key'
  | 'theatre'
  | 'source'
  | 'watch'
  | 'watch-change'
  | 'subscription'
  | 'subscription-change'
  | 'silence'
  | 'secret'

export interface TypedOfKind {
  readonly kind: TypedKind
  readonly count: number
}
