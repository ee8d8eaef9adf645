import { describe, expect, it } from 'vitest'
import { formatAlerts, formatEvent } from '../../src/client/alert-lines.ts'
import { formatTable, toOneLine } from '../../src/terminal/table.ts'

describe('a table', () => {
  it('is as wide as its content, with column headings', () => {
    expect(
      formatTable(
        ['id', 'cadenceDays'],
        [
          ['wire-1', '7'],
          ['b', '30']
        ]
      )
    ).toEqual(['ID      CADENCE DAYS', 'wire-1  7', 'b       30'])
  })

  it('prints none without rows', () => {
    expect(formatTable(['id'], [])).toEqual(['none'])
    expect(formatAlerts([])).toEqual(['none'])
  })

  it('lets no external text move the cursor of a terminal or begin a line', () => {
    expect(toOneLine('a\u001b[2Jb\r\nc\u009bd')).toBe('a [2Jb c d')
    expect(toOneLine('a\u202eb\u2066c\u2028d')).toBe('a b c d')
    const event = {
      id: 'e',
      type: 'tocsin.alert.raised.v1',
      data: {
        alertId: 'a',
        revision: 1,
        headline: 'x\ny\u0007',
        severity: 'severe',
        pattern: 'siege',
        evidence: [],
        times: { detectedAt: '2025-06-04T12:00:00.000Z' }
      } as never
    }
    expect(formatEvent(event)).toBe(
      '2025-06-04 12:00  RAISED     severe   siege: x y  (revision 1, 0 incidents)'
    )
    const one = { ...event, data: { ...(event.data as object), evidence: [{}] } as never }
    expect(formatEvent(one)).toContain('(revision 1, 1 incident)')
    expect(
      formatEvent({ ...one, data: { ...(one.data as object), evidenceOmitted: 600 } as never })
    ).toContain('601 incidents')
  })
})
