import { describe, expect, it } from 'vitest'
import type { ExportKind } from '../../src/publication/export-formats.ts'
import { createWriter, exportFormats } from '../../src/publication/export-formats.ts'
import { exportStream } from '../../src/publication/export-routes.ts'
import { ManualClock } from '../support/manual-clock.ts'

const kind: ExportKind<{ id: string }> = {
  idOf: ({ id }) => id,
  discOf: () => null,
  columns: { id: ({ id }) => id, more: () => null }
}

async function* rows(count: number, onRow: () => void = () => {}) {
  for (let i = 0; i < count; i++) {
    onRow()
    yield { id: `r${i} ${'x'.repeat(8_000)}` }
  }
}

async function readTo(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  try {
    for await (const chunk of stream) text += chunk
  } catch (error) {
    text += `! ${(error as Error).message}`
  }
  return text
}

describe('an export as a stream', () => {
  it.each(exportFormats)('as %s of nothing is whole', async format => {
    const stream = exportStream(rows(0), createWriter(format, kind), {
      clock: new ManualClock(),
      slowMs: 1_000,
      check: () => {}
    })
    expect(await readTo(stream)).toBe(
      {
        csv: 'id,more\n#end,0\n',
        geojson: '{"type":"FeatureCollection","features":[\n\n],"rows":0}\n',
        kml: '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n</Document></kml>\n<!-- 0 rows -->\n',
        ndjson: '{"end":{"rows":0}}\n'
      }[format]
    )
  })

  it.each(exportFormats)('as %s has no end once the log is lost in its middle', async format => {
    let seen = 0
    const check = () => {
      if (seen > 6) throw new Error('not live')
    }
    const stream = exportStream(
      rows(10, () => seen++),
      createWriter(format, kind),
      { clock: new ManualClock(), slowMs: 1_000, check }
    )
    const text = await readTo(stream)
    expect([text.includes('r2'), text.endsWith('! not live')]).toEqual([true, true])
    expect(/"end"|#end|rows"|rows -->/.test(text)).toBe(false)
  })

  it('reads nothing ahead of who does not read', async () => {
    let seen = 0
    const stream = exportStream(
      rows(100_000, () => seen++),
      createWriter('ndjson', kind),
      { clock: new ManualClock(), slowMs: 1_000, check: () => {} }
    )
    await stream[Symbol.asyncIterator]().next()
    expect(seen).toBeLessThan(10_000)
    stream.destroy()
  })
})
