// An arbitrarily long stream through a real process: memory stays small, every bad line is named,
// every other is accepted. Only intake's index of reports grows, some 20 bytes each, because no two
// lines are of one report.

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { postStream } from '@tocsin/bench/load/ndjson'
import { makeFeedReport } from '@tocsin/bench/load/reports'
import { freePorts } from '@tocsin/testing/process/free-port'
import { readOwnerKey, spawnSuite } from '@tocsin/testing/process/suite-process'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { describe, expect, it } from 'vitest'
import { fullRun } from '../harness/test-size.ts'

const mebibyte = 1024 * 1024
const streamBytes = (fullRun ? 2048 : 12) * mebibyte
const memoryMaxBytes = 300 * mebibyte
const badEvery = 1000
const pieceLines = 200

interface Sent {
  lines: number
  bad: number
}

/** Chunks of a stream up to a size; `sent` counts what was sent. */
function* pieces(sent: Sent, bytesMax: number): Generator<Buffer> {
  for (let bytes = 0; bytes < bytesMax; ) {
    let text = ''
    for (let i = 0; i < pieceLines; i++) {
      const line = sent.lines++
      const isBad = line % badEvery === badEvery - 1
      if (isBad) sent.bad++
      text += isBad
        ? `{"line":${line},"is":"no report"}\n`
        : `${makeFeedReport(line, line % 2 === 0)}\n`
    }
    const piece = Buffer.from(text)
    bytes += piece.length
    yield piece
  }
}

/** Peak memory of a process, bytes. */
function peakMemory(pid: number): number {
  const kibibytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) * 1024
}

async function withIntake(
  work: (at: { port: number; key: string; pid: number }) => Promise<void>
): Promise<void> {
  await withTempDir(async dataDir => {
    const [port] = (await freePorts(1)) as [number]
    const intake = await spawnSuite({
      role: 'intake',
      dataDir,
      port,
      env: { TOCSIN_LOG_LEVEL: 'warn', TOCSIN_INTAKE_MEMORY: 'small' }
    })
    try {
      await work({ port, key: await readOwnerKey(dataDir), pid: intake.pid })
    } finally {
      await intake.stop()
    }
  })
}

describe('a long stream of reports', () => {
  it(
    `of ${streamBytes / mebibyte} MiB, no two lines about one report, with one bad line in a thousand goes through under 300 MiB of memory`,
    async () => {
      await withIntake(async ({ port, key, pid }) => {
        const before = peakMemory(pid)
        const sent: Sent = { lines: 0, bad: 0 }
        const badLines: number[] = []
        let next = 1
        const figure = await postStream({
          port,
          key,
          path: '/v1/reports?lane=live',
          pieces: pieces(sent, streamBytes),
          onLine: text => {
            const line = /^\{"line":(\d+),"status":(\d+)/.exec(text)
            if (line === null) return
            if (Number(line[1]) !== next++) throw new Error(`line ${line[1]} is out of order`)
            if (line[2] !== '202') badLines.push(Number(line[1]))
          }
        })
        const peak = peakMemory(pid)
        const rate = Math.round(sent.lines / figure.seconds)
        console.log(
          `stream: ${Math.round(figure.bytesSent / mebibyte)} MiB, ${sent.lines} lines in ${figure.seconds.toFixed(1)} s (${rate}/s), ` +
            `${sent.bad} bad; memory ${Math.round(before / mebibyte)} MiB before, ${Math.round(peak / mebibyte)} MiB at most`
        )
        expect(figure.summary).toMatchObject({
          complete: true,
          lines: sent.lines,
          blank: 0,
          refused: sent.bad,
          unavailable: 0
        })
        expect(figure.summary).toMatchObject({ accepted: sent.lines - sent.bad, duplicates: 0 })
        expect(badLines).toEqual(Array.from({ length: sent.bad }, (_, i) => (i + 1) * badEvery))
        expect(peak).toBeLessThan(memoryMaxBytes)
      })
    },
    fullRun ? 3_600_000 : 300_000
  )

  it('that is a decompression bomb, 100 to 1 and more, is refused at the limit', async () => {
    await withIntake(async ({ port, key, pid }) => {
      const bomb = gzipSync(Buffer.alloc((fullRun ? 1024 : 128) * mebibyte, ' '))
      const before = peakMemory(pid)
      const answer = await fetch(`http://127.0.0.1:${port}/v1/reports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/x-ndjson',
          'content-encoding': 'gzip'
        },
        body: bomb as unknown as string
      })
      expect(answer.status).toBe(413)
      expect(await answer.json()).toMatchObject({ code: 'body-too-large' })
      expect(peakMemory(pid) - before).toBeLessThan(64 * mebibyte)
    })
  })
})
