import { askedMomentPattern } from '@tocsin/contracts/report/pattern-words'
import { timeOfDayPattern } from '@tocsin/contracts/subscription/quiet-hours'
import { linePattern, textPattern } from '@tocsin/contracts/theatre/written-text'
import { describe, expect, it } from 'vitest'
import { listFieldErrors } from '../../src/http/http-problems.ts'

describe('schema errors', () => {
  it('list each allowed value once, as text', () => {
    const error = {
      keyword: 'enum',
      instancePath: '/disposition',
      params: { allowedValues: ['true', 'false-alarm', true] }
    }
    expect(listFieldErrors([error])).toEqual([
      { pointer: '/disposition', detail: 'must be one of true, false-alarm' }
    ])
  })

  it('say what is wanted in words, and never by a long regular expression', () => {
    const detail = (pattern: string) => {
      const message = `must match pattern "${pattern}"`
      return listFieldErrors([
        { keyword: 'pattern', instancePath: '/to', params: { pattern }, message }
      ])[0]?.detail
    }
    expect(detail(linePattern)).toBe(
      'must be one line of text that is not blank, without control characters'
    )
    expect(detail(textPattern)).toMatch(/^must be text that is not blank/)
    expect(detail(askedMomentPattern)).toMatch(/^must be a day such as 2025-06-01, or an instant/)
    expect(detail(timeOfDayPattern)).toMatch(/write midnight as 00:00/)
    expect(detail(`^${'[a-z]'.repeat(20)}$`)).toBe('must have the form that /openapi.json states')
    expect(detail('^[0-9]{1,15}$')).toBe('must match pattern "^[0-9]{1,15}$"')
  })
})
