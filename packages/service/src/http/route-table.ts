// All routes of an app with their access. Enforces "closed by default": a route without access
// fails the start.

import type { FastifyInstance } from 'fastify'
import type { RegisteredRoute } from '../route/definition.ts'

export class RouteTable {
  readonly routes: RegisteredRoute[] = []

  /**
   * Collects every route registered after this call. A route without access throws, so that the app
   * does not start.
   */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', ({ method: methods, url, config, schema }) => {
      const { access, operation } = config ?? {}
      for (const method of [methods].flat()) {
        if (access === undefined)
          throw new Error(
            `${method} ${url} states no access: give it config.access, 'open' or scopes`
          )
        if (access.length === 0) throw new Error(`${method} ${url} states no scope`)
        this.routes.push({ method, url, access, operation, ...(schema && { schema }) })
      }
    })
  }

  /**
   * Methods of a path, in order of registration; empty for an unknown path. Static routes take
   * precedence over patterns.
   */
  listMethods(path: string): readonly string[] {
    const literal = this.routes.filter(({ url }) => url === path)
    const found = literal.length > 0 ? literal : this.routes.filter(({ url }) => fits(url, path))
    return [...new Set(found.map(({ method }) => method))]
  }
}

/** `:name` matches one path segment, `*` the rest. */
function fits(url: string, path: string): boolean {
  if (!/[:*]/.test(url)) return false
  const parts = url.split(/(:[A-Za-z0-9_]+|\*)/).map(part => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`).test(path)
}
