// Checks one trace from a report to the frame and the webhook of its alert, read from what the suite sends
// to a collector: OTLP as JSON over HTTP.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { makeOpeningReport, makeSiegeReport } from '@tocsin/bench/load/reports'
import { SuiteApi } from '@tocsin/host/client/suite-api'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { expect } from 'vitest'
import { WholeSuite, type WholeSuiteOptions } from './whole-suite.ts'

interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[]
  }[]
}

interface Delivery {
  readonly path: string | undefined
  readonly header: string | undefined
  readonly event: { readonly type: string; readonly traceparent?: string }
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

/** Runs a suite that sends its spans, and checks the trace of one report. */
export async function checkOneTrace(options: WholeSuiteOptions = {}): Promise<void> {
  const spans: Span[] = []
  const deliveries: Delivery[] = []
  const receive = async (request: IncomingMessage): Promise<void> => {
    const body: unknown = JSON.parse(await text(request))
    if (request.url === '/v1/traces')
      for (const { scopeSpans } of (body as Exported).resourceSpans)
        spans.push(...scopeSpans.flatMap(each => each.spans))
    else
      deliveries.push({
        path: request.url,
        header: request.headers.traceparent as string | undefined,
        event: body as Delivery['event']
      })
  }
  const server = createServer((request, response) => {
    receive(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(500).end()
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const suite = await WholeSuite.start({
    ...options,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      TOCSIN_LOG_LEVEL: 'debug'
    }
  })
  try {
    const { body: limited } = await suite.api.call('POST', '/v1/keys', {
      body: { name: 'limited', scopes: ['alerts:read', 'subscriptions:manage'] }
    })
    const { secret } = limited as { readonly secret: string }
    for (const [path, key] of [
      ['hook', suite.key],
      ['limited', secret]
    ] as const) {
      const made = await new SuiteApi({ url: suite.url, key }).call('POST', '/v1/subscriptions', {
        body: { url: `${url}/${path}`, order: 'strict', policy: null }
      })
      expect(made.status).toBe(201)
    }
    const stream = await suite.stream()
    await suite.api.call('POST', '/v1/reports', { body: makeOpeningReport(1) })
    await suite.api.call('POST', '/v1/reports', { body: makeSiegeReport(1, 1) })
    const answer = await suite.api.call('POST', '/v1/reports', {
      body: makeSiegeReport(1, 2),
      headers: { traceparent: `00-${traceId}-${parentId}-01` }
    })
    expect(answer.status).toBe(202)
    const chain = [
      'POST /v1/reports',
      'append incidents',
      'fold',
      'append alerts',
      'send frames',
      'deliver webhook'
    ]
    const own = await waitFor(
      () => {
        const found = spans.filter(each => each.traceId === traceId)
        return chain.every(name => found.some(each => each.name === name)) ? found : undefined
      },
      { what: `spans of ${chain}`, timeoutMs: 20_000 }
    )
    const find = (name: string) => own.find(each => each.name === name) as Span
    const [request, appended] = [find('POST /v1/reports'), find('append incidents')]
    expect(request.parentSpanId).toBe(parentId)
    expect(appended.parentSpanId).toBe(request.spanId)
    for (const name of chain.slice(2))
      expect([name, find(name).parentSpanId]).toEqual([name, appended.spanId])

    // The event states the trace of the record that led to it; the request that of its attempt.
    const traceparent = `00-${traceId}-${appended.spanId}-01`
    const sent = await waitFor(
      () => deliveries.find(({ event }) => event.traceparent === traceparent),
      { what: 'the webhook with the trace' }
    )
    // The other subscription has a span of its own, which may come first.
    await waitFor(
      () =>
        spans.some(
          ({ name, spanId }) =>
            name === 'deliver webhook' && sent.header === `00-${traceId}-${spanId}-01`
        ),
      { what: `the span of ${sent.header}` }
    )
    // The event of this one has none either (reader-view.test.ts).
    const other = await waitFor(
      () =>
        deliveries.find(
          ({ path, event }) => path === '/limited' && event.type.startsWith('tocsin.alert.')
        ),
      { what: 'the webhook of a limited subscription' }
    )
    expect(other.header).toBeUndefined()
    await waitFor(
      () =>
        stream.frames.some(
          ({ event }) => 'traceparent' in event && event.traceparent === traceparent
        ),
      { what: 'the frame' }
    )
    expect(suite.process.output).toContain(`"trace_id":"${traceId}"`)
    // Each of the other requests has a trace of its own.
    const others = spans.filter(
      each => each.name === 'POST /v1/reports' && each.traceId !== traceId
    )
    expect(new Set(others.map(each => each.traceId)).size).toBe(2)
    stream.close()
  } finally {
    await suite.end()
    server.close()
  }
}
