import { readFileSync } from 'node:fs'
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
    const bomb = Buffer.from(bytes)
    bomb.writeUInt32LE(0x7fffffff, bomb.indexOf('PK\x01\x02', 0, 'latin1') + 24)
    await expect(read(bomb)).rejects.toThrow('has more than 512 MiB unpacked')
  })
})
