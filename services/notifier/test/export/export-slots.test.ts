import { describe, expect, it } from 'vitest'
import { ExportSlots, runsAtLeastMs } from '../../src/export/export-slots.ts'
import { ManualClock } from '../support/manual-clock.ts'

function slotsOf() {
  const clock = new ManualClock()
  const slots = new ExportSlots({ clock, each: 2, all: 4, slowMs: 6_000 })
  const ended: string[] = []
  const begin = (keyId: string) => {
    const slot = slots.begin(keyId)
    if (slot !== null) slot.giveWay = why => void ended.push(`${keyId} ${why}`)
    return slot
  }
  return { clock, slots, ended, begin }
}

describe('places for exports', () => {
  it('are as many as there are, and a key has no more than its part', () => {
    const { slots, begin, ended } = slotsOf()
    const held = ['a', 'a', 'b', 'b'].map(begin)
    expect(held).not.toContain(null)
    expect([begin('a'), begin('c'), slots.count, ended]).toEqual([null, null, 4, []])
    slots.end(held[0] as never)
    expect(begin('c')).not.toBeNull()
  })

  it('are given up by one of several of a key whose client takes nothing, and by nobody else', async () => {
    const { clock, slots, begin, ended } = slotsOf()
    const held = ['a', 'a', 'b', 'c'].map(begin)
    // A long search for rows is no fault of the client.
    await clock.advance(20_000)
    expect(begin('e')).toBeNull()
    for (const slot of held) slots.offered(slot as never)
    await clock.advance(999)
    expect(begin('e')).toBeNull()
    slots.took(held[1] as never)
    await clock.advance(1)
    // Those of the others wait as long, and each is the only one of its key: a socket takes nothing
    // for a while on a slow link.
    expect([begin('e') === null, begin('f') === null, ended, slots.count]).toEqual([
      false,
      true,
      ['a slow'],
      4
    ])
  })

  it('are given up by a key with several to one with fewer, the slower one first, once it has run for a while', async () => {
    const { clock, slots, begin, ended } = slotsOf()
    const held = ['a', 'a', 'b', 'b'].map(begin)
    const pass = async () => {
      for (let ms = 0; ms < runsAtLeastMs; ms += 1_000) {
        await clock.advance(1_000)
        held.forEach((slot, i) => {
          if (i !== 2 || ms % 2_000 === 0) slots.took(slot as never)
        })
      }
    }
    expect(begin('c')).toBeNull()
    await pass()
    expect([begin('c') === null, ended]).toEqual([false, ['b share']])
    // With one of its own it takes none from who has two, and nobody takes the only one of another.
    expect([begin('c'), ended]).toEqual([null, ['b share']])
    expect([begin('d') === null, begin('e'), ended.length]).toEqual([false, null, 2])
  })
})
