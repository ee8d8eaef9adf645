import { describe, expect, it } from 'vitest'
import { fieldErrorsOf } from '../../src/http/field-errors.ts'

describe('schema errors', () => {
  it('list each allowed value once, as text', () => {
    const error = { keyword: 'enum', instancePath: '/disposition', params: { allowedValues: ['true', 'false-alarm', true] } }
    expect(fieldErrorsOf([error])).toEqual([{ pointer: '/disposition', detail: 'must be one of true, false-alarm' }])
  })

  it('tell the allowed values alone where the type is wrong too', () => {
    const at = (instancePath: string) => [
      { keyword: 'type', instancePath, params: { type: 'string' }, message: 'must be string' },
      { keyword: 'enum', instancePath, params: { allowedValues: ['strict'] } }
    ]
    const other = { keyword: 'type', instancePath: '/contact', params: { type: 'string' }, message: 'must be string' }
    expect(fieldErrorsOf([...at('/order'), other])).toEqual([
      { pointer: '/order', detail: 'must be one of strict' },
      { pointer: '/contact', detail: 'must be string' }
    ])
  })
})
