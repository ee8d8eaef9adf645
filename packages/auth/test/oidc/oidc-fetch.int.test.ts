// Fetching documents from a real server on loopback.

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchJson, IdentityProviderError } from '../../src/oidc/oidc-keys.ts'

let server: Server
let base: string
let asked: string[]

beforeEach(async () => {
  asked = []
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/good') response.end('{"keys":[]}')
    else if (request.url === '/moved') response.writeHead(302, { location: '/good' }).end()
    else if (request.url === '/broken') response.end('{"keys":')
    else if (request.url === '/large') response.end(`"${'x'.repeat(300_000)}"`)
    else if (request.url === '/endless') response.write('"')
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '50' }).write('{', () => response.destroy())
    else if (request.url !== '/silent') response.writeHead(500).end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

describe('a document of the identity provider', () => {
  it('is read', async () => {
    expect(await fetchJson(`${base}/good`, 5_000)).toEqual({ keys: [] })
  })

  it.each([
    ['/moved', 'unreachable', 'a redirect, which is not followed'],
    ['/broken', 'malformed', 'a truncated document'],
    ['/large', 'too-large', 'an endless document'],
    ['/cut', 'unreachable', 'a broken connection'],
    ['/none', 'status', 'an answer that is not JSON']
  ])('%s fails as %s: %s', async (path, fault) => {
    await expect(fetchJson(base + path, 5_000)).rejects.toMatchObject({ fault })
    expect(asked).toEqual([path])
  })

  it.each(['/silent', '/endless'])('%s fails as timeout', async path => {
    await expect(fetchJson(base + path, 100)).rejects.toMatchObject({ fault: 'timeout' })
  })

  it('fails as unreachable where nothing listens', async () => {
    await expect(fetchJson('http://127.0.0.1:1/good', 1_000)).rejects.toBeInstanceOf(
      IdentityProviderError
    )
  })
})
