// What a report says in confidence: texts, links and names of persons. In the open these exist only inside intake and in answers to readers
// with the scope for persons; everywhere else they are sealed.

export interface PrivatePerson {
  /** Null for somebody whom the report does not name. */
  readonly name: string | null
  readonly aliases: readonly string[]
  readonly role: string | null
  readonly kind: string | null
}

export interface PrivateTexts {
  readonly narrative: string | null
  readonly links: readonly string[]
  readonly persons: readonly PrivatePerson[]
}
