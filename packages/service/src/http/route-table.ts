// All routes of an app with their access. Enforces "closed by default": a route without access
// fails the start.

import type { Scope } from '@tocsin/contracts/record/control-record'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { OperationDoc } from '../route/operation.ts'

export interface Route {
  readonly method: string
  /** The pattern: `/v1/reports/:id`. */
  readonly url: string
  readonly access: 'open' | readonly Scope[]
  readonly schema?: NonNullable<RouteOptions['schema']>
  readonly operation?: OperationDoc
}

export class RouteTable {
  readonly #routes: Route[] = []
  readonly #methodsByPattern = new Map<
    string,
    { readonly matches: RegExp; readonly methods: Set<string> }
  >()

  get routes(): readonly Route[] {
    return this.#routes
  }

  /**
   * Collects every route registered after this call. A route without access throws, so that the app
   * does not start.
   */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', route => this.#note(route))
  }

  /**
   * Methods of a path, in order of registration; empty for an unknown path. Static routes take
   * precedence over patterns.
   */
  listMethods(path: string): readonly string[] {
    const literal = this.#methodsByPattern.get(path)
    if (literal !== undefined) return [...literal.methods]
    const methods = new Set<string>()
    for (const pattern of this.#methodsByPattern.values()) {
      if (pattern.matches.test(path)) for (const method of pattern.methods) methods.add(method)
    }
    return [...methods]
  }

  #note({ method, url, config, schema }: RouteOptions): void {
    const { access, operation } = config ?? {}
    for (const each of [method].flat()) {
      if (access === undefined)
        throw new Error(`${each} ${url} states no access: give it config.access, 'open' or scopes`)
      if (access !== 'open' && access.length === 0)
        throw new Error(`${each} ${url} states no scope`)
      this.#routes.push({
        ...{ method: each, url, access },
        ...(schema === undefined ? {} : { schema }),
        ...(operation === undefined ? {} : { operation })
      })
      this.#findPattern(url).methods.add(each)
    }
  }

  #findPattern(url: string) {
    const known = this.#methodsByPattern.get(url)
    if (known) return known
    const pattern = { matches: createMatcher(url), methods: new Set<string>() }
    this.#methodsByPattern.set(url, pattern)
    return pattern
  }
}

/** `:name` matches one path segment, `*` the rest. */
function createMatcher(url: string): RegExp {
  const source = url
    .split(/(:[A-Za-z0-9_]+|\*)/)
    .map(part =>
      part.startsWith(':')
        ? '[^/]+'
        : part === '*'
          ? '.*'
          : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    )
    .join('')
  return new RegExp(`^${source}$`)
}
