import { expect, it } from 'vitest'
import { type DataKey, DataKeys, entryOf } from '../src/data-keys.ts'

const key = (reportId: string, keyId = 'k'): DataKey => ({ reportId, keyId, wrapped: { iv: 'i', ciphertext: 'c', tag: 't' } })

it('does not learn a key that comes again behind its erasure', () => {
  const keys = new DataKeys()
  expect(keys.created(entryOf('r', 'k'), key('r'))).toBe(true)
  keys.erased(entryOf('r', 'k'))
  expect(keys.created(entryOf('r', 'k'), key('r'))).toBe(false)
  expect(keys.of('r')).toEqual([])
})

it('remembers so many erasures and no more, the latest of them', () => {
  const keys = new DataKeys({ erasedMax: 3 })
  for (const report of ['a', 'b', 'c', 'd']) keys.erased(entryOf(report, 'k'))
  expect(keys.erasedCount).toBe(3)
  expect(['b', 'c', 'd'].map(report => keys.created(entryOf(report, 'k'), key(report)))).toEqual([false, false, false])
  expect(keys.created(entryOf('a', 'k'), key('a'))).toBe(true)
})
