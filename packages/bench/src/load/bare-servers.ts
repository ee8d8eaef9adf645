// Ceilings as processes: bare servers that do as little as possible, and a bare client. A `Helper`
// starts this file.

import type { AddressInfo, Socket } from 'node:net'
import { postedReportFormat } from '@tocsin/contracts/report/posted-report'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { fastify } from 'fastify'
import { Agent, request } from 'undici'
import { WebSocketServer } from 'ws'
import { readOwnCpuMs } from '../runner/clocks.ts'
import { serveCalls } from '../runner/helper-process.ts'
import type { Slice } from '../runner/turns.ts'

const loopback = { port: 0, host: '127.0.0.1' } as const
/** As many bytes as intake answers with. */
const accepted = {
  reportId: '0'.repeat(32),
  revision: 1,
  theatre: 'world',
  duplicate: false,
  cursor: 'A'.repeat(107)
}
let streamServer: WebSocketServer | null = null

/** Headers that undici writes itself. */
const ownHeaders = new Set(['host', 'connection', 'content-length'])
const agent = new Agent({ connections: 8, pipelining: 1 })

const calls = {
  /** Validates report bodies against the schema of intake and stores none. */
  async serveReports(): Promise<number> {
    const ajv = new Ajv2020({
      strict: true,
      strictTypes: false,
      strictRequired: false,
      validateFormats: false
    })
    const app = fastify()
    app.setValidatorCompiler(({ schema }) => ajv.compile(schema as object))
    app.post('/v1/reports', { schema: { body: postedReportFormat } }, async (_request, reply) =>
      reply.code(202).send(accepted)
    )
    await app.listen(loopback)
    return (app.server.address() as AddressInfo).port
  },

  /** Serves a stream that answers each subscription. */
  serveStream(): Promise<number> {
    const server = new WebSocketServer({ ...loopback, perMessageDeflate: false })
    streamServer = server
    server.on('connection', socket => {
      socket.on('message', () =>
        socket.send('{"type":"subscribed","recovered":false,"cursor":"c0","snapshot":[]}')
      )
    })
    return new Promise(resolve =>
      server.on('listening', () => resolve((server.address() as AddressInfo).port))
    )
  },

  /** Sends texts to all clients, those of one call in one write, as the notifier does. */
  sendTexts(texts: readonly string[]): void {
    for (const client of streamServer?.clients ?? []) {
      const wire = (client as unknown as { readonly _socket: Socket })._socket
      wire.cork()
      for (const text of texts) client.send(text)
      process.nextTick(() => wire.uncork())
    }
  },

  /** Posts the same request to endpoints, one after the other at each, for `seconds`. */
  async postRequests({ urls, headers, body, seconds }: PostLoop): Promise<Slice> {
    const own = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()))
    )
    const sent = {
      method: 'POST',
      dispatcher: agent,
      headers: own,
      body: Buffer.from(body)
    } as const
    const beganMs = performance.now()
    const beforeMs = readOwnCpuMs()
    let count = 0
    const post = async (url: string) => {
      for (; performance.now() < beganMs + seconds * 1000; count++) {
        const answer = await request(url, sent)
        await answer.body.dump()
        if (answer.statusCode !== 204) throw new Error(`answered ${answer.statusCode}`)
      }
    }
    await Promise.all(urls.map(post))
    return { count, ms: performance.now() - beganMs, cpuMs: readOwnCpuMs() - beforeMs }
  }
}

interface PostLoop {
  readonly urls: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly seconds: number
}

export type BareCalls = typeof calls

serveCalls(calls)
