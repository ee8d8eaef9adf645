// Streams of reports over real connections: both directions at once, compressed bodies, and every
// way in which either side may fail.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { aReport, ownerKey, reportRecords } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

let served: ServedIntake
let port: number
const sockets: Socket[] = []

async function start(...given: Parameters<typeof ServedIntake.start>): Promise<void> {
  served = await ServedIntake.start(...given)
  port = await served.listen()
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await served.end()
})

const numbered = (number: number) =>
  `${JSON.stringify({ ...aReport, externalId: `W-${number}` })}\n`
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => numbered(from + i)).join('')

interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly lines: readonly Record<string, unknown>[]
  readonly summary: Record<string, unknown>
}

async function post(
  body: string | Buffer,
  headers: Record<string, string> = {}
): Promise<Answered> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/reports`, {
    method: 'POST',
    body: body as string,
    headers: {
      authorization: `Bearer ${ownerKey}`,
      'content-type': 'application/x-ndjson',
      ...headers
    }
  })
  const text = await answer.text()
  const lines = text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  return { status: answer.status, headers: answer.headers, lines, summary: lines.at(-1) }
}

/** A request that stays open: its head is sent, and the test writes its body. */
class OpenRequest {
  text = ''
  readonly socket: Socket
  readonly closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.once('close', resolve))
    socket.on('data', chunk => {
      this.text += chunk.toString()
    })
    socket.on('error', () => {})
    sockets.push(socket)
  }

  static async open(key = ownerKey): Promise<OpenRequest> {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    const request = new OpenRequest(socket)
    socket.write(
      `POST /v1/reports HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${key}\r\n` +
        'content-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n'
    )
    return request
  }

  send(text: string): void {
    this.socket.write(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
  }

  finish(): void {
    this.socket.write('0\r\n\r\n')
  }

  /** Of the answer so far. */
  get results(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
  }
}

describe('a stream of reports over HTTP', () => {
  it('is answered 200 with one result per line and a summary, whose cursor covers all of it', async () => {
    await start()
    const { status, headers, lines, summary } = await post(
      `${many(100)}{"not":"a report"}\n${numbered(0)}`
    )
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/x-ndjson')
    expect(lines).toHaveLength(103)
    expect(summary).toMatchObject({
      complete: true,
      lines: 102,
      accepted: 100,
      duplicates: 1,
      refused: 1
    })
    const reportId = String(lines[99]?.reportId)
    const read = await served.ask('GET', `/v1/reports/${reportId}`, {
      headers: { 'tocsin-cursor': String(summary.cursor) }
    })
    expect(read.json()).toMatchObject({ reportId, report: { externalId: 'W-99' } })
    expect(await served.metrics.metrics()).toContain(
      'tocsin_intake_requests_total{operation="line",outcome="accepted"} 100'
    )
  })

  it('may be longer than the body limit; a line may not', async () => {
    await start({}, { bodyBytesMax: 2048 })
    const long = `${JSON.stringify({ ...aReport, private: { narrative: 'x'.repeat(3000) } })}\n`
    const { summary, lines } = await post(many(200) + long + numbered(999))
    expect(summary).toMatchObject({ complete: true, accepted: 201, refused: 1 })
    expect(served.lines.text).toMatch(
      /"level":"info".*"by":"owner",.*"accepted":201,.*"refused":1,.*"reports of a stream were refused"/
    )
    expect(lines[200]).toMatchObject({ line: 201, status: 413, code: 'body-too-large' })
  })

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync]
  ] as const)('may be compressed with %s', async (encoding, pack) => {
    await start()
    const { summary } = await post(pack(many(100)), { 'content-encoding': encoding })
    expect(summary).toMatchObject({ complete: true, accepted: 100 })
    const single = await served.ask('POST', '/v1/reports', {
      payload: pack(JSON.stringify({ ...aReport, externalId: 'alone' })),
      headers: { 'content-type': 'application/json', 'content-encoding': encoding }
    })
    expect(single.statusCode).toBe(202)
  })

  it('that is damaged after valid lines reports which of them are written', async () => {
    await start()
    const packed = gzipSync(many(500))
    const { status, summary, lines } = await post(packed.subarray(0, packed.length - 100), {
      'content-encoding': 'gzip'
    })
    expect(status).toBe(200)
    expect(summary).toMatchObject({
      complete: false,
      problem: { status: 400, code: 'body-malformed' }
    })
    expect(lines.length - 1).toBe(summary.accepted)
    expect(await reportRecords(served.log)).toHaveLength(Number(summary.accepted))
  })

  it.each([
    ['content-encoding', 'br', 'content-encoding-unsupported'],
    ['content-type', 'application/x-ndjson; charset=utf-16', 'content-type-unsupported']
  ])('with the header %s: %s is refused before it is read', async (name, value, code) => {
    await start()
    const { status, headers, summary } = await post(many(3), { [name]: value })
    expect([status, summary.code]).toEqual([415, code])
    if (name === 'content-encoding') expect(headers.get('accept-encoding')).toBe('gzip, zstd')
    expect(await reportRecords(served.log)).toEqual([])
  })

  it('answers lines while it is still being sent', async () => {
    await start()
    const request = await OpenRequest.open()
    for (let number = 0; number < 3; number++) {
      request.send(numbered(number))
      await expect.poll(() => request.results).toHaveLength(number + 1)
    }
    request.finish()
    await expect.poll(() => request.results.at(-1)).toMatchObject({ complete: true, accepted: 3 })
    expect(request.results.every((result, i) => i === 3 || result.status === 202)).toBe(true)
  })

  it('may last longer than requestTimeoutMs', async () => {
    await start({}, { requestTimeoutMs: 100, headersTimeoutMs: 100 })
    const request = await OpenRequest.open()
    const untilMs = performance.now() + 1000
    let sent = 0
    while (performance.now() < untilMs) {
      request.send(numbered(sent++))
      await expect.poll(() => request.results, { interval: 50 }).toHaveLength(sent)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    request.finish()
    await expect
      .poll(() => request.results.at(-1))
      .toMatchObject({ complete: true, accepted: sent })
  })

  it('that brings nothing for too long is cut, and its written lines are reported', async () => {
    await start({ streamPatienceMs: 200 })
    const request = await OpenRequest.open()
    request.send(numbered(1))
    await expect.poll(() => request.results.at(-1)?.complete, { timeout: 3000 }).toBe(false)
    expect(request.results).toMatchObject([
      { line: 1, status: 202 },
      { lines: 1, accepted: 1, problem: { status: 408, code: 'request-timeout' } }
    ])
    expect(await served.metrics.metrics()).toContain(
      'tocsin_intake_streams_cut_total{reason="too-slow"} 1'
    )
  })

  it('whose sender disconnects keeps the lines in flight, and leaves nothing open', async () => {
    await start()
    const request = await OpenRequest.open()
    request.send(many(20) + numbered(99).slice(0, 30))
    await expect.poll(() => request.results.length).toBe(20)
    request.socket.destroy()
    await expect
      .poll(async () => served.metrics.getSingleMetricAsString('tocsin_intake_streams'))
      .toContain('tocsin_intake_streams 0')
    expect(await reportRecords(served.log)).toHaveLength(20)
    expect(served.lines.text).not.toContain('failed unexpectedly')
  })

  it('whose results are not read is cut before they take memory', async () => {
    await start({ streamPatienceMs: 100 })
    const request = await OpenRequest.open()
    request.socket.pause()
    // Refused lines: cheap to judge, with long answers, which must pile up.
    const piece = '{}\n'.repeat(1000)
    let isClosed = false
    void request.closed.then(() => {
      isClosed = true
    })
    while (!isClosed) {
      request.send(piece)
      if (request.socket.writableLength > 1e6) {
        const drained = new Promise(resolve => request.socket.once('drain', resolve))
        await Promise.race([drained, request.closed])
      }
    }
    await expect
      .poll(async () => served.metrics.getSingleMetricAsString('tocsin_intake_streams'))
      .toContain('tocsin_intake_streams 0')
  })

  it('stops when its key is revoked in the middle', async () => {
    await start()
    const secret = await served.keyWith(['reports:write'], { keyId: 'k-stream' })
    const request = await OpenRequest.open(secret)
    request.send(many(5))
    await expect.poll(() => request.results.length).toBe(5)
    await served.declare({ type: 'key.revoked', data: { keyId: 'k-stream' } })
    request.send(many(5, 100))
    await expect
      .poll(() => request.results.at(-1))
      .toMatchObject({ complete: false, problem: { status: 401, code: 'not-authenticated' } })
    expect(await reportRecords(served.log)).toHaveLength(Number(request.results.at(-1)?.accepted))
  })

  it('is summed up when the service closes', async () => {
    await start()
    const request = await OpenRequest.open()
    request.send(many(5))
    await expect.poll(() => request.results.length).toBe(5)
    await served.close()
    expect(request.results.at(-1)).toMatchObject({
      complete: false,
      accepted: 5,
      problem: { status: 503, code: 'shutting-down' }
    })
  })

  it('is refused beyond the limit of open streams, and accepted once one has ended', async () => {
    await start({ streamsMax: 2 })
    const open = [await OpenRequest.open(), await OpenRequest.open()]
    for (const [i, request] of open.entries()) request.send(numbered(i))
    for (const request of open) await expect.poll(() => request.results.length).toBe(1)
    const refused = await post(many(1, 50))
    expect(refused).toMatchObject({ status: 429, summary: { code: 'too-many' } })
    expect(refused.headers.get('retry-after')).toBe('5')
    open[0]?.finish()
    await expect.poll(async () => (await post(many(1, 50))).status).toBe(200)
  })

  it('is refused to a key that has four of them open; other keys and the owner are accepted', async () => {
    await start({ streamsMax: 16 })
    const [one, another] = [
      await served.keyWith(['reports:write']),
      await served.keyWith(['reports:write'])
    ]
    const open = await Promise.all([1, 2, 3, 4].map(() => OpenRequest.open(one)))
    for (const [i, request] of open.entries()) request.send(numbered(i))
    for (const request of open) await expect.poll(() => request.results.length).toBe(1)
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    const refused = await post(many(1, 50), as(one))
    expect(refused).toMatchObject({ status: 429, summary: { code: 'too-many' } })
    expect(refused.headers.get('retry-after')).toBe('5')
    expect((await post(many(1, 50), as(another))).status).toBe(200)
    expect((await post(many(1, 50))).status).toBe(200)
  })

  it('counts its lines, not itself, towards the limits of its key', async () => {
    await start()
    const secret = await served.keyWith(['reports:write'], {
      limits: { perDay: 5, bodyBytes: 400 }
    })
    const { summary, lines } = await post(
      `${many(2)}{"long":"${'x'.repeat(500)}"}\n${many(10, 10)}`,
      {
        authorization: `Bearer ${secret}`
      }
    )
    expect(lines[2]).toMatchObject({ line: 3, status: 413 })
    expect(summary).toMatchObject({
      complete: false,
      lines: 6,
      unavailable: 1,
      accepted: 4,
      refused: 1,
      problem: { status: 429, code: 'too-many' }
    })
  })

  it('refuses each line in a theatre that its key may not write to', async () => {
    await start()
    const elsewhere = await served.keyWith(['reports:write'], { theatres: ['lake'] })
    const { lines } = await post(many(2), { authorization: `Bearer ${elsewhere}` })
    expect(lines.slice(0, 2)).toMatchObject([{ status: 403 }, { status: 403 }])
    expect(await reportRecords(served.log)).toEqual([])
  })
})
