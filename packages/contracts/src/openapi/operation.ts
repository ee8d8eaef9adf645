// What a service says of its routes beside their schemas: words, bodies that it reads itself, answers, the problems that can come. The service
// states it in a file next to its routes; document.ts makes the OpenAPI document of it.

import type { ProblemCode } from '../problem/problem-catalogue.ts'
import type { JsonSchema, Properties } from './json-schema.ts'

/** Tags in the order in which the document shows them. */
export const tags = {
  Reports: 'What one source says goes in here, is corrected or withdrawn, and read again with what became of it.',
  Alerts: 'What the suite publishes, what officers do with it, and the incidents behind it.',
  Streams: 'Alert events as they come: stream and feed, with cursors that tell of every gap.',
  Subscriptions: 'Webhooks to partners, and what became of each delivery.',
  Rules: 'Which patterns are looked for, and with which parameters.',
  Administration: 'Theatres, sources, keys, quarantine, the way in.',
  Operations: 'What operators and orchestrators ask of a process.'
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
  /** By media type. Left out: JSON, by the schema that the route itself validates with. */
  readonly content?: Readonly<Record<string, BodyContent>>
  /** For members that the route's schema leaves to a reader of its own. */
  readonly members?: Properties
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
  /** Headers that this answer has, of those that answer-headers.ts knows. */
  readonly headers?: readonly string[]
  readonly example?: unknown
}

export interface OperationDoc {
  /** Stable: clients are generated with it as the name of a function. */
  readonly id: string
  readonly tag: Tag
  /** A few words. */
  readonly summary: string
  /** Plain sentences: what it does, what to know. */
  readonly description?: string
  /** What each parameter of the query means, and a schema where the route leaves the parameter to a reader of its own. */
  readonly query?: Readonly<Record<string, string | JsonSchema>>
  /** What each part of the path means. */
  readonly path?: Readonly<Record<string, string>>
  /** Headers that the route reads, of those that request-headers.ts knows. */
  readonly headers?: readonly string[]
  readonly body?: RequestBodyDoc
  /** By status, below 400; and those answers of 400 and more that are no problems. */
  readonly answers: Readonly<Record<number, AnswerDoc>>
  /** Beyond those that follow from access, query, path, headers and body; see operation-problems.ts. */
  readonly problems?: readonly ProblemCode[]
}

/** By method and pattern: `GET /v1/reports/:id`. */
export type ApiDocs = Readonly<Record<string, OperationDoc>>
