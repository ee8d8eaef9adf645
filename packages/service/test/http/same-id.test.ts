import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { expect, it } from 'vitest'
import { checkSameId } from '../../src/http/same-id.ts'

it('accepts a body without an id, or with that of the path', () => {
  expect(() => checkSameId('sahel', undefined)).not.toThrow()
  expect(() => checkSameId('sahel', 'sahel')).not.toThrow()
})

it.each([['lake'], [''], [null], [7]])(
  'refuses a body with another id, and names the member: %j',
  told => {
    let refused: unknown
    try {
      checkSameId('sahel', told, 'ruleId')
    } catch (error) {
      refused = error
    }
    expect(refused).toBeInstanceOf(ProblemError)
    expect(refused).toMatchObject({ code: 'body-invalid', errors: [{ pointer: '/ruleId' }] })
  }
)
