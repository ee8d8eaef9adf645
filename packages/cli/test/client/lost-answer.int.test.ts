// An answer that is lost on the way: what is made is asked for again under the same key, and told
// once.

import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

const asked: { readonly path: string; readonly key: string }[] = []
/** Takes every request, and lets each be answered at its second try. */
const suite = createServer((request, response) => {
  const { url: path = '', headers } = request
  asked.push({ path, key: String(headers['idempotency-key']) })
  const tries = asked.filter(each => each.path === path).length
  if (tries === 1) request.socket.destroy()
  else
    response
      .writeHead(201, { 'content-type': 'application/json' })
      .end('{"id":"made","secret":"whsec_1"}')
})
let folder: string
let here: readonly string[]
beforeAll(async () => {
  await new Promise<void>(resolve => suite.listen(0, '127.0.0.1', resolve))
  const { port } = suite.address() as AddressInfo
  folder = await makeTempDir()
  await writeFile(join(folder, 'owner.key'), 'tk_test')
  here = ['--url', `http://127.0.0.1:${port}`, '--data', folder]
})
afterAll(async () => {
  await new Promise(resolve => suite.close(resolve))
  await removeDir(folder)
})

it.each([
  ['/v1/subscriptions', ['subscriptions', 'create', 'https://partner.example/hook']],
  ['/v1/subscriptions/sub_1/rotation', ['subscriptions', 'rotate', 'sub_1']],
  ['/v1/keys', ['keys', 'create', 'office', '--scopes', 'alerts:read']],
  ['/v1/keys/key_1/rotation', ['keys', 'rotate', 'key_1']]
])('%s is asked for twice under one key', async (path, command) => {
  const { code, lines } = await runTocsin(...command, ...here)
  expect([code, lines.join('\n')]).toEqual([0, expect.stringContaining('made')])
  const keys = asked.filter(each => each.path === path).map(({ key }) => key)
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]])
})
