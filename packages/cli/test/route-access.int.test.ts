// Walks every route of the whole suite: each closed one is called without a key, with each wrong scope, and with each right one.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Scope, scopes } from '@tocsin/domain/control-record'
import { systemClock, systemRandom } from '@tocsin/service-kit/clock'
import { defaultConfig } from '@tocsin/service-kit/config'
import { createLogger } from '@tocsin/service-kit/logger'
import type { Route } from '@tocsin/service-kit/route-table'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Suite, startSuite, suiteRoles } from '../src/suite.ts'
import { suiteSettings } from '../src/suite-settings.ts'

let dataDir: string
let suite: Suite
const keys = new Map<Scope, string>()

/** Routes that everyone may call: the process's health, the console's files, the description of the interface, the way in and out of a session, and the stream, which asks itself. */
const openRoutes =
  /^\/(?:livez|readyz|metrics|sign-in|sign-out|v1\/stream|page\/[a-z-]+\.(?:js|css|svg)|openapi\.json|docs(?:\/[a-z-]+\.(?:js|css))?)?$/

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tocsin-routes-'))
  suite = await startSuite({
    roles: suiteRoles,
    config: defaultConfig(suiteSettings, { port: 0, data: dataDir }),
    logger: createLogger({ level: 'silent', name: 'test' }),
    metrics: new Registry(),
    clock: systemClock,
    random: systemRandom
  })
  for (const scope of scopes) {
    const answer = await call({ method: 'POST', url: '/v1/keys' }, suite.secrets.ownerKey, {
      name: `only ${scope}`,
      scopes: [scope],
      theatres: '*',
      handling: 'restricted'
    })
    expect([scope, answer.statusCode]).toEqual([scope, 201])
    keys.set(scope, (answer.json() as { secret: string }).secret)
  }
})

afterAll(async () => {
  await suite?.host.close()
  rmSync(dataDir, { recursive: true, force: true })
})

function call({ method, url }: Pick<Route, 'method' | 'url'>, key: string | null, body?: object) {
  return suite.host.app.inject({
    method: method as 'GET',
    url: url.replace(/:[A-Za-z]+/g, 'none'),
    headers: { host: 'localhost', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    ...(body === undefined ? {} : { payload: body })
  })
}

/** An answer that a right scope must not get, or that nothing sent may bring about. */
function isRefusal(statusCode: number): boolean {
  return statusCode === 401 || statusCode === 403 || statusCode >= 500
}

describe('the routes of the suite', () => {
  it('are open only where that was decided', () => {
    const open = suite.host.routes.routes.filter(route => route.access === 'open')
    expect(open.filter(route => !openRoutes.test(route.url))).toEqual([])
  })

  it('answer nobody without a key, nor a key of another scope, and answer each right scope', async () => {
    const closed = suite.host.routes.routes.filter(route => route.access !== 'open')
    expect(closed.length).toBeGreaterThan(20)
    for (const route of closed) {
      const name = `${route.method} ${route.url}`
      expect([name, (await call(route, null)).statusCode]).toEqual([name, 401])
      for (const [scope, key] of keys) {
        const { statusCode } = await call(route, key)
        const isRight = scope === 'admin' || (route.access as readonly Scope[]).includes(scope)
        if (!isRight) expect([name, scope, statusCode]).toEqual([name, scope, 403])
        else expect([name, scope, statusCode, isRefusal(statusCode)]).toEqual([name, scope, statusCode, false])
      }
    }
  })
})
