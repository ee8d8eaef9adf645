// The official library of Standard Webhooks verifies what a running suite sends: before, during and
// after rotations of the subscription's secret and of the suite's own key. Receivers in Python and
// Go are in quick-start.e2e.test.ts.

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeOpeningReport, makeSiegeReport } from '@tocsin/bench/load/reports'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { parseVerifyingKey } from '@tocsin/webhooks/signing-keys'
import { verifyWebhook } from '@tocsin/webhooks/verification'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WholeSuite } from '../harness/whole-suite.ts'

/** One request as it came, and one secret to verify it with. */
interface Case {
  readonly name: string
  readonly secret: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isGood: boolean
}

interface Arrived {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

let suite: WholeSuite
let endpoint: Server
const arrived: Arrived[] = []
let cases: readonly Case[]
let publishedKeys: readonly string[]
let duringBoth: Arrived

beforeAll(async () => {
  suite = await WholeSuite.start()
  endpoint = createServer(async (request, response) => {
    arrived.push({
      headers: signedHeaders(request.headers),
      body: Buffer.concat(await request.toArray())
    })
    response.writeHead(204).end()
  })
  await new Promise<void>(resolve => endpoint.listen(0, '127.0.0.1', resolve))
  cases = await rotatedCases()
}, 600_000)
afterAll(async () => {
  endpoint?.close()
  await suite?.end()
})

function signedHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ['id', 'timestamp', 'signature'].map(name => [
      `webhook-${name}`,
      String(headers[`webhook-${name}`])
    ])
  )
}

/** Sends a test to a subscription; resolves with the request that came. */
async function sent(id: string): Promise<Arrived> {
  const before = arrived.length
  await suite.api.call('POST', `/v1/subscriptions/${id}/test`)
  return waitFor(() => arrived.slice(before).find(isTest), {
    what: 'the test event',
    timeoutMs: 60_000
  })
}

const isTest = ({ body }: Arrived) => body.includes('"type":"tocsin.webhook.test.v1"')

/** Posts reports that raise an alert; resolves with its delivery. */
async function alertSent(): Promise<Arrived> {
  for (const body of [makeOpeningReport(1), makeSiegeReport(1, 1), makeSiegeReport(1, 2)])
    await suite.api.call('POST', '/v1/reports', { body })
  return waitFor(() => arrived.find(each => !isTest(each)), {
    what: 'the delivery of an alert',
    timeoutMs: 60_000
  })
}

/**
 * What the suite sends before, during and after rotations, with each secret that there ever was,
 * and changed on its way.
 */
async function rotatedCases(): Promise<readonly Case[]> {
  const { port } = endpoint.address() as AddressInfo
  const made = await suite.api.call('POST', '/v1/subscriptions', {
    body: { url: `http://127.0.0.1:${port}/é` }
  })
  const { id, secret: first } = made.body as { id: string; secret: string }
  const rotate = async (overlapHours: number) =>
    (
      (await suite.api.call('POST', `/v1/subscriptions/${id}/rotation`, { body: { overlapHours } }))
        .body as { secret: string }
    ).secret
  const alert = await alertSent()
  const fresh = await sent(id)
  const second = await rotate(24)
  const rotated = await sent(id)
  const list = await suite.api.call('POST', '/v1/webhook-keys/rotation')
  publishedKeys = (list.body as { keys: readonly { text: string; state: string }[] }).keys
    .filter(({ state }) => state !== 'next')
    .map(({ text }) => text)
  const third = await rotate(24)
  const both = await sent(id)
  const last = await rotate(0)
  const ended = await sent(id)
  expect([alert, fresh, rotated, both, ended].map(kindsOf)).toEqual([
    'v1 v1a',
    'v1 v1a',
    'v1 v1 v1a',
    'v1 v1 v1 v1a v1a',
    'v1 v1a v1a'
  ])
  const secrets = { first, second, third, last }
  expect(JSON.parse(alert.body.toString())).toMatchObject({ sequence: 1, previousid: null })
  duringBoth = both
  const stages = [
    { stage: 'an alert', request: alert, valid: [first] },
    { stage: 'before a rotation', request: fresh, valid: [first] },
    { stage: 'during a rotation', request: rotated, valid: [first, second] },
    {
      stage: 'during two, and one of the published key',
      request: both,
      valid: [first, second, third]
    },
    { stage: 'after a rotation without overlap', request: ended, valid: [last] }
  ]
  return stages.flatMap(({ stage, request, valid }) =>
    Object.entries(secrets).flatMap(([which, secret]) => {
      const given = { secret, headers: request.headers, body: request.body.toString() }
      const later = {
        ...request.headers,
        'webhook-timestamp': String(Number(request.headers['webhook-timestamp']) + 1)
      }
      return [
        { ...given, name: `${stage}, the ${which} secret`, isGood: valid.includes(secret) },
        {
          ...given,
          name: `${stage}, the ${which} secret, a changed body`,
          body: `${given.body} `,
          isGood: false
        },
        {
          ...given,
          name: `${stage}, the ${which} secret, another time`,
          headers: later,
          isGood: false
        }
      ]
    })
  )
}

/** Kinds of the signatures of a request, in order. */
function kindsOf({ headers }: Arrived): string {
  return (headers['webhook-signature'] ?? '').replaceAll(/,[^ ]+/g, '')
}

const named = (verdicts: readonly boolean[]) =>
  cases.map(({ name }, i) => `${name}: ${verdicts[i]}`)
const expected = () => named(cases.map(({ isGood }) => isGood))
describe('what a suite sends', () => {
  it('is verified by the library of npm', () => {
    const verdicts = cases.map(({ secret, body, headers }) => {
      try {
        new Webhook(secret).verify(body, { ...headers })
        return true
      } catch {
        return false
      }
    })
    expect(cases.filter(({ isGood }) => isGood)).toHaveLength(8)
    expect(named(verdicts)).toEqual(expected())
  })

  it('is verified by ours with the published keys alone, both during a rotation', () => {
    const { body, headers } = duringBoth
    const verdicts = publishedKeys.map(
      key => verifyWebhook({ headers, body }, [parseVerifyingKey(key)], Date.now() / 1_000).ok
    )
    expect(verdicts).toEqual([true, true])
  })
})
