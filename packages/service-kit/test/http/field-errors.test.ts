import { askedMomentPattern } from '@tocsin/contracts/report/pattern-words'
import { saidLinePattern, saidTextPattern } from '@tocsin/contracts/report/posted-text'
import { describe, expect, it } from 'vitest'
import { fieldErrorsOf } from '../../src/http/field-errors.ts'

describe('schema errors', () => {
  it('list each allowed value once, as text', () => {
    const error = {
      keyword: 'enum',
      instancePath: '/disposition',
      params: { allowedValues: ['true', 'false-alarm', true] }
    }
    expect(fieldErrorsOf([error])).toEqual([
      { pointer: '/disposition', detail: 'must be one of true, false-alarm' }
    ])
  })

  it('tell the allowed values alone where the type is wrong too', () => {
    const at = (instancePath: string) => [
      { keyword: 'type', instancePath, params: { type: 'string' }, message: 'must be string' },
      { keyword: 'enum', instancePath, params: { allowedValues: ['strict'] } }
    ]
    const other = {
      keyword: 'type',
      instancePath: '/contact',
      params: { type: 'string' },
      message: 'must be string'
    }
    expect(fieldErrorsOf([...at('/order'), other])).toEqual([
      { pointer: '/order', detail: 'must be one of strict' },
      { pointer: '/contact', detail: 'must be string' }
    ])
  })

  it('say what is wanted in words, and never by a long regular expression', () => {
    const detail = (pattern: string) => {
      const message = `must match pattern "${pattern}"`
      return fieldErrorsOf([
        { keyword: 'pattern', instancePath: '/to', params: { pattern }, message }
      ])[0]?.detail
    }
    expect(detail(saidLinePattern)).toBe(
      'must be one line of text that is not blank, without control characters'
    )
    expect(detail(saidTextPattern)).toMatch(/^must be text that is not blank/)
    expect(detail(askedMomentPattern)).toMatch(/^must be a day such as 2025-06-01, or an instant/)
    expect(detail(`^${'[a-z]'.repeat(20)}$`)).toBe('must have the form that /openapi.json states')
    expect(detail('^[0-9]{1,15}$')).toBe('must match pattern "^[0-9]{1,15}$"')
  })

  it('do not say that a text is too short where they say what it must be', () => {
    const errors = [
      {
        keyword: 'minLength',
        instancePath: '/to',
        params: { limit: 1 },
        message: 'must NOT have fewer than 1 characters'
      },
      {
        keyword: 'pattern',
        instancePath: '/to',
        params: { pattern: saidLinePattern },
        message: 'must match'
      }
    ]
    expect(fieldErrorsOf(errors).map(({ detail }) => detail)).toEqual([
      'must be one line of text that is not blank, without control characters'
    ])
  })
})
