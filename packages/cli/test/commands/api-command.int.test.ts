// `tocsin api`, against a server that answers as the API does.

import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runTocsin } from '../support/running-suite.ts'

const watches = {
  items: [
    { id: 'wat_1', name: 'desk', onWatch: [{ officer: 'Ama' }] },
    { id: 'wat_2', name: 'night', onWatch: [], version: 3 }
  ],
  next: 'c 1'
}
const problem = {
  type: 'https://tocsin.dev/problems/body-invalid',
  title: 'Invalid body',
  status: 400,
  code: 'body-invalid',
  detail: 'The body is invalid.',
  errors: [{ pointer: '/to', detail: 'is missing' }]
}
const answers: Readonly<Record<string, readonly [status: number, body: unknown]>> = {
  'GET /v1/watches?limit=2': [200, watches],
  'GET /v1/me': [200, { keyId: 'key_1', scopes: ['admin'] }],
  'GET /v1/long': [200, { secret: 'x'.repeat(300), events: Array(100).fill({ seq: 1 }) }],
  'GET /readyz': [503, { status: 'waiting' }],
  'DELETE /v1/silences/sil_1': [204, undefined],
  'POST /v1/alerts/a/assignment': [400, problem]
}

const seen: object[] = []
const server = createServer(async (request, response) => {
  const { method, url, headers } = request
  seen.push({ body: await text(request), ifMatch: headers['if-match'], key: headers.authorization })
  const [status, body] = answers[`${method} ${url}`] ?? [404, { ...problem, code: 'not-found' }]
  const type = status >= 400 && body === problem ? 'application/problem+json' : 'application/json'
  response.writeHead(status, body === undefined ? {} : { 'content-type': type })
  response.end(body === undefined ? undefined : JSON.stringify(body))
})
let folder: string
let here: readonly string[]
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  folder = await makeTempDir()
  await writeFile(join(folder, 'owner.key'), 'tk_test')
  here = ['--url', `http://127.0.0.1:${(server.address() as AddressInfo).port}`, '--data', folder]
})
afterAll(async () => {
  await new Promise(resolve => server.close(resolve))
  await removeDir(folder)
})

it('prints a list as a table, and how to read on', async () => {
  const { code, lines, notes } = await runTocsin('api', 'get', '/v1/watches?limit=2', ...here)
  expect([code, lines, notes]).toEqual([
    0,
    [
      'ID     NAME   ON WATCH             VERSION',
      'wat_1  desk   [{"officer":"Ama"}]  -',
      'wat_2  night                       3'
    ],
    ['there are more: add cursor=c%201 to the query']
  ])
})

it('prints an object as a line for each member, and an empty answer as done', async () => {
  const object = await runTocsin('api', 'GET', '/v1/me', ...here)
  expect([object.code, object.lines]).toEqual([0, ['keyId: key_1', 'scopes: admin']])
  const empty = await runTocsin('api', 'DELETE', '/v1/silences/sil_1', ...here)
  expect([empty.code, empty.lines]).toEqual([0, ['done']])
})

it('cuts a long list inside an object, and no text', async () => {
  const { lines } = await runTocsin('api', 'GET', '/v1/long', ...here)
  expect(lines).toEqual([
    `secret: ${'x'.repeat(300)}`,
    expect.stringMatching(/^events: \[\{"seq":1\}.{189}…$/)
  ])
})

it('prints the raw body with --json', async () => {
  const { lines, notes } = await runTocsin('api', 'GET', '/v1/watches?limit=2', '--json', ...here)
  expect([lines, notes]).toEqual([[JSON.stringify(watches)], []])
})

it('sends a file and headers with the key, and prints a problem as one sentence', async () => {
  const file = join(folder, 'body.json')
  await writeFile(file, '{"to":null}')
  const args = ['POST', '/v1/alerts/a/assignment', '--file', file, '-H', 'If-Match: "1"', ...here]
  const { code, lines, notes } = await runTocsin('api', ...args)
  expect([code, lines, notes]).toEqual([1, [], ['body-invalid: /to is missing']])
  expect(seen.at(-1)).toEqual({ body: '{"to":null}', ifMatch: '"1"', key: 'Bearer tk_test' })
  const machine = await runTocsin('api', ...args, '--json')
  expect([machine.code, JSON.parse(machine.lines[0] as string)]).toEqual([1, problem])
})

it('prints an answer with an error status that is no problem, and exits with 1', async () => {
  const { code, lines } = await runTocsin('api', 'GET', '/readyz', ...here)
  expect([code, lines]).toEqual([1, ['status: waiting']])
})

it.each([
  [['FETCH', '/v1/me'], /Use one of GET/],
  [['GET', 'v1/me'], /begins with "\/"/],
  [['GET', '/v1/me', '-H', 'If-Match'], /"Name: value"/],
  [['POST', '/v1/keys', '--file', '/no/such/file'], /cannot be read/]
])('refuses %j as wrong usage', async (args, words) => {
  const { code, notes } = await runTocsin('api', ...args, ...here)
  expect([code, notes.join('\n')]).toEqual([2, expect.stringMatching(words)])
})
