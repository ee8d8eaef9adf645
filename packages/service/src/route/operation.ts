// What the OpenAPI document says of a route beyond the schemas that validate it: texts, bodies that
// it parses itself, answers, possible problems.

import type { JsonSchema } from '@tocsin/contracts/format/format'
import type { ProblemCode } from '@tocsin/contracts/problem/problem-catalogue'

/** Tags in the order in which the document shows them. */
export const tags = {
  Reports: 'Reports of sources are posted, corrected, withdrawn, and read with their outcome.',
  Alerts: 'Published alerts, actions of officers, and the incidents behind alerts.',
  Streams:
    'Alert events as they are published: stream and feed, with cursors that reveal every gap.',
  Subscriptions: 'Webhooks to partners, and the outcome of each delivery.',
  Rules: 'The patterns that are detected, and their parameters.',
  Administration: 'Theatres, sources, keys, quarantine, sign-in.',
  Operations: 'Health and metrics of a process.'
} as const
export type Tag = keyof typeof tags

export interface BodyContent {
  readonly schema: JsonSchema
  readonly example?: unknown
}

export interface RequestBodyDoc {
  readonly description?: string
  /** Default: true. */
  readonly required?: boolean
  /** By media type. Left out: JSON, by the schema that validates the route. */
  readonly content?: Readonly<Record<string, BodyContent>>
  readonly example?: unknown
}

export interface AnswerDoc {
  readonly description: string
  /** Left out: no body. */
  readonly schema?: JsonSchema
  /** Default: application/json. */
  readonly mediaType?: string
  /** Further forms of the same answer, by media type. */
  readonly alsoAs?: Readonly<Record<string, BodyContent>>
  /** Headers of this answer, by the names in headers.ts. */
  readonly headers?: readonly string[]
  readonly example?: unknown
}

export interface OperationDoc {
  /** Stable: generated clients use it as a function name. */
  readonly id: string
  readonly tag: Tag
  /** A few words. */
  readonly summary: string
  /** Plain sentences: what it does, what to know. */
  readonly description?: string
  /** Request headers that the route reads, by the names in headers.ts. */
  readonly headers?: readonly string[]
  readonly body?: RequestBodyDoc
  /** By status below 400, and those of 400 and more that are not problems. */
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Problems beyond those of the request pipeline (operation-problems.ts). */
  readonly problems?: readonly ProblemCode[]
}
