// Who is asking, and what they may do: what every route's guard decides from.

import type { Scope } from '@tocsin/domain/control-record'
import type { Handling } from '@tocsin/domain/handling'

export interface Principal {
  /** Key id, `owner`, or `session:<id>`. */
  readonly id: string
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
  readonly theatres: readonly string[] | '*'
  readonly handling: Handling
}

/** What a route states of itself, in Fastify's `config`. A route without one of the two is refused at start. */
export type RouteAccess =
  | { readonly access: 'open' }
  /** Any one of these scopes is enough; `admin` always is. */
  | { readonly access: readonly Scope[] }

export function mayUse(principal: Principal, access: readonly Scope[]): boolean {
  return principal.scopes.has('admin') || access.some(scope => principal.scopes.has(scope))
}

export function mayReadTheatre(principal: Principal, theatre: string): boolean {
  return principal.theatres === '*' || principal.theatres.includes(theatre)
}
