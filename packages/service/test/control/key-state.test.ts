import type { ControlPayload, KeyRotation } from '@tocsin/contracts/record/control-record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyControl,
  type ControlState,
  emptyControlState
} from '../../src/control/control-state.ts'
import { judgeKey, replacedSecretsMax } from '../../src/control/key-state.ts'
import { key, revoked } from './key-payloads.ts'

const at = (day: number) => `2025-06-${String(day).padStart(2, '0')}T00:00:00.000Z`
const msOf = (day: number) => Date.parse(at(day))
/** Folds one record per day, from the first of June. */
const fold = (payloads: readonly ControlPayload[]): ControlState =>
  payloads.reduce(
    (state, payload, i) => applyControl(state, { ...payload, id: String(i), time: at(i + 1) }),
    emptyControlState
  )

const rotated = (
  replaces: string,
  secretHash: string,
  overlapUntil: string | null
): ControlPayload => ({
  type: 'key.rotated',
  data: { keyId: 'a', secretHash, replaces, overlapUntil } satisfies KeyRotation
})
const used = (at: string, ...keyIds: string[]) =>
  ({ type: 'keys.used', data: { at, keyIds } }) as const

/** The key's id if a secret is valid, else the reason. */
function verdictOf(state: ControlState, secretHash: string, day: number): string {
  const judged = judgeKey(state, secretHash, msOf(day))
  return judged.kind === 'good' ? judged.key.keyId : judged.reason
}

describe('keys', () => {
  it('are valid from their creation until they are revoked or expire', () => {
    const state = fold([
      key('a'),
      key('b'),
      revoked('b'),
      key('c', { expiresAt: at(10) }),
      key('d', { expiresAt: at(11) })
    ])
    expect(['a', 'b', 'c', 'd', 'e'].map(name => verdictOf(state, `hash-${name}`, 10))).toEqual([
      'a',
      'revoked',
      'expired',
      'd',
      'unknown'
    ])
    expect(judgeKey(state, 'hash-c', msOf(10) - 1).kind).toBe('good')
    expect(state.keys.get('b')).toMatchObject({ createdAt: at(2), revokedAt: at(3) })
  })

  it('cannot be widened or restored by a second record of the same id or secret', () => {
    const state = fold([
      key('a'),
      revoked('a'),
      key('a', { scopes: ['admin'] }),
      key('z', { secretHash: 'hash-a', scopes: ['admin'] })
    ])
    expect(verdictOf(state, 'hash-a', 10)).toBe('revoked')
    expect([...state.keys.keys()]).toEqual(['a'])
  })
})

describe('who made, rotated and revoked a key', () => {
  it('is kept in its state, as far as records state it', () => {
    const by = (id: string) => ({ by: id })
    const state = fold([
      key('a', by('owner')),
      {
        type: 'key.rotated',
        data: {
          keyId: 'a',
          secretHash: 'hash-2',
          replaces: 'hash-a',
          overlapUntil: null,
          ...by('k1')
        }
      },
      { type: 'key.revoked', data: { keyId: 'a', ...by('oidc:ana') } },
      { type: 'key.revoked', data: { keyId: 'a', ...by('too-late') } }
    ])
    expect(state.keys.get('a')).toMatchObject({
      by: 'owner',
      rotatedBy: 'k1',
      revokedBy: 'oidc:ana'
    })
  })
})

describe('a rotated key', () => {
  it('accepts both secrets until the overlap ends, then the new one only', () => {
    const state = fold([key('a'), rotated('hash-a', 'hash-2', at(5))])
    expect(
      [4, 5].map(day => [verdictOf(state, 'hash-a', day), verdictOf(state, 'hash-2', day)])
    ).toEqual([
      ['a', 'a'],
      ['rotated', 'a']
    ])
    expect(state.keys.get('a')).toMatchObject({
      createdAt: at(1),
      rotatedAt: at(2),
      secretHash: 'hash-2'
    })
  })

  it('of two rotations of one secret the first counts; one of a revoked or unknown key is ignored', () => {
    const first = fold([key('a'), rotated('hash-a', 'hash-2', at(20))])
    expect(
      applyControl(first, { ...rotated('hash-a', 'hash-x', null), id: 'x', time: at(3) })
    ).toBe(first)
    const ended = fold([key('a'), revoked('a')])
    expect(
      applyControl(ended, { ...rotated('hash-a', 'hash-2', null), id: 'x', time: at(3) })
    ).toBe(ended)
    expect(fold([rotated('hash-a', 'hash-2', null)])).toBe(emptyControlState)
  })

  it('keeps only a few secrets, and no secret is valid past its end, whatever the rotations', () => {
    const hours = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 12 }), overlaps => {
        let state = fold([key('a')])
        overlaps.forEach((days, i) => {
          const until = days === 0 ? null : at(Math.min(i + 2 + days, 30))
          const data = {
            keyId: 'a',
            secretHash: `hash-${i}`,
            replaces: state.keys.get('a')!.secretHash,
            overlapUntil: until
          }
          state = applyControl(state, { type: 'key.rotated', data, id: `r${i}`, time: at(i + 2) })
        })
        const { replaced } = state.keys.get('a')!
        expect(replaced.length).toBeLessThanOrEqual(replacedSecretsMax)
        expect(state.keyIdBySecretHash.size).toBe(replaced.length + 1)
        for (const { secretHash, until } of replaced) {
          expect(judgeKey(state, secretHash, Date.parse(until) - 1).kind).toBe('good')
          expect(judgeKey(state, secretHash, Date.parse(until)).kind).toBe('refused')
        }
      })
    )
  })
})

describe('the last use of keys', () => {
  it('is the latest reported hour, in any order, and ignored for a key that does not exist', () => {
    const state = fold([key('a'), key('b'), used(at(9), 'a', 'ghost'), used(at(8), 'a', 'b')])
    expect([...state.keysLastUsed]).toEqual([
      ['a', at(9)],
      ['b', at(8)]
    ])
  })
})
