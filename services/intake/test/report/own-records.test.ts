// A process's own records are folded once, by the writer or when they are read back, whichever
// comes first, and then forgotten.

import type { StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { expect, it } from 'vitest'
import { OwnRecords } from '../../src/report/own-records.ts'
import type { DraftRecord } from '../../src/report/report-records.ts'

const record = {
  type: 'report.withdrawn',
  id: 'r1',
  theatre: 't',
  time: '',
  data: { reportId: 'x', reason: '', lane: 'live' }
} as const
const draft: DraftRecord = { stored: { id: 'r1', key: 't', value: Buffer.from('bytes') }, record }
const stored = (id: string, text: string): StoredRecord => ({
  topic: topics.incidents,
  partition: 0,
  position: 4n,
  id,
  key: 't',
  value: Buffer.from(text)
})

it('is folded by its writer, and skipped when it is read back', () => {
  const own = new OwnRecords()
  own.expect([draft])
  expect(own.isToFold('r1')).toBe(true)
  expect(own.cameBack(stored('r1', 'bytes'))).toEqual({ record: null })
  expect(own.cameBack(stored('r1', 'bytes'))).toBeUndefined()
})

it('is folded when it is read back before its writer is answered, which then skips it', () => {
  const own = new OwnRecords()
  own.expect([draft])
  expect(own.cameBack(stored('r1', 'bytes'))).toEqual({ record })
  expect(own.isToFold('r1')).toBe(false)
  expect(own.cameBack(stored('r1', 'bytes'))).toBeUndefined()
})

it('is parsed like any other if its bytes differ from those written', () => {
  const own = new OwnRecords()
  own.expect([draft])
  expect(own.cameBack(stored('r1', 'other'))).toBeUndefined()
  expect(own.isToFold('r1')).toBe(true)
})

it("is forgotten if it was not written, and an unregistered one is its writer's to fold", () => {
  const own = new OwnRecords()
  own.expect([draft])
  own.forget('r1')
  expect(own.cameBack(stored('r1', 'bytes'))).toBeUndefined()
  expect(own.isToFold('r2')).toBe(true)
})
