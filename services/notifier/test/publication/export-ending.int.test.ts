// How an export ends over a real socket: whole, left by its client, or cut off, which its client
// can tell.

import { get, type IncomingMessage } from 'node:http'
import { MemoryLog } from '@tocsin/event-log/memory-log'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterEach, expect, it } from 'vitest'
import { AlertWriter } from '../support/alert-builder.ts'
import { type ListeningNotifier, listenNotifier } from '../support/listening-notifier.ts'
import { ownerKey } from '../support/notifier-harness.ts'

let notifier: ListeningNotifier
afterEach(() => notifier?.close())

/** More than sockets and streams hold by themselves. */
const alertsMany = 400

async function startFull(settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  for (let i = 0; i < alertsMany; i++)
    await alerts.write('raised', `a${i}`, { explanation: 'x'.repeat(40_000) })
  notifier = await listenNotifier(settings, log)
}

/** An export whose answer has begun and that nobody reads. */
function begin(key = ownerKey): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get(
    `${notifier.url}/v1/export?kind=alerts&format=ndjson`,
    { headers: { authorization: `Bearer ${key}` } },
    resolve
  ).on('error', reject)
  return promise
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += chunk
  return text
}

async function running(): Promise<number> {
  const answer = await fetch(`${notifier.url}/metrics`)
  return Number(/^tocsin_exports_running (\d+)$/m.exec(await answer.text())?.[1])
}

it('is read to its end at the pace of its client, beside others within the limit', async () => {
  await startFull({ 'export.runningMax': 1 })
  const first = await begin()
  expect([first.statusCode, await running()]).toEqual([200, 1])
  const refused = await begin()
  expect([refused.statusCode, Number(refused.headers['retry-after'])]).toEqual([429, 10])
  refused.resume()
  const lines = (await textOf(first)).trimEnd().split('\n')
  expect(lines).toHaveLength(alertsMany + 1)
  expect(lines.at(-1)).toBe(JSON.stringify({ end: { rows: alertsMany } }))
  await waitFor(async () => (await running()) === 0, { what: 'the export to be over' })
})

it('is cut off, without its end, when its key is revoked', async () => {
  await startFull()
  const owner = { authorization: `Bearer ${ownerKey}` }
  const payload = { name: 'reader', scopes: ['alerts:read'] }
  const { id, secret } = (
    await notifier.host.app.inject({ method: 'POST', url: '/v1/keys', headers: owner, payload })
  ).json()
  const answer = await begin(secret)
  expect(answer.statusCode).toBe(200)
  await notifier.host.app.inject({ method: 'DELETE', url: `/v1/keys/${id}`, headers: owner })
  await expect(textOf(answer)).rejects.toThrow('aborted')
  await waitFor(async () => (await running()) === 0, { what: 'the export to be over' })
})

it('holds nothing after its client has gone', async () => {
  await startFull()
  const answer = await begin()
  expect(await running()).toBe(1)
  answer.destroy()
  await waitFor(async () => (await running()) === 0, { what: 'the export to be given up' })
  expect((await fetch(`${notifier.url}/readyz`)).status).toBe(200)
})

it('is cut off, without its end, if its client reads nothing for too long', async () => {
  await startFull({ 'export.slowMs': 200 })
  const answer = await begin()
  await waitFor(async () => (await running()) === 0, { what: 'the export to be cut off' })
  await expect(textOf(answer)).rejects.toThrow('aborted')
})
