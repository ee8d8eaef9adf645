// What the host adds to Fastify's types: the access of every route, the principal of every request,
// the authenticator and the limits of the app. Types only: files with routes import it for its
// effect on the compiler.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import type { Scope } from '@tocsin/contracts/record/control-record'
import type { KeptRecords } from '../access/kept-records.ts'
import type { KeyUse } from '../access/key-use.ts'
import type { Principal } from '../access/principal.ts'
import type { UsageLimits } from '../access/usage-limits.ts'
import type { Authenticator } from './authentication.ts'
import type { SignInLinkMaker } from './sign-in-link.ts'

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
    /** Null on open routes if the caller presented no valid credentials. */
    principal: Principal | null
    /**
     * Ends a read; null: it is not counted. Whoever begins to wait for something to happen calls
     * it.
     */
    endRead: (() => void) | null
  }
  interface FastifyInstance {
    authenticator: Authenticator
    signInLinks: SignInLinkMaker
    /** Limits per key; streams count their reports through it one by one. */
    usageLimits: UsageLimits
    /** What a key may have stored for ever; the writer of such a record takes room for it first. */
    keptRecords: KeptRecords
    /** Null if the use of keys is not recorded. */
    keyUse: KeyUse | null
    /** Limits of nesting and size of a JSON body. */
    jsonLimits: JsonLimits
  }
}
