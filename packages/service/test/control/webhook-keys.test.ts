import { describe, expect, it } from 'vitest'
import { applyControl, emptyControlState } from '../../src/control/control-state.ts'
import { webhookKeysAt } from '../../src/control/webhook-keys.ts'

const at = (hours: number) => new Date(Date.UTC(2025, 5, 1) + hours * 3_600_000).toISOString()
const ms = (hours: number) => Date.parse(at(hours))
const rotatedTo = (...generations: readonly (readonly [number, number])[]) =>
  generations.reduce(
    (state, [generation, hours]) =>
      applyControl(state, {
        type: 'webhook-key.rotated',
        data: { generation },
        id: `r${hours}`,
        time: at(hours)
      }),
    emptyControlState
  ).webhookKeys

/** Generations that sign at a time. */
const signing = (...asked: Parameters<typeof webhookKeysAt>) =>
  webhookKeysAt(...asked)
    .filter(({ state }) => state !== 'next')
    .map(({ generation }) => generation)

describe('webhookKeysAt', () => {
  it('has a current key and publishes the next before anything was rotated', () => {
    expect(webhookKeysAt([], ms(0))).toEqual([
      { generation: 0, state: 'current', from: null, until: null },
      { generation: 1, state: 'next', from: null, until: null }
    ])
  })

  it('lets a replaced key sign until, not at, the end of a day', () => {
    const rotations = rotatedTo([1, 0])
    expect(signing(rotations, ms(24) - 1)).toEqual([1, 0])
    expect(signing(rotations, ms(24))).toEqual([1])
    expect(webhookKeysAt(rotations, ms(1))).toEqual([
      { generation: 1, state: 'current', from: at(0), until: null },
      { generation: 0, state: 'replaced', from: null, until: at(24) },
      { generation: 2, state: 'next', from: null, until: null }
    ])
  })

  it('lists replaced keys newest first', () => {
    expect(signing(rotatedTo([1, 0], [2, 3]), ms(4))).toEqual([2, 1, 0])
  })
})

describe('a rotation', () => {
  it('counts once: two instances that rotate at the same time make one new key', () => {
    expect(rotatedTo([1, 0], [1, 1]).map(({ generation }) => generation)).toEqual([1])
  })
})
