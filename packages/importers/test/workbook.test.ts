import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readMapping } from '../src/item/mapping-file.ts'
import { bytesOf, importBytes, importSample, reportsOf, samplePath } from './import-sample.ts'

function readMapped(dates: string) {
  const read = readMapping(
    `version: 1\n${dates}\nsource: { value: s }\nexternalId: Id\noccurred: { from: Day }\ncategory: { value: attack }\nlocation: { name: Place name, lat: Lat, lon: Lon }\nprivate: { narrative: [Note] }`
  )
  if (!read.ok) throw new Error(read.errors.join())
  return read.mapping
}

describe('a workbook', () => {
  it.each(['', 'dates: { formats: [DD/MM/YYYY] }\ntable: { delimiter: ";" }\ndecimal: ","'])(
    'is read as its first sheet, its days whatever the mapping says of texts: %s',
    async dates => {
      const items = await importSample('incidents.xlsx', 'csv', { mapping: readMapped(dates) })
      expect(items.map(item => item.row)).toEqual([2, 3])
      expect(reportsOf(items)[0]?.report).toMatchObject({
        externalId: 'N-1',
        occurred: { from: '2024-12-03', to: '2024-12-03' },
        location: { name: 'Ségou', lat: 14.82, lon: -5.25 },
        private: { narrative: 'Fire, "heavy"' }
      })
    }
  )

  it('that is damaged or too large is refused with what to do', async () => {
    const bytes = readFileSync(samplePath('incidents.xlsx'))
    const read = (some: Uint8Array) =>
      importBytes(bytesOf([some]), 'csv', { mapping: readMapped('') })
    await expect(read(bytes.subarray(0, 600))).rejects.toThrow('this is a workbook')
    await expect(read(Buffer.concat([bytes, Buffer.alloc(33 * 1024 * 1024)]))).rejects.toThrow(
      'has more than 32 MiB as a file: save the sheet as "CSV UTF-8"'
    )
    const zeros = archivePart(Buffer.alloc(64 * 1024 * 1024))
    await expect(read(Buffer.concat(Array<Buffer>(9).fill(zeros)))).rejects.toThrow(
      'has more than 512 MiB unpacked'
    )
  }, 30_000)

  it('with one cell far beyond its table is refused before its empty cells take the memory', async () => {
    const sheet = archivePart(Buffer.from('<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>'))
    await expect(importBytes(bytesOf([sheet]), 'csv', { mapping: readMapped('') })).rejects.toThrow(
      'the cells of a sheet span more than 25,000,000'
    )
  })
})

/** A part of an archive, without a name, as its header and its packed bytes. */
function archivePart(content: Buffer): Buffer {
  const header = Buffer.alloc(30)
  header.write('PK\x03\x04', 'latin1')
  header.writeUInt16LE(8, 8)
  return Buffer.concat([header, deflateRawSync(content)])
}
