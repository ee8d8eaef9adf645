// The AsyncAPI document of a running suite: valid by the parser of AsyncAPI, open, and of each
// process only its own part.

import { Parser } from '@asyncapi/parser'
import { type AsyncApiDocument, buildAsyncDocument } from '@tocsin/contracts/asyncapi/document'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Suite, type SuiteRole, suiteRoles } from '../../src/suite/suite.ts'
import { RunningSuite } from '../support/running-suite.ts'

const running: RunningSuite[] = []
async function start(roles: readonly SuiteRole[]): Promise<Suite> {
  const started = await RunningSuite.start({ roles })
  running.push(started)
  return started.suite
}
const get = (suite: Suite, headers: Readonly<Record<string, string>> = {}) =>
  suite.host.app.inject({
    method: 'GET',
    url: '/asyncapi.json',
    headers: { host: 'localhost', ...headers }
  })

/**
 * Faults by the parser, apart from the advice to use 3.1, which adds a binding that we do not need.
 */
async function faultsOf(text: string): Promise<readonly string[]> {
  const { document, diagnostics } = await new Parser().parse(text)
  const faults = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')
  return [
    ...(document === undefined ? ['it is no AsyncAPI document'] : []),
    ...faults.map(({ code, message, path }) => `${code} ${path.join('/')}: ${message}`)
  ]
}

let suite: Suite
beforeAll(async () => {
  suite = await start(suiteRoles)
})
afterAll(async () => {
  for (const each of running) await each.end()
})

describe('the AsyncAPI document', () => {
  it('is valid by the parser of AsyncAPI', async () => {
    expect(await faultsOf((await get(suite)).body)).toEqual([])
  })

  it('is that of the routes of the suite', async () => {
    const served = (await get(suite)).json() as AsyncApiDocument
    const version = (served.info as { version: string }).version
    expect(served).toEqual(
      JSON.parse(JSON.stringify(buildAsyncDocument(suite.host.routes.routes, version)))
    )
    expect(Object.keys(served.channels)).toEqual(['stream', 'events', 'webhooks'])
  })

  it('is open to everyone and answers 304 to a client that has it', async () => {
    const first = await get(suite)
    expect([first.statusCode, first.headers['content-type']]).toEqual([200, 'application/json'])
    const again = await get(suite, { 'if-none-match': String(first.headers.etag) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
})
