// tocsin export: a file that is whole or not there, and exit codes.

import { execFileSync } from 'node:child_process'
import {
  createReadStream,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import { waitFor } from '@tocsin/testing/process/wait-for'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../src/run-command.ts'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
  await running.suite.host.app.inject({
    method: 'POST',
    url: '/v1/reports',
    headers: { host: 'localhost', authorization: `Bearer ${running.suite.secrets.ownerKey}` },
    payload: {
      source: { id: 'wire-1' },
      externalId: 'first',
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      location: { name: 'Dioura', country: 'ML', lat: 14.8252, lon: -5.2547, radiusKm: 2 }
    }
  })
  const listed = async () => {
    const { body } = await running.api.call('GET', '/v1/incidents')
    return (body as { items: readonly unknown[] }).items.length > 0
  }
  await waitFor(listed, { what: 'the incident' })
})
afterAll(() => running?.end())

const fileOf = (name: string) => join(running.dataDir, name)
const exported = (file: string, ...options: string[]) =>
  runTocsin('export', '--out', file, ...options, ...running.here)

describe('tocsin export', () => {
  it.each([
    [
      'csv',
      (text: string) =>
        expect(
          text
            .trimEnd()
            .split('\n')
            .map(line => line.split(',')[3])
        ).toEqual(['occurredFrom', expect.stringContaining('2025-06-01')])
    ],
    [
      'ndjson',
      (text: string) =>
        expect(
          text
            .trimEnd()
            .split('\n')
            .map(line => JSON.parse(line).category)
        ).toEqual(['attack'])
    ],
    ['geojson', (text: string) => expect(JSON.parse(text).features).toHaveLength(1)]
  ] as const)('writes %s, rows alone', async (format, check) => {
    const file = fileOf(`incidents.${format}`)
    expect(
      await exported(file, '--kind', 'incidents', '--format', format, '--country', 'ML')
    ).toMatchObject({ code: 0 })
    check(readFileSync(file, 'utf8'))
    const { lines } = await exported(
      file,
      '--kind',
      'incidents',
      '--format',
      format,
      '--to',
      '2025-06-01',
      '--json'
    )
    expect(JSON.parse(lines[0]!)).toMatchObject({ kind: 'incidents', format, file, rows: 0 })
    expect(readdirSync(running.dataDir).filter(name => name.includes('.part'))).toEqual([])
  })

  it('tells wrong usage from a refusal', async () => {
    const file = fileOf('none.csv')
    expect(await exported(file, '--kind', 'alerts')).toMatchObject({ code: 2 })
    expect(await exported(file, '--kind', 'keys', '--format', 'csv')).toMatchObject({ code: 2 })
    expect(
      await exported(file, '--kind', 'incidents', '--format', 'csv', '--severity', 'severe')
    ).toMatchObject({ code: 2 })
    expect(
      await exported(
        join(running.dataDir, 'no', 'folder.csv'),
        '--kind',
        'alerts',
        '--format',
        'csv'
      )
    ).toMatchObject({
      code: 1
    })
    const keyFile = fileOf('wrong.key')
    writeFileSync(keyFile, 'tk_nobody')
    const refused = await runTocsin(
      'export',
      '--out',
      file,
      '--kind',
      'alerts',
      '--format',
      'csv',
      '--url',
      running.suite.url,
      '--key-file',
      keyFile
    )
    expect(refused).toMatchObject({ code: 1 })
    expect(refused.notes.join('\n')).toContain('not-authenticated')
    expect(existsSync(file)).toBe(false)
  })

  it('keeps a link, and replaces or makes the file behind it', async () => {
    const [earlier, made, link, toMade] = ['behind.csv', 'made.csv', 'link.csv', 'to-made.csv'].map(
      fileOf
    ) as [string, string, string, string]
    writeFileSync(earlier, 'earlier\n')
    symlinkSync('behind.csv', link)
    symlinkSync('made.csv', toMade)
    for (const [file, behind] of [
      [link, earlier],
      [toMade, made]
    ] as const) {
      expect(await exported(file, '--kind', 'incidents', '--format', 'csv')).toMatchObject({
        code: 0
      })
      expect(lstatSync(file).isSymbolicLink(), file).toBe(true)
      expect(readlinkSync(file)).not.toContain('/')
      expect(readFileSync(behind, 'utf8')).toContain('Dioura')
    }
  })

  it('writes into a pipe and leaves it', async () => {
    const pipe = fileOf('incidents.pipe')
    execFileSync('mkfifo', [pipe])
    const ended = exported(pipe, '--kind', 'incidents', '--format', 'ndjson')
    const read = await textOf(createReadStream(pipe))
    expect(await ended).toMatchObject({ code: 0 })
    expect(
      read
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).category)
    ).toEqual(['attack'])
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })

  it('writes to standard output, and what it says of it to standard error', async () => {
    const { code, lines, notes, text } = await exported(
      '-',
      '--kind',
      'incidents',
      '--format',
      'csv'
    )
    expect({ code, lines }).toEqual({ code: 0, lines: [] })
    expect(text.trimEnd().split('\n')).toHaveLength(2)
    expect(text).not.toContain('#end')
    expect(notes.join('\n')).toContain('1 incidents')
    const told = await exported('-', '--kind', 'incidents', '--format', 'csv', '--json')
    expect(JSON.parse(told.notes[0] as string)).toMatchObject({ rows: 1, file: '-' })
    expect(existsSync('-')).toBe(false)
  })

  /**
   * The command against a server that answers in its own way, over an earlier file, or to another
   * place.
   */
  async function exportedFrom(
    answer: (response: ServerResponse) => void,
    stop = new AbortController().signal,
    out = fileOf('kept.ndjson')
  ) {
    const server = createServer((_request, response) => answer(response.writeHead(200))).listen(
      0,
      '127.0.0.1'
    )
    try {
      await waitFor(() => server.listening, { what: 'the server' })
      const file = fileOf('kept.ndjson')
      writeFileSync(file, 'earlier\n')
      const { port } = server.address() as AddressInfo
      const keyFile = fileOf('any.key')
      writeFileSync(keyFile, 'tk_any')
      const there = ['--url', `http://127.0.0.1:${port}`, '--key-file', keyFile]
      const args = ['export', '--out', out, '--kind', 'alerts', '--format', 'ndjson', ...there]
      const notes: string[] = []
      const note = (text: string) => notes.push(text)
      const output = {
        line: () => {},
        note,
        bytes: new PassThrough().resume(),
        isTerminal: false,
        notesOnTerminal: false
      }
      const code = await runCommand({ args, output, env: {}, stop: () => stop, giveWay: () => {} })
      expect(readdirSync(running.dataDir).filter(name => name.includes('.part'))).toEqual([])
      return { code, notes: notes.join('\n'), text: readFileSync(file, 'utf8') }
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }

  const rows = '{"alertId":"a1"}\n{"end":{"rows":1}}\n{"alertId":"a2"}\n'

  it('writes nothing, and leaves an earlier file, when the end is missing or the connection is lost', async () => {
    const unended = await exportedFrom(response => response.end(rows))
    expect(unended).toMatchObject({
      code: 1,
      notes: expect.stringContaining('cut off'),
      text: 'earlier\n'
    })
    const lost = await exportedFrom(response => response.write(rows, () => response.destroy()))
    expect(lost).toMatchObject({
      code: 1,
      notes: expect.stringContaining('could not be reached'),
      text: 'earlier\n'
    })
    const whole = await exportedFrom(response =>
      response.end(`{"alertId":"a1"}\n{"end":{"rows":1}}\n`)
    )
    expect(whole).toMatchObject({ code: 0, text: '{"alertId":"a1"}\n' })
  })

  it('writes nothing when it is asked to stop', async () => {
    const stop = new AbortController()
    const stopped = await exportedFrom(
      response => response.write(rows, () => stop.abort()),
      stop.signal
    )
    expect(stopped).toMatchObject({
      code: 1,
      notes: expect.stringContaining('stopped'),
      text: 'earlier\n'
    })
  })

  it('says that what stands in a pipe or on the output is not whole', async () => {
    const unended = await exportedFrom(response => response.end(rows), undefined, '-')
    expect(unended).toMatchObject({ code: 1, notes: expect.stringMatching(/cut off.*not whole/) })
    const lost = await exportedFrom(
      response => response.write(rows, () => response.destroy()),
      undefined,
      '-'
    )
    expect(lost).toMatchObject({ code: 1, notes: expect.stringContaining('could not be reached') })
  })

  it('ends while nobody reads the pipe that it is to write', async () => {
    const pipe = fileOf('unread.pipe')
    execFileSync('mkfifo', [pipe])
    const stop = new AbortController()
    const stopped = await exportedFrom(
      response => response.end(rows, () => stop.abort()),
      stop.signal,
      pipe
    )
    expect(stopped).toMatchObject({ code: 1, notes: expect.stringContaining('not whole') })
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })
})
