// Cursors for answers of one turn: one per partition, behind everything written there, sealed once.

import type { RecordPlace } from '@tocsin/event-log/port'
import { expect, it } from 'vitest'
import { SharedCursors } from '../../src/known/shared-cursors.ts'

function sealing() {
  const sealed: string[] = []
  const cursors = new SharedCursors(places => {
    const text = places.map(at => `${at.partition}:${at.position}`).join()
    sealed.push(text)
    return text
  })
  const behind = (...places: RecordPlace[]) => cursors.behind(places)
  return { sealed, behind }
}

const at = (partition: number, position: number): RecordPlace => ({
  partition,
  position: BigInt(position)
})

it('gives all callers of one turn the cursor behind the last of them, sealed once', async () => {
  const { sealed, behind } = sealing()
  expect(await Promise.all([behind(at(0, 5)), behind(at(0, 7)), behind(at(0, 6))])).toEqual([
    '0:7',
    '0:7',
    '0:7'
  ])
  expect(sealed).toEqual(['0:7'])
})

it('gives a later caller its own, so that no reader waits for later writes', async () => {
  const { behind } = sealing()
  expect(await behind(at(0, 5))).toBe('0:5')
  expect(await behind(at(0, 4))).toBe('0:4')
})

it('makes no reader wait for a partition that its caller has not written to', async () => {
  const { behind } = sealing()
  expect(
    await Promise.all([behind(at(0, 5)), behind(at(1, 9)), behind(at(0, 2), at(1, 3))])
  ).toEqual(['0:5', '1:9', '0:2,1:3'])
})

it('fails for all callers of one turn if the cursor cannot be sealed, and not for later ones', async () => {
  let fails = true
  const cursors = new SharedCursors(() => {
    if (fails) throw new Error('not now')
    return 'sealed'
  })
  const both = await Promise.allSettled([cursors.behind([at(0, 1)]), cursors.behind([at(0, 2)])])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  expect(await cursors.behind([at(0, 1)])).toBe('sealed')
})
