// The private part of a report: texts, links and names of persons. They are readable only inside intake and in answers to readers
// with the scope for persons; everywhere else they are sealed.

export interface PrivatePerson {
  /** Null for a person whom the report does not name. */
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
