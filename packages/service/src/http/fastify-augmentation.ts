// What the app adds to Fastify's types: the access of every route and limits of bodies. Types only:
// files with routes import it for its effect on the compiler.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import type { Scope } from '@tocsin/contracts/record/control-record'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open` to everyone, or any one of these scopes. A route without it fails the start. */
    access?: 'open' | readonly Scope[]
    /**
     * Set if each request is a report, or a stream of reports: it counts for its key's daily quota.
     */
    counts?: 'reports'
    /** Set if the request may authenticate with a one-use ticket in its query. */
    takesTicket?: true
    /**
     * Set if people see the answers: what they are to do where the request fails. Programs get a
     * problem all the same.
     */
    page?: string
    /**
     * Set if a success lasts until either side ends it: its time does not show how fast answers
     * are.
     */
    isEndless?: true
    /** Set if a request with an empty body, or none, counts as one with `{}`. */
    isBodyOptional?: true
  }
  interface FastifyRequest {
    /** What the caller's key allows in one body, bytes; null: no limit of its own. */
    keyBodyBytesMax: number | null
  }
  interface FastifyInstance {
    /** Limits of nesting and size of a JSON body. */
    jsonLimits: JsonLimits
  }
}
