import type { AlertState } from '@tocsin/domain/alert/alert'
import { expect, it } from 'vitest'
import { ActTrail, type AlertAct, placeOfAct, type ToldEvent } from '../../src/reader/act-trail.ts'

const everything = () => true
const idsOf = (acts: readonly AlertAct[]) => acts.map(({ id }) => id)

function record(
  id: string,
  atS: number,
  place: { partition?: number; position: number },
  by: string | null = 'Awa'
): ToldEvent {
  const time = new Date(atS * 1000).toISOString()
  const action = by === null ? null : { by, actionId: id, text: null, handling: 'internal' }
  const data = {
    alertId: 'a1',
    theatre: 'sahel',
    handling: 'public',
    action
  } as unknown as AlertState
  return {
    ...{ partition: place.partition ?? 0, position: BigInt(place.position) },
    envelope: { id, time },
    event: { type: 'alert.acknowledged', data }
  }
}

it('lists acts by their time, also where a partition comes late, and passes over what nobody did', () => {
  const trail = new ActTrail()
  trail.take(record('one', 1, { position: 5 }))
  trail.take(record('three', 3, { position: 6 }))
  trail.take(record('machine', 4, { position: 7 }, null))
  trail.take(record('two', 2, { partition: 1, position: 0 }))
  expect(idsOf(trail.newestFirst(everything, null, 10))).toEqual(['three', 'two', 'one'])
})

it('goes on behind a place, whatever came since, and whether what was there is gone', () => {
  const trail = new ActTrail(2)
  for (const n of [1, 2, 3]) trail.take(record(`n${n}`, n, { position: n }))
  const [last] = trail.newestFirst(everything, null, 1)
  trail.take(record('n4', 4, { position: 4 }))
  expect(idsOf(trail.newestFirst(everything, placeOfAct(last as AlertAct), 10))).toEqual([])
  expect(idsOf(trail.newestFirst(everything, null, 10))).toEqual(['n4', 'n3'])
  for (let n = 5; n < 2_000; n++) trail.take(record(`n${n}`, n, { position: n }))
  expect(idsOf(trail.newestFirst(everything, null, 10))).toEqual(['n1999', 'n1998'])
})

it('is the same from its rows', () => {
  const trail = new ActTrail()
  trail.take(record('one', 1, { position: 2 ** 53 }))
  trail.take(record('two', 1, { partition: 1, position: 1 }))
  const again = new ActTrail()
  for (const row of JSON.parse(JSON.stringify([...trail.capture().rows]))) again.restore(row)
  expect(again.newestFirst(everything, null, 9)).toEqual(trail.newestFirst(everything, null, 9))
})

it('knows an act by the stricter of the alert and the name', () => {
  const trail = new ActTrail()
  trail.take(record('one', 1, { position: 1 }))
  expect(trail.newestFirst(everything, null, 1)).toMatchObject([
    { handling: 'internal', by: { id: 'Awa', name: 'Awa' } }
  ])
})
