// What the host adds to Fastify's types: the access that every route states, the principal that every request carries, the authenticator of
// the app. Types only; whoever writes routes imports this file for its effect on the compiler.

import type { Scope } from '@tocsin/domain/control-record'
import type { Authenticator } from './authentication.ts'
import type { Principal } from './principal.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open` to everyone, or any one of these scopes. A route without it is refused at start. */
    access?: 'open' | readonly Scope[]
  }
  interface FastifyRequest {
    /** Null on open routes whose caller presented nothing that is good. */
    principal: Principal | null
  }
  interface FastifyInstance {
    authenticator: Authenticator
  }
}
