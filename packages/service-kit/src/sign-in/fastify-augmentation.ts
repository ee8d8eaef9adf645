// What the host adds to Fastify's types: the access that every route states, the principal that every request carries, the authenticator
// and the limits of the app. Types only; whoever writes routes imports this file for its effect on the compiler.

import type { JsonLimits } from '@tocsin/contracts/json/strict-json'
import type { Scope } from '@tocsin/domain/control/control-record'
import type { KeyUse } from '../access/key-use.ts'
import type { Principal } from '../access/principal.ts'
import type { UsageLimits } from '../access/usage-limits.ts'
import type { Authenticator } from './authentication.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open` to everyone, or any one of these scopes. A route without it is refused at start. */
    access?: 'open' | readonly Scope[]
    /** Set where each request is a report, or a stream of them: it counts for the day's quota of its key. */
    counts?: 'reports'
  }
  interface FastifyRequest {
    /** Null on open routes whose caller presented nothing that is good. */
    principal: Principal | null
  }
  interface FastifyInstance {
    authenticator: Authenticator
    /** What each key may ask for; streams take their reports from it one by one. */
    usageLimits: UsageLimits
    /** Null where the uses of keys are not noted. */
    keyUse: KeyUse | null
    /** How deep and how long a JSON body may be. */
    jsonLimits: JsonLimits
  }
}
