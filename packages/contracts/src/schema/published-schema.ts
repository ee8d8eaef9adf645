// A format as a published schema, with the dialect in which it is written: what validates, and
// what is published.

export interface PublishedSchema {
  readonly $schema: string
  readonly $id: string
  readonly [keyword: string]: unknown
}

/** The schema of a format that has a name (`$id`). Pure; throws for one without. */
export function buildSchema(format: Readonly<Record<string, unknown>>): PublishedSchema {
  if (typeof format.$id !== 'string') throw new Error('a schema of its own needs a name')
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: format.$id, ...format }
}
