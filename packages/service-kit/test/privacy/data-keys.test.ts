import { expect, it } from 'vitest'
import { type DataKey, DataKeys, entryOf } from '../../src/privacy/data-keys.ts'

const at = { partition: 0, position: 1n }
const key = (reportId: string, keyId = 'k'): DataKey => ({
  reportId,
  keyId,
  wrapped: { iv: 'i', ciphertext: 'c', tag: 't' }
})

it('ignores a creation repeated after its erasure', () => {
  const keys = new DataKeys()
  expect(keys.created(entryOf('r', 'k'), key('r'), at)).toBe(true)
  keys.erased(entryOf('r', 'k'))
  expect(keys.created(entryOf('r', 'k'), key('r'), at)).toBe(false)
  expect(keys.of('r')).toEqual([])
})

it('remembers a limited number of erasures, the latest ones', () => {
  const keys = new DataKeys({ erasedMax: 3 })
  for (const report of ['a', 'b', 'c', 'd']) keys.erased(entryOf(report, 'k'))
  expect(keys.erasedCount).toBe(3)
  expect(
    ['b', 'c', 'd'].map(report => keys.created(entryOf(report, 'k'), key(report), at))
  ).toEqual([false, false, false])
  expect(keys.created(entryOf('a', 'k'), key('a'), at)).toBe(true)
})

it('prefers the key that is first in the log, whatever is applied first', () => {
  const keys = new DataKeys()
  const make = (keyId: string, position: bigint, partition = 0) =>
    keys.created(entryOf('r', keyId), key('r', keyId), { partition, position })
  make('b', 7n)
  make('a', 9n)
  make('c', 3n)
  make('d', 1n, 1)
  // Created again after all others: its first place counts.
  make('c', 20n)
  expect(keys.of('r').map(({ data }) => data.keyId)).toEqual(['c', 'b', 'a', 'd'])
})
