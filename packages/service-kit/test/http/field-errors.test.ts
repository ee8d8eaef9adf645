import { describe, expect, it } from 'vitest'
import { fieldErrorsOf } from '../../src/http/field-errors.ts'

describe('what a schema found wrong', () => {
  it('names each value that is allowed once, as text', () => {
    const error = { keyword: 'enum', instancePath: '/disposition', params: { allowedValues: ['true', 'false-alarm', true] } }
    expect(fieldErrorsOf([error])).toEqual([{ pointer: '/disposition', detail: 'must be one of true, false-alarm' }])
  })
})
