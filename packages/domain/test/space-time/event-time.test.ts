import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTime, parseTimeMs } from '../../src/space-time/event-time.ts'

const moments = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) })

describe('times', () => {
  it('are read as the platform reads them, whatever their text', () => {
    fc.assert(fc.property(moments, ms => parseTimeMs(formatTime(ms)) === ms))
    const one = fc.constantFrom(...'0123456789-:.TZ +é')
    fc.assert(
      fc.property(moments, fc.nat({ max: 23 }), one, (ms, at, other) => {
        const text = formatTime(ms)
        const bent = text.slice(0, at) + other + text.slice(at + 1)
        expect(parseTimeMs(bent)).toBe(Date.parse(bent))
      })
    )
    for (const text of [
      '2025-02-29T10:00:00.000Z',
      '2025-02-31T10:00:00.000Z',
      '2025-03-01T24:00:00.000Z',
      '0999-03-01T10:00:00.000Z'
    ])
      expect(parseTimeMs(text)).toBe(Date.parse(text))
  })

  it('are written again as they were, however many lie between', () => {
    for (let i = 0; i < 5000; i++)
      expect(formatTime(i * 61_001)).toBe(new Date(i * 61_001).toISOString())
    expect(formatTime(61_001)).toBe(new Date(61_001).toISOString())
  })
})
