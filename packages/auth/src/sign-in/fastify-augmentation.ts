// What the host adds to Fastify's types: the principal of every request, the authenticator and the
// limits of the app. Types only: files with routes import it for its effect on the compiler.

import '@tocsin/service/http/fastify-augmentation'
import type { KeyUse } from '../access/key-use.ts'
import type { Principal } from '../access/principal.ts'
import type { UsageLimits } from '../access/usage-limits.ts'
import type { Authenticator } from './authentication.ts'

declare module 'fastify' {
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
    /** The address at which people open the suite; known once the process listens. */
    baseUrl: () => string
    /** Limits per key; streams count their reports through it one by one. */
    usageLimits: UsageLimits
    /** Null if the use of keys is not recorded. */
    keyUse: KeyUse | null
  }
}
